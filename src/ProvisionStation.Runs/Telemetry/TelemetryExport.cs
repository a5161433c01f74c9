using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ProvisionStation.Runs.Telemetry;

/// <summary>Sends spans and metrics over OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
public sealed class TelemetryExport : IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private TelemetryExport(Guid station)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("provision-station", serviceInstanceId: station.ToString());
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(StationTelemetry.Name).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(StationTelemetry.Name).AddOtlpExporter().Build();
    }

    /// <summary>Starts to send; null where no receiver is named.</summary>
    /// <param name="station">The station's id.</param>
    public static TelemetryExport? Start(Guid station) =>
        string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EndpointVariable)) ? null : new TelemetryExport(station);

    /// <summary>Sends what is left, within the exporter's own limit.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
