using ProvisionStation.Simulator.Instruments;
using ProvisionStation.Simulator.Wiring;

namespace ProvisionStation.Tests.Simulator;

public sealed class ScpiSupplyTests
{
    private readonly Channel[] _channels = [new(), new(), new()];
    private readonly ScpiSupply _supply;
    private int _switched;

    public ScpiSupplyTests() => _supply = new ScpiSupply(_channels, new BenchClock(TimeProvider.System), () => _switched++);

    [Fact]
    public void It_names_itself_in_four_fields() => Assert.Equal(4, _supply.Execute("*IDN?")!.Split(',').Length);

    [Theory]
    [InlineData("OUTP ON,(@2)", "0,1,0")]
    [InlineData("outp on,(@2)", "0,1,0")]
    [InlineData(":OUTP ON, (@1,3)", "1,0,1")]
    [InlineData("OUTP 1,(@1:3)", "1,1,1")]
    [InlineData("OUTP ON,(@1:3);OUTP OFF,(@2)", "1,0,1")]
    public void Channels_are_switched_by_list(string command, string state)
    {
        Assert.Null(_supply.Execute(command));
        Assert.Equal(state, _supply.Execute("OUTP? (@1:3)"));
        Assert.True(_switched > 0);
        Assert.Equal("+0,\"No error\"", _supply.Execute("SYST:ERR?"));
    }

    [Fact]
    public void Set_points_read_back_and_currents_are_amperes()
    {
        _supply.Execute("VOLT 3.1,(@2);CURR 0.25,(@2);OUTP ON,(@2)");
        Assert.Equal("+3.10000000E+00", _supply.Execute("VOLT? (@2)"));
        Assert.Equal("+2.50000000E-01", _supply.Execute("CURR? (@2)"));
        Assert.Equal("+6.24000000E-02", _supply.Execute("MEAS:CURR? (@2)"));
        Assert.Equal("+3.10000000E+00", _supply.Execute("MEAS:VOLT? (@2)"));
    }

    [Fact]
    public void A_channel_that_wants_more_than_its_limit_says_so()
    {
        _supply.Execute("OUTP ON,(@1:2);CURR 0.05,(@2:3)");
        Assert.Equal("0,1,0", _supply.Execute("OUTP:LIM? (@1:3)"));
    }

    [Theory]
    [InlineData("FROB 1,(@1)", "-113")]
    [InlineData("NONSENSE", "-113")]
    [InlineData("OUTP ON", "-109")]
    [InlineData("MEAS:CURR?", "-109")]
    [InlineData("OUTP:LIM?", "-109")]
    [InlineData("OUTP ON,(@4)", "-222")]
    [InlineData("OUTP ON,(@0)", "-222")]
    [InlineData("OUTP ON,(@3:1)", "-222")]
    [InlineData("OUTP MAYBE,(@1)", "-222")]
    [InlineData("VOLT 7,(@1)", "-222")]
    [InlineData("VOLT abc,(@1)", "-222")]
    [InlineData("OUTP ON,(@1", "-222")]
    public void What_is_not_understood_goes_to_the_error_queue(string command, string error)
    {
        Assert.Null(_supply.Execute(command));
        Assert.StartsWith(error, _supply.Execute("SYST:ERR?"), StringComparison.Ordinal);
        Assert.StartsWith("+0", _supply.Execute("SYST:ERR?"), StringComparison.Ordinal);
    }

    [Fact]
    public void Clearing_empties_the_queue_and_reset_switches_off()
    {
        _supply.Execute("OUTP ON,(@1:3)");
        _supply.Execute("NONSENSE");
        _supply.Execute("*CLS;*RST");
        Assert.StartsWith("+0", _supply.Execute("SYST:ERR?"), StringComparison.Ordinal);
        Assert.Equal("0,0,0", _supply.Execute("OUTP? (@1:3)"));
    }

    [Fact]
    public void Nonsense_never_throws()
    {
        const int seed = 4711;
        Random dice = new(seed);
        const string letters = "OUTP?VLCR:MEAS@(),;*1239.-+ ";
        for (int round = 0; round < 5000; round++)
            _supply.Execute(new string([.. Enumerable.Range(0, dice.Next(30)).Select(_ => letters[dice.Next(letters.Length)])]));
    }

    private sealed class Channel : ISupplyChannel
    {
        public bool IsOn { get; private set; }

        public double Volts { get; private set; } = 3.3;

        public double LimitAmperes { get; set; } = 0.5;

        public void Switch(bool on, long now) => IsOn = on;

        public void SetVolts(double volts, long now) => Volts = volts;

        public bool IsLimiting(long now) => IsOn && LimitAmperes < 0.0624;

        public (double Amperes, double Volts) Measure(long now) => IsOn ? (0.0624, Volts) : (0, 0);
    }
}
