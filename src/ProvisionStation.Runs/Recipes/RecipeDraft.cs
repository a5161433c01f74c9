using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Runs.Recipes;

/// <summary>A recipe as a first unit suggests it: to be read, corrected and approved by a person.</summary>
public static class RecipeDraft
{
    private const int MostModuleLetters = 16;

    /// <summary>The text of the recipe; null for a chip that this station does not convert.</summary>
    /// <param name="findings">What the unit's dump told of the vendor's store.</param>
    /// <param name="found">The OpenBeken configuration on the unit, whose pins come first; null where there is none.</param>
    /// <param name="source">Where the dump is from, for the first comment.</param>
    public static string? Write(TuyaFindings findings, ObkConfig? found, string source)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ChipModel chip = findings.Chip == ChipModel.Unknown ? found?.Chip ?? ChipModel.Unknown : findings.Chip;
        if (chip is not (ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T))
            return null;
        bool isBasic = chip == ChipModel.BK7231T;
        string module = Plain(findings.Module) ?? "unknown";
        StringBuilder text = new();
        void Line(string line) => text.Append(line).Append('\n');
        Line("# yaml-language-server: $schema=../schema/recipe.schema.json");
        Line("#");
        Line($"# DRAFT, made of {Comment(source)}. Read every line and try it on one unit before a lot.");
        foreach (string warning in findings.Warnings)
            Line($"# WARNING: {Comment(warning)}");
        Line($"recipe: {module.ToLowerInvariant()}-draft");
        Line("revision: 1");
        Line($"product: {{name: \"{module} unit\", module: \"{module}\", chip: {chip}, supply: 3V3}}");
        Line($"image: {{file: Open{chip}_QIO_1.18.299.bin}}");
        Line("steps: [power, link, identify, backup, write, verify, boot, current, log, configure, confirm]");
        Line("# mA and seconds: estimates, to be learned from good units.");
        Line(isBasic
            ? "current: {nominal: [80, 125], mean: [60, 140], peak: 320, cutoff: 200, window: 3}"
            : "current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 3}");
        Line("config:");
        bool isRunning = found?.Pins().Count > 0;
        foreach (string line in isRunning ? RunningLines(found!, findings) : PinLines(findings))
            Line(line);
        Line("  flags: [10]");
        Line("  names: {short: \"plug-{mac6}\", long: \"Plug_{mac6}\"}");
        if (findings.Startup.Count > 0 && !isRunning)
            Line($"  startup: \"{(findings.Startup.Count > 1 ? "backlog " : "")}{string.Join("; ", findings.Startup)}\"");
        return text.ToString();
    }

    /// <summary>As a station would take them with <c>from: unit</c>: somebody set them, so they come before the vendor's.</summary>
    private static IEnumerable<string> RunningLines(ObkConfig found, TuyaFindings findings)
    {
        yield return "  # The unit runs OpenBeken: these are the pins of its configuration, which come before the vendor's.";
        if (found.StartupCommand.Length > 0)
            yield return "  # It has a start-up command too, which may hold a former owner's network: look at it with 'obk decode', write here what is needed.";
        yield return "  pins:";
        foreach ((int pin, ObkPin role) in found.Pins().OrderBy(pin => pin.Key))
        {
            // The firmware's own name table ends where its roles do.
            bool isPossible = ObkPinRole.NameOf(role.Role) is not null && pin < found.Layout.PinCount;
            yield return $"    # P{pin}: {Comment(ObkPinRole.MeaningOf(role.Role) ?? "no role of OpenBeken")}";
            yield return $"    {(isPossible ? "" : "# ")}{pin}: \"{role}\"";
        }

        if (findings.Pins.Count > 0)
            yield return $"  # The vendor's own map, not used: {Comment(findings.PinMapText!)}";
    }

    private static IEnumerable<string> PinLines(TuyaFindings findings)
    {
        bool hasPins = findings.Pins.Any(pin => pin.Confidence > PinConfidence.Unknown);
        if (findings.Pins.Count == 0)
            yield return findings.IsTuyaMcu
                ? "  # A TuyaMCU device: its module has no pins to set, it talks to a microcontroller."
                : "  # The unit's store gave no pins.";
        yield return hasPins ? "  pins:" : "  # pins:";
        foreach (TuyaPin pin in findings.Pins)
        {
            yield return $"    # {PinWords.Of(pin)}: the vendor's {Comment(pin.Key)}, {pin.Confidence.ToString().ToLowerInvariant()}{Advice(pin.Confidence)}";
            yield return $"    {(pin.Confidence > PinConfidence.Unknown ? "" : "# ")}{pin.Pin}: \"{pin.Text}\"";
            foreach (TuyaPin rival in findings.RivalClaims.Where(rival => rival.Pin == pin.Pin))
            {
                yield return $"    # OR {PinWords.Of(rival)}: the vendor's {Comment(rival.Key)} claims the same pin";
                yield return $"    # {rival.Pin}: \"{rival.Text}\"";
            }
        }

        if (findings.NotUnderstood.Count > 0)
            yield return $"  # Keys that no rule knows: {Comment(string.Join(", ", findings.NotUnderstood))}";
    }

    private static string Advice(PinConfidence confidence) => confidence switch
    {
        PinConfidence.Certain => "",
        PinConfidence.Likely => ": CHECK on a unit",
        _ => ": NOT KNOWN, take the '#' away once a unit has shown it",
    };

    /// <summary>A word from a unit that may stand in YAML; null for any other.</summary>
    private static string? Plain(string? word) =>
        word is { Length: > 0 and <= MostModuleLetters } && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? word : null;

    private static string Comment(string text) => new([.. text.Select(letter => letter is >= ' ' and <= '~' ? letter : '?')]);
}
