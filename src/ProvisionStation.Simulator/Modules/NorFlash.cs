using ProvisionStation.Simulator.Faults;

namespace ProvisionStation.Simulator.Modules;

/// <summary>A serial NOR flash: programming only clears bits, erasing sets whole aligned units, its own status register protects
/// it.</summary>
/// <remarks>Addresses wrap at its size (fact sheet section 1.4). Protection: while a bit under 0x407C (CMP, BP4 to BP0) is set nothing is
/// erased or programmed (section 12; real parts protect a range). What was cut off by a power loss stays half done.</remarks>
internal sealed class NorFlash(byte[] content, FaultSet faults, Random dice)
{
    public const uint SectorBytes = 0x1000;
    public const uint PageBytes = 0x100;
    public const uint LoaderEnd = 0x11000;

    /// <summary>TH25Q16HB, 2 MiB, as in the seed thread's log.</summary>
    private const uint KnownId = 0x1560EB;

    /// <summary>No part of the table has this id; its last byte still says 2 MiB.</summary>
    private const uint StrangeId = 0x1560A1;

    private const ushort ProtectionMask = 0x407C;
    private const ushort ProtectAll = 0x001C;
    private const ushort WriteInProgress = 1;

    /// <summary>How many power cycles a torn cell reads right before it gives way. Real ones take as long as they like.</summary>
    private const int TornHolds = 12;

    private readonly Dictionary<uint, byte> _stuckMasks = [];
    private readonly Dictionary<uint, int> _tornCells = [];
    private readonly HashSet<uint> _weakCells = [];
    private uint _lastErased;
    private ushort _status = ProtectAll;
    private long _statusBusyUntil;

    /// <summary>What it holds, from address 0.</summary>
    public byte[] Content { get; } = content;

    /// <summary>JEDEC id as tools print it: size, type, maker.</summary>
    public uint Id => faults.Has(FaultKind.UnknownFlash) ? StrangeId : KnownId;

    public bool IsProtected => (_status & ProtectionMask) != 0;

    /// <summary>Erase operations asked for since the unit came.</summary>
    public int Erases { get; private set; }

    /// <summary>Sectors erased since the unit came, however many at once.</summary>
    public int SectorsErased { get; private set; }

    /// <summary>Pages asked to be programmed since the unit came.</summary>
    public int Programs { get; private set; }

    /// <summary>Erases and programs asked for below 0x11000, where the loader lies.</summary>
    public int TouchedBelowLoaderEnd { get; private set; }

    /// <summary>Programs up to a page; what would run over the page's end begins again at its start, as in life.</summary>
    public void Program(uint address, ReadOnlySpan<byte> data)
    {
        CountProgram(address);
        if (!IsProtected)
            ProgramBytes(address, data, 0xFF);
    }

    /// <summary>Power was lost while a page was programmed: some of its bits are in.</summary>
    public void ProgramHalf(uint address, ReadOnlySpan<byte> data)
    {
        CountProgram(address);
        if (!IsProtected)
            ProgramBytes(address, data, (byte)dice.Next(256));
        TearCell();
    }

    /// <summary>Erases the aligned unit that the address lies in.</summary>
    /// <param name="address">Any address in it.</param>
    /// <param name="unitBytes">A power of two.</param>
    public void Erase(uint address, uint unitBytes)
    {
        uint start = CountErase(address, unitBytes);
        if (!IsProtected)
            EraseSectors(start, unitBytes);
    }

    /// <summary>Power was lost while a unit was erased.</summary>
    /// <param name="address">Any address in it.</param>
    /// <param name="unitBytes">A power of two.</param>
    /// <param name="share">How far it was, 0 to 1.</param>
    public void EraseHalf(uint address, uint unitBytes, double share)
    {
        uint start = CountErase(address, unitBytes);
        if (IsProtected)
            return;
        uint whole = (uint)(unitBytes * Math.Clamp(share, 0, 1)) / SectorBytes * SectorBytes;
        EraseSectors(start, whole);
        Span<byte> torn = Content.AsSpan((int)(start + whole), (int)Math.Min(SectorBytes, unitBytes - whole));
        foreach (ref byte value in torn)
            value |= (byte)dice.Next(256);
        TearCell();
    }

    /// <summary>Power comes: a weak cell changes its mind each time, a torn one once.</summary>
    public void PowerCame()
    {
        foreach (uint at in _weakCells)
            Content[at] ^= 1;
        foreach ((uint at, int left) in _tornCells.ToArray())
        {
            _tornCells[at] = left - 1;
            if (left == 1)
                Content[at] ^= 1;
        }
    }

    /// <summary>Everything is FF, the loader too.</summary>
    public void EraseAll()
    {
        CountErase(0, (uint)Content.Length);
        if (!IsProtected)
            EraseSectors(0, (uint)Content.Length);
    }

    /// <summary>A status byte: 05 and 35; others read 0 (section 5.2).</summary>
    public byte ReadStatus(byte command, long now)
    {
        int busy = faults.Has(FaultKind.WipStuck) && _statusBusyUntil > 0 ? WriteInProgress : now < _statusBusyUntil ? WriteInProgress : 0;
        return command switch
        {
            0x05 => (byte)(_status | busy),
            0x35 => (byte)(_status >> 8),
            _ => 0,
        };
    }

    /// <summary>Writes the status register; a locked one keeps its protection bits.</summary>
    public void WriteStatus(ushort value, long busyUntil)
    {
        _statusBusyUntil = busyUntil;
        bool keeps = faults.Has(FaultKind.Protected) || faults.Has(FaultKind.WipStuck);
        _status = (ushort)(keeps ? (value & ~ProtectionMask) | (_status & ProtectionMask) : value & ~WriteInProgress);
    }

    /// <summary>What a BASIC loader does by itself (section 5.5).</summary>
    public void ProtectByLoader(bool protect, long now) =>
        WriteStatus((ushort)((_status & ~ProtectionMask) | (protect ? ProtectAll : 0)), now);

    private void ProgramBytes(uint address, ReadOnlySpan<byte> data, byte strength)
    {
        uint page = address % (uint)Content.Length / PageBytes * PageBytes;
        for (int index = 0; index < data.Length; index++)
        {
            uint at = page + ((address + (uint)index) % PageBytes);
            byte before = Content[at];
            byte clears = (byte)(before & ~data[index] & strength);
            if (clears != 0 && faults.Has(FaultKind.StuckBit, at) && Sticks(at, ref clears))
                faults.Use(FaultKind.StuckBit, at);
            Content[at] = (byte)(before & ~clears);
        }
    }

    /// <summary>Which bit sticks is settled by the first program that needs one: a bit that no image needs would be no fault.</summary>
    private bool Sticks(uint at, ref byte clears)
    {
        if (!_stuckMasks.TryGetValue(at, out byte mask))
            _stuckMasks[at] = mask = (byte)(clears & -clears);
        bool sticks = (clears & mask) != 0;
        clears &= (byte)~mask;
        return sticks;
    }

    private void EraseSectors(uint start, uint bytes)
    {
        for (uint at = start; at < start + bytes; at += SectorBytes)
        {
            uint[] stubborn = [.. faults.Values(FaultKind.NoErase).Where(address => address / SectorBytes == at / SectorBytes)];
            if (stubborn.Length > 0 && faults.Use(FaultKind.NoErase, stubborn[0]))
                continue;
            Content.AsSpan((int)at, (int)SectorBytes).Fill(0xFF);
            foreach (uint healed in _tornCells.Keys.Where(cell => cell / SectorBytes == at / SectorBytes).ToArray())
                _tornCells.Remove(healed);
            _weakCells.UnionWith(faults.Values(FaultKind.WeakCell).Where(cell => cell / SectorBytes == at / SectorBytes));
        }
    }

    /// <summary>Power was lost in the middle of work: a cell in the first sector of what was erased last is torn, if the fault says so. It reads as it
    /// should, for now.</summary>
    private void TearCell()
    {
        if (faults.Use(FaultKind.TornCell))
            _tornCells[_lastErased + (uint)dice.Next((int)SectorBytes)] = TornHolds;
    }

    private void CountProgram(uint address)
    {
        Programs++;
        if (address % (uint)Content.Length < LoaderEnd)
            TouchedBelowLoaderEnd++;
    }

    private uint CountErase(uint address, uint unitBytes)
    {
        uint start = address % (uint)Content.Length / unitBytes * unitBytes;
        Erases++;
        SectorsErased += (int)(unitBytes / SectorBytes);
        _lastErased = start;
        if (start < LoaderEnd)
            TouchedBelowLoaderEnd++;
        return start;
    }
}
