using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>What the boot log and the sector must say of the unit that is to pass.</summary>
public sealed class ConfirmTests
{
    [Theory]
    [InlineData("OpenBK7231N, version 1.18.299", null)]
    [InlineData("OpenBK7231N, version 1.18.298", "wrong-version")]
    [InlineData("OpenBK7231T, version 1.18.299", "wrong-version")]
    [InlineData("nothing that names a version", "wrong-version")]
    public void A_version_that_is_not_the_images_is_a_wrong_version(string line, string? reason)
    {
        using DataFolder data = new();
        ObkBootLog log = new();
        log.Feed(Encoding.ASCII.GetBytes($"\n{line}\nInfo:MAIN:Main_Init_Before_Delay\nInfo:MAIN:Boot complete time reached (5 seconds)\n"));
        StepOutcome outcome = LogStep.Judge(log, FakeStation.Recipe(data));
        Assert.Equal(reason, outcome.Reason);
        Assert.Contains("1.18.299", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_nobody_has_ordered_is_a_changed_configuration()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        ObkConfig config = UnitConfiguration.For(
            made.Run.Work, Convert.FromHexString(made.Run.Mac!), "L1", Guid.NewGuid(), made.Run.Record.Id, null);
        WrittenConfiguration written = new(config, ObkConfigCodec.EncodeSector(config));
        made.Run.Configuration = written;
        Assert.Null(ConfirmStep.CompareSector(made.Run, written, [.. written.Sector]).Reason);

        ObkConfig other = ObkConfigCodec.Decode(ObkConfigCodec.Encode(config), ChipModel.BK7231N).Config!;
        other.SetPin(26, ObkPin.Parse("Btn;1"));
        other.ChangeCounter++;
        StepOutcome changed = ConfirmStep.CompareSector(made.Run, written, ObkConfigCodec.EncodeSector(other));
        Assert.Equal("config-changed", changed.Reason);
        Assert.Equal("config-changed", ConfirmStep.CompareSector(made.Run, written, Blank()).Reason);
    }

    private static byte[] Blank()
    {
        byte[] sector = new byte[4096];
        sector.AsSpan().Fill(0xFF);
        return sector;
    }
}
