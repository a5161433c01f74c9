using ProvisionStation.Beken;
using ProvisionStation.Beken.Images;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Images;

public sealed class ImageFitTests
{
    [Theory]
    [InlineData("BK7231N", ChipModel.BK7231N, KeyClass.Default, true)]
    [InlineData("BK7231T", ChipModel.BK7231T, KeyClass.Default, true)]
    [InlineData("BK7231M", ChipModel.BK7231M, KeyClass.Zero, true)]
    [InlineData("BK7231N", ChipModel.BK7231T, KeyClass.Default, false)]
    [InlineData("BK7231T", ChipModel.BK7231N, KeyClass.Default, false)]
    [InlineData("BK7231N", ChipModel.BK7231M, KeyClass.Zero, false)]
    [InlineData("BK7231M", ChipModel.BK7231N, KeyClass.Default, false)]
    [InlineData("BK7231N", ChipModel.BK7231N, KeyClass.Zero, false)]
    [InlineData("BK7231N", ChipModel.BK7231N, KeyClass.Foreign, false)]
    [InlineData("BK7231N", ChipModel.BK7231N, KeyClass.NotReadable, false)]
    [InlineData("BK7231N", ChipModel.BK7238, KeyClass.Default, false)]
    [InlineData("BK7231T", ChipModel.BK7231U, KeyClass.Default, false)]
    [InlineData("BK7231N", ChipModel.Unknown, KeyClass.Default, false)]
    public void An_image_fits_its_own_chip_with_its_own_key_and_nothing_else(string made, ChipModel chip, KeyClass key, bool fits)
    {
        string? why = ImageFit.Check(FirmwareImage.Recognise(ImageBuilder.Application(0x1000, made), "a"), chip, key);
        Assert.Equal(fits, why is null);
        if (why is not null)
        {
            Assert.Contains(made, why, StringComparison.Ordinal);
            Assert.Contains(chip.ToString(), why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_release_for_a_chip_that_is_only_backed_up_fits_no_unit()
    {
        FirmwareImage image = FirmwareImage.Recognise(ImageBuilder.Application(0x1000, "BK7238"), "a");
        Assert.Contains("not converted", ImageFit.Check(image, ChipModel.BK7238, KeyClass.Zero), StringComparison.Ordinal);
    }
}
