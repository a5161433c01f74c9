using System.Globalization;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Bench.Scpi;

/// <summary>Where an instrument is: <c>tcp://host:port</c> or <c>serial:///dev/ttyUSB7?baud=9600</c>.</summary>
/// <param name="Host">Host of a TCP address; null for serial.</param>
/// <param name="Port">1 to 65535; 0 for serial.</param>
/// <param name="Device">Device path of a serial address; null for TCP.</param>
/// <param name="BitRate">Bits per second, 300 to 4000000; 0 for TCP.</param>
internal sealed record ScpiAddress(string? Host, int Port, string? Device, int BitRate)
{
    /// <summary>What errors say about the form.</summary>
    public const string Allowed = "tcp://HOST:PORT with a port from 1 to 65535, or serial:///dev/DEVICE?baud=9600 with 300 to 4000000 baud";

    private const string Tcp = "tcp://";
    private const string Serial = "serial://";
    private const int DefaultBitRate = 9600;

    /// <returns>Null where the text is no address.</returns>
    public static ScpiAddress? Parse(string text)
    {
        if (text.StartsWith(Tcp, StringComparison.OrdinalIgnoreCase))
        {
            string rest = text[Tcp.Length..].TrimEnd('/');
            int colon = rest.LastIndexOf(':');
            string host = colon < 1 ? "" : rest[..colon].Trim('[', ']');
            bool isHost = Uri.CheckHostName(host) != UriHostNameType.Unknown;
            return isHost && Number(rest[(colon + 1)..], 1, 65535) is { } port ? new ScpiAddress(host, port, null, 0) : null;
        }

        if (!text.StartsWith(Serial + "/", StringComparison.OrdinalIgnoreCase))
            return null;
        string[] parts = text[Serial.Length..].Split('?');
        if (parts.Length > 2 || parts[0].Length < 2)
            return null;
        if (parts.Length == 1)
            return new ScpiAddress(null, 0, parts[0], DefaultBitRate);
        return parts[1].StartsWith("baud=", StringComparison.Ordinal) && Number(parts[1]["baud=".Length..], 300, 4_000_000) is { } baud
            ? new ScpiAddress(null, 0, parts[0], baud)
            : null;
    }

    /// <summary>Opens the way to the instrument.</summary>
    public async Task<IScpiConnection> OpenAsync(TimeProvider clock, CancellationToken cancel) => Host is not null
        ? await TcpConnection.OpenAsync(Host, Port, cancel)
        : new SerialConnection(OpenSerial(clock));

    private ISerialPort OpenSerial(TimeProvider clock)
    {
        ISerialPort port = SerialPorts.Open(Device!, BitRate, linesSwitchPower: false, clock);
        // Many instruments answer only while the computer shows that it is there.
        port.Lines?.SetDtr(true);
        port.Lines?.SetRts(true);
        return port;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : null;
}
