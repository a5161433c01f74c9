using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>What a step found. A bad bench is not an outcome but a <see cref="Bench.BenchException"/>.</summary>
/// <param name="Reason">Null: the step passed. Otherwise a fixed word of <see cref="Reasons"/> for FAIL or ABORTED.</param>
/// <param name="Detail">One sentence with the numbers behind the verdict; never a secret.</param>
/// <param name="Remedy">What the operator does next; null where there is nothing to do.</param>
/// <param name="Measurements">What was measured.</param>
/// <param name="Attempts">1 and up.</param>
/// <param name="BackupFirst">True where a refused unit still gets its backup before the run ends.</param>
public sealed record StepOutcome(
    string? Reason, string Detail, string? Remedy, IReadOnlyList<Measurement> Measurements, int Attempts = 1, bool BackupFirst = false)
{
    /// <summary>True where the step passed.</summary>
    public bool Passed => Reason is null;

    /// <summary>PASS, FAIL, or ABORTED where the reason is one of those: the unit was left as it is and is not bad.</summary>
    public Verdict Verdict => Passed ? Verdict.Pass : Reasons.Aborted.Contains(Reason) ? Verdict.Aborted : Verdict.Fail;

    /// <summary>The step passed.</summary>
    public static StepOutcome Pass(string detail, params Measurement[] measurements) => new(null, detail, null, measurements);

    /// <summary>The unit is left as it is, and not bad for that.</summary>
    /// <param name="reason">A word of <see cref="Reasons.Aborted"/>.</param>
    /// <param name="detail">One sentence; never a secret.</param>
    /// <param name="remedy">What the operator does next.</param>
    public static StepOutcome Abort(string reason, string detail, string remedy) => new(reason, detail, remedy, []);

    /// <summary>The unit is bad.</summary>
    public static StepOutcome Fail(string reason, string detail, string remedy, params Measurement[] measurements) =>
        new(reason, detail, remedy, measurements);
}
