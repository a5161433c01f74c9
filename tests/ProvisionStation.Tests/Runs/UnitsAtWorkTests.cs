using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Runs;

public sealed class UnitsAtWorkTests
{
    private readonly UnitsAtWork _units = new();

    [Fact]
    public void Units_of_their_own_never_stop_each_other()
    {
        UnitAtWork one = Unit("18DE5019F0BE"), other = Unit("18DE5019F0BF");
        Assert.Null(_units.Enter(one));
        Assert.Null(_units.Enter(other));
        Assert.Null(_units.BeginErase(one.Run));
        Assert.Null(_units.BeginErase(other.Run));
    }

    [Fact]
    public void Of_two_with_one_MAC_each_is_told_of_the_other_and_neither_may_erase()
    {
        UnitAtWork one = Unit("18DE5019F0BE", "a"), other = Unit("18DE5019F0BE", "b");
        Assert.Null(_units.Enter(one));
        Assert.Equal((one, false), _units.Enter(other));
        Assert.Equal(other, _units.BeginErase(one.Run));
        Assert.Equal(one, _units.BeginErase(other.Run));
    }

    [Fact]
    public void The_same_RF_sector_is_the_same_unit_whatever_the_MAC()
    {
        UnitAtWork one = Unit("18DE5019F0BE", "a");
        _units.Enter(one);
        Assert.Equal((one, false), _units.Enter(Unit("18DE5019F0BF", "a")));
    }

    [Fact]
    public void A_unit_whose_erase_has_begun_is_finished()
    {
        UnitAtWork one = Unit("18DE5019F0BE");
        _units.Enter(one);
        Assert.Null(_units.BeginErase(one.Run));
        Assert.Equal((one, true), _units.Enter(Unit("18DE5019F0BE")));
        Assert.Null(_units.BeginErase(one.Run));
    }

    [Fact]
    public void The_first_stays_stopped_when_the_second_has_gone()
    {
        UnitAtWork one = Unit("18DE5019F0BE"), other = Unit("18DE5019F0BE");
        _units.Enter(one);
        _units.Enter(other);
        _units.Leave(other.Run);
        Assert.Equal(other, _units.BeginErase(one.Run));
    }

    [Fact]
    public void A_run_that_is_over_stops_nobody()
    {
        UnitAtWork one = Unit("18DE5019F0BE");
        _units.Enter(one);
        _units.Leave(one.Run);
        Assert.Null(_units.Enter(Unit("18DE5019F0BE")));
    }

    private static UnitAtWork Unit(string mac, string? rf = null) => new(Guid.NewGuid(), 1, DataFolder.Marks(mac, rf));
}
