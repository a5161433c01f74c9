using System.Security.Cryptography;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Images;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Images;

public sealed class FirmwareImageTests
{
    [Theory]
    [InlineData("BK7231N", ChipModel.BK7231N, KeyClass.Default)]
    [InlineData("BK7231T", ChipModel.BK7231T, KeyClass.Default)]
    [InlineData("BK7231M", ChipModel.BK7231M, KeyClass.Zero)]
    public void A_QIO_is_told_by_content_whatever_it_is_called(string chip, ChipModel model, KeyClass key)
    {
        byte[] file = ImageBuilder.Qio(chip);
        FirmwareImage image = FirmwareImage.Recognise(file, "OpenBK7238_UA_9.9.9.rbl");
        Assert.Equal((ImageKind.Qio, model, key, "1.18.299"), (image.Kind, image.Chip, image.Key, image.Version));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), image.Sha256);
        Assert.Equal(file.Length, image.FileBytes);
    }

    [Fact]
    public void A_QIOs_loader_is_never_written_and_its_end_is_padded_to_a_sector()
    {
        byte[] file = ImageBuilder.Qio("BK7231N");
        FirmwareImage image = FirmwareImage.Recognise(file, "a");
        Assert.Equal(Ranges.At(0x11000, 0x119000), image.WriteRange);
        Assert.Equal(0x119000, image.WriteContent.Length);
        Assert.Equal(file[0x11000..], image.WriteContent[..(file.Length - 0x11000)].ToArray());
        Assert.Equal(new byte[144].Select(_ => (byte)0xFF), image.WriteContent[(file.Length - 0x11000)..].ToArray());
    }

    [Fact]
    public void An_Ms_QIO_has_the_Ns_loader_before_code_without_a_key_and_only_the_code_is_written()
    {
        byte[] file = ImageBuilder.Qio("BK7231M", named: "BK7231N");
        Assert.Equal("BK7231", System.Text.Encoding.ASCII.GetString(file, 0x110, 6));
        FirmwareImage image = FirmwareImage.Recognise(file, "a");
        Assert.Equal((ChipModel.BK7231M, KeyClass.Zero), (image.Chip, image.Key));
        Assert.Equal(file[0x11000..0x12000], image.WriteContent[..0x1000].ToArray());
    }

    [Theory, InlineData("BK7231N", ChipModel.BK7231N), InlineData("BK7231T", ChipModel.BK7231T), InlineData("BK7231M", ChipModel.BK7231M), InlineData("BK7238", ChipModel.BK7238)]
    public void A_UA_begins_at_0x11000(string chip, ChipModel model)
    {
        byte[] file = ImageBuilder.Application(0x8000, chip, "1.17.500_berry");
        FirmwareImage image = FirmwareImage.Recognise(file, "a");
        Assert.Equal((ImageKind.Ua, model, "1.17.500_berry"), (image.Kind, image.Chip, image.Version));
        Assert.Equal(Ranges.At(0x11000, 0x9000), image.WriteRange);
        Assert.Equal(file, image.WriteContent[..file.Length].ToArray());
    }

    [Fact]
    public void An_image_without_a_version_string_has_none()
    {
        FirmwareImage image = FirmwareImage.Recognise(ImageBuilder.Qio("BK7231T", version: null), "a");
        Assert.Equal((ChipModel.BK7231T, null), (image.Chip, image.Version));
    }

    [Theory, InlineData("BK7231N", 0x1D0000), InlineData("BK7231T", 0x1E0000)]
    public void A_whole_flash_is_recognised_stays_below_the_RF_sector_and_fits_nothing(string chip, uint rf)
    {
        FirmwareImage image = FirmwareImage.Recognise(ImageBuilder.FullDump(chip), "OpenBK7231N_QIO_1.18.299.bin");
        Assert.Equal((ImageKind.FullDump, chip), (image.Kind, image.Chip.ToString()));
        Assert.True(image.WriteRange.End.Value < rf);
        Assert.Contains("use the release's QIO file", ImageFit.Check(image, image.Chip, image.Key), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("52424C00", "RBL")]
    [InlineData("1F8B0800", "gzip")]
    [InlineData("55AA55AA", "UG")]
    [InlineData("504B0304", "zip")]
    [InlineData("7F454C46", "ELF")]
    [InlineData("3C21444F", "web page")]
    [InlineData("00000000", "nothing but 0x00")]
    [InlineData("FFFFFFFF", "nothing but 0xFF")]
    [InlineData("", "empty")]
    [InlineData("01", "nothing but")]
    [InlineData("01020304", "not a firmware image")]
    public void What_is_no_image_is_refused_by_name(string hex, string word)
    {
        byte[] start = Convert.FromHexString(hex);
        byte[] file = new byte[start.Length < 4 ? start.Length : 0x20000];
        file.AsSpan().Fill(start.Length == 0 ? (byte)0 : start[^1]);
        start.CopyTo(file, 0);
        ImageException fault = Assert.Throws<ImageException>(() => FirmwareImage.Recognise(file, "some.bin"));
        Assert.Contains(word, fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("some.bin ", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
    }

    [Theory, InlineData(ImageFile.MostBytes, "not a firmware image"), InlineData(ImageFile.MostBytes + 1, "more than any flash")]
    public void A_file_larger_than_any_flash_is_refused(int bytes, string word)
    {
        byte[] file = new byte[bytes];
        file[5] = 1;
        string message = Assert.Throws<ImageException>(() => FirmwareImage.Recognise(file, "a")).Message;
        Assert.Contains(bytes == ImageFile.MostBytes ? "whole flash" : word, message, StringComparison.Ordinal);
    }

    [Theory, InlineData(0x11000), InlineData(0x15A00), InlineData(0x129F00)]
    public void A_flipped_bit_is_refused_with_the_offset_of_its_group(int at)
    {
        byte[] file = ImageBuilder.Qio("BK7231N");
        file[at + 20] ^= 0x40;
        string message = Assert.Throws<ImageException>(() => FirmwareImage.Recognise(file, "a")).Message;
        Assert.Contains($"0x{0x11000 + ((at + 20 - 0x11000) / 34 * 34):X}", message, StringComparison.Ordinal);
    }

    [Theory, InlineData(1), InlineData(34), InlineData(102), InlineData(0x1000), InlineData(0x100000)]
    public void A_QIO_that_is_cut_off_is_refused(int missing)
    {
        byte[] file = ImageBuilder.Qio("BK7231N")[..^missing];
        Assert.Contains("cut off", Assert.Throws<ImageException>(() => FirmwareImage.Recognise(file, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_QIO_that_was_padded_to_sectors_is_still_one()
    {
        byte[] file = [.. ImageBuilder.Qio("BK7231N"), .. Enumerable.Repeat((byte)0xFF, 144)];
        Assert.Equal(ImageKind.Qio, FirmwareImage.Recognise(file, "a").Kind);
    }

    [Fact]
    public void A_trailer_tells_the_end_of_a_QIO_of_another_length_and_a_damaged_one_does_not()
    {
        byte[] loader = ImageBuilder.Loader("N");
        byte[] application = ImageBuilder.Application(0x8000, "BK7231N", "2.0.0", trailer: true);
        Assert.Equal("2.0.0", FirmwareImage.Recognise((byte[])[.. loader, .. application], "a").Version);
        byte[] bare = [.. loader, .. application.AsSpan(0, application.Length - 34)];
        Assert.Contains("cut off", Assert.Throws<ImageException>(() => FirmwareImage.Recognise(bare, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_UA_that_ends_inside_a_group_is_cut_off()
    {
        byte[] file = ImageBuilder.Application(0x8000, "BK7231N")[..^5];
        Assert.Contains("cut off", Assert.Throws<ImageException>(() => FirmwareImage.Recognise(file, "a")).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("BK7231N", "BK7231T"), InlineData("BK7231T", "BK7231N"), InlineData("BK7231M", "BK7231T")]
    public void Code_and_strings_that_name_two_chips_are_refused(string chip, string named)
    {
        string message = Assert.Throws<ImageException>(() => FirmwareImage.Recognise(ImageBuilder.Qio(chip, "1.18.299", named), "a")).Message;
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_with_a_vendors_own_key_is_refused_by_name()
    {
        byte[] code = new byte[0x8000];
        new Random(5).NextBytes(code);
        byte[] foreign = ImageBuilder.Groups(code, 0x10000, false);
        Assert.Contains("own key", Assert.Throws<ImageException>(() => FirmwareImage.Recognise(foreign, "a")).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(0x1BF000, true), InlineData(0x1BF020, false)]
    public void An_image_may_end_at_the_RF_sector_and_not_behind_it(int rawBytes, bool fits)
    {
        byte[] file = ImageBuilder.Application(rawBytes / 34 * 32, "BK7231N");
        file = [.. file, .. Enumerable.Repeat((byte)0xFF, rawBytes - file.Length)];
        if (fits)
            Assert.Equal(0x1D0000u, FirmwareImage.Recognise(file, "a").WriteRange.End.Value);
        else
            Assert.Contains("RF sector", Assert.Throws<ImageException>(() => FirmwareImage.Recognise(file, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_with_a_remedy()
    {
        Assert.Contains("cannot be read", Assert.Throws<ImageException>(() => FirmwareImage.Load("/no/such/file.bin")).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ImageException>(() => FirmwareImage.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ImageException>(() => FirmwareImage.Load("")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_from_disk()
    {
        string path = Path.Combine(Path.GetTempPath(), $"image-{Guid.NewGuid():N}.bin");
        File.WriteAllBytes(path, ImageBuilder.Qio("BK7231T"));
        try
        {
            Assert.Equal(ChipModel.BK7231T, FirmwareImage.Load(path).Chip);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_or_harmless_and_never_anything_else()
    {
        byte[][] seeds = [ImageBuilder.Application(0x2000, "BK7231N", "1.18.299"), ImageBuilder.Application(0x2000, "BK7231M", "1.18.299"), ImageBuilder.FullDump("BK7231T")];
        Fuzz.Run(60, random =>
        {
            byte[] file = [.. seeds[random.Next(seeds.Length)]];
            for (int hit = random.Next(1, 20); hit > 0; hit--)
                file[random.Next(2) == 0 ? random.Next(0x200) : random.Next(file.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                file = file[..random.Next(file.Length)];
            try
            {
                FirmwareImage image = FirmwareImage.Recognise(file, "fuzz");
                Assert.True(image.WriteRange.Start.Value == 0x11000 && image.WriteRange.End.Value <= 0x1E0000);
            }
            catch (ImageException)
            {
                // Refused with words is the other right answer.
            }
        });
    }
}
