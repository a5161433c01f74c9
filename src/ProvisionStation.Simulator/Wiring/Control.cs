using System.Globalization;
using System.Text.Json.Nodes;
using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>The commands of the person at the bench: units in and out, faults, and a look behind the wires. One JSON object as answer to
/// each.</summary>
internal sealed class Control(
    IReadOnlyList<Slot> slots, Crate? crate, ModuleFacts usual, Func<UnitBirth, Unit> make, BenchClock clock, Action wake)
{
    private static readonly string[] Commands =
    [
        "insert SLOT SERIAL [fault…]", "remove SLOT", "state SLOT", "original SLOT FILE", "dump SLOT FILE", "load SLOT FILE",
        "back SLOT SERIAL", "fault SLOT fault…", "heal SLOT", "plug SLOT", "unplug SLOT", "crate", "help",
    ];

    /// <summary>How many units that were taken out are kept as they were left, to be put back in.</summary>
    private const int ShelfRoom = 64;

    private readonly List<Unit> _shelf = [];

    /// <summary>Does one command.</summary>
    public string Execute(string line)
    {
        try
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            JsonObject answer = words.Length == 0 ? throw new FormatException("say 'help'") : Execute(words[0], words[1..]);
            wake();
            return answer.ToJsonString();
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new JsonObject { ["error"] = e.Message }.ToJsonString();
        }
    }

    private JsonObject Execute(string command, string[] words) => command switch
    {
        "help" => new JsonObject
        {
            ["commands"] = new JsonArray([.. Commands.Select(text => (JsonNode)text)]),
            ["faults"] = new JsonArray([.. FaultWords.All.Select(word => (JsonNode)word.Form)]),
        },
        "crate" => Crate(),
        "insert" => Insert(Slot(words), words[1..]),
        "remove" => Remove(Slot(words)),
        "back" => Back(Slot(words), words[1..]),
        "state" => Slot(words) is var slot ? slot.Look(unit => UnitState.Of(slot, unit, clock.Now)) : throw new FormatException(""),
        "original" => Save(Slot(words), words, unit => unit.Original),
        "dump" => Save(Slot(words), words, unit => unit.Flash.Content),
        "load" => Load(Slot(words), words),
        "fault" => SetFaults(Slot(words), words[1..]),
        "heal" => Heal(Slot(words)),
        "plug" => Plug(Slot(words), true),
        "unplug" => Plug(Slot(words), false),
        _ => throw new FormatException($"'{command}' is not known; known: {string.Join(", ", Commands)}"),
    };

    private Slot Slot(string[] words) =>
        words.Length > 0
        && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= 1
        && number <= slots.Count
            ? slots[number - 1]
            : throw new FormatException($"a slot's number from 1 to {slots.Count} must come first");

    private JsonObject Insert(Slot slot, string[] words)
    {
        Unit unit = make(UnitBirth.Parse(words, usual));
        slot.Put(unit, clock.Now);
        return new JsonObject
        {
            ["slot"] = slot.Number,
            ["serial"] = unit.Serial,
            ["mac"] = Convert.ToHexString(unit.Mac),
            ["chip"] = unit.Chip.Word,
            ["product"] = unit.Product.Word,
        };
    }

    private JsonObject Remove(Slot slot)
    {
        Unit? taken = slot.Look(unit => unit);
        slot.Put(null, clock.Now);
        lock (_shelf)
        {
            if (_shelf.Count == ShelfRoom)
                _shelf.RemoveAt(0);
            _shelf.Add(taken!);
        }

        return new JsonObject { ["slot"] = slot.Number, ["serial"] = taken!.Serial };
    }

    private JsonObject Back(Slot slot, string[] words)
    {
        lock (_shelf)
        {
            Unit unit = _shelf.FindLast(one => words is [{ } serial] && one.Serial == serial)
                ?? throw new FormatException($"a slot and the serial number of one of the last {ShelfRoom} units that were taken out are needed");
            slot.Put(unit, clock.Now);
            _shelf.Remove(unit);
            return UnitState.Of(slot, unit, clock.Now);
        }
    }

    private static JsonObject Save(Slot slot, string[] words, Func<Unit, byte[]> content)
    {
        byte[] bytes = slot.Look(unit => content(Present(slot, unit)).ToArray());
        File.WriteAllBytes(FileOf(words), bytes);
        return new JsonObject { ["slot"] = slot.Number, ["bytes"] = bytes.Length };
    }

    private static JsonObject Load(Slot slot, string[] words)
    {
        byte[] bytes = File.ReadAllBytes(FileOf(words));
        return slot.Look(unit =>
        {
            byte[] flash = Present(slot, unit).Flash.Content;
            if (bytes.Length != flash.Length)
                throw new FormatException($"the flash holds {flash.Length} bytes, the file {bytes.Length}");
            bytes.CopyTo(flash, 0);
            bytes.CopyTo(unit!.Original, 0);
            return new JsonObject { ["slot"] = slot.Number, ["bytes"] = bytes.Length };
        });
    }

    private JsonObject SetFaults(Slot slot, string[] words)
    {
        List<Fault> faults = [.. words.Select(FaultWords.Parse)];
        if (faults.Find(fault => FaultWords.Of(fault.Kind).AtBirth) is { } born)
            throw new FormatException($"'{born}' is settled when a unit is made: insert one with it");
        return slot.Look(unit =>
        {
            foreach (Fault fault in faults)
                Present(slot, unit).Faults.Add(fault);
            return UnitState.Of(slot, unit, clock.Now);
        });
    }

    private JsonObject Heal(Slot slot) => slot.Look(unit =>
    {
        Present(slot, unit).Heal();
        return UnitState.Of(slot, unit, clock.Now);
    });

    private static JsonObject Plug(Slot slot, bool isIn)
    {
        slot.PlugAdapter(isIn);
        return new JsonObject { ["slot"] = slot.Number, ["plugged"] = isIn };
    }

    private JsonObject Crate()
    {
        if (crate is null)
            throw new FormatException("there is no crate; start with --crate");
        return new JsonObject
        {
            ["units"] = new JsonArray([.. crate.Units.Select(one => (JsonNode)new JsonObject
            {
                ["serial"] = one.Unit.Serial,
                ["mac"] = Convert.ToHexString(one.Unit.Mac),
                ["chip"] = one.Unit.Chip.Word,
                ["product"] = one.Unit.Product.Word,
                ["faults"] = new JsonArray([.. one.Unit.Faults.Select(fault => (JsonNode)fault.ToString())]),
                ["slot"] = one.Slot == 0 ? null : one.Slot,
            })]),
        };
    }

    private static Unit Present(Slot slot, Unit? unit) => unit ?? throw new FormatException($"slot {slot.Number} is empty");

    private static string FileOf(string[] words) =>
        words.Length == 2 ? words[1] : throw new FormatException("a slot and a file are needed");
}
