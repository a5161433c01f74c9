namespace ProvisionStation;

/// <summary>What the program tells a script. Where several fit, the first one listed here counts.</summary>
internal enum ExitCode
{
    /// <summary>Stopped by SIGINT, SIGTERM or a closed terminal; records are closed and slots are off.</summary>
    Interrupted = 130,

    /// <summary>At least one run ended as ERROR, or the bench or the station itself is at fault.</summary>
    BenchFault = 3,

    /// <summary>A command line, file or setting is wrong; no unit was touched.</summary>
    WrongUse = 2,

    /// <summary>At least one run ended as FAIL or ABORTED.</summary>
    NotPassed = 1,

    /// <summary>Done, and everything passed.</summary>
    Passed = 0,
}
