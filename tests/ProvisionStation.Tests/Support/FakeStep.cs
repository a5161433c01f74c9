using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Tests.Support;

/// <summary>A step that does what a test says.</summary>
internal sealed class FakeStep(string name, Func<ActiveRun, CancellationToken, Task<StepOutcome>> work) : IStep
{
    public string Name => name;

    /// <summary>Its limit; what it throws is a fault of the program between steps.</summary>
    public Func<TimeSpan> LimitOf { get; set; } = () => TimeSpan.FromMinutes(10);

    public TimeSpan Limit(ActiveRun run) => LimitOf();

    public Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel) => work(run, cancel);

    /// <summary>Passes at once.</summary>
    public static FakeStep Pass(string name) => new(name, (_, _) => Task.FromResult(StepOutcome.Pass("done")));

    /// <summary>Ends with an exception.</summary>
    public static FakeStep Throws(string name, Exception fault) => new(name, (_, _) => throw fault);
}
