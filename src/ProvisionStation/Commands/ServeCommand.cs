using System.CommandLine;
using ProvisionStation.Hosting;

namespace ProvisionStation.Commands;

/// <summary><c>serve</c>: the station as a service, until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Make(StopSignals signals)
    {
        Option<string> jig = SharedOptions.Jig(), recipe = SharedOptions.Recipe();
        Option<string> lot = SharedOptions.NewLot(), data = SharedOptions.Data();
        Option<string?> person = SharedOptions.Operator(), key = SharedOptions.VaultKey();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "serve",
            "Convert the units of a lot, on every slot of a jig, until the station is stopped (exit code 130).",
            "serve --jig jigs/virtual --recipe config/recipes/cb2s-plug.yaml --lot L1")
        {
            jig, recipe, lot, person, data, key, json,
        };
        command.SetAction(async (parsed, _) => (int)await RunCommand.WorkAsync(
            new StationOrder(
                parsed.GetValue(jig)!, parsed.GetValue(recipe)!, parsed.GetValue(lot)!, parsed.GetValue(person), null, null,
                parsed.GetValue(data)!)
            {
                VaultKey = parsed.GetValue(key),
            },
            parsed.GetValue(json),
            signals));
        return command;
    }
}
