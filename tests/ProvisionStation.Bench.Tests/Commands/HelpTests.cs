using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

public sealed class HelpTests
{
    [Fact]
    public async Task The_help_begins_with_what_the_program_is_and_low_voltage()
    {
        (int exitCode, string output, _) = await StationProcess.CallAsync("--help");
        string[] lines = output.Split('\n');
        Assert.Equal(0, exitCode);
        Assert.StartsWith("provision-station converts", lines[0], StringComparison.Ordinal);
        Assert.Contains("Low voltage only", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("run")]
    [InlineData("serve")]
    [InlineData("export")]
    [InlineData("vault export")]
    [InlineData("vault verify")]
    [InlineData("vault stats")]
    [InlineData("vault gc")]
    [InlineData("vault rotate-key")]
    [InlineData("ledger verify")]
    [InlineData("ledger show")]
    [InlineData("ledger mend")]
    [InlineData("units dispose")]
    [InlineData("journal backup")]
    [InlineData("journal check")]
    [InlineData("journal restore")]
    [InlineData("units")]
    [InlineData("lots close")]
    [InlineData("units show")]
    [InlineData("runs")]
    [InlineData("runs show")]
    [InlineData("lots")]
    [InlineData("image inspect")]
    [InlineData("obk decode")]
    [InlineData("obk encode")]
    [InlineData("obk diff")]
    [InlineData("obk edit")]
    [InlineData("recipe check")]
    [InlineData("recipe from-template")]
    [InlineData("jig check")]
    [InlineData("ports")]
    public async Task Every_command_says_what_it_does_and_gives_an_example(string command)
    {
        (int exitCode, string output, _) = await StationProcess.CallAsync([.. command.Split(' '), "--help"]);
        Assert.Equal(0, exitCode);
        Assert.Contains($"  provision-station {command}", output, StringComparison.Ordinal);
        Assert.Contains("Example:", output, StringComparison.Ordinal);
    }
}
