using System.Globalization;
using ProvisionStation.Simulator.Wiring;

namespace ProvisionStation.Simulator.Instruments;

/// <summary>A bench supply with one channel per slot, in the dialect with channel lists (instruments sheet section 1.3, the E36300
/// column).</summary>
/// <remarks>What it does not understand goes to its error queue, which is read with <c>SYST:ERR?</c>. Safe for use by many
/// clients.</remarks>
internal sealed class ScpiSupply(IReadOnlyList<ISupplyChannel> all, BenchClock clock, Action switched)
{
    private const int MostErrors = 20;
    private const double MostVolts = 6;
    private const double MostAmperes = 3;

    private static readonly string[] OnChannel = ["OUTP", "OUTP?", "OUTP:LIM?", "VOLT", "VOLT?", "CURR", "CURR?", "MEAS:CURR?", "MEAS:VOLT?"];

    private readonly Queue<string> _errors = new();
    private readonly Lock _gate = new();

    /// <summary>Does a line, which may hold several commands behind semicolons.</summary>
    /// <returns>The answer without its line feed, or null where none was asked for.</returns>
    public string? Execute(string line)
    {
        List<string> answers = [];
        foreach (string command in line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (One(command.TrimStart(':')) is { } answer)
                answers.Add(answer);
        }

        return answers.Count == 0 ? null : string.Join(';', answers);
    }

    private string? One(string command)
    {
        int space = command.IndexOf(' ', StringComparison.Ordinal);
        string header = (space < 0 ? command : command[..space]).ToUpperInvariant();
        string rest = space < 0 ? "" : command[(space + 1)..];
        switch (header)
        {
            case "*IDN?":
                return "ProvisionStation,Virtual supply," + all.Count.ToString(CultureInfo.InvariantCulture) + ",1";
            case "*OPC?":
                return "1";
            case "*CLS":
                lock (_gate)
                    _errors.Clear();
                return null;
            case "*RST":
                ForEach(all, channel => channel.Switch(false, clock.Now));
                return null;
            case "SYST:ERR?" or "SYSTEM:ERROR?":
                lock (_gate)
                    return _errors.TryDequeue(out string? error) ? error : "+0,\"No error\"";
            default:
                return OnChannels(header, rest);
        }
    }

    private string? OnChannels(string header, string rest)
    {
        int list = rest.IndexOf("(@", StringComparison.Ordinal);
        if (list < 0)
            return Error(OnChannel.Contains(header) ? "-109,\"Missing parameter\"" : "-113,\"Undefined header\"");
        string value = rest[..list].Trim().TrimEnd(',').Trim();
        if (Channels(rest[list..]) is not { } channels)
            return Error("-222,\"Data out of range\"");
        switch (header)
        {
            case "OUTP" when value.ToUpperInvariant() is "ON" or "1":
                return ForEach(channels, channel => channel.Switch(true, clock.Now));
            case "OUTP" when value.ToUpperInvariant() is "OFF" or "0":
                return ForEach(channels, channel => channel.Switch(false, clock.Now));
            case "VOLT" when Number(value, MostVolts) is { } volts:
                return ForEach(channels, channel => channel.SetVolts(volts, clock.Now));
            case "CURR" when Number(value, MostAmperes) is { } amperes:
                return ForEach(channels, channel => channel.LimitAmperes = amperes);
            case "OUTP" or "VOLT" or "CURR":
                return Error("-222,\"Data out of range\"");
            case "OUTP?":
                return Join(channels, channel => channel.IsOn ? "1" : "0");
            case "OUTP:LIM?":
                return Join(channels, channel => channel.IsLimiting(clock.Now) ? "1" : "0");
            case "VOLT?":
                return Join(channels, channel => Text(channel.Volts));
            case "CURR?":
                return Join(channels, channel => Text(channel.LimitAmperes));
            case "MEAS:CURR?" or "MEASURE:CURRENT?":
                return Join(channels, channel => Text(channel.Measure(clock.Now).Amperes));
            case "MEAS:VOLT?" or "MEASURE:VOLTAGE?":
                return Join(channels, channel => Text(channel.Measure(clock.Now).Volts));
            default:
                return Error("-113,\"Undefined header\"");
        }
    }

    /// <summary>Reads <c>(@1)</c>, <c>(@1,3)</c> and <c>(@1:3)</c>; null where it is none or a channel is not there.</summary>
    private List<ISupplyChannel>? Channels(string text)
    {
        text = text.Trim();
        if (!text.EndsWith(')'))
            return null;
        List<ISupplyChannel> found = [];
        foreach (string part in text[2..^1].Split(','))
        {
            string[] ends = part.Split(':');
            if (ends.Length > 2 || Channel(ends[0]) is not { } first || Channel(ends[^1]) is not { } last || last < first)
                return null;
            found.AddRange(all.Skip(first - 1).Take(last - first + 1));
        }

        return found;
    }

    private int? Channel(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= all.Count
            ? number
            : null;

    private static double? Number(string text, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= 0 && number <= most
            ? number
            : null;

    private static string Text(double value) => value.ToString("+0.00000000E+00;-0.00000000E+00", CultureInfo.InvariantCulture);

    private static string Join(List<ISupplyChannel> channels, Func<ISupplyChannel, string> answer) =>
        string.Join(',', channels.Select(answer));

    private string? ForEach(IEnumerable<ISupplyChannel> channels, Action<ISupplyChannel> action)
    {
        foreach (ISupplyChannel channel in channels)
            action(channel);
        switched();
        return null;
    }

    private string? Error(string text)
    {
        lock (_gate)
        {
            if (_errors.Count < MostErrors)
                _errors.Enqueue(text);
        }

        return null;
    }
}
