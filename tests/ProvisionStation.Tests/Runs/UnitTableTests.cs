using System.Text;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.Runs;

public sealed class UnitTableTests
{
    [Fact]
    public void A_row_is_found_by_its_mac_however_it_is_written()
    {
        IReadOnlyDictionary<string, UnitRow> rows = UnitTable.Parse(
            "mac,short,long,mqtt_client,startup\r\n18:de:50:19:f0:be,kitchen,Kitchen plug,,\r\n\r\nC8-47-8C-12-34-56,,,hall,\"backlog a 1; b \"\"2\"\", 3\"\r\n", "u.csv");
        Assert.Equal(new UnitRow("18DE5019F0BE", "kitchen", "Kitchen plug", null, null, 2), rows["18DE5019F0BE"]);
        Assert.Equal(new UnitRow("C8478C123456", null, null, "hall", "backlog a 1; b \"2\", 3", 4), rows["C8478C123456"]);
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_be_left_out() =>
        Assert.Equal("a", UnitTable.Parse("short,mac\na,18DE5019F0BE", "u.csv")["18DE5019F0BE"].ShortName);

    [Theory]
    [InlineData("short\na", 1, "mac")]
    [InlineData("mac,colour\n18DE5019F0BE,red", 1, "colour")]
    [InlineData("mac,mac\n18DE5019F0BE,18DE5019F0BE", 1, "once")]
    [InlineData("mac,short\n18DE5019F0BE", 2, "1 cells")]
    [InlineData("mac,short\n18DE5019F0BE,a,b", 2, "3 cells")]
    [InlineData("mac\n1.8E+12", 2, "no MAC")]
    [InlineData("mac\n18DE5019F0B", 2, "no MAC")]
    [InlineData("mac\n18DE5019F0BE\n18:DE:50:19:F0:BE", 3, "line 2")]
    [InlineData("mac,short\n18DE5019F0BE,=cmd|'/c calc'!A1", 2, "formula")]
    [InlineData("mac,short\n18DE5019F0BE,\"@SUM(1)\"", 2, "formula")]
    [InlineData("mac,short\n18DE5019F0BE,\"a", 2, "quotes")]
    [InlineData("mac,short\n18DE5019F0BE,\"a\"b", 2, "quotes")]
    [InlineData("mac,short\n18DE5019F0BE,a\"b", 2, "quote")]
    [InlineData("mac,short\n18DE5019F0BE,a\u0001b", 2, "control")]
    [InlineData("mac,short", 1, "no unit")]
    [InlineData("mac,short\r\n\r\n", 1, "no unit")]
    [InlineData("mac;short\n18DE5019F0BE;a", 1, "semicolons")]
    [InlineData("mac\tshort\n18DE5019F0BE\ta", 1, "tabs")]
    public void A_wrong_row_is_named_with_its_line(string text, int line, string problem)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => UnitTable.Parse(text, "u.csv"));
        Assert.Equal(line, error.Line);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', error.Message);
    }

    [Fact]
    public void Another_encoding_is_named_with_its_line()
    {
        ConfigurationException western = Assert.Throws<ConfigurationException>(
            () => UnitTable.Decode(Encoding.Latin1.GetBytes("mac,short\n18DE5019F0BE,a\n18DE5019F0BF,k\u00FCche\n"), "u.csv"));
        Assert.Equal(3, western.Line);
        Assert.Contains("Windows-1252", western.Message, StringComparison.Ordinal);
        ConfigurationException wide = Assert.Throws<ConfigurationException>(() => UnitTable.Decode(Encoding.Unicode.GetBytes("\uFEFFmac,short\n"), "u.csv"));
        Assert.Contains("UTF-16", wide.Message, StringComparison.Ordinal);
        Assert.Equal("mac\u00FC", UnitTable.Decode(Encoding.UTF8.GetBytes("\uFEFFmac\u00FC"), "u.csv"));
    }

    [Fact]
    public void Garbage_ends_in_rows_or_a_named_refusal()
    {
        const string letters = "mac,short\n\r\"=18DE5019F0BE:-+@\0\u00FF \uD800";
        Random random = new(20260101);
        for (int round = 0; round < 2000; round++)
        {
            string text = (round % 2 == 0 ? "mac,short\n" : "") + new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => letters[random.Next(letters.Length)])]);
            try
            {
                Assert.All(UnitTable.Parse(text, "u.csv").Keys, mac => Assert.Equal(12, mac.Length));
            }
            catch (ConfigurationException e)
            {
                Assert.NotEmpty(e.Remedy);
            }
        }
    }
}
