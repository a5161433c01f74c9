using System.Text;
using System.Text.RegularExpressions;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Simulator.Firmware;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Tests.Simulator.Firmware;

public sealed class VendorProductTests
{
    private const string SeedPins = "onoff1:6 netled1_pin:8 total_bt_pin:24 rl1_pin:26";

    [Theory]
    [InlineData("plug", "n", "CB2S", SeedPins)]
    [InlineData("plug", "m", "CB2S", SeedPins)]
    [InlineData("plug", "t", "WB2S", SeedPins)]
    [InlineData("switch2", "n", "CB2S", "rl2_pin:6 bt2_pin:7 netled1_pin:8 bt1_pin:24 rl1_pin:26")]
    [InlineData("switch2", "t", "WB2S", "rl2_pin:6 bt2_pin:7 netled1_pin:8 bt1_pin:24 rl1_pin:26")]
    [InlineData("bulb", "n", "CB2L", "w_pin:6 c_pin:7 b_pin:8 r_pin:24 g_pin:26 cmod:rgbcw")]
    [InlineData("bulb", "t", "WB2L", "w_pin:6 c_pin:7 b_pin:8 r_pin:24 g_pin:26 cmod:rgbcw")]
    [InlineData("shifted-generation", "n", "CB2S", SeedPins)]
    [InlineData("shifted-generation", "t", "WB2S", SeedPins)]
    public void A_product_has_its_pins_in_a_text_whose_own_CRC_holds(string product, string chip, string module, string pins)
    {
        for (int serial = 101; serial < 121; serial++)
        {
            (string fields, int crc) = Pins(Store($"{serial}", product, chip));
            string[] said = fields.Split(',');
            Assert.All(pins.Split(' '), pin => Assert.Contains(pin, said));
            Assert.Contains($"module:{module}", said);
            Assert.Equal(TuyaReading.OwnCrc(fields), crc);
        }
    }

    [Fact]
    public void A_unit_that_does_not_say_is_the_plug() =>
        Assert.Equal(Flash("101", "product=plug", "n"), UnitBirth.Parse(["101"], ModuleFacts.Parse("n")).Flash(1));

    [Fact]
    public void Behind_a_microcontroller_there_are_no_pins()
    {
        Dictionary<string, string> store = Store("101", "tuyamcu", "n");
        Assert.DoesNotContain("user_param_key", store.Keys);
        Assert.Equal("""{"baud":9600}""", store["baud_cfg"]);
    }

    [Fact]
    public void Only_the_generation_tells_the_pins_in_the_swap_sector_from_the_older_ones_in_their_place()
    {
        for (int serial = 101; serial < 121; serial++)
        {
            byte[] flash = Flash($"{serial}", "product=shifted-generation", "n");
            (string older, int crc) = Pins(TuyaReading.Values(flash[..^0x3000], 0x1EE000));
            Assert.Contains("rl1_pin:10", older.Split(','));
            Assert.Equal(TuyaReading.OwnCrc(older), crc);
        }
    }

    [Fact]
    public void Of_damaged_pins_no_sound_copy_is_left_and_nothing_else_is_lost_for_it()
    {
        for (int serial = 101; serial < 121; serial++)
        {
            byte[] damaged = Flash($"{serial}", "product=damaged", "n"), sound = Flash($"{serial}", "product=plug", "n");
            Assert.DoesNotContain("user_param_key", TuyaReading.Values(damaged, 0x1EE000).Keys);
            int[] lost = [.. Enumerable.Range(0, damaged.Length).Where(at => damaged[at] != sound[at]).Select(at => at & ~15).Distinct()];
            Assert.InRange(lost.Length, 1, 4);
            Assert.All(lost, at => Assert.InRange(at, 0x1EF000, 0x1FFFFF));
        }
    }

    [Fact]
    public void A_text_with_a_wrong_CRC_is_whole_as_far_as_the_store_can_tell()
    {
        (string fields, int crc) = Pins(Store("101", "no-crc", "n"));
        Assert.Equal(21, crc);
        Assert.Equal(20, TuyaReading.OwnCrc(fields));
    }

    [Fact]
    public void Units_of_a_product_share_application_and_schema_and_no_other_product_has_them()
    {
        byte[] plug = Flash("101", "product=plug", "n"), other = Flash("102", "product=plug", "n");
        Assert.Equal(plug[..0x1D0000], other[..0x1D0000]);
        Assert.Equal(Schema(plug), Schema(other));
        foreach (string product in new[] { "switch2", "bulb", "tuyamcu" })
        {
            byte[] flash = Flash("101", "product=" + product, "n");
            Assert.Equal(plug[..0x11000], flash[..0x11000]);
            Assert.NotEqual(plug[0x11000..0x12000], flash[0x11000..0x12000]);
            Assert.NotEqual(Version(plug), Version(flash));
            Assert.NotEqual(Schema(plug), Schema(flash));
            Assert.True(FlashReader.Examine(flash, SimChip.N, SimKey.Default).IsBootable);
        }
        Assert.All((string[])["shifted-generation", "damaged", "no-crc"],
            word => Assert.Equal(plug[..0x1D0000], Flash("101", "product=" + word, "n")[..0x1D0000]));
    }

    /// <summary>Simulator and station were written apart, from the same sheet: each is the other's check.</summary>
    [Theory]
    [InlineData("plug", "P6 TglChanOnTgl;1, P8 WifiLED_n;0, P24 Btn_Tgl_All;0, P26 Rel;1")]
    [InlineData("switch2", "P6 Rel;2, P7 Btn;2, P8 WifiLED_n;0, P24 Btn;1, P26 Rel;1")]
    [InlineData("bulb", "P6 PWM;4, P7 PWM;3, P8 PWM;2, P24 PWM;0, P26 PWM;1")]
    [InlineData("shifted-generation", "P6 TglChanOnTgl;1, P8 WifiLED_n;0, P24 Btn_Tgl_All;0, P26 Rel;1")]
    public void The_station_reads_the_pins_that_the_README_of_the_simulator_names(string product, string map)
    {
        foreach (string chip in new[] { "n", "m", "t" })
        {
            for (int serial = 101; serial < 106; serial++)
            {
                TuyaFindings found = TuyaExtraction.Extract(Flash($"{serial}", "product=" + product, chip));
                Assert.Equal(TuyaCrc.Ok, found.UserParamKeyCrc);
                IEnumerable<TuyaPin> pins = found.Pins.OrderBy(pin => pin.Pin);
                Assert.Equal(map, string.Join(", ", pins.Select(pin => $"P{pin.Pin} {pin.Role};{pin.Channel}")));
                Assert.All(found.Pins, pin => Assert.Equal(PinConfidence.Certain, pin.Confidence));
                Assert.Empty(found.Refusals);
            }
        }
    }

    [Theory]
    [InlineData("damaged", "Absent")]
    [InlineData("no-crc", "Bad")]
    [InlineData("tuyamcu", "Absent")]
    public void The_station_believes_no_pin_of_a_store_without_a_sound_map(string product, string crc)
    {
        for (int serial = 101; serial < 106; serial++)
        {
            TuyaFindings found = TuyaExtraction.Extract(Flash($"{serial}", "product=" + product, "n"));
            Assert.NotEqual(TuyaCrc.Ok, found.UserParamKeyCrc);
            Assert.Equal(crc, found.UserParamKeyCrc.ToString());
            Assert.All(found.Pins, pin => Assert.Equal(PinConfidence.Unknown, pin.Confidence));
            Assert.Equal(product == "tuyamcu", found.IsTuyaMcu);
        }
    }

    [Fact]
    public void A_product_that_is_not_known_is_refused_with_those_that_are()
    {
        FormatException refusal = Assert.Throws<FormatException>(() => UnitBirth.Parse(["101", "product=toaster"], ModuleFacts.Parse("n")));
        Assert.All(VendorProduct.All, product => Assert.Contains(product.Word, refusal.Message, StringComparison.Ordinal));
    }

    private static byte[] Flash(string serial, string product, string chip) =>
        UnitBirth.Parse([serial, product], ModuleFacts.Parse(chip)).Flash(1);

    private static Dictionary<string, string> Store(string serial, string product, string chip) =>
        TuyaReading.Values(Flash(serial, "product=" + product, chip), 0x1EE000);

    private static (string Fields, int Crc) Pins(Dictionary<string, string> store)
    {
        Match text = Regex.Match(store["user_param_key"], @"^\{(?<fields>.*),crc:(?<crc>\d{1,3}),\}\0\0$");
        Assert.True(text.Success, store["user_param_key"]);
        return (text.Groups["fields"].Value, int.Parse(text.Groups["crc"].ValueSpan));
    }

    private static string Schema(byte[] flash) =>
        Assert.Single(TuyaReading.Values(flash, 0x1EE000).Keys, key => key.StartsWith("0000", StringComparison.Ordinal));

    private static string Version(byte[] flash) => Encoding.ASCII.GetString(flash, 0x129F70 - 102 + 28, 4);
}
