using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ProvisionStation.Hosting;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary>All commands, and what happens to a line that cannot be read or a command that throws.</summary>
internal static class CommandLine
{
    /// <summary>Does what the arguments say.</summary>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, StopSignals signals)
    {
        // No response files: an argument that begins with @ means itself.
        ParseResult parsed = Root(signals).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return Refuse(parsed);
        try
        {
            InvocationConfiguration ours = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return (ExitCode)await parsed.InvokeAsync(ours, signals.Token);
        }
        catch (Exception e)
        {
            return Complaint.Write(e, signals.IsStopped);
        }
    }

    private static ExitCode Refuse(ParseResult parsed)
    {
        List<string> path = [];
        Command? command = parsed.CommandResult.Command;
        while (command is not null and not RootCommand)
        {
            path.Insert(0, command.Name);
            command = command.Parents.OfType<Command>().FirstOrDefault();
        }

        // A word that is not known explains more than what is missing because of it.
        string? word = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}'" : null;
        bool IsAboutWord(ParseError error) => word is not null && error.Message.Contains(word, StringComparison.Ordinal);
        string problem = parsed.Errors.FirstOrDefault(IsAboutWord, parsed.Errors[0]).Message;
        string help = string.Join(' ', [ProgramName.Short, .. path, "--help"]);
        Console.Error.WriteLine($"{ProgramName.Short}: {Sentence.Of(problem, $"run '{help}' to see what is allowed")}");
        return ExitCode.WrongUse;
    }

    private static RootCommand Root(StopSignals signals)
    {
        RootCommand root = new(
            "Exit codes: 0 everything passed, 1 any FAIL or ABORTED, 2 wrong use, 3 any ERROR or a fault of the bench, 130 interrupted.")
        {
            DemoCommand.Make(signals),
            RunCommand.Make(signals),
            ServeCommand.Make(signals),
            RestoreCommand.Make(signals),
            ExportCommand.Make(),
            Group("vault", "Backups: give one back, check them all.", VaultExportCommand.Make(), VaultVerifyCommand.Make()),
            Group("ledger", "Every fact of the station, chained.", LedgerVerifyCommand.Make(), LedgerShowCommand.Make(), LedgerMendCommand.Make()),
            UnitsCommand.Make(),
            RunsCommand.Make(),
            LotsCommand.Make(),
            Group("image", "Firmware images.", ImageInspectCommand.Make()),
            Group(
                "obk", "OpenBeken configurations on files.",
                ObkDecodeCommand.Make(), ObkEncodeCommand.Make(), ObkDiffCommand.Make(), ObkEditCommand.Make()),
            Group("tuya", "The vendor's store on files.", TuyaExtractCommand.Make(), TuyaScrubCommand.Make()),
            Group("recipe", "Recipes.", RecipeCheckCommand.Make(), RecipeFromUnitCommand.Make(), RecipeFromTemplateCommand.Make()),
            Group("jig", "Jigs.", JigCheckCommand.Make()),
            PortsCommand.Make(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    private static Command Group(string name, string description, params IEnumerable<Command> commands)
    {
        Command group = new(name, description);
        foreach (Command command in commands)
            group.Add(command);
        return group;
    }
}
