using Microsoft.Extensions.Logging;
using ProvisionStation.Live;
using ProvisionStation.Records;

namespace ProvisionStation.Hosting;

/// <summary>Faults of the program, with their stack traces, in <c>station.log</c> of the data folder: what a bug report needs and no
/// operator has to see.</summary>
/// <remarks>Over 4 MiB the file is renamed to <c>station.log.1</c> by the next line. A full disk costs the log, never a run.</remarks>
internal sealed class StationLog(string dataFolder, TimeProvider clock) : ILoggerProvider
{
    private const long MostBytes = 4 << 20;
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock = clock;

    /// <summary>Full path of the file; it exists once there is something in it.</summary>
    public string File { get; } = Path.Combine(Path.GetFullPath(dataFolder), "station.log");

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
        // Every line is written and closed at once.
    }

    private void Write(string line)
    {
        try
        {
            lock (_gate)
            {
                if (new FileInfo(File) is { Exists: true, Length: > MostBytes })
                    System.IO.File.Move(File, File + ".1", overwrite: true);
                System.IO.File.AppendAllText(File, line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(
                $"provision-station: {File} cannot be written ({Printable.Of(e.Message)}); it should have held: {Printable.Of(line)}");
        }
    }

    private sealed class Writer(StationLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            string trace = exception is null ? "" : Environment.NewLine + exception;
            string time = RecordText.Of(log._clock.GetUtcNow());
            log.Write($"{time} {logLevel} {category}[{eventId.Id}] {formatter(state, exception)}{trace}{Environment.NewLine}");
        }
    }
}
