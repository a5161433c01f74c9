using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Speed;

/// <summary>What a run does to one unit's flash, by the production code: link, identify, verified read, verified write, with the current watched all the time.</summary>
/// <param name="Recipe">Rates and retries.</param>
/// <param name="Read">What is read.</param>
/// <param name="Write">What is erased and written.</param>
/// <param name="Content">The bytes for it.</param>
internal sealed record UnitJob(Recipe Recipe, FlashRange Read, FlashRange Write, ReadOnlyMemory<byte> Content)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>The same job over its first few sectors.</summary>
    public UnitJob Start(uint sectors) => this with
    {
        Read = new FlashRange(Read.Start, sectors * FlashAddress.SectorBytes),
        Write = new FlashRange(Write.Start, sectors * FlashAddress.SectorBytes),
        Content = Content[..(int)(sectors * FlashAddress.SectorBytes)],
    };

    /// <summary>Does the job in one slot; the slot is off afterwards.</summary>
    public async Task<UnitTimes> RunAsync(SlotBench bench)
    {
        using CancellationTokenSource limit = new(Limit, Clock);
        await bench.OpenAsync(limit.Token);
        await using CurrentWatch current = new(bench, Recipe.Current.Cutoff, Clock);
        await using Bus bus = new(bench, current, Recipe, Clock);
        try
        {
            TimeSpan link = await TimeAsync(() => LinkAsync(bus, limit.Token));
            TimeSpan read = await TimeAsync(() => ReadAsync(bus.Session, limit.Token));
            TimeSpan write = await TimeAsync(() => WriteAsync(bus.Session, limit.Token));
            return new UnitTimes(link, read, write, bus.Session.Statistics);
        }
        finally
        {
            await bus.CloseAsync();
            await current.StopAsync();
            await bench.CutPowerAsync();
        }
    }

    private static async Task LinkAsync(Bus bus, CancellationToken cancel)
    {
        await bus.PowerOnAsync(cancel);
        (LinkResult result, _) = await bus.LinkAsync(_ => Task.CompletedTask, 3, cancel);
        if (result != LinkResult.Linked)
            throw new InvalidOperationException($"no link: {result}");
        await bus.Session.IdentifyAsync(cancel);
    }

    private async Task ReadAsync(BootLoaderSession session, CancellationToken cancel)
    {
        byte[] content = await session.ReadAsync(Read, null, cancel);
        uint crc = await session.CrcAsync(Read, cancel);
        if (crc != Crc32.Of(content))
            throw new InvalidOperationException("what was read and the chip's CRC disagree");
    }

    /// <summary>The guard is asked as in a run; that a backup is durable is granted, since there is none and the unit is virtual.</summary>
    private async Task WriteAsync(BootLoaderSession session, CancellationToken cancel)
    {
        FlashGuard guard = new(session, () => true, (_, _, _) => Task.CompletedTask);
        if (await guard.UnprotectAsync(cancel) is { IsOpen: false })
            throw new InvalidOperationException("the flash stays protected");
        GuardedRange range = guard.Open(FlashPurpose.Image, Write);
        if (await range.WriteAsync(Content, null, cancel) is { } fault)
            throw new InvalidOperationException($"{fault.Kind} at {fault.Address}");
        if (await range.VerifyAndHealAsync(Content, cancel) is { Fault: not null } wrong)
            throw new InvalidOperationException($"{wrong.Fault.Kind} at {wrong.Fault.Address}");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        long from = Clock.GetTimestamp();
        await work();
        return Clock.GetElapsedTime(from);
    }
}

/// <summary>How long one unit took.</summary>
/// <param name="Link">Power on, link, identify.</param>
/// <param name="Read">Read and CRC.</param>
/// <param name="Write">Opening the flash, erase, write and CRC.</param>
/// <param name="Line">How the line did.</param>
internal sealed record UnitTimes(TimeSpan Link, TimeSpan Read, TimeSpan Write, LinkStatistics Line);
