using System.Globalization;
using ProvisionStation.Bench.Meters;
using ProvisionStation.Bench.Power;
using ProvisionStation.Bench.Scpi;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Bench.Jigs;

/// <summary>A jig with its instruments open. Slots are opened one by one, so that a broken one stops nobody else.</summary>
public sealed class JigBench : IAsyncDisposable
{
    private readonly Dictionary<string, ScpiInstrument> _instruments;
    private readonly Dictionary<int, SlotBench> _slots;

    private JigBench(
        Jig jig, Dictionary<string, ScpiInstrument> instruments, Func<string, CancellationToken, Task> askOperator, TimeProvider clock)
    {
        Jig = jig;
        _instruments = instruments;
        _slots = jig.Slots.ToDictionary(slot => slot.Number, slot => new SlotBench(
            slot,
            Supply(slot, askOperator, clock),
            Meter(slot, clock),
            (path, bitRate) => SerialPorts.Open(path, bitRate, SlotBench.LinesSwitchPower(slot), clock),
            clock,
            Limit(slot)));
    }

    /// <summary>Opens the shared instruments, checks what they are and sets them up; every channel that feeds a slot is switched
    /// off.</summary>
    /// <remarks>A slot with a power driver of its own is switched off when it is opened, so that its fault stays its own.</remarks>
    /// <param name="jig">The jig.</param>
    /// <param name="askOperator">Puts a question of a <c>manual</c> device to a person and returns when the person confirms.</param>
    /// <param name="clock">The clock of every limit.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="BenchException">An instrument does not answer or is not what it should be.</exception>
    public static async Task<JigBench> OpenAsync(
        Jig jig, Func<string, CancellationToken, Task> askOperator, TimeProvider clock, CancellationToken cancel)
    {
        Dictionary<string, ScpiInstrument> instruments = jig.Instruments.Values.ToDictionary(one => one.Name, one => new ScpiInstrument(
            one.Name, one.Address, limit => ScpiAddress.Parse(one.Address)!.OpenAsync(clock, limit), Setup(jig, one), clock));
        JigBench bench = new(jig, instruments, askOperator, clock);
        try
        {
            foreach (JigInstrument one in jig.Instruments.Values)
            {
                string reason = one.On is null ? BenchReasons.MeterLost : BenchReasons.PowerLost;
                await instruments[one.Name].OpenAsync(reason, cancel);
                foreach (int channel in jig.Slots.Where(slot => slot.Power.Use == one.Name).Select(slot => slot.Power.Channel))
                    await instruments[one.Name].CommandAsync(WithChannel(one.Off!, channel), reason, cancel);
            }

            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    /// <summary>The jig as its file describes it.</summary>
    public Jig Jig { get; }

    /// <summary>What the instruments answered to <c>*IDN?</c>, by name.</summary>
    public IReadOnlyDictionary<string, string> Identities => _instruments.ToDictionary(one => one.Key, one => one.Value.Identity);

    /// <summary>The bench of one slot. Nothing of the slot is open yet.</summary>
    public SlotBench Slot(int number) => _slots[number];

    /// <summary>Switches off every slot that was opened, at the same time, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_slots.Values.Select(slot => slot.DisposeAsync().AsTask()));
        foreach (ScpiInstrument instrument in _instruments.Values)
            await instrument.DisposeAsync();
    }

    /// <summary>The setup of every channel that a slot uses; a command without a channel once.</summary>
    private static List<string> Setup(Jig jig, JigInstrument instrument)
    {
        IEnumerable<int> channels = jig.Slots
            .SelectMany(slot => new[] { slot.Power, slot.Meter })
            .Where(device => device?.Use == instrument.Name)
            .Select(device => device!.Channel)
            .Distinct().Order();
        return [.. channels.SelectMany(channel => instrument.Setup.Select(command => WithChannel(command, channel))).Distinct()];
    }

    private IPowerSupply? Supply(JigSlot slot, Func<string, CancellationToken, Task> askOperator, TimeProvider clock)
    {
        if (slot.Power.Use is { } name)
        {
            JigInstrument instrument = Jig.Instruments[name];
            return new ScpiSupply(
                _instruments[name], WithChannel(instrument.On!, slot.Power.Channel), WithChannel(instrument.Off!, slot.Power.Channel));
        }

        return slot.Power.Driver switch
        {
            "exec" => new ExecSupply(slot.Power.On, slot.Power.Off, clock),
            "manual" => new ManualSupply(slot.Number, askOperator),
            _ => null, // a line of the slot's own port
        };
    }

    private ICurrentMeter? Meter(JigSlot slot, TimeProvider clock) => slot.Meter switch
    {
        null => null,
        { Use: { } name } => new ScpiMeter(
            _instruments[name], WithChannel(Jig.Instruments[name].Measure!, slot.Meter.Channel), slot.Meter.Channel),
        _ => new ExecMeter(slot.Meter.Measure, clock),
    };

    private ScpiLimit? Limit(JigSlot slot) => slot.Power.Use is { } name && Jig.Instruments[name].Limited is { } limited
        ? new ScpiLimit(_instruments[name], WithChannel(limited, slot.Power.Channel))
        : null;

    private static string WithChannel(string command, int channel) =>
        command.Replace("{channel}", channel.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
