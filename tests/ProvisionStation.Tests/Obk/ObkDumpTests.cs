using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkDumpTests
{
    private const int FlashBytes = 0x200000;

    [Theory]
    [InlineData("02-cb2s-plug-n", 0x1D1000, ChipModel.BK7231N)]
    [InlineData("05-all-pins-t", 0x1E1000, ChipModel.BK7231T)]
    [InlineData("08-bk7252-layout", 0x1E1000, ChipModel.BK7252)]
    [InlineData("03-wifi-mqtt-n", 0x1D1000, ChipModel.BK7231N)]
    [InlineData("03-wifi-mqtt-n", 0x1E1000, ChipModel.BK7231T)]
    public void The_chip_is_told_by_the_names_and_else_by_the_place(string vector, int place, ChipModel chip)
    {
        foreach (int start in new[] { 0, 0x11000 })
        {
            byte[] flash = Flash(vector, place);
            ObkDump found = ObkDump.Find([.. flash[start..], .. flash[..start]])!;
            Assert.Equal((place - start, chip), (found.Offset, found.Found.Config!.Chip));
        }
    }

    [Fact]
    public void A_loader_tells_the_chip_where_a_person_changed_the_names()
    {
        byte[] flash = Flash("03-wifi-mqtt-n", 0x1E1000);
        Convert.FromHexString("4309B596").CopyTo(flash, 0);
        Assert.Equal(ChipModel.BK7231T, ObkDump.Find(flash)!.Found.Config!.Chip);
    }

    [Fact]
    public void A_given_chip_is_looked_for_in_its_place_alone()
    {
        byte[] flash = Flash("02-cb2s-plug-n", 0x1D1000);
        Assert.Null(ObkDump.Find(flash, ChipModel.BK7231T));
        Assert.Equal(ChipModel.BK7231M, ObkDump.Find(flash, ChipModel.BK7231M)!.Found.Config!.Chip);
    }

    [Fact]
    public void One_that_can_be_read_comes_before_one_that_cannot()
    {
        byte[] flash = Flash("02-cb2s-plug-n", 0x1E1000);
        ObkVector.Load("02-cb2s-plug-n").Bytes.CopyTo(flash, 0x1D1000);
        flash[0x1D1100] ^= 1;
        Assert.Equal(0x1E1000, ObkDump.Find(flash)!.Offset);
        flash[0x1E1100] ^= 1;
        Assert.Contains("checksum", ObkDump.Find(flash)!.Found.Rejection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0), InlineData(4096), InlineData(0x1D1FFF), InlineData(FlashBytes)]
    public void Erased_flash_of_any_length_holds_none(int length) => Assert.Null(ObkDump.Find(Erased(length)));

    private static byte[] Flash(string vector, int place)
    {
        byte[] flash = Erased(FlashBytes);
        ObkVector.Load(vector).Bytes.CopyTo(flash, place);
        return flash;
    }

    private static byte[] Erased(int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, (byte)0xFF);
        return bytes;
    }
}
