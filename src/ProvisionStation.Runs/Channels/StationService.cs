using Microsoft.Extensions.Hosting;

namespace ProvisionStation.Runs.Channels;

/// <summary>The hosted service that owns a jig. When its work ends, the host ends.</summary>
public sealed class StationService(Station station, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly TaskCompletionSource<StationOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How the work ended, or the fault that ended it.</summary>
    public Task<StationOutcome> Outcome => _outcome.Task;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _outcome.SetResult(await station.RunAsync(stoppingToken));
        }
        catch (Exception e)
        {
            // The program that waits for the outcome gets it, with its remedy; the host only has to end.
            _outcome.SetException(e);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
