using System.Net.Sockets;
using System.Text.Json.Nodes;
using ProvisionStation.Simulator.Instruments;
using ProvisionStation.Simulator.Modules;
using ProvisionStation.Simulator.Wiring;

namespace ProvisionStation.Simulator;

/// <summary>The whole bench: slots, supply, crate, control.</summary>
internal sealed class VirtualBench : IDisposable
{
    private const int FirstSerial = 1;

    private readonly List<Slot> _slots = [];
    private readonly BenchLoop _loop;
    private readonly LineServer _supply;
    private readonly LineServer? _controlServer;
    private readonly Options _options;

    /// <exception cref="IOException">A pseudo terminal, the folder or the crate's file cannot be had.</exception>
    /// <exception cref="SocketException">A port is taken.</exception>
    /// <exception cref="FormatException">The crate is not understood.</exception>
    public VirtualBench(Options options, TimeProvider time, Action<string> say)
    {
        _options = options;
        BenchClock clock = new(time);
        Pace pace = new(options.Scale, options.Turbo);
        Crate? crate = options.CrateText is { } text ? Crate.Parse(text, options.Chip) : null;
        Directory.CreateDirectory(options.Folder);
        for (int number = 1; number <= options.Slots; number++)
            _slots.Add(new Slot(number, options.Folder, options.Seed));
        Fill(crate, clock, say, Make);
        _loop = new BenchLoop(_slots, clock);
        Control = new Control(_slots, crate, options.Chip, Make, clock, _loop.Wake);
        _supply = new LineServer("supply", options.ScpiPort, new ScpiSupply(_slots, clock, _loop.Wake).Execute);
        _controlServer = options.ControlPort is { } port ? new LineServer("control", port, Control.Execute) : null;

        Unit Make(UnitBirth birth) => new(birth, pace, options.Seed);
    }

    public Control Control { get; }

    /// <summary>The first line on stdout.</summary>
    public string Ready => new JsonObject
    {
        ["scpi"] = _supply.Port,
        ["control"] = _controlServer?.Port,
        ["seed"] = _options.Seed,
        ["scale"] = _options.Scale,
        ["slots"] = new JsonArray([.. _slots.Select(slot => (JsonNode)new JsonObject
        {
            ["slot"] = slot.Number,
            ["port"] = slot.UartPath,
            ["log"] = slot.LogPath,
        })]),
    }.ToJsonString();

    public void Dispose()
    {
        _controlServer?.Dispose();
        _supply.Dispose();
        _loop.Dispose();
        foreach (Slot slot in _slots)
            slot.Dispose();
    }

    private void Fill(Crate? crate, BenchClock clock, Action<string> say, Func<UnitBirth, Unit> make)
    {
        if (crate is not null)
        {
            new StandInOperator(crate, make, clock, say).Begin(_slots, _options.Swap);
            return;
        }

        foreach (Slot slot in _options.Empty ? [] : _slots)
            slot.Put(make(new UnitBirth($"{FirstSerial + slot.Number - 1}", _options.Chip, [])), clock.Now);
    }
}
