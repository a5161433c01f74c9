using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Tests.Runs;

public sealed class RunGateTests
{
    [Fact]
    public void No_more_runs_are_started_than_were_asked_for()
    {
        RunGate gate = new(2, TimeProvider.System);
        Assert.True(gate.TryBegin());
        Assert.True(gate.TryBegin());
        Assert.False(gate.TryBegin());
        gate.End(hasVerdict: true);
        Assert.False(gate.TryBegin());
        Assert.False(gate.IsDone);
        gate.End(hasVerdict: true);
        Assert.True(gate.IsDone);
    }

    [Fact]
    public void A_run_that_could_not_be_inserted_does_not_count()
    {
        RunGate gate = new(1, TimeProvider.System);
        Assert.True(gate.TryBegin());
        gate.End(hasVerdict: false);
        Assert.False(gate.IsDone);
        Assert.True(gate.TryBegin());
    }

    [Fact]
    public void Without_a_number_there_is_no_end()
    {
        RunGate gate = new(null, TimeProvider.System);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(gate.TryBegin());
            gate.End(hasVerdict: true);
        }

        Assert.False(gate.IsDone);
    }

    [Fact]
    public void Nothing_is_idle_while_a_run_is_in_progress()
    {
        RunGate gate = new(null, TimeProvider.System);
        gate.TryBegin();
        Assert.Equal(TimeSpan.Zero, gate.Idle);
    }
}
