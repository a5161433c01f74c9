using ProvisionStation.Simulator.Faults;

namespace ProvisionStation.Simulator.Modules;

/// <summary>One erase or program at a time, in the time it takes; a power cut in the middle leaves it half done.</summary>
internal sealed class FlashWork(NorFlash flash, Pace pace, FaultSet faults)
{
    private const double SlowErase = 10;
    private Job? _job;

    /// <summary>When the work under way ends.</summary>
    public long BusyUntil { get; private set; }

    /// <summary>Starts to program up to a page, behind what is under way.</summary>
    /// <returns>When it is done.</returns>
    public long Program(uint address, byte[] data, long at) =>
        Begin(at, Pace.ProgramPageSeconds, () => flash.Program(address, data), _ => flash.ProgramHalf(address, data));

    /// <summary>Starts to erase a unit, behind what is under way.</summary>
    /// <returns>When it is done.</returns>
    public long Erase(uint address, uint unitBytes, long at)
    {
        double seconds = unitBytes <= NorFlash.SectorBytes ? Pace.EraseSectorSeconds : Pace.EraseBlockSeconds;
        return Begin(at, Slow(seconds), () => flash.Erase(address, unitBytes), share => flash.EraseHalf(address, unitBytes, share));
    }

    /// <summary>Starts to erase everything.</summary>
    public long EraseAll(long at) => Begin(
        at,
        Slow(Pace.EraseBlockSeconds * flash.Content.Length / 0x10000),
        () => flash.EraseAll(),
        share => flash.EraseHalf(0, (uint)flash.Content.Length, share));

    /// <summary>What is due by now is done.</summary>
    public void Finish(long now)
    {
        if (_job is not { } job || job.End > now)
            return;
        job.Whole();
        _job = null;
    }

    /// <summary>Power is lost: what is not done by now is half done.</summary>
    public void LosePower(long now)
    {
        Finish(now);
        if (_job is { } job)
            job.Half((double)(now - job.Start) / Math.Max(1, job.End - job.Start));
        _job = null;
        BusyUntil = now;
    }

    private double Slow(double seconds) => faults.Has(FaultKind.SlowErase) ? SlowErase * seconds : seconds;

    private long Begin(long at, double seconds, Action whole, Action<double> half)
    {
        long start = Math.Max(at, BusyUntil);
        Finish(start);
        BusyUntil = start + pace.Work(seconds);
        _job = new Job(start, BusyUntil, whole, half);
        return BusyUntil;
    }

    private sealed record Job(long Start, long End, Action Whole, Action<double> Half);
}
