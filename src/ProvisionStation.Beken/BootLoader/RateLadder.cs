using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Finds the best bit rate that holds, from the top down, and goes down when told that one does not.</summary>
/// <param name="wire">The line.</param>
/// <param name="rates">The rungs wanted, in any order.</param>
/// <param name="restart">Brings the unit back to 115200 by a restart, or throws.</param>
internal sealed class RateLadder(LoaderWire wire, IReadOnlyList<int> rates, Func<CancellationToken, Task> restart)
{
    /// <summary>Any address above the loader will do; every chip has this one. Source: bk7231tools probes the page at 0x11000.</summary>
    private static readonly FlashRange ProbeSector = new(new FlashAddress(0x11000), FlashAddress.SectorBytes);

    private int ceiling = int.MaxValue;

    /// <summary>Rungs lost to framing failures.</summary>
    public int Drops { get; private set; }

    /// <summary>Forbids everything above <paramref name="bitsPerSecond"/>.</summary>
    public void Limit(int bitsPerSecond) => ceiling = Math.Min(ceiling, bitsPerSecond);

    /// <summary>Goes to the highest rung that answers and proves itself on a sector; 115200 in the end.</summary>
    /// <param name="basic">True for a BASIC loader, which needs a link check after each CRC.</param>
    /// <param name="cancel">Ends the search.</param>
    public async Task ClimbAsync(bool basic, CancellationToken cancel)
    {
        foreach (int rate in Rungs())
        {
            int before = wire.BitRate;
            if (await TryAsync(rate, basic, cancel))
            {
                ceiling = rate;
                return;
            }

            if (!await FindAsync([rate, before, LoaderTiming.StartRate], cancel))
                await restart(cancel);
        }

        throw LinkFaults.Lost(wire, "does not hold even 115200 bits per second");
    }

    /// <summary>Gives up the present rung. At the bottom the ladder stays where it is.</summary>
    public void Drop()
    {
        int lower = Rungs().FirstOrDefault(rate => rate < wire.BitRate, LoaderTiming.StartRate);
        if (lower < wire.BitRate)
            Drops++;
        ceiling = lower;
    }

    private List<int> Rungs() =>
        [.. rates.Append(LoaderTiming.StartRate).Where(rate => rate <= ceiling && rate >= LoaderTiming.StartRate).Distinct().OrderDescending()];

    private async Task<bool> TryAsync(int rate, bool basic, CancellationToken cancel)
    {
        if (rate != wire.BitRate)
            _ = await wire.ChangeRateAsync(rate, cancel); // a lost confirmation is no proof either way: the link check is
        if (!await wire.LinkCheckAsync(cancel))
            return false;
        // At the rate every loader starts with there is nothing lower to go to; above, one lost byte is no reason to be slow for good.
        if (rate == LoaderTiming.StartRate || await ProveAsync(basic, cancel))
            return true;
        await wire.DrainAsync(cancel);
        return await ProveAsync(basic, cancel);
    }

    /// <summary>One sector as read must have the CRC that the chip counts over it.</summary>
    private async Task<bool> ProveAsync(bool basic, CancellationToken cancel)
    {
        uint first = ProbeSector.Start.Value;
        Response? read = await wire.AskAsync(Commands.ReadSector(first), TimeSpan.Zero, cancel);
        Response? crc = await wire.AskAsync(Commands.CheckCrc(first, ProbeSector.End.Value - 1), LoaderTiming.Crc(ProbeSector.LengthBytes), cancel);
        if (basic && !await wire.LinkCheckAsync(cancel))
            return false;
        return read is { Status: 0 } && crc is not null && Crc32.Of(read.Payload.AsSpan(4)) == Crc32.FromChip(BinaryPrimitives.ReadUInt32LittleEndian(crc.Payload));
    }

    /// <summary>Looks for the loader at the rate asked for, at the one before, where it is if the request was lost, and at 115200.</summary>
    private async Task<bool> FindAsync(int[] rates, CancellationToken cancel)
    {
        foreach (int candidate in rates.Distinct())
        {
            await wire.DrainAsync(cancel);
            wire.SetBitRate(candidate);
            if (await wire.LinkCheckAsync(cancel))
                return true;
        }

        return false;
    }
}
