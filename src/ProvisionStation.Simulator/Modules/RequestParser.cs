namespace ProvisionStation.Simulator.Modules;

/// <summary>Finds requests in a stream of bytes. Junk before <c>01 E0 FC</c> is dropped; frames split over reads are normal.</summary>
internal sealed class RequestParser
{
    /// <summary>Opcode, address and 4 KiB: nothing is longer.</summary>
    private const int LongestBody = 1 + 4 + 4096;
    private const int ShortHeader = 4;
    private const int LongHeader = 7;

    private readonly byte[] _frame = new byte[LongHeader + LongestBody];
    private int _count;

    /// <summary>True in the middle of a request.</summary>
    public bool IsInside => _count > 0;

    /// <summary>The request so far.</summary>
    public ReadOnlySpan<byte> SoFar => _frame.AsSpan(0, _count);

    /// <summary>Forgets half a request.</summary>
    public void Reset() => _count = 0;

    /// <summary>Takes bytes up to the end of one request.</summary>
    /// <param name="input">What came.</param>
    /// <param name="request">The request, where one is whole now.</param>
    /// <returns>Bytes taken, 0 only for an empty input.</returns>
    public int Take(ReadOnlySpan<byte> input, out Request? request)
    {
        request = null;
        int taken = 0;
        while (taken < input.Length)
        {
            int missing = _count < ShortHeader ? 1 : Length() - _count;
            int part = Math.Min(missing, input.Length - taken);
            input.Slice(taken, part).CopyTo(_frame.AsSpan(_count));
            _count += part;
            taken += part;
            if (_count <= LongHeader)
                Check();
            if (_count < ShortHeader || _count < Length())
                continue;
            request = Whole();
            _count = 0;
            return taken;
        }

        return taken;
    }

    /// <summary>The frame's length as far as it is known; its header's while that is not whole.</summary>
    private int Length()
    {
        if (_frame[3] != 0xFF)
            return ShortHeader + _frame[3];
        return _count < LongHeader ? LongHeader : LongHeader + Body();
    }

    private int Body() => _frame[5] | (_frame[6] << 8);

    private void Check()
    {
        bool fits = _count switch
        {
            1 => _frame[0] == 0x01,
            2 => _frame[1] == 0xE0,
            3 => _frame[2] == 0xFC,
            4 => _frame[3] != 0,
            5 => _frame[3] != 0xFF || _frame[4] == 0xF4,
            7 => _frame[3] != 0xFF || Body() is > 0 and <= LongestBody,
            _ => true,
        };
        if (fits)
            return;
        byte last = _frame[_count - 1];
        _count = last == 0x01 ? 1 : 0;
        _frame[0] = last;
    }

    private Request Whole()
    {
        bool isLong = _frame[3] == 0xFF;
        int header = isLong ? LongHeader : ShortHeader;
        return new Request(isLong, _frame[header], _frame.AsSpan(header + 1, _count - header - 1).ToArray());
    }
}
