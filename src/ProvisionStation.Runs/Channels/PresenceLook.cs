using System.Security.Cryptography;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Channels;

/// <summary>Looks whether a unit is in a slot: power with link checks already flowing, so that the loader is caught and the application never starts.</summary>
internal static class PresenceLook
{
    /// <summary>Looks once; the slot is off before and after.</summary>
    /// <exception cref="BenchException">The slot's wires are at fault.</exception>
    public static async Task<Presence> LookAsync(SlotBench bench, Recipe recipe, TimeProvider clock, CancellationToken stop)
    {
        await using CurrentWatch current = new(bench, recipe.Current.Cutoff, clock);
        await using Bus bus = new(bench, current, recipe, clock);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30) + recipe.Link.Window, clock);
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(stop, current.Tripped, limit.Token);
        try
        {
            return await AskAsync(bus, current, recipe.Retry.Read, all.Token);
        }
        catch (Exception) when (current.OverCurrent is not null)
        {
            // A short is found again, named and recorded by the run that this starts, which also latches the slot.
            return new Presence(PresenceKind.Shorted, null, null);
        }
        catch (Exception) when (current.MeterFault is not null)
        {
            throw current.MeterFault;
        }
        catch (BenchException e) when (e.Reason is BenchReasons.LinkLost or BenchReasons.LineNoise or BenchReasons.ReadMismatch)
        {
            return new Presence(PresenceKind.Unreadable, null, null);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return new Presence(PresenceKind.Unreadable, null, null);
        }
        finally
        {
            await bus.CloseAsync();
            await current.StopAsync();
            await OffAsync(bench, clock);
        }
    }

    /// <summary>Lets the unit in the slot boot to its end once, so that looks that missed its loader do not add up to safe mode.</summary>
    /// <exception cref="BenchException">The slot's wires are at fault.</exception>
    public static async Task LetBootAsync(SlotBench bench, Recipe recipe, TimeProvider clock, CancellationToken stop)
    {
        await using CurrentWatch current = new(bench, recipe.Current.Cutoff, clock);
        await using Bus bus = new(bench, current, recipe, clock);
        await using ApplicationWatch application = new(bench, current, bus, recipe, clock);
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(stop, current.Tripped);
        try
        {
            await application.StartAsync(all.Token);
            await application.CompleteAsync(all.Token);
        }
        catch (OperationCanceledException) when (current.Tripped.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            // Its power was cut; what is wrong with it is found by the run that comes when it is looked at as a new unit.
        }
        finally
        {
            await application.StopReadingAsync();
            await current.StopAsync();
            await OffAsync(bench, clock);
        }
    }

    private static async Task<Presence> AskAsync(Bus bus, CurrentWatch current, int readTries, CancellationToken cancel)
    {
        await bus.PowerOnAsync(cancel);
        (LinkResult result, _) = await bus.LinkAsync(_ => Task.CompletedTask, 1, cancel);
        if (result == LinkResult.Silent)
            return new Presence(PresenceKind.Empty, null, null, DrawsCurrent: current.Last > BootJudgement.NoBootBelowMilliamperes);
        if (result == LinkResult.Noise)
            return new Presence(PresenceKind.Unreadable, null, null);
        ChipIdentity identity = await bus.Session.LookAsync(cancel);
        if (FlashLayout.Of(identity.Model) is not { } layout)
            return new Presence(PresenceKind.Unit, identity.FlashId, null);
        // One flipped bit would make a finished unit a stranger, and run it again.
        byte[] rf = (await ProvenRead.ReadAsync(bus.Session, layout.RfSector, readTries, null, cancel)).Bytes;
        return new Presence(PresenceKind.Unit, identity.FlashId, Convert.ToHexStringLower(SHA256.HashData(rf)));
    }

    private static async Task OffAsync(SlotBench bench, TimeProvider clock)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20), clock);
        await bench.PowerOffAsync(limit.Token);
    }
}
