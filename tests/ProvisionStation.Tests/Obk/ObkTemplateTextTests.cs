using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkTemplateTextTests
{
    private static readonly byte[] Mac = [0x38, 0x1F, 0x8D, 0xA1, 0xB2, 0xC3];

    [Theory]
    [InlineData("plug-{mac6}", "plug-A1B2C3")]
    [InlineData("{mac}/{lot}/{serial}", "381F8DA1B2C3/L-7/0042")]
    [InlineData("no placeholder", "no placeholder")]
    [InlineData("publish state {\"on\":1}", "publish state {\"on\":1}")]
    [InlineData("", "")]
    public void Placeholders_are_filled(string text, string expected) => Assert.Equal(expected, ObkTemplateText.Fill(text, Mac, "L-7", "0042"));

    [Fact]
    public void An_unknown_placeholder_is_refused_by_name() =>
        Assert.Contains("{mac8}", Assert.Throws<ObkException>(() => ObkTemplateText.Fill("plug-{mac8}", Mac, "L", null)).Message);

    [Fact]
    public void A_serial_number_that_is_not_there_is_asked_for_only_where_it_is_used()
    {
        Assert.Equal("L", ObkTemplateText.Fill("{lot}", Mac, "L", null));
        Assert.Throws<ObkException>(() => ObkTemplateText.Fill("{serial}", Mac, "L", null));
    }

    [Theory]
    [InlineData("a; clearConfig"), InlineData("a\nclearConfig"), InlineData("\"a"), InlineData("{mac}")]
    public void A_lot_that_could_be_read_as_a_command_is_refused(string lot) =>
        Assert.Throws<ObkException>(() => ObkTemplateText.Fill("echo {lot}", Mac, lot, null));
}
