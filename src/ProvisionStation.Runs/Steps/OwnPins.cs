using System.Globalization;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>The pin map a unit's own backup tells, and what of it nobody has approved.</summary>
/// <param name="Pins">Roles by P number; empty where none can be told.</param>
/// <param name="Unreadable">Why no map can be told, as one sentence; null where there is one.</param>
/// <param name="Unapproved">What a person must decide before it may be written, one entry each.</param>
/// <param name="Shown">The map with the key and confidence of every pin, and the keys that were not understood.</param>
public sealed record OwnPins(IReadOnlyDictionary<int, ObkPin> Pins, string? Unreadable, IReadOnlyList<string> Unapproved, string Shown)
{
    /// <summary>What is wrong with the map as a whole: nobody can approve it away.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>The start-up command that belongs to the pins; empty: none.</summary>
    public string Startup { get; init; } = "";

    /// <summary>The word that approves every pin that is only likely.</summary>
    public const string LikelyClass = "likely";

    /// <summary>The key by which a TuyaMCU unit is known; approving it means a unit without pins of its own.</summary>
    private const string SerialKey = "baud_cfg";

    /// <summary>The map as text; null where none can be told.</summary>
    public string? Map => Unreadable is null ? PinMap.Text(Pins) : null;

    /// <summary>True for a word that approves something: a class, or a key that names a pin or has a part in a start-up command.</summary>
    public static bool CanApprove(string word) => word is LikelyClass or SerialKey || TuyaPinKey.IsOne(word);

    /// <summary>Decides.</summary>
    /// <param name="findings">What the vendor's store tells.</param>
    /// <param name="found">The OpenBeken configuration on the unit; it comes first where it has pins, since a person made it.</param>
    /// <param name="approve">Keys that go although they are not certain; <see cref="LikelyClass"/> for the whole class.</param>
    public static OwnPins Of(TuyaFindings findings, ObkConfig? found, IReadOnlyList<string> approve)
    {
        if (found?.Pins() is { Count: > 0 } running)
        {
            // Its start-up command may hold a former owner's network or broker: nobody approved it, so it does not come along.
            string left = found.StartupCommand.Length == 0 ? "" : ", without its start-up command";
            return new OwnPins(running, null, [], $"{PinMap.Text(running)} (the OpenBeken configuration on the unit{left})");
        }

        if (findings.IsTuyaMcu)
        {
            return new OwnPins(
                new Dictionary<int, ObkPin>(),
                approve.Contains(SerialKey) ? null : $"it is a TuyaMCU unit ({SerialKey}): its module only talks to another controller and has no pins of its own",
                [],
                "no pins: TuyaMCU");
        }

        return Why(findings) is { } why ? new OwnPins(new Dictionary<int, ObkPin>(), why, [], "no pins") : Judged(findings, approve);
    }

    private static string? Why(TuyaFindings findings) => findings switch
    {
        { UserParamKeyCrc: TuyaCrc.Bad } => $"the checksum of its user_param_key is wrong, so no pin in it can be believed{Warned(findings)}",
        { UserParamKey.Count: 0, Keys.Count: 0 } => $"its backup holds no Tuya store that can be read{Warned(findings)}",
        { UserParamKey.Count: 0 } => $"its Tuya store holds no user_param_key{Warned(findings)}",
        { Pins.Count: 0 } => $"no key of its user_param_key names a pin{Warned(findings)}",
        _ => null,
    };

    private static string Warned(TuyaFindings findings) => findings.Warnings.Count == 0 ? "" : $" ({string.Join("; ", findings.Warnings.Take(3))})";

    private static OwnPins Judged(TuyaFindings findings, IReadOnlyList<string> approve)
    {
        Dictionary<int, ObkPin> pins = [];
        List<string> refusals = [.. findings.Refusals];
        List<string> unapproved = [];
        foreach (TuyaPin pin in findings.Pins)
        {
            if (ObkPinRole.NumberOf(pin.Role) is not { } role || pin.Channel is < 0 or > ObkPin.LastChannel || pin.Channel2 is < 0 or > ObkPin.LastChannel)
                refusals.Add($"P{pin.Pin} ({pin.Key}) has no role that OpenBeken knows");
            else if (!pins.TryAdd(pin.Pin, new ObkPin(role, pin.Channel, pin.Channel2 ?? 0)))
                refusals.Add($"P{pin.Pin} is claimed by {string.Join(" and ", findings.Pins.Where(one => one.Pin == pin.Pin).Select(one => one.Key))}");
            else if (!IsApproved(pin.Key, pin.Confidence, approve))
                unapproved.Add($"P{pin.Pin}={pins[pin.Pin]} ({pin.Key}) is {Word(pin.Confidence)}");
        }

        // A key that was not understood may be no pin at all; one that names a pin may not be left out without a word.
        unapproved.AddRange(findings.NotUnderstood
            .Where(key => (key.Contains("pin", StringComparison.OrdinalIgnoreCase) || findings.UnmappedPins.Contains(key)) && !approve.Contains(key))
            .Select(key => $"{key} names a pin and is not understood"));
        unapproved.AddRange(findings.StartupDoubts.Where(doubt => !IsApproved(doubt.Key, doubt.Confidence, approve)).Select(doubt => doubt.Why));
        string startup = findings.Startup is [var one] ? one : findings.Startup.Count == 0 ? "" : "backlog " + string.Join("; ", findings.Startup);
        string shown = startup.Length == 0 ? Show(findings) : $"{Show(findings)}; start-up command: {startup}";
        return new OwnPins(pins, null, [.. refusals, .. unapproved], shown) { Startup = startup, Refusals = refusals };
    }

    private static bool IsApproved(string key, PinConfidence confidence, IReadOnlyList<string> approve) =>
        confidence == PinConfidence.Certain
        || approve.Contains(key)
        || (confidence == PinConfidence.Likely && approve.Contains(LikelyClass));

    private static string Show(TuyaFindings findings)
    {
        IEnumerable<string> pins = findings.Pins.OrderBy(pin => pin.Pin).Select(pin => string.Create(
            CultureInfo.InvariantCulture, $"P{pin.Pin}={pin.Role};{pin.Channel}{(pin.Channel2 is > 0 and var second ? $";{second}" : "")} ({pin.Key}, {Word(pin.Confidence)})"));
        return string.Join(", ", pins) + (findings.NotUnderstood.Count == 0 ? "" : $"; not understood: {string.Join(", ", findings.NotUnderstood)}");
    }

    private static string Word(PinConfidence confidence) => confidence switch
    {
        PinConfidence.Certain => "certain",
        PinConfidence.Likely => LikelyClass,
        _ => "unknown",
    };
}
