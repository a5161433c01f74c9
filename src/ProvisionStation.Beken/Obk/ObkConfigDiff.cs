using System.Buffers.Binary;
using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>Two configurations, field by field. What lies behind the end of a text does not count.</summary>
public static class ObkConfigDiff
{
    /// <summary>All differences, in the order of the struct. Passwords are masked.</summary>
    public static IReadOnlyList<ObkDifference> Compare(ObkConfig intended, ObkConfig found)
    {
        ArgumentNullException.ThrowIfNull(intended);
        ArgumentNullException.ThrowIfNull(found);
        IEnumerable<ObkDifference> fields = intended.Layout.Fields.SelectMany(field => Field(field, intended, found));
        return intended.Layout == found.Layout
            ? [.. fields]
            : [new ObkDifference("layout", $"{intended.Layout.PinSlots} pin slots", $"{found.Layout.PinSlots} pin slots"), .. fields];
    }

    /// <summary>The differences that the start-up command does not explain. A raised change counter is explained where the command can change anything.</summary>
    /// <param name="differences">From <see cref="Compare"/>.</param>
    /// <param name="startupCommand">The intended start-up command.</param>
    public static IReadOnlyList<ObkDifference> NotExplainedBy(IReadOnlyList<ObkDifference> differences, string startupCommand)
    {
        IReadOnlySet<string> explained = ObkStartup.FieldsSetBy(startupCommand);
        return [.. differences.Where(difference => !explained.Contains(difference.Field) && !(explained.Count > 0 && IsRaisedCounter(difference)))];
    }

    private static bool IsRaisedCounter(ObkDifference difference) =>
        difference.Field == "changeCounter"
        && int.Parse(difference.Found, CultureInfo.InvariantCulture) > int.Parse(difference.Intended, CultureInfo.InvariantCulture);

    private static IEnumerable<ObkDifference> Field(ObkField field, ObkConfig intended, ObkConfig found)
    {
        switch (field.Name)
        {
            case "pins.roles":
                return Each(
                    field.Name, Math.Max(intended.Layout.PinSlots, found.Layout.PinSlots), pin => Pin(intended, pin), pin => Pin(found, pin), "pins");
            case "pins.channels" or "pins.channels2":
                return [];
            case "pins.channelTypes":
                return Each(field.Name, field.Length, at => ChannelType(intended, at), at => ChannelType(found, at));
            case "startChannelValues":
                return Each(field.Name, field.Length / 2, at => StartValue(intended, at), at => StartValue(found, at));
            case "genericFlags":
                return Each(field.Name, 32, flag => Flag(intended, flag), flag => Flag(found, flag));
            case "genericFlags2":
                return Each(field.Name, 32, flag => Flag(intended, flag + 32), flag => Flag(found, flag + 32));
            default:
                return field.Kind == ObkFieldKind.Header ? [] : Whole(field, found.Layout[field.Name], intended, found);
        }
    }

    private static IEnumerable<ObkDifference> Each(string field, int count, Func<int, string> intended, Func<int, string> found, string? name = null) =>
        Enumerable.Range(0, count).Select(at => new ObkDifference(name ?? field, intended(at), found(at)))
            .Where(difference => difference.Intended != difference.Found);

    /// <summary>The field lies elsewhere in the other layout; bytes without a meaning may be of another number there.</summary>
    private static IEnumerable<ObkDifference> Whole(ObkField field, ObkField there, ObkConfig intended, ObkConfig found)
    {
        bool same = field.Kind switch
        {
            ObkFieldKind.Text => ObkText.Used(intended.Bytes(field)).SequenceEqual(ObkText.Used(found.Bytes(there))),
            ObkFieldKind.Reserved => intended.Bytes(field).TrimEnd((byte)0).SequenceEqual(found.Bytes(there).TrimEnd((byte)0)),
            _ => intended.Bytes(field).SequenceEqual(found.Bytes(there)),
        };
        if (!same)
            yield return new ObkDifference(field.Name, Shown(field, intended), Shown(there, found));
    }

    private static string Pin(ObkConfig config, int pin) => $"P{pin} {(pin < config.Layout.PinSlots ? config.Pin(pin) : default)}";

    private static string Shown(ObkField field, ObkConfig config)
    {
        Span<byte> bytes = config.Bytes(field);
        if (field.IsSecret)
            return ObkText.Used(bytes).IsEmpty ? "" : ObkRedactor.Masked;
        if (field.Kind == ObkFieldKind.Reserved)
            return bytes.ContainsAnyExcept((byte)0) ? ObkRedactor.Masked : "all zero";
        string text = ObkFieldText.Of(field, bytes);
        return field.Name == "initCommandLine" ? ObkRedactor.Patterns.Redact(text) : text;
    }

    private static string ChannelType(ObkConfig config, int channel)
    {
        int number = config["pins.channelTypes"][channel];
        return $"channel {channel} {ObkChannelType.NameOf(number) ?? number.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string StartValue(ObkConfig config, int channel) =>
        $"channel {channel} starts at {BinaryPrimitives.ReadInt16LittleEndian(config["startChannelValues"][(channel * 2)..])}";

    private static string Flag(ObkConfig config, int flag) =>
        $"flag {flag}{(ObkFlag.NameOf(flag) is { } name ? $" ({name})" : "")} {(config.HasFlag(flag) ? "set" : "clear")}";
}
