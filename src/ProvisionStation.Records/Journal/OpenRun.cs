namespace ProvisionStation.Records.Journal;

/// <summary>A run in progress. Each call is committed to stable storage when it returns.</summary>
public sealed class OpenRun
{
    internal OpenRun(Guid id, DateTimeOffset startedAt)
    {
        Id = id;
        StartedAt = startedAt;
    }

    /// <summary>The run's id.</summary>
    public Guid Id { get; }

    /// <summary>UTC wall clock of the insert.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Finds the unit with these marks (same RF hash and MAC; flash id where both are readable) or makes a new one, and ties it to the run.</summary>
    /// <returns>Our own unit id.</returns>
    public Task<Guid> IdentifyUnitAsync(UnitMarks marks, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Adds a step that ended, with its measurements.</summary>
    public Task AddStepAsync(StepRecord step, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Commits what is about to be erased.</summary>
    public Task AddIntentAsync(Intent intent, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Names something that is in the vault.</summary>
    public Task AddArtifactAsync(Artifact artifact, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Adds statements with their sources.</summary>
    public Task AddClaimsAsync(IReadOnlyList<Claim> claims, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Closes the run: sequence, previous hash, own hash, committed with synchronous=FULL, then read back through another connection (law 2).</summary>
    /// <returns>The run as read back.</returns>
    /// <exception cref="RecordsException">Not committed, or what was read back differs (record-lost).</exception>
    public Task<RunRecord> CloseAsync(RunClosing closing, CancellationToken cancel) => throw new NotImplementedException();
}
