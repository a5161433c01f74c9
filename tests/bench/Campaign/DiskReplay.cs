namespace ProvisionStation.Speed.Campaign;

/// <summary>What is left on a disk whose power was cut at a moment of a trace.</summary>
/// <remarks>
/// Bytes: what was written to a file before its last sync is there. Of what was written since, each write is there, or is not, or some of its
/// 512-byte sectors are; a file that should have grown may have grown with zeros. Names: what happened in a folder before its last sync holds.
/// Of what happened since, a part from the beginning holds: file systems with a journal keep the order in a folder. Syncing a file does not
/// keep its name: that is less than ext4 and XFS promise, and all that POSIX does.
/// </remarks>
internal sealed class DiskReplay
{
    private const int SectorBytes = 512;
    private readonly Dictionary<long, Content> _contents = [];
    private readonly Dictionary<string, Dictionary<string, long>> _durable = new() { ["."] = [] };
    private readonly Dictionary<string, Dictionary<string, long>> _now = new() { ["."] = [] };
    private readonly Dictionary<string, List<(string Name, long? Inode, string? Gone)>> _pending = new() { ["."] = [] };
    private readonly Dictionary<long, string> _folders = [];
    private long _next = 1;

    /// <summary>Inode numbers are used again by the system once a file is gone; these are not.</summary>
    private readonly Dictionary<long, long> _own = [];

    /// <summary>Everything the station had said on stdout.</summary>
    public List<byte> Told { get; } = [];

    /// <summary>The next record happens.</summary>
    /// <exception cref="FormatException">It cannot have happened: the trace has a hole.</exception>
    public void Apply(DiskRecord record)
    {
        switch (record.Kind)
        {
            case 'C':
                _own[record.Inode] = _next;
                _contents[_next] = new Content();
                Name(record.Path, _next++);
                break;
            case 'D':
                _folders[record.Inode] = record.Path;
                if (record.Path == ".")
                    break;
                (_durable[record.Path], _now[record.Path], _pending[record.Path]) = ([], [], []);
                Name(record.Path, 0);
                break;
            case 'O':
                if (Of(record.Inode).Bytes.Length != record.Number)
                    throw new FormatException($"{record.Path} has {record.Number} bytes, of which the trace knows {Of(record.Inode).Bytes.Length}");
                break;
            case 'W':
                Of(record.Inode).Write(record.Number, record.Bytes);
                break;
            case 'T':
                Of(record.Inode).Cut(record.Number);
                break;
            case 'S':
                Sync(record.Inode);
                break;
            case 'R':
                Rename(record.Path, record.NewPath);
                break;
            case 'L':
                Name(record.NewPath, _now[Folder(record.Path)][File(record.Path)]);
                break;
            case 'U':
                Name(record.Path, null);
                break;
            default:
                Told.AddRange(record.Bytes);
                break;
        }
    }

    /// <summary>Writes what is left into a folder.</summary>
    public void WriteTo(string folder, Random dice) => WriteFolder(folder, ".", dice);

    private void WriteFolder(string target, string path, Random dice)
    {
        Directory.CreateDirectory(target);
        SetMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Dictionary<string, long> names = new(_durable[path]);
        foreach ((string name, long? inode, string? gone) in _pending[path].Take(dice.Next(_pending[path].Count + 1)))
        {
            Set(names, name, inode);
            if (gone is not null)
                names.Remove(gone);
        }

        foreach ((string name, long inode) in names)
        {
            string child = path == "." ? name : $"{path}/{name}";
            if (inode == 0)
            {
                WriteFolder(Path.Combine(target, name), child, dice);
            }
            else
            {
                System.IO.File.WriteAllBytes(Path.Combine(target, name), _contents[inode].AfterCut(dice));
                SetMode(Path.Combine(target, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }

    /// <summary>As the station makes them: for its owner alone.</summary>
    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(path, mode);
    }

    private void Sync(long inode)
    {
        if (_folders.TryGetValue(inode, out string? folder))
        {
            _durable[folder] = new Dictionary<string, long>(_now[folder]);
            _pending[folder].Clear();
            return;
        }

        Of(inode).Sync();
    }

    /// <summary>Within a folder at once or not at all; from one to another each has its own part of it.</summary>
    private void Rename(string old, string @new)
    {
        long inode = _now[Folder(old)][File(old)];
        bool isSameFolder = Folder(old) == Folder(@new);
        Name(@new, inode, isSameFolder ? File(old) : null);
        if (!isSameFolder)
            Name(old, null);
    }

    private void Name(string path, long? inode, string? gone = null)
    {
        string folder = Folder(path), name = File(path);
        Set(_now[folder], name, inode);
        if (gone is not null)
            _now[folder].Remove(gone);
        _pending[folder].Add((name, inode, gone));
    }

    private static void Set(Dictionary<string, long> names, string name, long? inode)
    {
        if (inode is { } there)
            names[name] = there;
        else
            names.Remove(name);
    }

    private Content Of(long inode) => _own.TryGetValue(inode, out long own) ? _contents[own] : throw new FormatException($"file {inode} was never made in the trace");

    private static string Folder(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : ".";

    private static string File(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A file's bytes, and those that no sync has covered yet.</summary>
    private sealed class Content
    {
        private readonly List<(long Offset, byte[]? Bytes)> _loose = [];
        private byte[] _durable = [];

        public byte[] Bytes { get; private set; } = [];

        public void Write(long offset, byte[] bytes)
        {
            Bytes = Put(Bytes, offset, bytes);
            _loose.Add((offset, bytes));
        }

        public void Cut(long length)
        {
            byte[] bytes = Bytes;
            Array.Resize(ref bytes, (int)length);
            Bytes = bytes;
            _loose.Add((length, null));
        }

        public void Sync()
        {
            if (_loose.Count == 0)
                return;
            _durable = [.. Bytes];
            _loose.Clear();
        }

        public byte[] AfterCut(Random dice)
        {
            byte[] left = [.. _durable];
            foreach ((long offset, byte[]? bytes) in _loose)
            {
                switch (dice.Next(4))
                {
                    case 0:
                        break;
                    case 1 when bytes is not null:
                        left = Torn(left, offset, bytes, dice);
                        break;
                    case 2 when bytes is not null && dice.Next(4) == 0:
                        left = Resized(left, Math.Max(left.Length, offset + bytes.Length));
                        break;
                    default:
                        left = bytes is null ? Resized(left, offset) : Put(left, offset, bytes);
                        break;
                }
            }

            return left;
        }

        private static byte[] Torn(byte[] left, long offset, byte[] bytes, Random dice)
        {
            for (long at = offset; at < offset + bytes.Length;)
            {
                long end = Math.Min(offset + bytes.Length, ((at / SectorBytes) + 1) * SectorBytes);
                if (dice.Next(2) == 0)
                    left = Put(left, at, bytes[(int)(at - offset)..(int)(end - offset)]);
                at = end;
            }

            return left;
        }

        private static byte[] Resized(byte[] bytes, long length)
        {
            Array.Resize(ref bytes, (int)length);
            return bytes;
        }

        /// <remarks>Old bytes that a new file does not cover are zeros: a disk does not show another file's bytes.</remarks>
        private static byte[] Put(byte[] bytes, long offset, byte[] more)
        {
            if (offset + more.Length > bytes.Length)
                Array.Resize(ref bytes, (int)(offset + more.Length));
            more.CopyTo(bytes, offset);
            return bytes;
        }
    }
}
