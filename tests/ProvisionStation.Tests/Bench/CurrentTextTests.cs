using ProvisionStation.Bench.Meters;

namespace ProvisionStation.Tests.Bench;

public sealed class CurrentTextTests
{
    [Theory]
    [InlineData("62.4 mA", 62.4)]
    [InlineData("62.4mA\n", 62.4)]
    [InlineData("0.0624 A", 62.4)]
    [InlineData("62400 uA", 62.4)]
    [InlineData("62400 µA", 62.4)]
    [InlineData("-0.2 mA", -0.2)]
    [InlineData("6.24E1 mA", 62.4)]
    public void A_number_with_its_unit_is_a_current(string printed, double milliamperes) =>
        Assert.Equal(milliamperes, CurrentText.Milliamperes(printed)!.Value, 6);

    [Theory]
    [InlineData("62.4")]
    [InlineData("62,4 mA")]
    [InlineData("62.4 MA")]
    [InlineData("62.4 kA")]
    [InlineData("62.4 mAh")]
    [InlineData("about 62.4 mA")]
    [InlineData("62.4 mA\n63.1 mA")]
    [InlineData("mA")]
    [InlineData("A")]
    [InlineData("")]
    [InlineData("NaN mA")]
    [InlineData("1E300 A")]
    public void Anything_else_is_none(string printed) => Assert.Null(CurrentText.Milliamperes(printed));
}
