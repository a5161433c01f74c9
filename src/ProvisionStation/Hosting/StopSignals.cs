using System.Runtime.InteropServices;

namespace ProvisionStation.Hosting;

/// <summary>Ctrl-C, SIGTERM and a closed terminal, turned into one request to stop. None of them kills the program: runs are closed and
/// slots switched off first.</summary>
internal sealed class StopSignals : IDisposable
{
    private const string Cancelled = "cancelled";
    private const string StationStopped = "station-stopped";

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private string? _reason;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, Cancelled)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, StationStopped)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, StationStopped)),
    ];

    /// <summary>Cancelled at the first signal; later ones change nothing, so that the closing of records is never cut short.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>True once a signal has come.</summary>
    public bool IsStopped => Volatile.Read(ref _reason) is not null;

    /// <summary>The word of the record for a run that was stopped: a person cancelled, or the station was stopped.</summary>
    public string Reason => Volatile.Read(ref _reason) ?? StationStopped;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Stop(PosixSignalContext context, string reason)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _ = _stop.CancelAsync();
    }
}
