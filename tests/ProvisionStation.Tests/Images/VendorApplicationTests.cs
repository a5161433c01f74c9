using ProvisionStation.Beken;
using ProvisionStation.Beken.Images;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Images;

public sealed class VendorApplicationTests
{
    private const int Start = 0x11000;
    private readonly byte[] backup = ImageBuilder.FullDump("BK7231N");

    [Fact]
    public void Code_that_unscrambles_with_the_default_key_says_so() => Assert.Equal(KeyClass.Default, VendorApplication.KeyClassOf(backup));

    [Fact]
    public void The_first_words_of_a_stock_module_are_the_published_ones() =>
        Assert.Equal("2F07B59435FF2A9B", Convert.ToHexString(backup, Start, 8));

    [Fact]
    public void Code_that_is_not_scrambled_has_no_key()
    {
        ImageBuilder.Application(0x1000, "BK7231M").CopyTo(backup, Start);
        Assert.Equal(KeyClass.Zero, VendorApplication.KeyClassOf(backup));
    }

    [Fact]
    public void Sound_groups_that_no_known_key_explains_are_foreign()
    {
        byte[] code = new byte[0x1000];
        new Random(5).NextBytes(code);
        ImageBuilder.Groups(code, 0x10000, true).CopyTo(backup, Start);
        Assert.Equal(KeyClass.Foreign, VendorApplication.KeyClassOf(backup));
    }

    [Theory, InlineData(0), InlineData(33), InlineData(300), InlineData(543)]
    public void A_flipped_bit_in_the_first_groups_makes_the_key_unreadable(int at)
    {
        backup[Start + at] ^= 1;
        Assert.Equal(KeyClass.NotReadable, VendorApplication.KeyClassOf(backup));
    }

    [Fact]
    public void An_erased_application_and_a_short_backup_tell_nothing()
    {
        Assert.Equal(KeyClass.NotReadable, VendorApplication.KeyClassOf(backup.AsSpan(0, Start + 100)));
        Assert.Equal(KeyClass.NotReadable, VendorApplication.KeyClassOf([]));
        backup.AsSpan(Start, 0x8000).Fill(0xFF);
        Assert.Equal(KeyClass.NotReadable, VendorApplication.KeyClassOf(backup));
    }

    [Fact]
    public void A_unit_that_runs_OpenBeken_tells_its_version_and_another_does_not()
    {
        Assert.Null(VendorApplication.OpenBekenVersion(backup));
        ImageBuilder.Application(0x8000, "BK7231N", "1.17.63").CopyTo(backup, Start);
        Assert.Equal("1.17.63", VendorApplication.OpenBekenVersion(backup));
        Assert.Null(VendorApplication.OpenBekenVersion([]));
    }
}
