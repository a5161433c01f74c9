using System.Text;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Commands;
using ProvisionStation.Records;
using ProvisionStation.Records.Reports;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>A run that does not pass keeps what its unit last said and drew; whatever becomes of that changes no verdict.</summary>
public sealed class BlackBoxTests
{
    private const string Canary = "c4nary-astray-4471";

    public static TheoryData<string> Endings => ["fail", "bench", "bug", "between"];

    [Theory, MemberData(nameof(Endings))]
    public async Task A_run_that_does_not_pass_names_both_traces_in_its_closing_record(string ending)
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power", "link");
        FakeStep link = ending switch
        {
            "fail" => new FakeStep("link", (_, _) => Task.FromResult(StepOutcome.Fail("no-boot", "0.9 mA", "Red box."))),
            "bench" => FakeStep.Throws("link", new ProvisionStation.Bench.BenchException("link-lost", "silent", "Look.")),
            _ => FakeStep.Throws("link", new InvalidOperationException("a bug")),
        };
        if (ending == "between")
            link.LimitOf = () => throw new InvalidOperationException("a bug between steps");
        RunResult result = await station.RunAsync(On(), link);
        Assert.NotEqual(Verdict.Pass, result.Record.Closing!.Verdict);
        Assert.Equal([BlackBox.UartKind, BlackBox.CurrentKind], result.Record.Artifacts.Select(one => one.Kind));
        Assert.Null((await station.Journal.ChainAsync(FakeStation.Cancel)).Break);

        UartTraceFile uart = UartTraceFile.Read(await station.Vault.ReadAsync(result.Record.Artifacts[0].Sha256, FakeStation.Cancel));
        Assert.Equal(["power", "link"], Steps(uart).Take(2).Concat(ending == "between" ? ["link"] : []).Distinct());
        Assert.Contains(uart.Entries.OfType<UartMarked>(), one => one.Mark == UartMark.PowerOn);
        Assert.Equal(UartMark.PortClosed, Assert.IsType<UartMarked>(uart.Entries[^1]).Mark);
        CurrentTraceFile current = CurrentTraceFile.Read(await station.Vault.ReadAsync(result.Record.Artifacts[1].Sha256, FakeStation.Cancel));
        Assert.True(current.HasMeter);
        Assert.NotEmpty(current.Buckets);
    }

    [Fact]
    public async Task A_run_that_passes_keeps_none()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        RunResult result = await station.RunAsync(On());
        Assert.Equal(Verdict.Pass, result.Record.Closing!.Verdict);
        Assert.Empty(result.Record.Artifacts);
        Assert.Equal(0, (await station.Vault.VerifyAsync(FakeStation.Cancel)).Files);
    }

    [Fact]
    public async Task A_vault_that_takes_nothing_changes_no_verdict_and_is_told_in_the_record()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power", "link");
        station.Vault.Packs.Disk = new DiskSync(_ => throw new UnauthorizedAccessException("read-only"), _ => { });
        RunResult result = await station.RunAsync(
            On(), new FakeStep("link", (_, _) => Task.FromResult(StepOutcome.Fail("no-boot", "0.9 mA", "Red box."))));
        Assert.Equal((Verdict.Fail, "no-boot", "0.9 mA"), (result.Record.Closing!.Verdict, result.Record.Closing.Reason, result.Record.Closing.Detail));
        Assert.Empty(result.Record.Artifacts);
        Claim[] missing = [.. result.Record.Claims.Where(claim => claim.Name == BlackBox.MissingClaim)];
        Assert.Equal([BlackBox.UartKind, BlackBox.CurrentKind], missing.Select(claim => claim.Value.Split(' ')[0]));
        Assert.All(missing, claim => Assert.Equal(ClaimSource.NotDone, claim.Source));
        Assert.All(missing, claim => Assert.Contains("read-only", claim.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_much_current_is_marked_in_both_traces()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        station.Slots[0].Milliamperes = 260;
        RunResult result = await station.RunAsync(new FakeStep("power", async (run, cancel) =>
        {
            await run.Bus.PowerApplicationAsync(cancel);
            await FakeStation.UntilAsync(() => run.Current.OverCurrent is not null);
            return StepOutcome.Pass("went on");
        }));
        UartTraceFile uart = UartTraceFile.Read(await station.Vault.ReadAsync(result.Record.Artifacts[0].Sha256, FakeStation.Cancel));
        Assert.Contains(uart.Entries.OfType<UartMarked>(), one => one.Mark == UartMark.PowerCut);
        CurrentTraceFile current = CurrentTraceFile.Read(await station.Vault.ReadAsync(result.Record.Artifacts[1].Sha256, FakeStation.Cancel));
        Assert.Contains(current.Marks, mark => mark.Text == "power cut");
        Assert.Equal(260f, current.Buckets[0].Most);
    }

    [Fact]
    public async Task Law_8_a_password_among_stray_bytes_is_in_the_vault_alone_and_readable_for_its_owner_only()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        RunResult result = await station.RunAsync(new FakeStep("power", (run, _) =>
        {
            run.Bus.Trace.Stray(Encoding.ASCII.GetBytes(Canary));
            return Task.FromResult(StepOutcome.Fail("no-boot", "0.9 mA", "Red box."));
        }));
        string sha256 = result.Record.Artifacts[0].Sha256;
        byte[] kept = await station.Vault.ReadAsync(sha256, FakeStation.Cancel);
        Assert.True(kept.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Canary)) >= 0, "the stray bytes are not kept");

        LotReport report = await LotReport.ReadAsync(station.Journal, "L1", FakeStation.Cancel);
        string exports = Path.Combine(station.Data.Path, "exports");
        Directory.CreateDirectory(exports);
        Assert.NotEmpty(await CsvReport.WriteAsync(report, exports, FakeStation.Cancel));
        Assert.NotEmpty(await JsonReport.WriteAsync(report, exports, FakeStation.Cancel));
        string said = JsonText.Line(RunJson.Of(result.Record)) + string.Join('\n', station.Events)
            + JsonText.Line(BlackBoxJson.Of(UartTraceFile.Read(kept), showBytes: false)) + string.Join('\n', Directory.GetFiles(station.Data.Path, "*", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/vault/", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal)).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        foreach (string form in (string[])[Canary, Convert.ToHexString(Encoding.ASCII.GetBytes(Canary)), Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Canary))])
            Assert.DoesNotContain(form, said, StringComparison.Ordinal);
        foreach (string file in Directory.GetFiles(Path.Combine(station.Data.Path, "vault"), "*", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        // Who asks for them gets them: the person at the station.
        Assert.Contains(
            Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Canary)),
            JsonText.Line(BlackBoxJson.Of(UartTraceFile.Read(kept), showBytes: true)),
            StringComparison.Ordinal);
    }

    private static FakeStep On() => new("power", async (run, cancel) =>
    {
        await run.Bus.PowerApplicationAsync(cancel);
        await FakeStation.UntilAsync(() => run.Current.Last is not null);
        return StepOutcome.Pass("on");
    });

    private static IEnumerable<string> Steps(UartTraceFile uart) =>
        uart.Entries.OfType<UartMarked>().Where(one => one.Mark == UartMark.Step).Select(one => one.Text);
}
