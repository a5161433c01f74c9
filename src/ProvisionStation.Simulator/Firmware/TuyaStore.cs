using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// The vendor's key-value store (storage sheet 1 to 4): a key sector, data sectors in the order of their block ids and three swap
/// sectors up to the end of flash; on N and M also the protected sector below. Every identity in it is invented.
/// </summary>
internal static class TuyaStore
{
    private const int SectorBytes = ChipFacts.SectorBytes;
    private const int SwapSectors = 3;
    private const uint KeySectorMagic = 0x13579753;
    private static readonly byte[] MasterKey = "qwertyuiopasdfgh"u8.ToArray();
    private static readonly byte[] TDeviceKey = Convert.FromHexString("CB4E3EA400309DAB656D8DBFE4B93F35");

    public static int KeySector(SimChip chip) => chip == SimChip.Bk7238 ? 0x1F5000 : 0x1EE000;

    public static void Write(Span<byte> flash, SimChip chip, VendorProduct product, ulong seed)
    {
        SeededBytes random = new(seed);
        byte[] deviceKey = TDeviceKey.ToArray();
        if (chip is SimChip.N or SimChip.M or SimChip.Bk7238)
            random.Fill(deviceKey);
        byte[] dataKey = DataKey(deviceKey);
        int keySector = KeySector(chip);
        int blocks = ((ChipFacts.FlashBytes - keySector) / SectorBytes) - 1 - SwapSectors;
        List<(string Name, byte[] Value)> values = TuyaValues.Make(chip, product, ref random);

        Encrypt(KeySectorContent(deviceKey), MasterKey, flash[keySector..]);
        byte[][] sectors = product is { Store: StoreCondition.NewestInSwap } && product.PinsOf(chip) is { } pins
            ? Interrupted(TuyaValues.Before(values, pins), values, blocks, random)
            : WithEarlier(new TuyaBlocks(blocks).Fill(values, random));
        if (product.Store == StoreCondition.Damaged)
            Damage(sectors, values.Find(one => one.Name == TuyaValues.PinsName).Value, ref random);
        for (int sector = 0; sector < sectors.Length; sector++)
            Encrypt(sectors[sector], dataKey, flash[(keySector + SectorBytes + (sector * SectorBytes))..]);
        if (chip is SimChip.N or SimChip.M)
            Encrypt(ProtectedContent(values, deviceKey, dataKey), MasterKey, flash[(keySector - SectorBytes)..]);
    }

    /// <summary>The blocks in their places, and behind them the first three one generation older.</summary>
    private static byte[][] WithEarlier(byte[][] blocks) => [.. blocks, .. blocks[..SwapSectors].Select(TuyaBlocks.Earlier)];

    /// <summary>The older blocks in their places; behind them newer ones where the values differ, then older copies.</summary>
    private static byte[][] Interrupted(
        List<(string Name, byte[] Value)> before, List<(string Name, byte[] Value)> values, int count, SeededBytes random)
    {
        byte[][] old = new TuyaBlocks(count).Fill(before, random);
        byte[][] current = new TuyaBlocks(count).Fill(values, random);
        IEnumerable<byte[]> newer = Enumerable.Range(0, count)
            .Where(block => !old[block].AsSpan().SequenceEqual(current[block]))
            .Select(block => TuyaBlocks.Later(current[block]));
        return [.. old, .. newer.Concat(old.Select(TuyaBlocks.Earlier)).Take(SwapSectors)];
    }

    /// <summary>Flash loses a bit under the cipher, which costs the whole 16 bytes around it; nothing is sealed again.</summary>
    private static void Damage(byte[][] sectors, byte[] text, ref SeededBytes random)
    {
        foreach (byte[] sector in sectors)
        {
            int at = sector.AsSpan().IndexOf(text.AsSpan(0, 32));
            if (at >= 0)
                random.Fill(sector.AsSpan(at + 48, 16));
        }
    }

    /// <summary>D[i] = A[i mod 4] + B[i] + K[i], with A = 8710 and B as below (storage sheet 2).</summary>
    private static byte[] DataKey(byte[] deviceKey)
    {
        ReadOnlySpan<byte> a = "8710"u8, b = "HHRRQbyemofrtytf"u8;
        byte[] key = new byte[16];
        for (int i = 0; i < 16; i++)
            key[i] = (byte)(a[i % 4] + b[i] + deviceKey[i]);
        return key;
    }

    private static byte[] KeySectorContent(byte[] deviceKey)
    {
        byte[] sector = Blank();
        BinaryPrimitives.WriteUInt32LittleEndian(sector, KeySectorMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), TuyaBlocks.Sum(deviceKey));
        deviceKey.CopyTo(sector, 8);
        return sector;
    }

    /// <summary>A second copy of identity and Wi-Fi, under both keys: what a redactor must not miss (storage sheet 3.2).</summary>
    private static byte[] ProtectedContent(List<(string Name, byte[] Value)> values, byte[] deviceKey, byte[] dataKey)
    {
        byte[] inner = Blank()[..(SectorBytes - 0x20)];
        int at = 0;
        foreach ((string name, byte[] value) in values.Where(entry => entry.Name is "gw_bi" or "gw_wsm"))
        {
            BinaryPrimitives.WriteInt32LittleEndian(inner.AsSpan(at), value.Length);
            inner.AsSpan(at + 4, 32).Clear();
            Encoding.ASCII.GetBytes(name, inner.AsSpan(at + 4));
            value.CopyTo(inner, at + 36);
            at += 36 + value.Length;
        }
        byte[] sector = Blank();
        deviceKey.CopyTo(sector, 8);
        BinaryPrimitives.WriteInt32LittleEndian(sector.AsSpan(0x18), at);
        Encrypt(inner, dataKey, sector.AsSpan(0x20));
        BinaryPrimitives.WriteUInt32LittleEndian(sector, KeySectorMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), TuyaBlocks.Sum(sector.AsSpan(8)));
        return sector;
    }

    private static void Encrypt(byte[] plain, byte[] key, Span<byte> destination)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        aes.EncryptEcb(plain, destination[..plain.Length], PaddingMode.None);
    }

    private static byte[] Blank()
    {
        byte[] sector = new byte[SectorBytes];
        sector.AsSpan().Fill(0xFF);
        return sector;
    }
}
