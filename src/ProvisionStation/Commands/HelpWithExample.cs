using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary>The usual help, begun with what the program is and law 11, ended with an example.</summary>
internal sealed class HelpWithExample(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        if (command is RootCommand)
        {
            output.WriteLine(
                "provision-station converts Wi-Fi plugs (BK7231T, BK7231N) to OpenBeken, many at once; "
                + "a PASS means that the plug was seen to live.");
            output.WriteLine(LowVoltage.Warning);
            output.WriteLine();
        }

        int result = usual.Invoke(parseResult);
        if (command is StationCommand { Example: { } example })
            output.WriteLine($"Example:{Environment.NewLine}  {ProgramName.Short} {example}{Environment.NewLine}");
        return result;
    }
}
