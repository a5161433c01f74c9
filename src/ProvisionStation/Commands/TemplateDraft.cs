using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary>The text of a recipe that a person still has to check.</summary>
internal static class TemplateDraft
{
    private const int NameLetters = 40;
    private const int ProductLetters = 80;
    private const int ModuleLetters = 32;

    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A recipe with the pins, flags and start-up command of a template.</summary>
    /// <param name="template">One that can be used.</param>
    /// <param name="chip">The chip the recipe is for.</param>
    /// <param name="source">Where the template came from, for the comment.</param>
    public static string Of(DeviceTemplate template, ChipModel chip, string source)
    {
        string product = $"{template.Vendor} {template.Name} {template.Model}".Trim();
        StringBuilder text = new();
        text.AppendLine("# yaml-language-server: $schema=../schema/recipe.schema.json");
        text.AppendLine("#");
        text.AppendLine(CultureInfo.InvariantCulture, $"# DRAFT from template #{template.Number} of {Comment(source)}: {Comment(product)}");
        text.AppendLine("# A template is one person's device. Check every pin against yours before a lot.");
        foreach (string remark in template.Remarks)
            text.AppendLine(CultureInfo.InvariantCulture, $"# NOTE: {Comment(remark)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"recipe: {Slug(product)}");
        text.AppendLine("revision: 1");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"product: {{name: {Quoted(product, ProductLetters)}, module: {Quoted(template.Board.Length == 0 ? "unknown" : template.Board, ModuleLetters)}, chip: {chip}, supply: 3V3}}");
        text.AppendLine("# Put the image of your release beside this file; pin it by adding its sha256.");
        text.AppendLine(CultureInfo.InvariantCulture, $"image: {{file: Open{chip}_QIO_1.18.299.bin}}");
        text.AppendLine("# mA and seconds. Estimates: set them from a few good units.");
        text.AppendLine(chip == ChipModel.BK7231T
            ? "current: {nominal: [80, 125], mean: [60, 140], peak: 320, cutoff: 200, window: 3}"
            : "current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 3}");
        text.AppendLine("config:");
        Pins(text, template);
        Flags(text, template);
        text.AppendLine("  names: {short: \"obk-{mac6}\", long: \"OBK_{mac6}\"}");
        Startup(text, template);
        return text.ToString();
    }

    /// <summary>A recipe's start-up command is one line; a template's script of plain commands becomes one.</summary>
    private static void Startup(StringBuilder text, DeviceTemplate template)
    {
        if (template.Startup is not { } startup)
            return;
        if (startup.Contains('\n', StringComparison.Ordinal))
        {
            text.AppendLine("  # The template's command has several lines; here they are one. CHECK it where they were more than plain commands.");
            startup = "backlog " + string.Join("; ", startup.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.StartsWith("backlog ", StringComparison.OrdinalIgnoreCase) ? line["backlog ".Length..] : line).Select(line => line.TrimEnd(';')));
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"  startup: {Quoted(startup, startup.Length)}");
    }

    private static void Pins(StringBuilder text, DeviceTemplate template)
    {
        text.AppendLine(template.Pins.Count == 0 ? "  pins: {}" : "  pins:");
        foreach ((int pin, ObkPin role) in template.Pins.OrderBy(pin => pin.Key))
        {
            string entry = $"    {pin}: \"{role}\"";
            text.AppendLine(CultureInfo.InvariantCulture, $"{entry,-32} # {Comment(ObkPinRole.MeaningOf(role.Role) ?? "")}");
        }
    }

    private static void Flags(StringBuilder text, DeviceTemplate template)
    {
        foreach (int flag in template.Flags)
            text.AppendLine(CultureInfo.InvariantCulture, $"  # flag {flag}: {ObkFlag.NameOf(flag) ?? "no name"}");
        if (!template.Flags.Contains(ObkFlag.PublishOnConnect))
            text.AppendLine(CultureInfo.InvariantCulture, $"  # The template leaves flag {ObkFlag.PublishOnConnect} clear; OpenBeken sets it by itself and so does this station.");
        text.AppendLine(CultureInfo.InvariantCulture, $"  flags: [{string.Join(", ", template.Flags)}]");
    }

    private static string Comment(string text) => Printable.Of(text);

    private static string Quoted(string text, int most) => JsonSerializer.Serialize(text.Length <= most ? text : text[..most], Quoting);

    private static string Slug(string text)
    {
        StringBuilder slug = new();
        foreach (char letter in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        string name = slug.ToString(0, Math.Min(slug.Length, NameLetters)).Trim('-');
        return name.Any(char.IsAsciiLetter) ? name : "from-template-" + name;
    }
}
