using System.Globalization;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Turns the vendor's pin text into OpenBeken's pins, by the table, and keeps what it could not decide.</summary>
internal sealed class TuyaMapping
{
    /// <summary>Roles that may stand on two pins at once without contradicting each other.</summary>
    private static readonly string[] Shared = ["WifiLED", "LED", "Btn", "dInput", "TglChanOnTgl"];

    private readonly TuyaText text;
    private readonly int pinCount;
    private readonly List<TuyaPin> pins = [];
    private readonly List<string> warnings = [];
    private readonly List<string> refusals = [];
    private readonly List<string> notUnderstood = [];
    private readonly List<string> unmappedPins = [];
    private readonly List<TuyaPin> rivals = [];

    private TuyaMapping(TuyaText text, ChipModel chip) => (this.text, pinCount) = (text, ObkLayout.Of(chip).PinCount);

    /// <summary>The map, by P number.</summary>
    public IReadOnlyList<TuyaPin> Pins => [.. pins.OrderBy(pin => pin.Pin)];

    /// <summary>Keys no rule knows, in the text's order.</summary>
    public IReadOnlyList<string> NotUnderstood => notUnderstood;

    /// <summary>Of those, the keys that give a pin a task.</summary>
    public IReadOnlyList<string> UnmappedPins => unmappedPins;

    /// <summary>Claims on a pin that an earlier key had taken: nobody can tell which of the two is right.</summary>
    public IReadOnlyList<TuyaPin> Rivals => rivals;

    /// <summary>The commands that belong to the pins, and what of them is doubtful.</summary>
    public TuyaStartup Startup => TuyaStartup.Of(text, pins);

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Why the map must not be used.</summary>
    public IReadOnlyList<string> Refusals => refusals;

    /// <summary>Maps a text.</summary>
    /// <param name="text">With the old nested form already flat.</param>
    /// <param name="chip">Says how many pins there are.</param>
    /// <param name="most">How sure a pin can be at most, by what the text came through.</param>
    public static TuyaMapping Of(TuyaText text, ChipModel chip, PinConfidence most)
    {
        TuyaMapping mapping = new(text, chip);
        foreach (string key in text.Root.Select(field => field.Key))
            mapping.Map(key);
        mapping.FindRivals();
        mapping.Remark();
        foreach (string key in text.Repeated.Distinct())
            mapping.refusals.Add($"{key} stands there more than once");
        mapping.Cap(mapping.refusals.Count > 0 ? PinConfidence.Unknown : most);
        return mapping;
    }

    private void Map(string key)
    {
        TuyaRule[] rules = [.. TuyaRule.All.Where(rule => rule.Matches(key) is not null)];
        if (rules.Length == 0)
        {
            if (!TuyaRule.All.Any(rule => rule.MatchesLevel(key)))
                NoteUnknown(key);
            return;
        }

        foreach (TuyaRule rule in rules.Where(rule => rule.GivesRole))
        {
            int number = rule.Matches(key)!.Value;
            int? level = Level(rule.LevelKey(number));
            if (rule.RoleFor(number, level, text) is { } role)
            {
                Claim(key, rule, role, number, level);
                return;
            }
        }

        if (key is "iicsda" or "iicscl" && TuyaLedDriver.RoleByChip(text.Number("dmod"), key) is { } fallback)
            Add(key, fallback, 0, PinConfidence.Likely);
        else if (Array.Exists(rules, rule => rule.GivesRole || rule.IsUnmapped))
            NoteUnknown(key);
    }

    private void Claim(string key, TuyaRule rule, string role, int number, int? level)
    {
        int channel = rule.ChannelRule == "n" ? number : int.Parse("0" + rule.ChannelRule, CultureInfo.InvariantCulture);
        PinConfidence confidence = rule.Confidence;
        if (role != rule.Role)
            confidence = role.StartsWith("Btn", StringComparison.Ordinal) ? PinConfidence.Unknown : Least(confidence, PinConfidence.Likely);
        // A level that the row does not decide on: the usual one is 1.
        else if (level == 0 && !rule.Condition.StartsWith("lv=", StringComparison.Ordinal))
            confidence = Least(confidence, PinConfidence.Likely);
        Add(key, role, channel, confidence);
    }

    private void Add(string key, string role, int channel, PinConfidence confidence)
    {
        string stored = text.Word(key) ?? "no word";
        if (text.Number(key) is not { } pin || pin < 0 || pin >= pinCount)
            refusals.Add($"{key} asks for the pin '{Short(stored)}', which the module does not have: there are P0 to P{pinCount - 1}");
        else if (channel is < 0 or > ObkPin.LastChannel)
            refusals.Add($"{key} asks for channel {channel} on P{pin}: channels are 0 to {ObkPin.LastChannel}");
        else if (pins.Find(other => other.Pin == pin) is { } holder)
        {
            refusals.Add($"P{pin} is claimed by {holder.Key} and {key}");
            rivals.Add(new TuyaPin(pin, role, channel, null, key, PinConfidence.Unknown));
        }
        else
            pins.Add(new TuyaPin(pin, role, channel, null, key, confidence));
    }

    private int? Level(string levelKey)
    {
        foreach (string key in levelKey.Split(" / "))
        {
            if (text.Word(key) is not { } word)
                continue;
            switch (word.ToLowerInvariant())
            {
                case "0" or "false":
                    return 0;
                case "1" or "true":
                    return 1;
                default:
                    Warn($"{key} is '{Short(word)}', neither 0 nor 1: taken as 0");
                    return 0;
            }
        }

        return null;
    }

    private void NoteUnknown(string key)
    {
        notUnderstood.Add(key);
        if (LooksLikePin(key) && text.Number(key) is { } pin and >= 0 && pin < pinCount)
        {
            unmappedPins.Add(key);
            Warn($"{key} says P{pin} does something, but no rule knows what");
        }
    }

    private static bool LooksLikePin(string key) =>
        key.Contains("pin", StringComparison.Ordinal) || TuyaRule.All.Any(rule => rule.IsUnmapped && rule.Matches(key) is not null);

    /// <summary>Two pins with one role and channel: a contradiction for what drives or meters, a matter to look at for lamps and keys.</summary>
    private void FindRivals()
    {
        foreach (IGrouping<(string, int), TuyaPin> rivals in pins.GroupBy(pin => (Family(pin.Role), pin.Channel)).Where(group => group.Count() > 1).ToList())
        {
            string what = $"{string.Join(" and ", rivals.Select(pin => $"P{pin.Pin} ({pin.Key})"))} are both {rivals.First().Text}";
            if (!Shared.Any(shared => rivals.Key.Item1.StartsWith(shared, StringComparison.Ordinal)))
            {
                refusals.Add(what);
                continue;
            }

            Warn(what);
            foreach (TuyaPin pin in rivals)
                pins[pins.IndexOf(pin)] = pin with { Confidence = Least(pin.Confidence, PinConfidence.Likely) };
        }
    }

    /// <summary>What OpenBeken has no role for, or would do differently.</summary>
    private void Remark()
    {
        if (text.Number("netled_reuse") == 1)
            Warn("netled_reuse: the Wi-Fi LED also shows the relay's state, which OpenBeken cannot do");
        if (text.Number("cwtype") == 1)
            Warn("cwtype 1: c_pin is brightness and w_pin colour temperature; OpenBeken's flag 8 expects them the other way round");
        if (text.Number("rl1_type") == 1 || text.Number("rl_type") == 1)
            Warn("rl_type 1: a latching relay");
        if (text.Number("max_V") is not null || text.Number("min_V") is not null)
            Warn("a battery device: it sleeps, and OpenBeken's defaults do not let it");
    }

    private void Cap(PinConfidence most)
    {
        for (int i = 0; i < pins.Count; i++)
            pins[i] = pins[i] with { Confidence = Least(pins[i].Confidence, most) };
    }

    private void Warn(string what)
    {
        if (!warnings.Contains(what))
            warnings.Add(what);
    }

    private static string Family(string role) => role.EndsWith("_n", StringComparison.Ordinal) ? role[..^2] : role;

    private static PinConfidence Least(PinConfidence one, PinConfidence other) => one < other ? one : other;

    private static string Short(string word) => word.Length <= 24 ? word : word[..24] + "…";
}
