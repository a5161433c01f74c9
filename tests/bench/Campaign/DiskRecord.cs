namespace ProvisionStation.Speed.Campaign;

/// <summary>One record of a trace of the shim; its form is described in <c>tests/shim/disk-shim.c</c>.</summary>
/// <param name="Kind">C, O, D, W, T, S, R, L, U or P.</param>
/// <param name="Inode">The file; 0 where the record names none.</param>
/// <param name="Number">Offset of a write, length of a cut, size at an open.</param>
/// <param name="Path">Path below the data folder; the old one of a rename.</param>
/// <param name="NewPath">The new path of a rename.</param>
/// <param name="Bytes">What was written, or said.</param>
internal sealed record DiskRecord(char Kind, long Inode, long Number, string Path, string NewPath, byte[] Bytes)
{
    /// <summary>Reads a whole trace.</summary>
    /// <exception cref="FormatException">It is not whole.</exception>
    public static IReadOnlyList<DiskRecord> Load(string file)
    {
        byte[] trace = File.ReadAllBytes(file);
        List<DiskRecord> records = [];
        for (int at = 0; at < trace.Length;)
        {
            int end = Array.IndexOf(trace, (byte)'\n', at);
            if (end < 0)
                throw new FormatException($"the trace ends in the middle of a record, at byte {at}");
            string line = System.Text.Encoding.UTF8.GetString(trace, at, end - at);
            at = end + 1;
            DiskRecord record = Parse(line, out int length);
            records.Add(length == 0 ? record : record with { Bytes = trace[at..(at + length)] });
            at += length;
        }

        return records;
    }

    private static DiskRecord Parse(string line, out int length)
    {
        string[] words = line.Split(' ', 4);
        length = 0;
        switch (line[0])
        {
            case 'W':
                length = (int)Parsed(words[3]);
                return new DiskRecord('W', Parsed(words[1]), Parsed(words[2]), "", "", []);
            case 'P':
                length = (int)Parsed(words[1]);
                return new DiskRecord('P', 0, 0, "", "", []);
            case 'T':
                return new DiskRecord('T', Parsed(words[1]), Parsed(words[2]), "", "", []);
            case 'S':
                return new DiskRecord('S', Parsed(words[1]), 0, "", "", []);
            case 'O':
                return new DiskRecord('O', Parsed(words[1]), Parsed(words[2]), words[3], "", []);
            case 'C' or 'D':
                return new DiskRecord(line[0], Parsed(words[1]), 0, line.Split(' ', 3)[2], "", []);
            case 'U':
                return new DiskRecord('U', 0, 0, line[2..], "", []);
            case 'R' or 'L':
                string[] names = line[2..].Split('|');
                return new DiskRecord(line[0], 0, 0, names[0], names[1], []);
            default:
                throw new FormatException($"'{line}' is no record");
        }
    }

    private static long Parsed(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
