using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>The flash's status register, through a FULL loader: read, and cleared of protection only where it protects.</summary>
/// <remarks>Source: serial NOR datasheets (SR1 by 05h, SR2 by 35h, WIP bit 0). A needless write is left out because one was seen to lock a
/// P25Q16HBK (bk7231tools pull request 29); WIP is polled because the loader does not wait (bk7231tools issue 19).</remarks>
internal sealed class FlashProtection(LoaderWire wire, TimeProvider clock)
{
    private const ushort WriteInProgress = 1;
    private const int StatusWrites = 3;
    private const int BusyPolls = 100;

    /// <summary>The status bytes of <paramref name="chip"/>, lowest first; null for a chip that has none to read.</summary>
    public async Task<ushort?> ReadAsync(FlashChip chip, CancellationToken cancel)
    {
        if (chip.StatusReadCommands.Count == 0)
            return null;
        int last = -1;
        for (int attempt = 0; attempt < 6; attempt++)
        {
            int status = 0;
            for (int index = 0; index < chip.StatusReadCommands.Count; index++)
                status |= await ReadByteAsync(chip.StatusReadCommands[index], cancel) << (8 * index);
            if (status == last)
                break; // two readings agree: not a flipped bit
            last = status;
        }

        return (ushort)last;
    }

    /// <summary>Clears what protects; writes nothing where nothing does.</summary>
    public async Task<ProtectionResult> OpenAsync(FlashChip chip, Func<CancellationToken, Task> authorise, CancellationToken cancel)
    {
        ushort? found = await ReadAsync(chip, cancel);
        if (found is not { } before || (before & chip.ProtectionMask) == 0)
            return new ProtectionResult(true, false, found, found);
        await authorise(cancel);
        ushort after = before;
        for (int write = 0; write < StatusWrites && (after & chip.ProtectionMask) != 0; write++)
        {
            await WriteAsync(chip, (ushort)(after & ~chip.ProtectionMask & ~WriteInProgress), after, cancel);
            await WaitForWriteAsync(chip, cancel);
            after = await ReadAsync(chip, cancel) ?? after;
        }

        return new ProtectionResult((after & chip.ProtectionMask) == 0, true, before, after);
    }

    private async Task WriteAsync(FlashChip chip, ushort status, ushort present, CancellationToken cancel)
    {
        // A part written with one byte as the tools do, unless it is the second byte that has to change.
        bool both = chip.StatusBytes > 1 || (status & 0xFF00) != (present & 0xFF00);
        Command command = both
            ? Commands.WriteStatus(chip.StatusWriteCommand, (byte)status, (byte)(status >> 8))
            : Commands.WriteStatus(chip.StatusWriteCommand, (byte)status);
        _ = await wire.AskAgainAsync(command, TimeSpan.Zero, 3, cancel) ?? throw LinkFaults.Lost(wire, "does not answer a status write");
    }

    private async Task WaitForWriteAsync(FlashChip chip, CancellationToken cancel)
    {
        for (int poll = 0; poll < BusyPolls; poll++)
        {
            if ((await ReadByteAsync(chip.StatusReadCommands[0], cancel) & WriteInProgress) == 0)
                return;
            await Task.Delay(LoaderTiming.StatusPoll, clock, cancel);
        }
    }

    private async Task<byte> ReadByteAsync(byte spiCommand, CancellationToken cancel)
    {
        Response? answer = await wire.AskAgainAsync(Commands.ReadStatus(spiCommand), TimeSpan.Zero, 3, cancel);
        return answer is { Status: 0 } ? answer.Payload[1] : throw LinkFaults.Lost(wire, "does not answer a status read");
    }
}
