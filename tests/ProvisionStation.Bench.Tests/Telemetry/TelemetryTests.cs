using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Telemetry;

public sealed class TelemetryTests
{
    private static readonly string[] Spans =
        ["run", "power", "link", "identify", "backup", "write", "verify", "boot", "current", "log", "configure", "confirm"];

    private static readonly string[] Metrics =
        ["provision_station.verdicts", "provision_station.bytes", "provision_station.retries", "provision_station.step.duration"];

    [Fact]
    public async Task A_receiver_gets_the_spans_of_run_and_steps_and_every_metric()
    {
        await using OtlpReceiver receiver = new();
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 301");
        using StationProcess station = StationProcess.Start(Arguments(bench), receiver.Environment);
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 0, errors);
        Assert.Empty(Spans.Except(receiver.SpanNames));
        Assert.Empty(Metrics.Except(receiver.MetricNames));
        Assert.Contains("service.name=provision-station", receiver.Resource);
        string id = station.Events[0].GetProperty("station").GetString()!;
        Assert.Contains($"service.instance.id={id}", receiver.Resource);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_changes_no_verdict()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 302");
        string nobody;
        await using (OtlpReceiver gone = new())
            nobody = gone.Endpoint;
        using StationProcess station = StationProcess.Start(
            Arguments(bench),
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = nobody, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 0, errors);
    }

    internal static IEnumerable<string> Arguments(VirtualBench bench) =>
        ["run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", "L1", "--units", "1", "--wait", "20", "--data", bench.Data, "--json"];
}
