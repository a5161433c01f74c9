using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Channels;

/// <summary>Keeps what the line and the current did in a run that did not pass: in the vault, named in the journal before the run is closed.</summary>
/// <remarks>Both hold what nobody may publish, or what nobody needs to: no report, event or trace of telemetry carries them, only their hashes.</remarks>
public static class BlackBox
{
    /// <summary>The artifact that <see cref="Beken.BootLoader.UartTraceFile"/> reads.</summary>
    public const string UartKind = "uart-trace";

    /// <summary>The artifact that <see cref="CurrentTraceFile"/> reads.</summary>
    public const string CurrentKind = "current-trace";

    /// <summary>The claim that says which of them is missing, and why.</summary>
    public const string MissingClaim = "black-box";

    /// <summary>Keeps both, or says in the record why not. The verdict stays what it is.</summary>
    internal static async Task KeepAsync(ActiveRun run, Verdict verdict)
    {
        if (verdict == Verdict.Pass)
            return;
        await KeepAsync(run, UartKind, run.Bus.Trace.ToBytes);
        await KeepAsync(run, CurrentKind, run.Current.Trace.ToBytes);
    }

    private static async Task KeepAsync(ActiveRun run, string kind, Func<byte[]> trace)
    {
        try
        {
            byte[] bytes = trace();
            string sha256 = await run.Vault.StoreAsync(bytes, CancellationToken.None);
            await run.Record.AddArtifactAsync(new Artifact(kind, sha256, bytes.Length), CancellationToken.None);
        }
        catch (Exception e)
        {
            await SayAsync(run, $"{kind} not kept: {e.Message}");
        }
    }

    private static async Task SayAsync(ActiveRun run, string why)
    {
        try
        {
            await run.ClaimAsync(MissingClaim, why, ClaimSource.NotDone, CancellationToken.None);
        }
        catch (RecordsException)
        {
            // Nothing can be recorded any more: the close of the run, which comes next, says so.
        }
    }
}
