using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>One conversation with the loader of one unit. Owns no port: the slot does. Not for use by two callers at once.</summary>
/// <remarks>Reading is public. Erase and write are internal: <see cref="FlashGuard"/> is the only way to them.
/// A unit that goes silent is a <see cref="BenchException"/> (link-lost), never a verdict.</remarks>
public sealed class BootLoaderSession : IAsyncDisposable
{
    private const int RebootRequests = 3;
    private static readonly TimeSpan RebootPause = TimeSpan.FromMilliseconds(10);

    private readonly SessionOptions options;
    private readonly TimeProvider clock;
    private readonly LoaderWire wire;
    private readonly BusLink link;
    private readonly LinkRecovery recovery;
    private readonly Identification identification;
    private (uint? Loader, uint? RfSector) unitMark;
    private int readRetries;
    private int highestRate;
    private int lowestRate;
    private int writeRetries;

    /// <summary>Makes a session; nothing is sent yet.</summary>
    /// <param name="port">Gives the unit's open port; asked again for every exchange, because a slot may close its port while off. While it is
    /// closed this throws <see cref="InvalidOperationException"/>, which a running restart takes as "not yet".</param>
    /// <param name="restart">Makes the chip leave reset (power or CEN) while link checks flow; null: the operator did it.</param>
    /// <param name="options">Rates and retries.</param>
    /// <param name="clock">The clock of every limit.</param>
    /// <param name="trace">Where the traffic is noted; null: nowhere.</param>
    public BootLoaderSession(
        Func<ISerialPort> port, Func<CancellationToken, Task>? restart, SessionOptions options, TimeProvider clock, UartTrace? trace = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReadTries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WriteTries, 1);
        (this.options, this.clock) = (options, clock);
        wire = new LoaderWire(port, clock, trace);
        link = new BusLink(wire, restart, clock);
        recovery = new LinkRecovery(wire, link, options.Rates);
        identification = new Identification(wire, clock);
    }

    /// <summary>How the line did so far.</summary>
    public LinkStatistics Statistics => new(wire.BitRate, wire.BytesSent, wire.BytesReceived, wire.StrayBytes, wire.SkippedFrames,
        readRetries, writeRetries, recovery.Ladder.Drops, Math.Max(0, link.Links - 1))
    {
        HighestBitRate = highestRate,
        LowestBitRate = lowestRate,
    };

    /// <summary>What <see cref="IdentifyAsync(CancellationToken)"/> found; null before.</summary>
    public ChipIdentity? Identity { get; private set; }

    /// <summary>Attempts at one sector's erase and write.</summary>
    internal int WriteTries => options.WriteTries;

    private bool IsBasic => Identity?.Generation == LoaderGeneration.Basic;

    /// <summary>Gets the bus once, at 115200: link checks flow, then the chip is restarted, and they go on for <paramref name="window"/> after that.</summary>
    /// <remarks>The port may be closed until the restart opens it. An answer counts only once the restart is over.</remarks>
    public Task<LinkResult> LinkAsync(TimeSpan window, CancellationToken cancel) => link.LinkAsync(window, cancel);

    /// <summary>Finds out what the unit is. Afterwards the session runs at the best bit rate of the ladder that holds.</summary>
    public Task<ChipIdentity> IdentifyAsync(CancellationToken cancel) => IdentifyAsync(climb: true, cancel);

    /// <summary>The same without raising the bit rate: enough for a presence look. Reads flash id where readable.</summary>
    public Task<ChipIdentity> LookAsync(CancellationToken cancel) => IdentifyAsync(climb: false, cancel);

    /// <summary>Reads a span of whole sectors, each with its retries.</summary>
    /// <param name="range">Whole sectors inside the flash.</param>
    /// <param name="progress">Bytes done so far.</param>
    /// <param name="cancel">Ends the read between sectors or inside one.</param>
    public async Task<byte[]> ReadAsync(FlashRange range, IProgress<long>? progress, CancellationToken cancel)
    {
        ChipIdentity identity = RequireInside(range);
        if (!range.IsSectorAligned)
            throw new ArgumentOutOfRangeException(nameof(range), range, "Whole sectors are read.");
        // A BASIC loader refuses to read itself below 0x2000, but not where the flash wraps. Source: bk7231tools, BK7231GUIFlashTool.
        uint wrap = IsBasic ? identity.FlashBytes : 0;
        byte[] content = new byte[range.LengthBytes];
        for (uint offset = 0; offset < range.LengthBytes; offset += FlashAddress.SectorBytes)
        {
            byte[] payload = await ReadSectorAsync(wrap + range.Start.Value + offset, cancel);
            payload.AsSpan(4).CopyTo(content.AsSpan((int)offset));
            progress?.Report(offset + FlashAddress.SectorBytes);
        }

        return content;
    }

    /// <summary>The chip's own CRC over a span, as the standard CRC-32 (final inversion done here).</summary>
    /// <param name="range">A multiple of 256 bytes.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<uint> CrcAsync(FlashRange range, CancellationToken cancel)
    {
        RequireInside(range);
        if (range.LengthBytes == 0 || range.LengthBytes % 256 != 0)
            throw new ArgumentOutOfRangeException(nameof(range), range, "BASIC loaders count whole 256-byte units only.");
        Command command = Commands.CheckCrc(range.Start.Value, range.End.Value - 1);
        for (int attempt = 1; ; attempt++)
        {
            // A CRC turns a BASIC loader's protection on; a link check lets the next erase lift it. Source: l_bootloader, bk7231tools.
            Response? answer = await wire.AskAsync(command, LoaderTiming.Crc(range.LengthBytes), cancel);
            if (answer is not null && (!IsBasic || await wire.LinkCheckAsync(cancel)))
            {
                recovery.Succeeded();
                return Crc32.FromChip(BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload));
            }

            if (attempt == options.ReadTries)
                throw LinkFaults.Lost(wire, $"does not count a CRC over {range}");
            await RecoverAsync(cancel);
        }
    }

    /// <summary>Clears the flash's protection where needed. Does nothing to a flash that is open already. Only the guard calls it.</summary>
    /// <param name="authorise">Awaited before the first write to the status register, which is non-volatile; not called where none is needed.</param>
    /// <param name="cancel">Ends the work after the command in flight.</param>
    internal async Task<ProtectionResult> UnprotectAsync(Func<CancellationToken, Task> authorise, CancellationToken cancel)
    {
        ChipIdentity identity = RequireIdentity();
        if (identity.Generation == LoaderGeneration.Full)
            return await new FlashProtection(wire, clock).OpenAsync(identity.FlashChip ?? FlashChips.Unlisted(identity.FlashId ?? 0), authorise, cancel);
        if (!await wire.LinkCheckAsync(cancel))
            await RecoverAsync(cancel);
        return new ProtectionResult(true, false, null, null);
    }

    /// <summary>Keeps a BASIC loader awake with link checks until disposed; harmless on FULL. They go between the commands of other calls.</summary>
    public IAsyncDisposable KeepAlive() => new LoaderKeepAlive(wire, clock);

    /// <summary>Lets the unit start its application. There is no answer to wait for.</summary>
    public async Task RebootAsync(CancellationToken cancel)
    {
        // Tools send it three to six times: nothing tells whether one got through.
        for (int request = 0; request < RebootRequests; request++)
        {
            await wire.SendAsync(Commands.Reboot.Bytes, cancel);
            await Task.Delay(RebootPause, clock, cancel);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        wire.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One erase command. For <see cref="FlashGuard"/> alone.</summary>
    /// <param name="opcode"><see cref="Commands.EraseSector"/> or <see cref="Commands.EraseBlock"/>.</param>
    /// <param name="address">Aligned to what is erased.</param>
    /// <returns>The loader's status; null without a valid answer.</returns>
    internal async Task<byte?> EraseOnceAsync(byte opcode, FlashAddress address)
    {
        TimeSpan work = opcode == Commands.EraseBlock ? LoaderTiming.EraseBlock : LoaderTiming.EraseSector;
        // Not cancelled half-way: a command in flight is seen to its end, so that what it did is known.
        return Outcome(await wire.AskAsync(Commands.Erase(opcode, address.Value), work, CancellationToken.None));
    }

    /// <summary>One sector written; it must be erased before. For <see cref="FlashGuard"/> alone.</summary>
    /// <returns>The loader's status; null without a valid answer.</returns>
    internal async Task<byte?> WriteOnceAsync(FlashAddress address, ReadOnlyMemory<byte> sector)
    {
        byte? status = Outcome(await wire.AskAsync(Commands.WriteSector(address.Value, sector.Span), LoaderTiming.ProgramSector, CancellationToken.None));
        if (status is not null)
            NoteRate();
        return status;
    }

    /// <summary>Counts a sector that is erased and written again.</summary>
    internal void CountWriteRetry() => writeRetries++;

    /// <summary>The exception for a line that gives no more valid answers.</summary>
    internal BenchException LinkLost(string what) => LinkFaults.Lost(wire, what);

    /// <summary>Wins the line back after a command without a valid answer, or throws link-lost.</summary>
    internal async Task RecoverAsync(CancellationToken cancel)
    {
        bool restarted = await recovery.FailedAsync(IsBasic, cancel);
        if (restarted && Identity is not null && await ReadMarkAsync(cancel) != unitMark && await ReadMarkAsync(cancel) != unitMark)
            throw LinkFaults.Lost(wire, "is another unit, or another chip answers in its place");
    }

    /// <summary>A sector went over the line: a recovery may have changed the rate long before the session ends.</summary>
    private void NoteRate()
    {
        highestRate = Math.Max(highestRate, wire.BitRate);
        lowestRate = lowestRate == 0 ? wire.BitRate : Math.Min(lowestRate, wire.BitRate);
    }

    private byte? Outcome(Response? answer)
    {
        if (answer is not null)
            recovery.Succeeded();
        return answer?.Status;
    }

    private async Task<ChipIdentity> IdentifyAsync(bool climb, CancellationToken cancel)
    {
        (LoaderGeneration generation, uint loaderCrc, uint? chipId) = await identification.ReadGenerationAsync(cancel);
        bool basic = generation == LoaderGeneration.Basic;
        if (basic)
            recovery.Ladder.Limit(options.BasicTopRate);
        if (climb)
            await recovery.Ladder.ClimbAsync(basic, cancel);
        Identity = basic
            ? await identification.ReadBasicAsync(loaderCrc, cancel)
            : await identification.ReadFullAsync(loaderCrc, chipId, cancel);
        unitMark = await ReadMarkAsync(cancel);
        return Identity;
    }

    /// <summary>What a unit cannot lose in a run and shares with no other: its loader, and its RF sector with calibration and MAC, by CRC.</summary>
    private async Task<(uint? Loader, uint? RfSector)> ReadMarkAsync(CancellationToken cancel)
    {
        uint? loader = await identification.CrcAsync(0, 0x100, 0x100, cancel);
        uint? rf = FlashLayout.Of(Identity!.Model)?.RfSector is { } sector && sector.End.Value <= Identity.FlashBytes
            ? await identification.CrcAsync(sector.Start.Value, sector.End.Value - 1, sector.LengthBytes, cancel)
            : null;
        if (IsBasic)
            _ = await wire.LinkCheckAsync(cancel);
        return (loader, rf);
    }

    private async Task<byte[]> ReadSectorAsync(uint address, CancellationToken cancel)
    {
        Command command = Commands.ReadSector(address);
        for (int attempt = 1; ; attempt++)
        {
            Response? answer = await wire.AskAsync(command, TimeSpan.Zero, cancel);
            if (answer is { Status: 0 })
            {
                recovery.Succeeded();
                NoteRate();
                return answer.Payload;
            }

            if (attempt == options.ReadTries)
            {
                string why = answer is null ? "gives no whole answer" : $"refuses with status {answer.Status}";
                throw LinkFaults.Lost(wire, $"{why} to a read at 0x{address:X6}");
            }

            readRetries++;
            if (answer is null)
                await RecoverAsync(cancel);
        }
    }

    private ChipIdentity RequireIdentity() => Identity ?? throw new InvalidOperationException("The unit is not identified yet.");

    private ChipIdentity RequireInside(FlashRange range)
    {
        ChipIdentity identity = RequireIdentity();
        if (identity.FlashBytes != 0 && (ulong)range.Start.Value + range.LengthBytes > identity.FlashBytes)
            throw new ArgumentOutOfRangeException(nameof(range), range, "The range ends behind the flash.");
        return identity;
    }
}
