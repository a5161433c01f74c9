using ProvisionStation.Simulator.Faults;
using ProvisionStation.Simulator.Modules;
using ProvisionStation.Simulator.Wiring;

namespace ProvisionStation.Tests.Simulator;

public sealed class FaultWordsTests
{
    [Fact]
    public void Every_fault_has_a_word_that_reads_back()
    {
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), FaultWords.All.Select(word => word.Kind).Order());
        foreach (FaultWord word in FaultWords.All)
        {
            string text = word.Value == FaultValue.None ? word.Word : word.Word + ":4096";
            Fault fault = FaultWords.Parse(text);
            Assert.Equal(word.Kind, fault.Kind);
            Assert.Equal(fault, FaultWords.Parse(fault.ToString()));
        }
    }

    [Theory]
    [InlineData("stuck-bit:0x20004", 0x20004u, Fault.Always)]
    [InlineData("stuck-bit:131076:1", 131076u, 1)]
    [InlineData("refuse-baud:1500000", 1500000u, Fault.Always)]
    public void Values_are_decimal_or_hex(string text, uint value, int times)
    {
        Fault fault = FaultWords.Parse(text);
        Assert.Equal((value, times), (fault.Value, fault.Times));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bent-pin")]
    [InlineData("stuck-bit")]
    [InlineData("stuck-bit:zz")]
    [InlineData("stuck-bit:0x20004:0")]
    [InlineData("stuck-bit:0x20004:1:1")]
    [InlineData("protected:1")]
    [InlineData("refuse-baud:115200:2")]
    public void What_is_not_written_right_is_refused(string text) => Assert.Throws<FormatException>(() => FaultWords.Parse(text));

    [Fact]
    public void A_fault_with_a_count_heals()
    {
        FaultSet faults = new([FaultWords.Parse("lost-byte:2")]);
        Assert.True(faults.Use(FaultKind.LostByte));
        Assert.True(faults.Use(FaultKind.LostByte));
        Assert.False(faults.Use(FaultKind.LostByte));
        Assert.False(faults.Has(FaultKind.LostByte));
    }

    [Fact]
    public void A_crate_is_a_count_with_planted_faults()
    {
        Crate crate = Crate.Parse("3:2=stuck-bit:0x20004:1+chip=t,3=protected", ModuleFacts.Parse("n"));
        Assert.Equal(["101", "102", "103"], crate.Units.Select(one => one.Unit.Serial));
        Assert.Equal(["n", "t", "n"], crate.Units.Select(one => one.Unit.Chip.Word));
        Assert.Equal(FaultKind.Protected, Assert.Single(crate.Units[2].Unit.Faults).Kind);
        Assert.Equal(3, crate.Units.Select(one => Convert.ToHexString(one.Unit.Mac)).Distinct().Count());
        Assert.Equal("101", crate.Take(4)!.Serial);
        Assert.Equal(4, crate.Units[0].Slot);
    }

    [Fact]
    public void A_crate_is_a_file_with_a_unit_a_line()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(file, "# the morning's crate\n201 stuck-bit:0x20004:1 # heals\n\nA7 chip=t protected\n");
            Crate crate = Crate.Parse(file, ModuleFacts.Parse("n"));
            Assert.Equal(["201", "A7"], crate.Units.Select(one => one.Unit.Serial));
            Assert.Equal(["n", "t"], crate.Units.Select(one => one.Unit.Chip.Word));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("3:4=protected")]
    [InlineData("3:0=protected")]
    [InlineData("3:1=nonsense")]
    [InlineData("3:protected")]
    public void A_crate_that_is_not_written_right_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Crate.Parse(text, ModuleFacts.Parse("n")));

    [Fact]
    public void A_placeholder_is_what_a_unit_without_calibration_has() =>
        Assert.Equal("C8478C000000", Convert.ToHexString(UnitBirth.Parse(["101", "placeholder-mac"], ModuleFacts.Parse("n")).Mac));
}
