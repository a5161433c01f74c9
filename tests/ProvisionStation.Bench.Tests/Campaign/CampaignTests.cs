using System.Diagnostics;
using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Campaign;

/// <summary>Short seeded slices of the campaign, which runs at full size by hand (docs/reliability.md).</summary>
public sealed class CampaignTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Units_with_random_faults_never_pass_falsely() => Assert.True((await SliceAsync("faults", 4)).GetProperty("true PASS").GetInt32() > 0);

    [Fact]
    public async Task A_kill_at_a_random_moment_loses_nothing() => Assert.Equal(1, (await SliceAsync("kills", 1)).GetProperty("kills").GetInt32());

    [Fact]
    public async Task A_power_cut_of_the_disk_loses_nothing_that_was_told() => Assert.Equal(1, (await SliceAsync("cuts", 1)).GetProperty("cuts").GetInt32());

    /// <summary>One of the calls of a backup fails.</summary>
    [Fact]
    public async Task A_disk_that_fails_never_makes_a_false_PASS() =>
        Assert.Equal(1, (await SliceAsync("io", 1, from: 900)).GetProperty("starts with a failing call").GetInt32());

    /// <summary>Runs a slice; it must be clean.</summary>
    /// <returns>Its counts.</returns>
    private static async Task<JsonElement> SliceAsync(string part, int count, int from = 0)
    {
        string log = Path.GetTempFileName();
        using Process campaign = Programs.Start(
            Programs.Measurements, ["campaign", part, "--seed", "20261124", "--from", $"{from}", "--count", $"{count}", "--workers", "1", "--slots", "2", "--log", log]);
        try
        {
            using CancellationTokenSource limit = new(Patience, TimeProvider.System);
            Task<string> said = campaign.StandardError.ReadToEndAsync(limit.Token);
            await campaign.StandardOutput.ReadToEndAsync(limit.Token);
            await campaign.WaitForExitAsync(limit.Token);
            Assert.True(campaign.ExitCode == 0, await said);
            return JsonDocument.Parse(await File.ReadAllTextAsync(log, limit.Token)).RootElement.GetProperty("counts");
        }
        finally
        {
            // At the limit its simulator and stations must not go on under the next tests.
            if (!campaign.HasExited)
                campaign.Kill(entireProcessTree: true);
            File.Delete(log);
        }
    }
}
