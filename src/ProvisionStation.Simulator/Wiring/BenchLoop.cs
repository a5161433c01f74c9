using System.Runtime.InteropServices;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>The thread on which all slots live: it sleeps until a byte comes or something is due. Cheap, because the slots share its
/// wake-ups:
/// their adapters are asked at the same instants.</summary>
internal sealed class BenchLoop : IDisposable
{
    private static readonly long LongestSleep = 100_000_000;

    private readonly IReadOnlyList<Slot> _slots;
    private readonly BenchClock _clock;
    private readonly int _wake;
    private readonly Thread _thread;
    private volatile bool _stop;

    public BenchLoop(IReadOnlyList<Slot> slots, BenchClock clock)
    {
        (_slots, _clock) = (slots, clock);
        _wake = Native.Check(Native.MakeEvent(0, Native.EventFlags), "eventfd");
        _thread = new Thread(Run) { Name = "bench", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What ended it before its time; null while it runs.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Something was switched or put in: look at once.</summary>
    public void Wake() => Native.Write(_wake, BitConverter.GetBytes(1L));

    public void Dispose()
    {
        _stop = true;
        Wake();
        if (_thread.Join(TimeSpan.FromSeconds(5)))
            _ = Native.Close(_wake);
    }

    private void Run()
    {
        try
        {
            PollEntry[] entries = new PollEntry[1 + (2 * _slots.Count)];
            byte[] ignored = new byte[8];
            while (!_stop)
            {
                Wait(entries, StepAll());
                if (entries[0].Happened != 0)
                    _ = Native.Read(_wake, ignored);
                long now = _clock.Now;
                for (int index = 0; index < _slots.Count; index++)
                {
                    if (entries[1 + (2 * index)].Happened != 0 || entries[2 + (2 * index)].Happened != 0)
                        _slots[index].ReadHost(now);
                }
            }
        }
        catch (Exception e)
        {
            Fault = e;
            Environment.FailFast("the bench thread ended: " + e.Message, e);
        }
    }

    private long StepAll()
    {
        long due = long.MaxValue;
        foreach (Slot slot in _slots)
            due = Math.Min(due, slot.Step(_clock.Now));
        return due;
    }

    private void Wait(PollEntry[] entries, long due)
    {
        entries[0] = new PollEntry { Descriptor = _wake, Wanted = Native.PollIn };
        for (int index = 0; index < _slots.Count; index++)
        {
            (int uart, int log) = _slots[index].Descriptors;
            entries[1 + (2 * index)] = new PollEntry { Descriptor = uart, Wanted = Native.PollIn };
            entries[2 + (2 * index)] = new PollEntry { Descriptor = log, Wanted = Native.PollIn };
        }

        long sleep = Math.Clamp(due == long.MaxValue ? LongestSleep : due - _clock.Now, 0, LongestSleep);
        if (Native.Poll(entries, sleep) < 0 && Marshal.GetLastPInvokeError() != Native.Interrupted)
            throw new IOException($"ppoll failed with errno {Marshal.GetLastPInvokeError()}");
    }
}
