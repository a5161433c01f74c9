using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Tests.Flash;

/// <summary>Origin of the vectors: zlib.</summary>
public sealed class Crc32Tests
{
    public static TheoryData<byte[], uint, uint> Vectors => new()
    {
        { "123456789"u8.ToArray(), 0xCBF43926, 0x340BC6D9 },
        { [], 0x00000000, 0xFFFFFFFF },
        { Filled(256, 0xFF), 0xFEA8A821, 0x015757DE },
        { Filled(257, 0xFF), 0xB397B8F6, 0x4C684709 },
        { Counting(256), 0x29058C73, 0xD6FA738C },
        { Counting(4096), 0xA2912082, 0x5D6EDF7D },
        { Filled(4096, 0xFF), 0xF154670A, 0x0EAB98F5 },
        { Filled(4096, 0x00), 0xC71C0011, 0x38E3FFEE },
        { Filled(65536, 0xFF), 0xDEAB7E4E, 0x215481B1 },
        { Filled(281 * 4096, 0xFF), 0xCCD7A59A, 0x33285A65 },
        { Filled(2 << 20, 0xFF), 0x9A4109E5, 0x65BEF61A },
        { [.. Filled(252, 0xFF), 0x7A, 0x60, 0xF9, 0x18], 0xBA54C1B8, 0x45AB3E47 },
        { [.. Filled(253, 0xFF), 0x1A, 0x77, 0x36, 0x50], 0xE14191BA, 0x1EBE6E45 },
    };

    [Theory, MemberData(nameof(Vectors), DisableDiscoveryEnumeration = true)]
    public void The_CRC_is_that_of_zip_and_the_chips_answer_lacks_the_last_inversion(byte[] bytes, uint standard, uint fromChip)
    {
        Assert.Equal(standard, Crc32.Of(bytes));
        Assert.Equal(standard, Crc32.FromChip(fromChip));
    }

    private static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)index)];
}
