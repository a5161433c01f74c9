using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ProvisionStation.Bench.Jigs;

/// <summary>Runs a program of the jig file with its arguments, never through a shell. Exit code 0 is success.</summary>
internal static class ExecProgram
{
    /// <summary>How long a program may take; Source: the station's design, relays and bus tools answer within seconds.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const int MostOutputCharacters = 64 * 1024;

    /// <returns>What the program printed on stdout, at most 64 Ki characters.</returns>
    /// <exception cref="BenchException">With <paramref name="reason"/>: not found, failed, or not done in time; it is killed
    /// then.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string reason, TimeProvider clock, CancellationToken cancel)
    {
        using CancellationTokenSource limit = new(Limit, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        using Process process = Start(command, reason);
        try
        {
            Task<string> printed = ReadAsync(process.StandardOutput, both.Token);
            Task<string> complained = ReadAsync(process.StandardError, both.Token);
            await process.WaitForExitAsync(both.Token);
            string output = await printed;
            string errors = await complained;
            return process.ExitCode == 0
                ? output
                : throw new BenchException(
                    reason,
                    $"{command[0]} ended with exit code {process.ExitCode}{Said(errors)}",
                    "Run the program by hand with the arguments of the jig file.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BenchException(
                reason,
                $"{command[0]} was not done within {Limit.TotalSeconds:0} s",
                "Run the program by hand with the arguments of the jig file.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(IReadOnlyList<string> command, string reason)
    {
        ProcessStartInfo start = new(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        try
        {
            Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new BenchException(
                reason, $"{command[0]} cannot be started: {e.Message}", "Install the program, or correct its path in the jig file.", e);
        }
    }

    /// <summary>Reads to the end, so that the program never waits for us, and keeps the beginning.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancel)
    {
        StringBuilder kept = new();
        char[] lump = new char[4096];
        while (await reader.ReadAsync(lump, cancel) is var count and > 0)
            kept.Append(lump, 0, Math.Min(count, MostOutputCharacters - kept.Length));
        return kept.ToString();
    }

    private static string Said(string errors) => errors.Trim() is { Length: > 0 } text ? $": {Scpi.ScpiAnswer.Printable(text)}" : "";
}
