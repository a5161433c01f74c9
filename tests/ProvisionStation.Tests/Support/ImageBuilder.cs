using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ProvisionStation.Tests.Support;

/// <summary>Makes images with valid structure from the published formulas; shares no code with the product.</summary>
internal static class ImageBuilder
{
    public const int LoaderBytes = 0x11000;
    public const int QioBytesN = 1220464;
    public const int QioBytesT = 0x100000;

    /// <summary>An application as it lies in flash from 0x11000 on.</summary>
    /// <param name="codeBytes">Bytes of plain code, a multiple of 32, 0x400 at least.</param>
    /// <param name="chip">BK7231N, BK7231T, BK7231M, BK7238, BK7231U …: sets mark and key.</param>
    /// <param name="version">Put into OpenBeken's string; null for an application without one.</param>
    /// <param name="named">The chip the string names, where it is another.</param>
    /// <param name="trailer">True to end in the packager's header.</param>
    /// <param name="defaultKey">Scrambled; by default what the chip's images are.</param>
    public static byte[] Application(
        int codeBytes, string chip, string? version = null, string? named = null, bool trailer = false, bool? defaultKey = null)
    {
        byte[] code = new byte[codeBytes];
        new Random(codeBytes).NextBytes(code);
        Convert.FromHexString("0E0000EA").CopyTo(code, 0);
        for (int word = 1; word < 8; word++)
            Convert.FromHexString("14F09FE5").CopyTo(code, 4 * word);
        string mark = chip is "BK7231N" or "BK7231M" ? "BK7231\0\0" : chip == "BK7238" ? "BK7238\0\0" : "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008";
        Encoding.ASCII.GetBytes(mark).CopyTo(code, 0x100);
        if (version is not null)
            Encoding.ASCII.GetBytes($"\0Open{named ?? chip} {version} Nov 24 2026 10:11:12\0").CopyTo(code, 0x200);
        byte[] raw = Groups(code, 0x10000, defaultKey ?? chip is "BK7231N" or "BK7231T");
        return trailer ? [.. raw, .. Groups(Trailer(), 0, false)] : raw;
    }

    /// <summary>A release's QIO file: loader, application, blank groups, trailer, and the length a release has.</summary>
    public static byte[] Qio(string chip, string? version = "1.18.299", string? named = null)
    {
        int total = chip == "BK7231T" ? QioBytesT : QioBytesN;
        byte[] image = new byte[total];
        image.AsSpan().Fill(0xFF);
        Loader(chip == "BK7231T" ? "T" : "N").CopyTo(image, 0);
        Application(0x8000, chip, version, named).CopyTo(image, LoaderBytes);
        int end = LoaderBytes + ((total - LoaderBytes) / 34 * 34);
        Groups(Trailer(), 0, false).CopyTo(image, end - 102);
        return image;
    }

    /// <summary>A loader as it lies in flash from 0 on, 0x11000 bytes, scrambled with the default key.</summary>
    public static byte[] Loader(string generation)
    {
        byte[] code = new byte[0x10000];
        new Random(1).NextBytes(code);
        byte[] raw = Groups(code, 0, true);
        if (generation == "N")
        {
            // The mark stands in the raw bytes; its group gets the CRC that fits.
            Encoding.ASCII.GetBytes("BK7231\0\0").CopyTo(raw, 0x110);
            int group = 0x110 / 34 * 34;
            BinaryPrimitives.WriteUInt16BigEndian(raw.AsSpan(group + 32), Crc16(raw.AsSpan(group, 32)));
        }

        return raw;
    }

    /// <summary>An RF sector with the identity group alone, as the shortest of the public ones.</summary>
    public static byte[] RfSector(string mac)
    {
        byte[] sector = new byte[4096];
        sector.AsSpan().Fill(0xFF);
        byte[] table = Convert.FromHexString(
            "544C5600" + "62000000" + "00111111" + "5A000000" + "01111111" + "04000000" + "4E61BC00" + "02111111" + "06000000" + mac
            + "03111111" + "04000000" + "01020304" + "04111111" + "04000000" + "8E155301" + "05111111" + "04000000" + "05060708"
            + "06111111" + "04000000" + "090A0B0C" + "07111111" + "08000000" + "0102030405060708");
        table.CopyTo(sector, 0);
        return sector;
    }

    /// <summary>A whole flash of an N or T.</summary>
    public static byte[] FullDump(string chip, string mac = "381F8D112233")
    {
        byte[] flash = new byte[0x200000];
        flash.AsSpan().Fill(0xFF);
        Loader(chip == "BK7231T" ? "T" : "N").CopyTo(flash, 0);
        Application(0x8000, chip).CopyTo(flash, LoaderBytes);
        RfSector(mac).CopyTo(flash, chip == "BK7231T" ? 0x1E0000 : 0x1D0000);
        return flash;
    }

    public static byte[] Groups(byte[] code, uint address, bool defaultKey)
    {
        byte[] raw = new byte[code.Length / 32 * 34];
        for (int group = 0; group < code.Length / 32; group++)
        {
            Span<byte> stored = raw.AsSpan(group * 34, 34);
            code.AsSpan(group * 32, 32).CopyTo(stored);
            for (int word = 0; word < 32 && defaultKey; word += 4)
            {
                uint plain = BinaryPrimitives.ReadUInt32LittleEndian(stored[word..]);
                BinaryPrimitives.WriteUInt32LittleEndian(stored[word..], plain ^ KeyStream(address + (uint)((group * 32) + word)));
            }

            BinaryPrimitives.WriteUInt16BigEndian(stored[32..], Crc16(stored[..32]));
        }

        return raw;
    }

    /// <summary>The default key's stream in the reduced form that was found on dumps.</summary>
    public static uint KeyStream(uint address)
    {
        uint x = BitOperations.RotateRight(address, 8) ^ 0x510FB093;
        return 0x5993A17E ^ BitOperations.RotateRight(x, 15) ^ (unchecked(0x11111111 * ((x >> 2) & 15)) & 0xE519A4F1);
    }

    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFF;
        foreach (byte value in bytes)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                uint top = ((crc >> 15) ^ (uint)(value >> bit)) & 1;
                crc = ((crc << 1) ^ (top * 0x8005)) & 0xFFFF;
            }
        }

        return (ushort)crc;
    }

    private static byte[] Trailer()
    {
        byte[] header = new byte[96];
        "RBL\0"u8.CopyTo(header);
        "app"u8.CopyTo(header.AsSpan(12));
        "1.0.0"u8.CopyTo(header.AsSpan(28));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(92), Crc32(header.AsSpan(0, 92)));
        return header;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }
}
