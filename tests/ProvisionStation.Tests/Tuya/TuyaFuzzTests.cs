using System.Security.Cryptography;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Tuya;

/// <summary>Damaged stores end in findings: no crash, and no pin that is called certain and wrong.</summary>
public sealed class TuyaFuzzTests
{
    private static readonly Dictionary<string, (byte[] Bytes, TuyaFindings Good)> Seeds =
        TuyaVector.Names.ToDictionary(name => name, name => (TuyaVector.Load(name).Part, TuyaExtraction.Extract(TuyaVector.Load(name).Part)));

    [Fact]
    public void A_damaged_store_never_gives_a_wrong_map_that_is_called_certain() => Fuzz.Run(120, random =>
    {
        // This one holds an older, different map on purpose: whoever destroys the newer copy gets the older.
        string name = Pick(random, [.. Seeds.Keys.Where(key => key != "syn-swap-newer")]);
        byte[] dump = [.. Seeds[name].Bytes];
        Damage(dump, random);
        TuyaFindings found = TuyaExtraction.Extract(dump);
        Assert.All(
            found.Pins.Where(pin => pin.Confidence == PinConfidence.Certain),
            pin => Assert.Contains(Seeds[name].Good.Pins, good => (good.Pin, good.Role, good.Channel) == (pin.Pin, pin.Role, pin.Channel)));
        TuyaFindings scrubbed = TuyaExtraction.Extract(TuyaScrub.Scrub(dump));
        Assert.Equal(found.PinMapText, scrubbed.PinMapText);
        CredentialTraces.Find(dump, dump);
        UnitFingerprint.Of(dump, ChipModel.Unknown, null, found);
    });

    [Fact]
    public void A_store_written_by_an_enemy_ends_in_findings() => Fuzz.Run(80, random => Extract(random, random.Next(2, 20)));

    [Fact]
    public void A_whole_flash_full_of_an_enemys_sectors_ends_in_findings() => Fuzz.Run(1, random => Extract(random, 512));

    private static void Extract(Random random, int sectors)
    {
        byte[] plain = new byte[0x1000 * sectors];
        random.NextBytes(plain);
        byte[] key = plain[8..24];
        Head(plain, 0x13579753);
        BitConverter.TryWriteBytes(plain.AsSpan(4), (uint)key.Sum(value => value));
        for (int sector = 0x1000; sector < plain.Length; sector += 0x1000)
            Forge(plain.AsSpan(sector, 0x1000), random);
        byte[] dump = [.. Encrypt(plain[..0x1000], "qwertyuiopasdfgh"u8.ToArray()), .. Encrypt(plain[0x1000..], DataKey(key))];
        TuyaFindings found = TuyaExtraction.Extract(dump);
        Assert.Equal(0u, found.KeySectorOffset);
        TuyaScrub.Scrub(dump);
        CredentialTraces.Find(dump, dump);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(15), InlineData(31), InlineData(4095), InlineData(4096), InlineData(0x200001)]
    public void Any_length_will_do(int length)
    {
        Assert.Empty(TuyaExtraction.Extract(new byte[length]).Pins);
        Assert.Equal(length, TuyaScrub.Scrub(new byte[length]).Length);
        Assert.Empty(CredentialTraces.Find(new byte[length], new byte[length]));
        Assert.NotNull(UnitFingerprint.Of(new byte[length], ChipModel.Unknown, null, TuyaExtraction.Extract(new byte[length])));
    }

    private static void Damage(byte[] dump, Random random)
    {
        for (int wounds = random.Next(1, 12); wounds > 0; wounds--)
        {
            int at = random.Next(dump.Length);
            int length = Math.Min(random.Next(1, 64), dump.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    dump[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    random.NextBytes(dump.AsSpan(at, length));
                    break;
                case 2:
                    dump.AsSpan(at, length).Fill((byte)(random.Next(2) * 0xFF));
                    break;
                default:
                    // A cipher block over another: decrypts to real text in the wrong place.
                    dump.AsSpan(at / 16 * 16, Math.Min(16, dump.Length - (at / 16 * 16))).CopyTo(dump.AsSpan(random.Next(dump.Length / 16) * 16));
                    break;
            }
        }
    }

    /// <summary>Right checksums over pages that point anywhere, at themselves, at each other.</summary>
    private static void Forge(Span<byte> sector, Random random)
    {
        BitConverter.TryWriteBytes(sector[8..], (ushort)random.Next(20));
        BitConverter.TryWriteBytes(sector[0x0A..], random.Next(4));
        sector[0x0E] = (byte)random.Next(6);
        for (int page = 1; page < 32; page++)
        {
            Span<byte> index = sector.Slice(page * 128, 128);
            BitConverter.TryWriteBytes(index[4..], random.Next(3) == 0 ? random.Next() : random.Next(60000));
            sector.Slice(8, 2).CopyTo(index[8..]);
            index[0x0A] = (byte)page;
            BitConverter.TryWriteBytes(index[0x0B..], (ushort)random.Next(30));
            byte[] name = Pick(random, ["user_param_key\0"u8.ToArray(), "gw_wsm\0"u8.ToArray(), "baud_cfg\0"u8.ToArray()]);
            index[0x11] = (byte)name.Length;
            name.CopyTo(index[0x12..]);
            for (int part = 0x12 + name.Length; part + 4 <= 128; part += 4)
            {
                BitConverter.TryWriteBytes(index[part..], (ushort)random.Next(16));
                index[part + 2] = (byte)random.Next(33);
                index[part + 3] = (byte)random.Next(33);
            }
        }

        Head(sector, 0x98761234);
        uint sum = 0;
        foreach (byte value in sector[8..])
            sum += value;
        BitConverter.TryWriteBytes(sector[4..], sum);
    }

    private static void Head(Span<byte> sector, uint magic) => BitConverter.TryWriteBytes(sector, magic);

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static byte[] DataKey(byte[] key) => [.. key.Select((value, i) => (byte)("8710"u8[i % 4] + "HHRRQbyemofrtytf"u8[i] + value))];

    private static byte[] Encrypt(byte[] plain, byte[] key)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptEcb(plain, PaddingMode.None);
    }
}
