using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Tests.Runs;

public sealed class BootCounterTests
{
    private readonly BootCounter _boots = new();

    [Fact]
    public void A_missed_loader_counts_only_when_there_is_an_application_to_start()
    {
        _boots.CountStart();
        Assert.Equal(0, _boots.ShortBoots);
        _boots.HasApplication = true;
        _boots.CountStart();
        Assert.Equal(1, _boots.ShortBoots);
    }

    [Fact]
    public void After_three_short_boots_one_must_complete()
    {
        _boots.HasApplication = true;
        _boots.CountStart();
        _boots.CountStart();
        Assert.False(_boots.MustComplete);
        _boots.CountStart();
        Assert.True(_boots.MustComplete);
        _boots.CountComplete();
        Assert.False(_boots.MustComplete);
        Assert.Equal(2, _boots.ShortBoots);
    }

    [Fact]
    public void Short_boots_of_earlier_runs_count_on()
    {
        _boots.Continue(2);
        _boots.HasApplication = true;
        _boots.CountStart();
        Assert.True(_boots.MustComplete);
    }

    [Fact]
    public void Every_run_gets_a_number_in_its_range_and_never_the_one_found()
    {
        for (int i = 0; i < 5000; i++)
        {
            Guid run = Guid.NewGuid();
            ushort counter = UnitConfiguration.Counter(run, null);
            Assert.InRange(counter, UnitConfiguration.FirstCounter, UnitConfiguration.LastCounter);
            ushort other = UnitConfiguration.Counter(run, counter);
            Assert.NotEqual(counter, other);
            Assert.InRange(other, UnitConfiguration.FirstCounter, UnitConfiguration.LastCounter);
        }
    }
}
