using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ProvisionStation.Beken.Obk;

/// <summary>One object of a template file. Whatever is in it, the result says what cannot be used.</summary>
internal static class DeviceTemplateReader
{
    private const int StartupLimitBytes = 1567;
    private const int TextLimit = 512;

    internal static DeviceTemplate Read(JsonElement device, int number)
    {
        List<string> problems = [], remarks = [];
        if (device.ValueKind != JsonValueKind.Object)
        {
            problems.Add("it is no JSON object");
            return new DeviceTemplate("", "", "", null, new Dictionary<int, ObkPin>(), null, [], problems) { Number = number };
        }

        string? chip = Text(device, "chip") is { Length: > 0 } named ? named : null;
        CheckChip(chip, problems, remarks);
        return new DeviceTemplate(
            Text(device, "vendor"), Text(device, "name"), Text(device, "model"), chip, Pins(device, DeviceTemplates.ChipOf(chip), problems, remarks),
            Startup(device, problems), Flags(device, problems, remarks), problems)
        {
            Number = number,
            Board = Text(device, "board"),
            Remarks = remarks,
        };
    }

    private static void CheckChip(string? chip, List<string> problems, List<string> remarks)
    {
        if (chip is null)
            remarks.Add("the template names no chip: see that the module has one of Beken's");
        else if (DeviceTemplates.ChipOf(chip) == ChipModel.Unknown)
            problems.Add($"its chip {ObkPin.Shown(chip)} is none of Beken's that OpenBeken has a build for");
    }

    private static Dictionary<int, ObkPin> Pins(JsonElement device, ChipModel chip, List<string> problems, List<string> remarks)
    {
        Dictionary<int, ObkPin> pins = [];
        if (!device.TryGetProperty("pins", out JsonElement list) || list.ValueKind != JsonValueKind.Object)
        {
            problems.Add("it has no 'pins'");
            return pins;
        }

        foreach (JsonProperty entry in list.EnumerateObject())
        {
            int count = ObkLayout.Of(chip).PinCount;
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int pin) || pin >= count)
                problems.Add($"there is no pin P{ObkPin.Shown(entry.Name)}: pins are P0 to P{count - 1}");
            else if (entry.Value.ValueKind != JsonValueKind.String)
                problems.Add($"P{pin} is no text such as Rel;1");
            else
                Add(pins, pin, entry.Value.GetString()!, problems);
        }

        if (pins.Count == 0 && problems.Count == 0)
            remarks.Add("the template sets no pin: a controller beside the module does the work (TuyaMCU)");
        return pins;
    }

    private static void Add(Dictionary<int, ObkPin> pins, int pin, string text, List<string> problems)
    {
        try
        {
            if (!pins.TryAdd(pin, ObkPin.Parse(text)))
                problems.Add($"P{pin} stands in it twice");
        }
        catch (ObkException problem)
        {
            problems.Add($"P{pin}: {problem.Message}; {problem.Remedy}");
        }
    }

    private static string? Startup(JsonElement device, List<string> problems)
    {
        if (!device.TryGetProperty("command", out JsonElement command) || command.ValueKind == JsonValueKind.Null)
            return null;
        string? text = command.ValueKind == JsonValueKind.String ? command.GetString()!.Trim() : null;
        if (text is null || text.Contains('\0', StringComparison.Ordinal))
            problems.Add("its 'command' is no text");
        else if (Encoding.UTF8.GetByteCount(text) > StartupLimitBytes)
            problems.Add($"its 'command' has more than {StartupLimitBytes} bytes");
        else
            return text.Length == 0 ? null : text;
        return null;
    }

    /// <summary>The whole flag word; the older key <c>flag</c> is sometimes a number and sometimes a mask, and nothing tells which.</summary>
    private static List<int> Flags(JsonElement device, List<string> problems, List<string> remarks)
    {
        if (device.TryGetProperty("flag", out JsonElement old) && old.ValueKind is not JsonValueKind.Null)
            remarks.Add($"its old key 'flag' ({ObkPin.Shown(old.ToString())}) is not used: number and mask cannot be told apart");
        string text = device.TryGetProperty("flags", out JsonElement flags) && flags.ValueKind != JsonValueKind.Null ? flags.ToString().Trim() : "";
        if (text.Length == 0)
            return [ObkFlag.PublishOnConnect];
        if (flags.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
            || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong word))
        {
            problems.Add($"its flag word '{ObkPin.Shown(text)}' is no number from 0 to {ulong.MaxValue}");
            return [];
        }

        List<int> set = [.. Enumerable.Range(0, ObkFlag.Last + 1).Where(flag => (word >> flag & 1) != 0)];
        if (set.Remove(ObkFlag.PinMonitor))
            remarks.Add("its flag 13 (pin monitor) is left out: the firmware clears it at every boot");
        return set;
    }

    private static string Text(JsonElement device, string name)
    {
        if (!device.TryGetProperty(name, out JsonElement value) || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            return "";
        string text = value.ToString().Trim();
        return text.Length <= TextLimit ? text : text[..TextLimit];
    }
}
