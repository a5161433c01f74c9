using ProvisionStation.Beken.Images;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records;

namespace ProvisionStation.Commands;

/// <summary>What went wrong as one line with a remedy, and the exit code that goes with it. Never a stack trace.</summary>
internal static class Complaint
{
    /// <summary>Writes the line to stderr.</summary>
    /// <param name="problem">What was thrown.</param>
    /// <param name="isStopped">True where a signal has come.</param>
    public static ExitCode Write(Exception problem, bool isStopped)
    {
        if (problem is OperationCanceledException && isStopped)
        {
            Console.Error.WriteLine($"{ProgramName.Short}: stopped.");
            return ExitCode.Interrupted;
        }

        (ExitCode code, string line) = problem switch
        {
            ConfigurationException e => (ExitCode.WrongUse, Sentence.Of(e.Message, e.Remedy)),
            ImageException e => (ExitCode.WrongUse, Sentence.Of(e.Message, e.Remedy)),
            ObkException e => (ExitCode.WrongUse, Sentence.Of(e.Message, e.Remedy)),
            BenchException e => (ExitCode.BenchFault, Sentence.Of($"{e.Reason}: {e.Message}", e.Remedy)),
            RecordsException { IsWrongUse: true } e => (ExitCode.WrongUse, Sentence.Of(e.Message, e.Remedy)),
            RecordsException e => (ExitCode.BenchFault, Sentence.Of($"{e.Reason}: {e.Message}", e.Remedy)),
            IOException or UnauthorizedAccessException => (
                ExitCode.BenchFault, Sentence.Of(
                    problem.Message, "Check that the path exists, that you may use it, and that the disk is not full")),
            _ => (
                ExitCode.BenchFault,
                Sentence.Of(
                    $"a fault of the program: {problem.GetType().Name}: {problem.Message}",
                    "Report it with this line and the command you typed")),
        };
        Console.Error.WriteLine($"{ProgramName.Short}: {line}");
        return code;
    }
}
