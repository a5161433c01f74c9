using ProvisionStation.Bench.Scpi;
using ProvisionStation.Bench.Yaml;

namespace ProvisionStation.Bench.Jigs;

/// <summary>What must hold between the parts of a jig.</summary>
internal static class JigRules
{
    /// <summary>Law 11 in words.</summary>
    public const string WhyNoMains =
        "a slot has a UART that people and this computer touch, and a plug's ground is tied to mains: mains in a slot kills";

    /// <summary>Words that name mains, mains meters and mains switches. Source: the meters and switches of the trade that sit in a
    /// mains line.</summary>
    private static readonly string[] MainsWords =
        ["mains", "pzem", "http-plug", "smart-plug", "shelly", "tasmota", "230v", "240v", "120v", "110v"];

    /// <summary>Refuses a mains meter or a mains switch by its name (law 11).</summary>
    public static void RefuseMains(YamlSection section, string? field, string text)
    {
        if (MainsWords.FirstOrDefault(word => HasWord(text, word)) is { } found)
            throw section.Error(field, $"'{found}' means mains: {WhyNoMains}", "devices of an isolated 3.3 V or 5 V supply");
    }

    /// <summary>"mains-meter" and "pzem004t" have it, "domains" has not.</summary>
    private static bool HasWord(string text, string word)
    {
        for (int at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            int end = at + word.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetter(text[end])))
                return true;
        }

        return false;
    }

    /// <param name="presence">How units are noticed.</param>
    /// <param name="instruments">By name.</param>
    /// <param name="slots">As the file has them.</param>
    /// <param name="sections">Where each of them stands.</param>
    public static void Check(
        JigPresence presence,
        Dictionary<string,
        JigInstrument> instruments,
        IReadOnlyList<JigSlot> slots,
        IReadOnlyList<YamlSection> sections)
    {
        Dictionary<string, string> ports = instruments.Values
            .Select(instrument => (instrument.Name, ScpiAddress.Parse(instrument.Address)?.Device))
            .Where(one => one.Device is not null)
            .DistinctBy(one => one.Device)
            .ToDictionary(one => one.Device!, one => $"instrument {one.Name}");
        HashSet<int> numbers = [];
        HashSet<(string, string, int)> channels = [];
        for (int i = 0; i < slots.Count; i++)
        {
            JigSlot slot = slots[i];
            YamlSection section = sections[i];
            if (!numbers.Add(slot.Number))
                throw section.Error("slot", $"slot {slot.Number} is there twice", "a number of its own for each slot, 1 to 99");
            CheckPort(section, "port", slot.Port, $"the port of slot {slot.Number}", ports);
            if (slot.Log is not null)
                CheckPort(section, "log", slot.Log, $"the log of slot {slot.Number}", ports);
            CheckDevice(section, "power", slot.Power, instruments, channels);
            if (slot.Meter is not null)
                CheckDevice(section, "meter", slot.Meter, instruments, channels);
            if (slot.Reset is not null && slot.Reset.Driver == slot.Power.Driver)
                throw section.Error(
                    "reset",
                    $"{slot.Reset.Driver} switches the power of this slot already",
                    "the other line: one of rts and dtr for power, the other for reset");
            if (slot.Power.Driver == "manual" && presence == JigPresence.Link)
                throw section.Error(
                    "power",
                    "a person cannot switch power every few seconds to look for a unit, as 'presence: link' needs it",
                    "'presence: operator', or a power driver that is not 'manual'");
        }

        CheckChannels(instruments, slots, sections);
    }

    private static void CheckPort(YamlSection section, string field, string path, string what, Dictionary<string, string> ports)
    {
        if (!ports.TryAdd(path, what))
            throw section.Error(field, $"{path} is {ports[path]} already", "a port of its own for each use");
    }

    private static void CheckDevice(
        YamlSection slot,
        string field,
        JigDevice device,
        Dictionary<string,
        JigInstrument> instruments,
        HashSet<(string, string, int)> channels)
    {
        if (device.Use is null)
            return;
        YamlSection section = slot.Section(field)!;
        if (!instruments.TryGetValue(device.Use, out JigInstrument? instrument))
        {
            throw section.Error(
                "use", $"there is no instrument '{device.Use}'",
                instruments.Count == 0 ? "an entry of that name under 'instruments:'" : $"one of: {string.Join(", ", instruments.Keys)}");
        }

        if (field == "power" && instrument.On is null)
            throw section.Error(
                "use", $"instrument '{device.Use}' has no 'on' and 'off', it cannot switch power", "an instrument with 'on' and 'off'");
        if (field == "meter" && instrument.Measure is null)
            throw section.Error("use", $"instrument '{device.Use}' has no 'measure', it cannot measure", "an instrument with 'measure'");
        if (!channels.Add((field, device.Use, device.Channel)))
            throw section.Error(
                "channel",
                $"channel {device.Channel} of '{device.Use}' is the {field} of another slot already",
                "a channel of its own for each slot");
    }

    /// <summary>A command without a channel would switch or measure the same one for every slot.</summary>
    private static void CheckChannels(
        Dictionary<string, JigInstrument> instruments, IReadOnlyList<JigSlot> slots, IReadOnlyList<YamlSection> sections)
    {
        foreach (JigInstrument instrument in instruments.Values)
        {
            foreach ((string field, Func<JigSlot, JigDevice?> device) in new (string, Func<JigSlot, JigDevice?>)[]
            {
                ("on", slot => slot.Power), ("off", slot => slot.Power), ("measure", slot => slot.Meter), ("limited", slot => slot.Power),
            })
            {
                string? command = JigDevices.Commands(instrument).FirstOrDefault(one => one.Field == field).Command;
                if (command is null || command.Contains("{channel}", StringComparison.Ordinal))
                    continue;
                IEnumerable<int> users = Enumerable.Range(0, slots.Count).Where(i => device(slots[i])?.Use == instrument.Name);
                int second = users.Skip(1).FirstOrDefault(-1);
                if (second < 0)
                    continue;
                throw sections[second].Section(field == "measure" ? "meter" : "power")!.Error(
                    "channel",
                    $"'{field}: {command}' of instrument '{instrument.Name}' names no channel, and more than one slot uses it",
                    "{channel} in the instrument's command");
            }
        }
    }
}
