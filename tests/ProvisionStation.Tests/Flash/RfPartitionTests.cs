using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Flash;

public sealed class RfPartitionTests
{
    private static readonly FlashAddress Start = new(0x1D0000);

    [Fact]
    public void The_MAC_is_found_by_its_type()
    {
        byte[] sector = ImageBuilder.RfSector("381F8D112233");
        Assert.Equal("381F8D112233", Convert.ToHexString(sector, 0x24, 6));
        RfPartition rf = RfPartition.Parse(sector, Start)!;
        Assert.Equal(("381F8D112233", "RF sector 0x1D0000, TLV 11111102", false), (rf.MacText, rf.Origin, rf.IsPlaceholder));
    }

    [Fact]
    public void The_MAC_is_found_where_entries_before_it_are_longer()
    {
        byte[] sector = Convert.FromHexString("544C5600" + "26000000" + "00111111" + "1E000000" + "01111111" + "08000000" + "0102030405060708" + "02111111" + "06000000" + "84E342AABBCC" + "00000000");
        Assert.Equal("84E342AABBCC", RfPartition.Parse(sector, Start)!.MacText);
    }

    [Theory]
    [InlineData("C8478C000000", true)]
    [InlineData("C8478C428848", true)]
    [InlineData("000000000000", false)]
    [InlineData("FFFFFFFFFFFF", false)]
    [InlineData("C8478C000001", false)]
    [InlineData("C8478C428849", false)]
    [InlineData("000000000001", false)]
    [InlineData("381F8D112233", false)]
    [InlineData("84E342112233", false)]
    public void MACs_that_many_modules_share_are_placeholders(string mac, bool isPlaceholder) =>
        Assert.Equal(isPlaceholder, RfPartition.Parse(ImageBuilder.RfSector(mac), Start)!.IsPlaceholder);

    [Theory]
    [InlineData("000000000000", "zeros")]
    [InlineData("FFFFFFFFFFFF", "ones")]
    [InlineData("391F8D112233", "group")]
    [InlineData("3B1F8D112233", "group")]
    [InlineData("3A1F8D112233", "made it up")]
    [InlineData("020000000000", "made it up")]
    [InlineData("000000000001", null)]
    [InlineData("FCFFFFFFFFFF", null)]
    [InlineData("381F8D112233", null)]
    [InlineData("84E342112233", null)]
    public void MACs_that_no_maker_gives_are_invalid_and_it_is_said_why(string mac, string? why)
    {
        string? invalid = RfPartition.Parse(ImageBuilder.RfSector(mac), Start)!.WhyInvalid;
        Assert.True(why is null ? invalid is null : invalid?.Contains(why, StringComparison.Ordinal) == true, invalid);
    }

    [Fact]
    public void A_sector_without_the_magic_has_no_table()
    {
        byte[] sector = ImageBuilder.RfSector("381F8D112233");
        sector[3] = 1;
        Assert.Null(RfPartition.Parse(sector, Start));
        Assert.Null(RfPartition.Parse([], Start));
        Assert.Null(RfPartition.Parse("TLV\0"u8, Start));
        Assert.Null(RfPartition.Parse(Enumerable.Repeat((byte)0xFF, 4096).ToArray(), Start));
    }

    [Theory, InlineData(4088u, true), InlineData(4089u, false), InlineData(0u, false), InlineData(uint.MaxValue, false)]
    public void A_table_must_end_inside_its_sector(uint total, bool isTable)
    {
        byte[] sector = ImageBuilder.RfSector("381F8D112233");
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), total);
        Assert.Equal(isTable, RfPartition.Parse(sector, Start) is not null);
    }

    [Theory, InlineData(0x14, 0xFFFFFFFFu), InlineData(0x14, 0x80000000u), InlineData(0x20, 5u), InlineData(0x20, 7u), InlineData(0x1C, 0x11111109u)]
    public void An_entry_that_lies_about_itself_gives_no_MAC(int at, uint value)
    {
        byte[] sector = ImageBuilder.RfSector("381F8D112233");
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(at), value);
        RfPartition rf = RfPartition.Parse(sector, Start)!;
        Assert.Equal((null, false), (rf.MacText, rf.IsPlaceholder));
    }

    [Fact]
    public void A_damaged_sector_never_throws() => Fuzz.Run(2000, random =>
    {
        byte[] sector = ImageBuilder.RfSector("381F8D112233")[..random.Next(1, 4097)];
        for (int hit = random.Next(1, 30); hit > 0; hit--)
            sector[random.Next(Math.Min(sector.Length, 0x70))] = (byte)random.Next(256);
        if (random.Next(2) == 0)
            "TLV\0\x40\0\0\0"u8[..Math.Min(8, sector.Length)].CopyTo(sector);
        RfPartition? rf = RfPartition.Parse(sector, Start);
        Assert.True(rf?.MacText is null or { Length: 12 });
        _ = rf?.IsPlaceholder;
    });
}
