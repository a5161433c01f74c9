using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Runs;

public sealed class LifeStoryTests
{
    private const string Image = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

    [Fact]
    public void A_new_unit_has_no_story()
    {
        LifeStory story = Story();
        Assert.Equal((1, 0, 0, "", ""), (story.Attempt, story.Rework, story.ShortBoots, story.Text, story.EarlierVerdicts));
        Assert.Null(story.Interrupted);
        Assert.Null(story.StandingPass("L1"));
    }

    [Fact]
    public void The_story_tells_attempt_and_verdicts_newest_first()
    {
        LifeStory story = Story(Run(Verdict.Error, "link-lost", UnitState.Untouched), Run(Verdict.Fail, "no-boot", UnitState.Written));
        Assert.Equal("; attempt 3, before: ERROR link-lost (lot L1, slot 1), FAIL no-boot (lot L1, slot 1)", story.Text);
    }

    [Fact]
    public void A_unit_that_passed_before_is_a_rework() =>
        Assert.Contains("; rework 1, before: PASS (lot L0, slot 1)", Story(Run(Verdict.Pass, lot: "L0")).Text, StringComparison.Ordinal);

    [Fact]
    public void A_backup_that_went_back_is_no_conversion_that_passed()
    {
        RunRecord restored = Run(Verdict.Pass, state: UnitState.Restored, lot: "restore") with { Steps = [DataFolder.Step() with { Step = "restore" }] };
        Assert.Equal((3, 1), (Story(restored, Run(Verdict.Pass)).Attempt, Story(restored, Run(Verdict.Pass)).Rework));
    }

    [Theory]
    [InlineData(Verdict.Aborted, "already-passed", UnitState.Untouched, true)]
    [InlineData(Verdict.Error, "link-lost", UnitState.Untouched, true)]
    [InlineData(Verdict.Error, "link-lost", UnitState.PartlyWritten, false)]
    [InlineData(Verdict.Aborted, "interrupted", UnitState.Erased, false)]
    [InlineData(Verdict.Fail, "not-this-product", UnitState.Untouched, false)]
    public void A_pass_stands_until_something_was_done_or_judged(Verdict verdict, string reason, UnitState state, bool stands) =>
        Assert.Equal(stands, Story(Run(verdict, reason, state), Run(Verdict.Pass)).StandingPass("L1") is not null);

    [Fact]
    public void A_pass_in_another_lot_does_not_stand_in_this_one() => Assert.Null(Story(Run(Verdict.Pass, lot: "L0")).StandingPass("L1"));

    [Theory, InlineData("retest", 8, false), InlineData("rework", 8, false), InlineData("release", 8, true), InlineData("rework", 6, true)]
    public void A_person_s_decision_after_it_may_end_a_pass(string word, long fact, bool stands)
    {
        Disposition decision = new(Guid.NewGuid(), word, "why", "Ada", FixedClock.Start, fact);
        Assert.Equal(stands, (Story(Run(Verdict.Pass)) with { Decision = decision, JudgedFact = 7 }).StandingPass("L1") is not null);
    }

    [Theory, InlineData(-60), InlineData(60)]
    public async Task Whether_a_decision_came_after_a_pass_is_told_by_the_ledger_and_not_by_the_clock(int minutes)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        Guid unit = (await DataFolder.ClosedRunAsync(journal)).UnitId!.Value;
        data.Clock.Now += TimeSpan.FromMinutes(minutes);
        await journal.RecordFactAsync(Disposition.Fact(unit, "retest", "why", "Ada"), cancel);
        Assert.Null((await LifeStory.ReadAsync(journal, unit, cancel)).StandingPass("L1"));
        data.Clock.Now -= TimeSpan.FromMinutes(minutes);
        await DataFolder.ClosedRunAsync(journal);
        Assert.NotNull((await LifeStory.ReadAsync(journal, unit, cancel)).StandingPass("L1"));
    }

    [Fact]
    public void Short_boots_count_back_to_the_last_pass() =>
        Assert.Equal(3, Story(Run(Verdict.Fail, "no-boot", shortBoots: 2), Run(Verdict.Fail, "no-boot", shortBoots: 1), Run(Verdict.Pass, shortBoots: 5)).ShortBoots);

    [Theory]
    [InlineData(UnitState.Erased, true)]
    [InlineData(UnitState.PartlyWritten, true)]
    [InlineData(UnitState.Written, false)]
    [InlineData(UnitState.Configured, false)]
    [InlineData(UnitState.Restored, false)]
    public void A_write_was_cut_off_where_the_last_run_that_touched_the_unit_left_it_so(UnitState state, bool cutOff)
    {
        LifeStory story = Story(Run(Verdict.Error, "no-link", UnitState.Untouched), Run(Verdict.Aborted, "interrupted", state), Run(Verdict.Pass));
        Assert.Equal(cutOff, story.Interrupted is not null);
    }

    [Fact]
    public void Every_block_in_work_since_the_last_whole_write_is_suspect()
    {
        InterruptedWrite cutOff = Story(
            Run(Verdict.Aborted, "interrupted", UnitState.Erased, last: 0x40000),
            Run(Verdict.Error, "power-lost", UnitState.PartlyWritten, last: 0x90000),
            Run(Verdict.Fail, "no-boot", UnitState.Written, last: 0x120000)).Interrupted!;
        Assert.Equal(["0x040000", "0x090000"], cutOff.Suspects.Select(block => $"{block.Start}"));
        Assert.Contains("in the block 0x040000 + 64 KiB", cutOff.Text, StringComparison.Ordinal);
        Assert.Contains("ABORTED interrupted, state erased", cutOff.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_goes_on_only_with_the_same_image_and_the_original_in_the_vault()
    {
        InterruptedWrite cutOff = Story(Run(Verdict.Aborted, "interrupted", UnitState.PartlyWritten, last: 0x40000)).Interrupted!;
        Assert.Null(cutOff.WhyNotResumed(Image, _ => true));
        Assert.Equal("it was another image", cutOff.WhyNotResumed(Image.Replace('c', 'd'), _ => true));
        Assert.Equal("the unit's original backup is not in the vault", cutOff.WhyNotResumed(Image, _ => false));
        RunRecord back = Run(Verdict.Aborted, "interrupted", UnitState.PartlyWritten, last: 0x40000);
        back = back with { Intents = [.. back.Intents, new Intent("restore", 0x1F0000, 0x10000)] };
        Assert.Equal("a backup was being written back", Story(back).Interrupted!.WhyNotResumed(Image, _ => true));
        InterruptedWrite without = Story(Run(Verdict.Aborted, "interrupted", UnitState.Erased)).Interrupted!;
        Assert.Equal("no block of it is in the journal", without.WhyNotResumed(Image, _ => true));
    }

    private static LifeStory Story(params RunRecord[] newestFirst) => new(newestFirst, null) { OriginalBackupSha256 = DataFolder.Hash('d') };

    private static RunRecord Run(
        Verdict verdict, string? reason = null, UnitState state = UnitState.Configured, string lot = "L1", uint? last = null, int shortBoots = 0) => new(
        Guid.NewGuid(), Guid.NewGuid(), FixedClock.Start, DataFolder.Opening(lot: lot), null, null,
        DataFolder.Closing(verdict, reason, state) with { ShortBoots = shortBoots }, FixedClock.Start, 1, null, null, [],
        last is { } at ? [new Intent("image", 0x11000, 0xF000), new Intent("image", at, 0x10000), new Intent("unprotect", 0, 0)] : [], [], []);
}
