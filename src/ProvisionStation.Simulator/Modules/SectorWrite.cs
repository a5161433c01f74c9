using System.Buffers.Binary;
using ProvisionStation.Simulator.Faults;

namespace ProvisionStation.Simulator.Modules;

/// <summary>A 4 KiB write as it arrives: the loader programs page by page while bytes still come (fact sheet section 4.8).</summary>
internal sealed class SectorWrite(FlashWork work, LoaderCounters counters, FaultSet faults, uint limit)
{
    private const int DataAt = 12;
    private const int PageBytes = (int)NorFlash.PageBytes;
    private const int HurtAtWrite = 20;
    private const int TroubleAtWrite = 40;
    private const int TroubleAtPage = 7;
    private const int LoseByteAfter = 1500;

    private int _pages;
    private int _writes;
    private bool _lostOne;
    private bool _flippedOne;
    private long _doneAt;

    /// <summary>Power came: writes are counted from here.</summary>
    public void Reset() => _pages = _writes = 0;

    /// <summary>The rest of a request never came: what was under way is forgotten.</summary>
    public void Abandon() => _pages = 0;

    /// <summary>True where the next byte of the request gets lost on its way: once, in the middle of a write.</summary>
    public bool LosesByte(ReadOnlySpan<byte> soFar)
    {
        bool isItsTurn = !_lostOne && _writes == HurtAtWrite && soFar.Length >= LoseByteAfter;
        if (!isItsTurn || !faults.All.Any(fault => fault.Kind == FaultKind.LostByte))
            return false;
        return _lostOne = true;
    }

    /// <summary>Programs the pages that have come whole.</summary>
    /// <param name="soFar">The request so far; empty where it is whole.</param>
    /// <param name="request">The whole request, or null.</param>
    /// <param name="before">How long the request was before the last bytes.</param>
    /// <param name="receive">The line, for the times of those bytes.</param>
    /// <returns>What befalls the unit meanwhile.</returns>
    public LoaderWish Follow(ReadOnlySpan<byte> soFar, Request? request, int before, ReceiveLine receive)
    {
        ReadOnlySpan<byte> payload;
        if (request is not null)
        {
            if (request is not { IsLong: true, Opcode: 0x07, Payload.Length: 4 + 4096 })
                return LoaderWish.None;
            payload = request.Payload;
        }
        else if (soFar.Length < DataAt || soFar[3] != 0xFF || soFar[7] != 0x07 || soFar[5] != 0x05 || soFar[6] != 0x10)
        {
            return LoaderWish.None;
        }
        else
        {
            payload = soFar[8..];
        }

        uint address = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        while (_pages < 16 && payload.Length >= 4 + (PageBytes * (_pages + 1)))
        {
            int lastByte = DataAt + (PageBytes * (_pages + 1)) - 1;
            Program(address, payload.Slice(4 + (PageBytes * _pages), PageBytes).ToArray(), receive.TimeOf(Math.Max(0, lastByte - before)));
            _pages++;
            if (_writes == TroubleAtWrite && _pages == TroubleAtPage && Trouble() is var trouble and not LoaderWish.None)
                return trouble;
        }

        return LoaderWish.None;
    }

    /// <summary>The request is over.</summary>
    /// <returns>When its last page is programmed.</returns>
    public long End(long at)
    {
        _pages = 0;
        return Math.Max(at, _doneAt);
    }

    private void Program(uint address, byte[] page, long at)
    {
        if (_pages == 0)
        {
            _writes++;
            counters.CountProgram();
        }

        if (address < limit)
            return;
        if (!_flippedOne && _writes == HurtAtWrite && faults.All.Any(fault => fault.Kind == FaultKind.FlippedByte))
        {
            page[10] ^= 0x10;
            _flippedOne = true;
        }

        _doneAt = work.Program(address + (uint)(_pages * PageBytes), page, at);
    }

    private LoaderWish Trouble()
    {
        if (faults.Use(FaultKind.PowerCutMidWrite))
            return LoaderWish.LosePower;
        if (faults.Use(FaultKind.UnplugMidWrite))
            return LoaderWish.LoseAdapter;
        return faults.Has(FaultKind.DiesMidWrite) ? LoaderWish.FallSilent : LoaderWish.None;
    }
}
