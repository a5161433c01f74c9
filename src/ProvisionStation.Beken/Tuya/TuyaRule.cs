using System.Globalization;
using System.Text.RegularExpressions;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Beken.Tuya;

/// <summary>One row of the table of vendor keys: what a key means to OpenBeken, and when.</summary>
/// <param name="Pattern">The key; <c>{n}</c> stands for a number, <c>{x}</c> for a letter.</param>
/// <param name="LevelPattern">The key of its level; empty where it has none.</param>
/// <param name="Role">A role of the firmware, <c>(none)</c> for a pin nobody maps, or another word in brackets for what is no pin.</param>
/// <param name="ChannelRule"><c>n</c>, a number, or empty.</param>
/// <param name="Condition">When the row counts, in the table's words.</param>
/// <param name="Note">What the public tools say; decides how sure the row is.</param>
internal sealed partial record TuyaRule(string Pattern, string LevelPattern, string Role, string ChannelRule, string Condition, string Note)
{
    private const int LimitMilliseconds = 1000;

    private static readonly Lazy<List<TuyaRule>> Table = new(ReadTable);

    private readonly KeyPattern key = KeyPattern.Of(Pattern);
    private readonly KeyPattern[] levels = LevelPattern.Length == 0 ? [] : [.. LevelPattern.Split(" / ").Select(KeyPattern.Of)];

    /// <summary>All rows, a row with several keys once per key.</summary>
    public static IReadOnlyList<TuyaRule> All => Table.Value;

    /// <summary>True for a row that gives a pin a role.</summary>
    public bool GivesRole => Role.Length > 0 && Role[0] != '(';

    /// <summary>True for a key that seems to hold a pin, but that no public tool maps.</summary>
    public bool IsUnmapped => Role is "(none)" or "(unknown chip)";

    /// <summary>How sure the row is by its note: rules of our own and points where the public tools differ need a person.</summary>
    public PinConfidence Confidence
    {
        get
        {
            if (Note.Contains("LOW CONFIDENCE", StringComparison.Ordinal))
                return PinConfidence.Unknown;
            bool isDisputed = Note.Contains("STATION RULE", StringComparison.Ordinal) || Note.Contains("DISAGREEMENT", StringComparison.Ordinal)
                || Note.Contains(" only", StringComparison.Ordinal) || Note.Contains("assumes", StringComparison.Ordinal);
            return isDisputed ? PinConfidence.Likely : PinConfidence.Certain;
        }
    }

    /// <summary>The number that <c>{n}</c> stands for in a key of this row; 0 where the row has no number, null where the key is another.</summary>
    public int? Matches(string name) => key.Match(name);

    /// <summary>True for the level key of this row.</summary>
    public bool MatchesLevel(string name) => Array.Exists(levels, level => level.Match(name) is not null);

    /// <summary>The level key that belongs to a key with this number.</summary>
    public string LevelKey(int number) => Fill(LevelPattern, number);

    /// <summary>The role for a text; null where the row's condition does not hold.</summary>
    /// <param name="number">What <c>{n}</c> stands for.</param>
    /// <param name="level">0, 1, or null where the text has no level.</param>
    /// <param name="text">The whole text, for conditions on other keys.</param>
    public string? RoleFor(int number, int? level, TuyaText text)
    {
        if (LevelCondition().Match(Condition) is { Success: true } found)
        {
            int wanted = int.Parse(found.Groups["level"].ValueSpan, CultureInfo.InvariantCulture);
            if (level == wanted || (level is null && found.Groups["absent"].Success))
                return Role;
            return found.Groups["role"].Success && level is not null ? found.Groups["role"].Value : null;
        }

        if (Condition.StartsWith("together with ", StringComparison.Ordinal))
            return text.Root.ContainsKey(Fill(Condition["together with ".Length..], number)) ? Role : null;
        if (Condition.StartsWith("chip_type ", StringComparison.Ordinal))
            return text.Number("chip_type") is not { } type || ChipTypes().Matches(Condition).Any(match => match.ValueSpan[0] - '0' == type) ? Role : null;
        if (PresentCondition().Match(Condition) is { Success: true } present)
        {
            string[] keys = present.Groups["keys"].Value.Split([", ", " or "], StringSplitOptions.None);
            return text.Root.ContainsKey("iicscl") && text.Root.ContainsKey("iicsda") && keys.Any(text.Root.ContainsKey) ? Role : null;
        }

        return Role;
    }

    private static List<TuyaRule> ReadTable() =>
        [.. ObkTable.Rows("tuya-to-obk-roles.csv", "Tuya").SelectMany(row =>
            row[0].Split([" / ", " "], StringSplitOptions.RemoveEmptyEntries).Where(key => key[0] != '(')
                .Select(key => new TuyaRule(key, row[1], row[2], row[3], row[4], row[5])))];

    private static string Fill(string pattern, int number) =>
        pattern.Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>What stands before and behind the placeholder of a pattern; without one, all of it stands before.</summary>
    private readonly record struct KeyPattern(string Before, string Behind, char Placeholder)
    {
        public static KeyPattern Of(string pattern)
        {
            int open = pattern.IndexOf('{', StringComparison.Ordinal);
            return open < 0 ? new KeyPattern(pattern, "", '\0') : new KeyPattern(pattern[..open], pattern[(open + 3)..], pattern[open + 1]);
        }

        public int? Match(string name)
        {
            if (Placeholder == '\0')
                return name == Before ? 0 : null;
            if (name.Length <= Before.Length + Behind.Length
                || !name.StartsWith(Before, StringComparison.Ordinal) || !name.EndsWith(Behind, StringComparison.Ordinal))
                return null;
            ReadOnlySpan<char> middle = name.AsSpan(Before.Length, name.Length - Before.Length - Behind.Length);
            if (Placeholder == 'x')
                return middle.Length == 1 ? 0 : null;
            return middle.Length <= 4 && int.TryParse(middle, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        }
    }

    [GeneratedRegex(@"^lv=(?<level>\d)(?<absent> or absent)?( \(lv=\d: (?<role>\w+)\))?$", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex LevelCondition();

    [GeneratedRegex(@"present and (?<keys>.+?) present", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex PresentCondition();

    [GeneratedRegex(@"\b\d\b", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex ChipTypes();
}
