using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ProvisionStation.Bench.Tests.Telemetry;

/// <summary>A receiver of OTLP over HTTP with protobuf bodies, on a free port of this computer. Source: OpenTelemetry Protocol 1.x, OTLP/HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    // Field numbers of opentelemetry/proto/{trace,metrics}/v1: resource spans or metrics 1, scope 2, span or metric 2, its name 5 or 1.
    private static readonly int[] SpanName = [1, 2, 2, 5];
    private static readonly int[] MetricName = [1, 2, 2, 1];
    private static readonly int[] ResourceAttribute = [1, 1, 1];

    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
    private readonly Task _serving;

    public OtlpReceiver()
    {
        Endpoint = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> must be.</summary>
    public string Endpoint { get; }

    /// <summary>The variables that make a station send here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    /// <summary>Every body so far.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _received.Select(one => one.Body)];

    public IReadOnlyList<string> SpanNames => Names("/v1/traces", SpanName);

    public IReadOnlyList<string> MetricNames => Names("/v1/metrics", MetricName);

    /// <summary>The resource's attributes with a text value, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Resource =>
    [
        .. _received.SelectMany(one => Protobuf.Nested(one.Body, ResourceAttribute))
            .Select(attribute => $"{Protobuf.Texts(attribute, 1).Single()}={Protobuf.Texts(attribute, 2, 1).FirstOrDefault()}").Distinct(),
    ];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private IReadOnlyList<string> Names(string path, int[] fields) =>
        [.. _received.Where(one => one.Path == path).SelectMany(one => Protobuf.Texts(one.Body, fields)).Distinct()];

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext request;
            try
            {
                request = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed: the test is over.
                return;
            }

            using MemoryStream body = new();
            await request.Request.InputStream.CopyToAsync(body);
            _received.Enqueue((request.Request.Url!.AbsolutePath, body.ToArray()));
            request.Response.ContentType = "application/x-protobuf";
            request.Response.Close();
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
