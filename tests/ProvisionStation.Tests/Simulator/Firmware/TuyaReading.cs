using System.Security.Cryptography;
using System.Text;

namespace ProvisionStation.Tests.Simulator.Firmware;

/// <summary>
/// Another reading of the vendor's store, from the sheet and for these tests only: strict, newest sound copy of each block, every
/// checksum. A value that reaches into a block without a sound copy is not there.
/// </summary>
internal static class TuyaReading
{
    private static readonly byte[] Master = Encoding.ASCII.GetBytes("qwertyuiopasdfgh");

    /// <summary>Values by name; <paramref name="keySector"/> is an offset in <paramref name="image"/>.</summary>
    public static Dictionary<string, string> Values(byte[] image, int keySector)
    {
        byte[] key = DataKey(DeviceKey(image, keySector));
        Dictionary<int, byte[]> blocks = [];
        for (int at = keySector + 4096; at + 4096 <= image.Length; at += 4096)
        {
            byte[] sector = Decrypt(image.AsSpan(at, 4096), key);
            uint magic = BitConverter.ToUInt32(sector, 0);
            if (magic is not (0x98761234 or 0x135726AB) || BitConverter.ToUInt32(sector, 4) != Sum(sector.AsSpan(8)))
                continue;
            int id = BitConverter.ToUInt16(sector, 8);
            if (!blocks.TryGetValue(id, out byte[]? other) || BitConverter.ToUInt32(other, 10) < BitConverter.ToUInt32(sector, 10))
                blocks[id] = sector;
        }
        return blocks.Values.SelectMany(Pages).Select(page => Read(page, blocks))
            .Where(value => value.Value is not null).ToDictionary(value => value.Key, value => value.Value!);
    }

    /// <summary>The CRC over the pins' text, bit by bit from its lowest: x^7 + x^3 + 1, as the seed thread's text needs it.</summary>
    public static int OwnCrc(string fields)
    {
        int remainder = 0;
        foreach (char letter in "{" + fields + "}")
        {
            for (int bit = 0; bit < 8; bit++)
                remainder = (remainder >> 1) ^ ((remainder ^ (letter >> bit)) % 2 * 0x48);
        }
        return remainder;
    }

    /// <summary>Text behind the header of the protected sector, both layers taken off.</summary>
    public static string Protected(byte[] image, int sector, int keySector)
    {
        byte[] outer = Decrypt(image.AsSpan(sector, 4096), Master);
        Assert.Equal(0x13579753u, BitConverter.ToUInt32(outer, 0));
        Assert.Equal(Sum(outer.AsSpan(8)), BitConverter.ToUInt32(outer, 4));
        byte[] inner = Decrypt(outer.AsSpan(0x20), DataKey(DeviceKey(image, keySector)));
        return Encoding.Latin1.GetString(inner, 0, BitConverter.ToInt32(outer, 0x18));
    }

    public static byte[] DeviceKey(byte[] image, int keySector)
    {
        byte[] sector = Decrypt(image.AsSpan(keySector, 4096), Master);
        Assert.Equal(0x13579753u, BitConverter.ToUInt32(sector, 0));
        Assert.Equal(Sum(sector.AsSpan(8, 16)), BitConverter.ToUInt32(sector, 4));
        Assert.All(sector[0x18..], value => Assert.Equal(0xFF, value));
        return sector[8..24];
    }

    private static IEnumerable<byte[]> Pages(byte[] sector)
    {
        for (int page = 1; page < 32; page++)
        {
            if ((sector[15 + (page >> 3)] >> (page & 7) & 1) == 1)
                yield return sector[(page * 128)..((page + 1) * 128)];
        }
    }

    private static KeyValuePair<string, string?> Read(byte[] index, Dictionary<int, byte[]> blocks)
    {
        int length = BitConverter.ToInt32(index, 4), parts = BitConverter.ToUInt16(index, 11), nameLength = index[17];
        string name = Encoding.ASCII.GetString(index, 18, nameLength - 1);
        List<byte> value = [];
        for (int part = 0; part < parts; part++)
        {
            int at = 18 + nameLength + (part * 4);
            if (!blocks.TryGetValue(BitConverter.ToUInt16(index, at), out byte[]? block))
                return new(name, null);
            value.AddRange(block[(index[at + 2] * 128)..((index[at + 3] + 1) * 128)]);
        }
        byte[] text = [.. value.Take(length)];
        Assert.Equal(Sum(text), BitConverter.ToUInt32(index, 0));
        return new(name, Encoding.Latin1.GetString(text));
    }

    private static byte[] DataKey(byte[] device) =>
        [.. device.Select((value, i) => (byte)("8710"[i & 3] + "HHRRQbyemofrtytf"[i] + value))];

    private static byte[] Decrypt(ReadOnlySpan<byte> bytes, byte[] key)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        return aes.DecryptEcb(bytes, PaddingMode.None);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes)
            sum += value;
        return sum;
    }
}
