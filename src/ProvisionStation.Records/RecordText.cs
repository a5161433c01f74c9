namespace ProvisionStation.Records;

/// <summary>The words records, events and reports use for the values of this room. They outlive the program: never rename one.</summary>
public static class RecordText
{
    /// <summary><c>PASS</c>, <c>FAIL</c>, <c>ERROR</c>, <c>ABORTED</c>.</summary>
    public static string Of(Verdict verdict) => throw new NotImplementedException();

    /// <summary><c>untouched</c>, <c>erased</c>, <c>partly-written</c>, <c>written</c>, <c>configured</c>.</summary>
    public static string Of(UnitState state) => throw new NotImplementedException();

    /// <summary><c>measured</c>, <c>readback</c>, <c>derived</c>, <c>intended</c>, <c>entered</c>, <c>notdone</c>.</summary>
    public static string Of(ClaimSource source) => throw new NotImplementedException();
}
