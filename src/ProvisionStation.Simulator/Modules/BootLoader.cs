using System.Buffers.Binary;
using ProvisionStation.Simulator.Faults;

namespace ProvisionStation.Simulator.Modules;

/// <summary>The loader of a unit: takes requests from the line, does them in the time they take, answers.</summary>
/// <remarks>FULL is the mask ROM of N, M and 7238; BASIC the l_bootloader in the flash of T, U and 7252 (fact sheet sections 1, 3, 4 and
/// 12).</remarks>
internal sealed class BootLoader
{
    public const int StartRate = 115200;

    /// <summary>A BASIC loader refuses addresses below this; taken as they come over the wire, not wrapped (section 12, from
    /// BLT).</summary>
    private const uint BasicLimit = 0x2000;
    private const byte RebootMagic = 0xA5;
    private const int DriftAbove = 500_000;
    private const int DriftOneIn = 300;
    private const int HurtEveryReads = 100;
    private const int DiesAtRead = 200;

    /// <summary>How long a FULL loader waits for the rest of a request. An assumption; only that it does is known (section 3.7).</summary>
    private static readonly long RequestTimeout = Pace.Real(0.05);
    private static readonly long LateReply = Pace.Real(0.03);

    private readonly ModuleFacts _chip;
    private readonly NorFlash _flash;
    private readonly Pace _pace;
    private readonly FaultSet _faults;
    private readonly Random _dice;
    private readonly TransmitLine _line;
    private readonly RequestParser _parser = new();
    private readonly FlashWork _work;
    private readonly FullCommands _full;
    private readonly SectorWrite _write;
    private bool _isArmed;
    private int _reads;
    private int _midZeros;

    public BootLoader(ModuleFacts chip, NorFlash flash, EFuse fuse, Pace pace, FaultSet faults, Random dice, TransmitLine line)
    {
        (_chip, _flash, _pace, _faults, _dice, _line) = (chip, flash, pace, faults, dice, line);
        Counters = new LoaderCounters(flash.Content.Length / (int)NorFlash.SectorBytes);
        _work = new FlashWork(flash, pace, faults);
        _full = new FullCommands(flash, fuse, pace);
        _write = new SectorWrite(_work, Counters, faults, chip.IsFull ? 0 : BasicLimit);
    }

    /// <summary>What it was asked so far.</summary>
    public LoaderCounters Counters { get; }

    /// <summary>Its UART's bits per second.</summary>
    public int BitRate { get; private set; } = StartRate;

    /// <summary>True once a link check was answered after reset.</summary>
    public bool IsLinked { get; private set; }

    /// <summary>When the last byte came; the reset before the first.</summary>
    public long LastByteAt { get; private set; }

    /// <summary>True once any byte came after reset.</summary>
    public bool HasHeard { get; private set; }

    /// <summary>It works on something until then, and hears nothing.</summary>
    public long BusyUntil { get; private set; }

    /// <summary>When the flash last worked, for the current.</summary>
    public long FlashBusyUntil => _work.BusyUntil;

    /// <summary>What it decided to do; the unit does it.</summary>
    public LoaderWish Wish { get; private set; }

    /// <summary>It has fallen silent for good.</summary>
    public bool IsMute { get; set; }

    /// <summary>Power came or the watchdog bit.</summary>
    public void Reset(long now)
    {
        BitRate = StartRate;
        IsLinked = HasHeard = _isArmed = false;
        LastByteAt = BusyUntil = now;
        Wish = LoaderWish.None;
        _parser.Reset();
        _write.Reset();
        _reads = _midZeros = 0;
    }

    /// <summary>What it wished was done.</summary>
    public void WishIsDone() => Wish = LoaderWish.None;

    /// <summary>Power goes: what the flash was doing stays half done.</summary>
    public void LosePower(long now) => _work.LosePower(now);

    /// <summary>Works off what has arrived.</summary>
    public void Advance(ReceiveLine receive, long now)
    {
        _work.Finish(now);
        while (Wish == LoaderWish.None && BusyUntil <= now)
        {
            ReadOnlySpan<byte> arrived = receive.Arrived(now, BitRate, Drifts ? DriftOneIn : 0);
            if (arrived.IsEmpty)
                break;
            if (_write.LosesByte(_parser.SoFar))
            {
                receive.Take(1);
                continue;
            }

            int before = _parser.SoFar.Length;
            int used = _parser.Take(arrived, out Request? request);
            LastByteAt = Math.Max(receive.TimeOf(used - 1), BusyUntil);
            HasHeard = true;
            LoaderWish befalls = _write.Follow(_parser.SoFar, request, before, receive);
            IsMute |= befalls == LoaderWish.FallSilent;
            Wish = befalls == LoaderWish.FallSilent ? LoaderWish.None : befalls;
            receive.Take(used);
            if (request is not null && Wish == LoaderWish.None)
                Execute(request, LastByteAt);
        }

        if (_chip.IsFull && _parser.IsInside && receive.Count == 0 && now - LastByteAt > RequestTimeout)
        {
            _parser.Reset();
            _write.Abandon();
        }
    }

    private void Execute(Request request, long at)
    {
        if (IsMute || (!IsLinked && request is not { IsLong: false, Opcode: 0x00 }))
            return;
        Counters.CountCommand();
        if (request.IsLong)
            ExecuteLong(request.Opcode, request.Payload, at);
        else
            ExecuteShort(request.Opcode, request.Payload, at);
    }

    private void ExecuteShort(byte opcode, byte[] payload, long at)
    {
        switch (opcode)
        {
            case 0x00:
                AnswerLinkCheck(at);
                break;
            case 0x0E when payload is [RebootMagic, ..]:
                Wish = _chip.IsFull ? LoaderWish.StartApplication : LoaderWish.Reset;
                break;
            case 0x0F when payload.Length == 5:
                ChangeRate(payload, at);
                break;
            case 0x10 when payload.Length == 8:
                CountCrc(payload, at);
                break;
            case 0x11 when _chip.BootVersion is { } version:
                Send(Replies.Short(0x11, [.. System.Text.Encoding.ASCII.GetBytes(version), 0]), at);
                break;
            case 0x70 when _chip.IsFull && payload.AsSpan().SequenceEqual("SEAN"u8):
                Wish = LoaderWish.Reset;
                break;
            default:
                // BASIC says nothing to what it does not know (section 3.7).
                if (_chip.IsFull)
                    Send(_full.Short(opcode, payload), at);
                break;
        }
    }

    private void ExecuteLong(byte opcode, byte[] payload, long at)
    {
        switch (opcode)
        {
            case 0x07 when payload.Length == 4 + NorFlash.SectorBytes:
                // BASIC overwrites the low half of the address it refuses (section 4.8).
                byte[] answer = Address(payload) < Limit
                    ? Replies.Long(opcode, Replies.AddressRefused, 0x00, 0x20, payload[2], payload[3])
                    : Replies.Long(opcode, Replies.Ok, payload.AsSpan(0, 4));
                Finish(answer, _write.End(at));
                break;
            case 0x06 when payload.Length is > 4 and <= 4 + (int)NorFlash.PageBytes:
                WriteBytes(payload, at);
                break;
            case 0x09 when payload.Length == 4:
                ReadSector(payload, at);
                break;
            case 0x0F when payload.Length == 5:
                Erase(opcode, payload, UnitOf(payload[0]), at);
                break;
            case 0x0B when _chip.IsFull && payload.Length == 4:
                Erase(opcode, payload, NorFlash.SectorBytes, at);
                break;
            case 0x0A when _chip.IsFull && payload.Length == 1:
                Counters.CountErase();
                Finish(Replies.Long(opcode, Replies.Ok, payload), _work.EraseAll(at));
                break;
            default:
                if (_chip.IsFull)
                    Send(_full.Long(opcode, payload, at, opcode == 0x0E && MidIsZero()), at);
                break;
        }
    }

    private bool Drifts => _faults.Has(FaultKind.BaudDrift) && BitRate > DriftAbove;

    private uint Limit => _chip.IsFull ? 0 : BasicLimit;

    /// <summary>What an SPI erase command erases; 0 for one that is answered and ignored (section 4.10).</summary>
    private uint UnitOf(byte command) => command switch
    {
        0x20 => 0x1000,
        0x52 when _chip.IsFull => 0x8000,
        0xD8 => 0x10000,
        _ => 0,
    };

    private void AnswerLinkCheck(long at)
    {
        IsLinked = true;
        _isArmed = true;
        if (!_faults.Has(FaultKind.LateLinkReplies))
        {
            Send(Replies.LinkCheck, at);
            return;
        }

        Send(Replies.LinkCheck, at + LateReply);
        Send(Replies.LinkCheck, at + LateReply);
    }

    private void ChangeRate(byte[] payload, long at)
    {
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (rate is < 9600 or > 6_000_000 || _faults.Has(FaultKind.RefuseBaud, rate))
            return;
        // At once, and the answer only after the delay, at the new rate (section 4.2). The delay meets the host's own timing: not scaled.
        BitRate = (int)rate;
        Finish(Replies.Short(0x0F, payload), at + Pace.Real(payload[4] / 1000.0));
    }

    private void CountCrc(byte[] payload, long at)
    {
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        uint end = BinaryPrimitives.ReadUInt32LittleEndian(payload.AsSpan(4));
        uint bytes = end - start + 1;
        if (!_chip.IsFull)
            bytes = bytes / 256 * 256;
        if (bytes > 16 * _flash.Content.Length)
            return; // it would count for minutes; a real one does
        uint crc = 0xFFFFFFFF;
        for (uint done = 0; done < bytes;)
        {
            int from = (int)((start + done) % (uint)_flash.Content.Length);
            int part = (int)Math.Min(bytes - done, (uint)(_flash.Content.Length - from));
            crc = ChipCrc.Continue(crc, _flash.Content.AsSpan(from, part));
            done += (uint)part;
        }

        Counters.CountCrc(bytes);
        byte[] answer = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(answer, crc);
        if (!_chip.IsFull)
        {
            _flash.ProtectByLoader(true, at);
            _isArmed = false;
        }

        Finish(Replies.Short(0x10, answer), at + _pace.Work(bytes / Pace.CrcBytesPerSecond));
    }

    private void ReadSector(byte[] payload, long at)
    {
        uint address = Address(payload);
        if (address < Limit)
        {
            Send(Replies.Long(0x09, Replies.AddressRefused, [.. payload, 0x00]), at);
            return;
        }

        byte[] answer = new byte[4 + NorFlash.SectorBytes];
        payload.CopyTo(answer, 0);
        for (uint index = 0; index < NorFlash.SectorBytes; index++)
            answer[4 + index] = _flash.Content[(address + index) % (uint)_flash.Content.Length];
        Counters.CountRead(address % (uint)_flash.Content.Length);
        byte[] frame = Replies.Long(0x09, Replies.Ok, answer);
        Send(Hurt(frame, ++_reads), at);
    }

    /// <summary>What happens to a long answer on its way.</summary>
    private byte[] Hurt(byte[] frame, int read)
    {
        if (_faults.Has(FaultKind.DiesMidRead) && read == DiesAtRead)
        {
            IsMute = true;
            return frame[..2000];
        }

        if (read % HurtEveryReads != 0)
            return frame;
        int place = _dice.Next(100, frame.Length);
        if (_faults.Use(FaultKind.FlippedByte))
            frame[place] ^= (byte)(1 << _dice.Next(8));
        return _faults.Use(FaultKind.LostByte) ? [.. frame.AsSpan(0, place), .. frame.AsSpan(place + 1)] : frame;
    }

    private void WriteBytes(byte[] payload, long at)
    {
        uint address = Address(payload);
        byte count = (byte)(payload.Length - 4);
        Counters.CountProgram();
        long done = address < Limit ? at : _work.Program(address, payload.AsSpan(4).ToArray(), at);
        Finish(Replies.Long(0x06, address < Limit ? Replies.AddressRefused : Replies.Ok, [.. payload.AsSpan(0, 4), count]), done);
    }

    private void Erase(byte opcode, byte[] payload, uint unitBytes, long at)
    {
        uint address = Address(payload.AsSpan(payload.Length - 4));
        Counters.CountErase();
        if (address < Limit)
        {
            Send(Replies.Long(opcode, Replies.AddressRefused, payload), at);
            return;
        }

        if (!_chip.IsFull && _isArmed)
        {
            _flash.ProtectByLoader(false, at);
            _isArmed = false;
        }

        Finish(Replies.Long(opcode, Replies.Ok, payload), unitBytes == 0 ? at : _work.Erase(address, unitBytes, at));
    }

    private bool MidIsZero() =>
        _faults.All.FirstOrDefault(fault => fault.Kind == FaultKind.MidZero) is { } fault
        && (fault.Times == Fault.Always || _midZeros++ < fault.Times);

    /// <summary>Hears nothing until then, and answers then.</summary>
    private void Finish(byte[] frame, long at)
    {
        BusyUntil = Math.Max(BusyUntil, at);
        Send(frame, at);
    }

    private void Send(byte[] frame, long at)
    {
        if (Drifts)
        {
            frame = [.. frame];
            foreach (ref byte value in frame.AsSpan())
                value ^= _dice.Next(DriftOneIn) == 0 ? (byte)(1 << _dice.Next(8)) : (byte)0;
        }

        _line.Send(frame, BitRate, at);
    }

    private static uint Address(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadUInt32LittleEndian(payload);
}
