using System.Buffers.Binary;
using System.Globalization;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// The start-up command, as far as it changes the configuration it came from: <c>SetFlag</c>, <c>Flags</c>, <c>SetChannelType</c> and
/// <c>SetStartValue</c>, one per line or several behind <c>backlog</c>. Every other command is taken to change nothing in flash.
/// </summary>
internal static class StartupCommands
{
    private const int Channels = 64;

    /// <summary>The first names of the channel types, by number; a type may also be given as a number.</summary>
    private static readonly string[] TypeNames =
    [
        "Default", "Error", "Temperature", "Humidity", "Humidity_div10", "Temperature_div10", "Toggle", "Dimmer", "LowMidHigh", "TextField",
        "ReadOnly",
    ];

    public static void Run(string script, ObkConfig config, SimChip chip)
    {
        foreach (string line in script.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            bool isBacklog = line.StartsWith("backlog ", StringComparison.OrdinalIgnoreCase);
            string[] commands = isBacklog ? line["backlog ".Length..].Split(';') : [line];
            foreach (string command in commands)
                RunOne(command.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), config, chip);
        }
    }

    private static void RunOne(string[] words, ObkConfig config, SimChip chip)
    {
        if (words.Length == 2 && Is(words[0], "Flags") && ulong.TryParse(words[1], CultureInfo.InvariantCulture, out ulong flags))
            config.Flags = flags;
        if (words.Length != 3 || !int.TryParse(words[1], CultureInfo.InvariantCulture, out int index) || index is < 0 or >= Channels)
            return;
        if (Is(words[0], "SetFlag") && (words[2] is "0" or "1"))
            config.Flags = words[2] == "1" ? config.Flags | (1ul << index) : config.Flags & ~(1ul << index);
        else if (Is(words[0], "SetChannelType") && TypeNumber(words[2]) is { } type)
            config.Set(ObkLayout.ChannelTypes(chip) + index, [type]);
        else if (Is(words[0], "SetStartValue") && short.TryParse(words[2], CultureInfo.InvariantCulture, out short value))
            SetStartValue(config, ObkLayout.StartValues(chip) + (2 * index), value);
    }

    private static void SetStartValue(ObkConfig config, int offset, short value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        config.Set(offset, bytes);
    }

    private static byte? TypeNumber(string text)
    {
        if (byte.TryParse(text, CultureInfo.InvariantCulture, out byte number))
            return number;
        int named = Array.FindIndex(TypeNames, name => Is(name, text));
        return named < 0 ? null : (byte)named;
    }

    private static bool Is(string word, string name) => word.Equals(name, StringComparison.OrdinalIgnoreCase);
}
