namespace ProvisionStation.Tests.Simulator;

/// <summary>The frames of the protocol sheet's section 13: checked there against the public tools' own encoders and checkers.</summary>
public sealed class LoaderVectorTests
{
    [Theory]
    [InlineData("n", "01E0FC050300008000", "040E0C01E0FC03000080001C230700")]
    [InlineData("n", "01E0FC0901 74008000 01000000", "040E0C01E0FC017400800001000000")]
    [InlineData("n", "01E0FC0901 74008000 01000000 000000", "040E0C01E0FC017400800001000000")]
    [InlineData("n", "01E0FC02AA55", "040E0501E0FCAA55")]
    [InlineData("n", "01E0FC0910 00000200 FF0F0200", "040E0801E0FC10F598AB0E")]
    [InlineData("t", "01E0FC0910 00000200 FF0F0200", "040E0801E0FC10F598AB0E")]
    [InlineData("n", "01E0FCFFF405000E9F000000", "040EFF01E0FCF406000E0000EB6015")]
    [InlineData("n", "01E0FCFFF402000C05", "040EFF01E0FCF404000C00051C")]
    [InlineData("n", "01E0FCFFF403000D0100", "040EFF01E0FCF404000D000100")]
    [InlineData("n", "01E0FCFFF404000D010000", "040EFF01E0FCF405000D00010000")]
    [InlineData("n", "01E0FCFFF406000F2000100100", "040EFF01E0FCF407000F002000100100")]
    [InlineData("t", "01E0FCFFF406000F2000100100", "040EFF01E0FCF407000F002000100100")]
    [InlineData("n", "01E0FCFFF406000FD800000200", "040EFF01E0FCF407000F00D800000200")]
    [InlineData("t", "01E0FCFFF406000F2000100000", "040EFF01E0FCF407000F062000100000")]
    [InlineData("n", "01E0FCFFF405000B00100100", "040EFF01E0FCF406000B0000100100")]
    [InlineData("t", "01E0FCFFF4050009 00000000", "040EFF01E0FCF407000906000000000 0")]
    [InlineData("t", "01E0FC0111", "040E1201E0FC11424B37323331535F312E302E3500")]
    [InlineData("n", "01E0FC0155", "040E0501E0FC5507")]
    [InlineData("n", "01E0FCFFF4010054", "040EFF01E0FCF402005407")]
    [InlineData("t", "01E0FC0155", "")]
    [InlineData("t", "01E0FC050300008000", "")]
    [InlineData("u", "01E0FC0111", "")]
    [InlineData("7238", "01E0FC050300008000", "040E0C01E0FC030000800038720000")]
    public void A_request_gets_the_answer_of_the_fact_sheet(string chip, string request, string answer)
    {
        LoaderTalk talk = LoaderTalk.Linked(chip);
        Assert.Equal(answer.Replace(" ", "", StringComparison.Ordinal), talk.Ask(request));
    }

    [Theory]
    [InlineData("n", "040EFF01E0FCF406000700000 00200")]
    [InlineData("t", "040EFF01E0FCF406000700000 00200")]
    public void A_sector_write_is_answered_with_its_address(string chip, string answer)
    {
        LoaderTalk talk = LoaderTalk.Linked(chip);
        byte[] answered = talk.Ask(LoaderTalk.WriteRequest(0x20000, new byte[4096]), 1);
        Assert.Equal(answer.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(answered));
    }

    [Theory]
    [InlineData(256, "040EFF01E0FCF4070006000010010000")]
    [InlineData(16, "040EFF01E0FCF4070006000010010010")]
    public void A_short_write_answers_the_count_in_one_byte(int count, string answer)
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        int body = 5 + count;
        byte[] request = [0x01, 0xE0, 0xFC, 0xFF, 0xF4, (byte)body, (byte)(body >> 8), 0x06, 0x00, 0x10, 0x01, 0x00, .. new byte[count]];
        Assert.Equal(answer, Convert.ToHexString(talk.Ask(request)));
    }

    [Fact]
    public void The_protected_status_of_the_fact_sheet_reads_as_there()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        talk.Ask("01E0FCFFF404000D017C40");
        Assert.Equal("040EFF01E0FCF404000C00057C", talk.Ask("01E0FCFFF402000C05"));
        Assert.Equal("040EFF01E0FCF404000C003540", talk.Ask("01E0FCFFF402000C35"));
    }

    [Fact]
    public void The_key_is_read_byte_by_byte_through_the_eFuse_registers()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        List<byte> key = [];
        for (byte index = 0; index < 16; index++)
        {
            talk.Ask($"01E0FC0901 74008000 01{index:X2}0000", 0.01);
            byte[] answer = Convert.FromHexString(talk.Ask("01E0FC0503 78008000", 0.01));
            Assert.Equal(0x01, answer[12]);
            key.Add(answer[11]);
        }

        Assert.Equal("93B00F51DCEACBA37EA1935903EBADC7", Convert.ToHexString([.. key]));
    }

    [Fact]
    public void Junk_between_requests_is_dropped()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        Assert.Equal("040E0501E0FC0100", talk.Ask("00 55 01 01 E0 01 E0 FC 01 00"));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        const int seed = 20260101;
        Random dice = new(seed);
        foreach (string chip in new[] { "n", "t" })
        {
            LoaderTalk talk = LoaderTalk.Linked(chip);
            for (int round = 0; round < 300; round++)
            {
                byte[] noise = new byte[dice.Next(1, 60)];
                dice.NextBytes(noise);
                byte[] length = dice.Next(2) == 0 ? [0xFF, 0xF4, (byte)dice.Next(40), 0] : [(byte)dice.Next(1, 30)];
                talk.Ask(dice.Next(3) == 0 ? noise : [0x01, 0xE0, 0xFC, .. length, .. noise], 0.02);
            }

            Assert.Equal(0x200000, talk.Unit.Flash.Content.Length);
        }
    }
}
