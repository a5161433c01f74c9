using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkPinTests(ITestOutputHelper output)
{
    [Fact]
    public void There_are_99_roles_and_each_name_names_its_number()
    {
        Assert.Equal(99, ObkPinRole.Count);
        for (int role = 0; role < ObkPinRole.Count; role++)
        {
            string name = ObkPinRole.NameOf(role)!;
            Assert.Equal(role, ObkPinRole.NumberOf(name));
            Assert.Equal(role, ObkPinRole.NumberOf(" " + name.ToUpperInvariant() + " "));
            Assert.Equal(new ObkPin(role, 1, 2), ObkPin.Parse(new ObkPin(role, 1, 2).ToString()));
        }
        Assert.Null(ObkPinRole.NameOf(99));
        Assert.Null(ObkPinRole.NameOf(-1));
    }

    [Theory]
    [InlineData("TglChanOnTgl;1", 14, 1, 0)]
    [InlineData("WifiLED_n;0", 9, 0, 0)]
    [InlineData("Btn_Tgl_All;0", 10, 0, 0)]
    [InlineData("Rel;1", 1, 1, 0)]
    [InlineData("Btn;63;63", 3, 63, 63)]
    [InlineData("ADC", 20, 0, 0)]
    [InlineData(" rel ; 1 ", 1, 1, 0)]
    [InlineData("Relay;2", 1, 2, 0)]
    [InlineData("WiFi_LED_n;0", 9, 0, 0)]
    [InlineData("SM2135_DAT;0", 21, 0, 0)]
    [InlineData("Btn_NextColour;0", 30, 0, 0)]
    [InlineData("CHT8305_SDA;1;2", 46, 1, 2)]
    [InlineData("98", 98, 0, 0)]
    public void A_pin_reads_as_role_and_channels(string text, int role, int channel, int channel2) =>
        Assert.Equal(new ObkPin(role, channel, channel2), ObkPin.Parse(text));

    [Theory]
    [InlineData("Buzzer;1"), InlineData("Btnl;1"), InlineData(""), InlineData(";1"), InlineData("99"), InlineData("Rel;64"), InlineData("Rel;-1")]
    [InlineData("Rel;x"), InlineData("Rel;1;2;3"), InlineData("Rel;"), InlineData("Rel;1;64")]
    public void What_is_no_pin_is_refused_with_a_remedy(string text) =>
        Assert.NotEmpty(Assert.Throws<ObkException>(() => ObkPin.Parse(text)).Remedy);

    [Fact]
    public void Any_text_is_a_pin_or_refused()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 20000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 65536)))
                + (random.Next(2) == 0 ? ";" + random.Next() : "");
            try
            {
                ObkPin pin = ObkPin.Parse(text);
                Assert.InRange(pin.Channel, 0, 63);
                Assert.InRange(pin.Role, 0, 98);
            }
            catch (ObkException)
            {
                // Refused by name: what we ask for.
            }
        }
    }
}
