using System.Globalization;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>The units that wait beside the jig, in order. Safe for use by many threads.</summary>
internal sealed class Crate
{
    private const int MostUnits = 10_000;
    private const int FirstSerial = 101;

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<UnitBirth> _all;
    private readonly Dictionary<UnitBirth, int> _slots = [];
    private int _next;

    public Crate(IReadOnlyList<UnitBirth> units) => _all = units;

    /// <summary>Every unit that was in it, with the slot it went to; 0 for those still in it.</summary>
    public IReadOnlyList<(UnitBirth Unit, int Slot)> Units
    {
        get
        {
            lock (_gate)
                return [.. _all.Select(unit => (unit, _slots.GetValueOrDefault(unit)))];
        }
    }

    /// <summary>The next unit, for a slot; null from an empty crate.</summary>
    public UnitBirth? Take(int slot)
    {
        lock (_gate)
        {
            if (_next == _all.Count)
                return null;
            UnitBirth unit = _all[_next++];
            _slots[unit] = slot;
            return unit;
        }
    }

    /// <summary>Reads <c>--crate</c>: a file with a unit a line, or <c>N</c>, or <c>N:PLACE=FAULT[+FAULT…][,PLACE=…]</c>.</summary>
    /// <remarks>PLACE counts from 1. <c>#</c> begins a comment in a file; its lines read <c>SERIAL [fault…]</c>. Serial numbers made here
    /// begin at 101.</remarks>
    /// <exception cref="FormatException">It is neither.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Crate Parse(string text, ModuleFacts usual)
    {
        string[] parts = text.Split(':', 2);
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return new Crate(FromFile(text, usual));
        if (count > MostUnits)
            throw new FormatException($"a crate holds at most {MostUnits} units");
        List<List<string>> words = [.. Enumerable.Range(FirstSerial, count).Select(serial => new List<string> { $"{serial}" })];
        const StringSplitOptions tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (string planted in parts.Length == 1 ? [] : parts[1].Split(',', tidy))
        {
            string[] pair = planted.Split('=', 2);
            int place = int.TryParse(pair[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
            if (pair.Length != 2 || place < 1 || place > count)
                throw new FormatException($"'{planted}' must be PLACE=FAULT[+FAULT…] with a PLACE from 1 to {count}");
            words[place - 1].AddRange(pair[1].Split('+', StringSplitOptions.RemoveEmptyEntries));
        }

        return new Crate([.. words.Select(one => UnitBirth.Parse(one, usual))]);
    }

    private static List<UnitBirth> FromFile(string file, ModuleFacts usual)
    {
        List<UnitBirth> units = [];
        foreach (string line in File.ReadLines(file))
        {
            string text = line.Split('#', 2)[0];
            string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
                units.Add(UnitBirth.Parse(words, usual));
            if (units.Count > MostUnits)
                throw new FormatException($"a crate holds at most {MostUnits} units");
        }

        return units;
    }
}
