using ProvisionStation.Bench;
using ProvisionStation.Bench.Meters;
using ProvisionStation.Bench.Scpi;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Bench;

public sealed class ScpiInstrumentTests
{
    private readonly SteppedClock _clock = new();
    private readonly FakeInstrument _fake = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_identified_cleared_and_set_up_before_the_first_question()
    {
        _fake.Answer = _ => "+7.12345678E-02\n";
        await using ScpiInstrument instrument = Make("VOLT 3.3");
        Assert.Equal(71.2345678, await new ScpiMeter(instrument, "MEAS?", 1).ReadMilliamperesAsync(Cancel), 6);
        Assert.Equal(["*IDN?", "*CLS", "VOLT 3.3", "SYST:ERR?", "MEAS?"], _fake.Heard);
        Assert.Equal("MAKER,MODEL 1,SN1,1.0", instrument.Identity);
    }

    [Fact]
    public async Task A_question_is_one_line_and_one_answer()
    {
        _fake.Answer = _ => "0.01\r\n";
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        _fake.Heard.Clear();
        Assert.Equal("0.01", await instrument.QueryAsync("MEAS?", "meter-lost", Cancel));
        Assert.Equal(["MEAS?"], _fake.Heard);
    }

    [Theory]
    [InlineData("0,\"No error\"")]
    [InlineData("+0,\"No error\"")]
    [InlineData("0  No Error")]
    public async Task All_shapes_of_no_error_are_understood(string none)
    {
        _fake.Errors.Enqueue(none);
        await using ScpiInstrument instrument = Make();
        await instrument.CommandAsync("OUTP ON", "power-lost", Cancel);
        Assert.Equal(["*IDN?", "*CLS", "OUTP ON", "SYST:ERR?"], _fake.Heard);
    }

    [Fact]
    public async Task A_refused_setting_is_named_the_queue_read_to_its_end_and_the_connection_kept()
    {
        _fake.Errors.Enqueue("-113,\"Undefined header\"");
        _fake.Errors.Enqueue("-222,\"Data out of range\"");
        await using ScpiInstrument instrument = Make();
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => instrument.CommandAsync("OUPT ON", "power-lost", Cancel));
        Assert.Equal("power-lost", error.Reason);
        Assert.Contains("refuses 'OUPT ON': -113", error.Message, StringComparison.Ordinal);
        Assert.Empty(_fake.Errors);
        await instrument.CommandAsync("OUTP ON", "power-lost", Cancel);
        Assert.Equal(1, _fake.Connects);
    }

    [Fact]
    public async Task An_error_queue_without_end_is_read_twenty_times()
    {
        for (int i = 0; i < 100; i++)
            _fake.Errors.Enqueue("-350,\"Queue overflow\"");
        await using ScpiInstrument instrument = Make();
        await Assert.ThrowsAsync<BenchException>(() => instrument.CommandAsync("OUTP ON", "power-lost", Cancel));
        Assert.Equal(80, _fake.Errors.Count);
    }

    [Fact]
    public async Task A_question_without_an_answer_costs_the_others_half_a_second_once()
    {
        _fake.Answer = query => query == "TWO?" ? "2\n" : null;
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        Task<string> silent = instrument.QueryAsync("ONE?", "meter-lost", Cancel);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => silent);
        Assert.Equal("meter-lost", error.Reason);
        Assert.Contains("does not answer 'ONE?'", error.Message, StringComparison.Ordinal);
        _fake.Heard.Clear();
        await Assert.ThrowsAsync<BenchException>(() => instrument.QueryAsync("ONE?", "meter-lost", Cancel));
        Assert.Empty(_fake.Heard);
        Assert.Equal("2", await instrument.QueryAsync("TWO?", "meter-lost", Cancel));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        _fake.Answer = _ => "1\n";
        Assert.Equal("1", await instrument.QueryAsync("ONE?", "meter-lost", Cancel));
        Assert.Equal(1, _fake.Connects);
    }

    [Fact]
    public async Task A_question_that_stays_silent_is_asked_ever_more_seldom_but_never_given_up()
    {
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        _fake.Heard.Clear();
        foreach (double pause in new[] { 0.2, 0.8, 3.2, 5, 5 })
        {
            Task<string> silent = instrument.QueryAsync("ONE?", "meter-lost", Cancel);
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            await Assert.ThrowsAsync<BenchException>(() => silent);
            int asked = _fake.Heard.Count(line => line == "ONE?");
            _clock.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            await Assert.ThrowsAsync<BenchException>(() => instrument.QueryAsync("ONE?", "meter-lost", Cancel));
            Assert.Equal(asked, _fake.Heard.Count(line => line == "ONE?"));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task An_answer_that_comes_late_is_nobodys_and_the_errors_of_its_question_are_nobodys_too()
    {
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        _fake.Heard.Clear();
        Task<string> late = LateAsync(instrument);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAsync<BenchException>(() => late);
        Assert.Equal(["ONE?", "*CLS", "*IDN?"], _fake.Heard);
        (_fake.Identity, _fake.Answer) = ("MAKER,MODEL 1,SN1,1.0", _ => "0.02\n");
        Assert.Equal("0.02", await instrument.QueryAsync("TWO?", "meter-lost", Cancel));
        Assert.Equal(1, _fake.Connects);
    }

    [Fact]
    public async Task A_command_goes_before_all_questions_that_wait()
    {
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        _fake.Heard.Clear();
        Task silent = instrument.QueryAsync("ONE?", "meter-lost", Cancel);
        _fake.Answer = _ => "2\n";
        Task<string> question = instrument.QueryAsync("TWO?", "meter-lost", Cancel);
        Task off = instrument.CommandAsync("OUTP OFF", "power-lost", Cancel);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAsync<BenchException>(() => silent);
        await off;
        await question;
        Assert.Equal(["ONE?", "*CLS", "*IDN?", "OUTP OFF", "SYST:ERR?", "TWO?"], _fake.Heard);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("+0", false)]
    [InlineData("+2.0E+00", true)]
    [InlineData("on", true)]
    [InlineData("OFF", false)]
    [InlineData("CC\r", true)]
    [InlineData("CV", false)]
    [InlineData("9.91E37", null)]
    [InlineData("NaN", null)]
    [InlineData("yes", null)]
    [InlineData("", null)]
    public void A_current_limit_is_a_word_or_a_number(string answer, bool? limiting) => Assert.Equal(limiting, ScpiAnswer.IsLimiting(answer));

    [Fact]
    public async Task An_instrument_that_gives_no_sign_of_life_is_connected_anew()
    {
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        _fake.HasDied = true;
        BenchException error = await Assert.ThrowsAsync<BenchException>(
            () => _clock.RunAsync(instrument.QueryAsync("MEAS?", "meter-lost", Cancel)));
        Assert.Equal("meter-lost", error.Reason);
        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
        (_fake.HasDied, _fake.Answer) = (false, _ => "1\n");
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("1", await instrument.QueryAsync("MEAS?", "meter-lost", Cancel));
        Assert.Equal((2, 1), (_fake.Connects, _fake.OpenConnections));
    }

    [Fact]
    public async Task A_broken_connection_is_made_anew_and_the_question_asked_again()
    {
        _fake.Answer = _ => "1\n";
        await using ScpiInstrument instrument = Make("SETUP");
        await instrument.QueryAsync("MEAS?", "meter-lost", Cancel);
        _fake.IsBroken = true;
        Assert.Equal("1", await instrument.QueryAsync("MEAS?", "meter-lost", Cancel));
        Assert.Equal(2, _fake.Heard.Count(line => line == "SETUP"));
        Assert.Equal(1, _fake.OpenConnections);
    }

    [Fact]
    public async Task Another_instrument_at_the_same_address_is_not_taken()
    {
        _fake.Answer = _ => "1\n";
        await using ScpiInstrument instrument = Make();
        await instrument.QueryAsync("MEAS?", "meter-lost", Cancel);
        (_fake.IsBroken, _fake.Identity) = (true, "MAKER,MODEL 2,SN1,1.0");
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => instrument.QueryAsync("MEAS?", "meter-lost", Cancel));
        Assert.Contains("MODEL 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_waiting_does_not_shift_the_answers_of_the_others()
    {
        await using ScpiInstrument instrument = Make();
        await instrument.OpenAsync("meter-lost", Cancel);
        using CancellationTokenSource impatient = new();
        Task<string> first = instrument.QueryAsync("FIRST?", "meter-lost", impatient.Token);
        Task<string> second = instrument.QueryAsync("SECOND?", "meter-lost", Cancel);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _fake.Answer = query => query + "\n";
        Assert.Equal("SECOND?", await _clock.RunAsync(second));
    }

    [Fact]
    public async Task An_answer_is_bounded()
    {
        _fake.Answer = _ => new string('9', 5000);
        await using ScpiInstrument instrument = Make();
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => instrument.QueryAsync("MEAS?", "meter-lost", Cancel));
        Assert.Contains("more than 4096 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.2998", 3299.8)]
    [InlineData("+7.12E-02", 71.2)]
    [InlineData("-1.5E-04", -0.15)]
    [InlineData(" 0 ", 0.0)]
    [InlineData("1000", 1_000_000.0)]
    [InlineData("1000.1", null)]
    [InlineData("9.91E37", null)]
    [InlineData("1,5", null)]
    [InlineData("NaN", null)]
    [InlineData("0.5A", null)]
    [InlineData("", null)]
    public void A_current_is_a_number_with_a_point_and_in_reach(string answer, double? milliamperes)
    {
        if (milliamperes is { } expected)
            Assert.Equal(expected, ScpiAnswer.Milliamperes(answer)!.Value, 6);
        else
            Assert.Null(ScpiAnswer.Milliamperes(answer));
    }

    [Fact]
    public async Task Nonsense_is_a_lost_meter_and_shown_without_control_characters()
    {
        _fake.Answer = _ => "\u001B[2Jhello\n";
        await using ScpiInstrument instrument = Make();
        BenchException error = await Assert.ThrowsAsync<BenchException>(
            () => new ScpiMeter(instrument, "MEAS?", 1).ReadMilliamperesAsync(Cancel).AsTask());
        Assert.Equal(BenchReasons.MeterLost, error.Reason);
        Assert.Contains("'?[2Jhello'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_answers_are_numbers_or_nothing_and_never_a_crash() => Garbage.Try("+7.12345678E-02,0,\"No error\"", 3000, text =>
    {
        Assert.True(ScpiAnswer.Milliamperes(text) is null or (>= -1e6 and <= 1e6));
        ScpiAnswer.ErrorCode(text);
        ScpiAnswer.IsLimiting(text);
        ScpiAnswer.Kind(text);
        Assert.DoesNotContain(ScpiAnswer.Printable(text), letter => letter is < ' ');
        Assert.True(CurrentText.Milliamperes(text) is null or (>= -1e6 and <= 1e6));
        ScpiAddress.Parse("tcp://" + text);
        ScpiAddress.Parse("serial:///" + text);
    });

    /// <summary>The answer to the question comes just before that to who it is.</summary>
    private Task<string> LateAsync(ScpiInstrument instrument)
    {
        Task<string> asked = instrument.QueryAsync("ONE?", "meter-lost", Cancel);
        _fake.Identity = "+1.00000E-02\nMAKER,MODEL 1,SN1,1.0";
        return asked;
    }

    private ScpiInstrument Make(params string[] setup) => new("psu", "tcp://fake:1", _fake.ConnectAsync, setup, _clock);
}
