using Microsoft.Extensions.Hosting;

namespace ProvisionStation.Hosting;

/// <summary>The host's own signal handling, switched off: <see cref="StopSignals"/> must know which signal came before anything
/// stops.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
