using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Tests.Runs;

public sealed class StandingVerdictTests
{
    private static readonly Presence Empty = new(PresenceKind.Empty, null, null);
    private static readonly Presence Noise = new(PresenceKind.Unreadable, null, null);
    private static readonly Presence Missed = new(PresenceKind.Empty, null, null, DrawsCurrent: true);
    private readonly StandingVerdict _standing = new();

    [Fact]
    public void Any_unit_is_new_to_a_slot_without_a_verdict() => Assert.True(_standing.IsNew(Unit("a")));

    [Fact]
    public void The_judged_unit_is_not_run_again()
    {
        _standing.Set(Verdict.Fail, "1560EB", new HashSet<string> { "a" });
        Assert.False(_standing.IsNew(Unit("a")));
    }

    [Fact]
    public void Another_unit_in_the_same_slot_is_new()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        Assert.True(_standing.IsNew(Unit("b")));
    }

    [Fact]
    public void The_same_calibration_on_another_flash_is_another_unit()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        Assert.True(_standing.IsNew(Unit("a", 0x1540C8)));
    }

    [Fact]
    public void A_passed_unit_that_misses_an_answer_is_not_run_again()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        Assert.False(_standing.IsNew(Empty));
        Assert.False(_standing.IsNew(Empty));
        Assert.False(_standing.IsNew(Empty));
        Assert.False(_standing.IsNew(Unit("a")));
    }

    [Fact]
    public void A_failed_unit_taken_out_and_put_in_again_is_retested()
    {
        _standing.Set(Verdict.Fail, "1560EB", new HashSet<string> { "a" });
        Assert.False(_standing.IsNew(Empty));
        Assert.False(_standing.IsNew(Unit("a")));
        Assert.False(_standing.IsNew(Empty));
        Assert.False(_standing.IsNew(Empty));
        Assert.True(_standing.IsNew(Unit("a")));
    }

    [Fact]
    public void Noise_starts_one_run_and_no_second()
    {
        Assert.True(_standing.IsNew(Noise));
        _standing.Set(Verdict.Error, null, new HashSet<string>());
        Assert.False(_standing.IsNew(Noise));
        Assert.False(_standing.IsNew(Unit("a")));
    }

    [Fact]
    public void A_unit_whose_calibration_changed_during_the_run_is_still_that_unit()
    {
        _standing.Set(Verdict.Fail, "1560EB", new HashSet<string> { "before", "after" });
        Assert.False(_standing.IsNew(Unit("after")));
    }

    [Fact]
    public void A_failed_unit_whose_loader_was_missed_does_not_look_removed()
    {
        _standing.Set(Verdict.Fail, "1560EB", new HashSet<string> { "a" });
        Assert.False(_standing.IsNew(Missed));
        Assert.False(_standing.IsNew(Missed));
        Assert.False(_standing.IsNew(Missed));
        Assert.False(_standing.IsNew(Unit("a")));
    }

    [Fact]
    public void Looks_that_cut_off_a_boot_are_counted_until_the_unit_has_booted()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        _standing.IsNew(Missed);
        _standing.IsNew(Empty);
        _standing.IsNew(Missed);
        Assert.Equal(2, _standing.MissedBoots);
        _standing.HasBooted();
        Assert.Equal(0, _standing.MissedBoots);
    }

    [Fact]
    public void Current_alone_never_starts_a_run() => Assert.False(_standing.IsNew(Missed));

    [Fact]
    public void A_short_starts_a_run_whatever_stood_before()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        Assert.True(_standing.IsNew(new Presence(PresenceKind.Shorted, null, null)));
    }

    [Fact]
    public void Noise_in_the_place_of_a_removed_unit_starts_a_run()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        _standing.IsNew(Empty);
        Assert.False(_standing.IsRemoved);
        _standing.IsNew(Empty);
        Assert.True(_standing.IsRemoved);
        Assert.False(_standing.Stands);
        Assert.True(_standing.IsNew(Noise));
    }

    [Fact]
    public void A_finished_unit_may_fail_one_look_and_not_two_in_a_row()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        Assert.False(_standing.IsNew(Noise));
        Assert.False(_standing.IsNew(Unit("a")));
        Assert.False(_standing.IsNew(Noise));
        Assert.True(_standing.IsNew(Noise));
    }

    [Fact]
    public void A_passed_unit_put_in_again_is_known()
    {
        _standing.Set(Verdict.Pass, "1560EB", new HashSet<string> { "a" });
        _standing.IsNew(Empty);
        _standing.IsNew(Empty);
        Assert.False(_standing.IsNew(Unit("a")));
        Assert.True(_standing.Stands);
    }

    private static Presence Unit(string rf, uint flashId = 0x1560EB) => new(PresenceKind.Unit, flashId, rf);
}
