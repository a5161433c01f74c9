using System.CommandLine;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Commands;

/// <summary><c>obk encode</c>: the bytes of a configuration, from JSON or from a recipe and a MAC.</summary>
internal static class ObkEncodeCommand
{
    private const long MostBytes = 1 << 20;

    public static Command Make()
    {
        Argument<string?> source = new("FILE")
        {
            Description = "A JSON file as 'obk decode --show-secrets' prints it, or a recipe (.yaml).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> fromFile = new("--from") { Description = "The same as FILE.", HelpName = "FILE" };
        Option<string?> mac = SharedOptions.Mac();
        mac.Description = "The unit's MAC; needed with a recipe.";
        Option<string> lot = new("--lot")
        {
            Description = "The lot that {lot} stands for; with a recipe.",
            HelpName = "L",
            DefaultValueFactory = _ => "LOT",
        };
        Option<bool> sector = new("--sector") { Description = "Write the whole 4096-byte sector instead of the 3584-byte struct." };
        Option<string> file = SharedOptions.Out("Where to write it.");
        Option<bool> force = SharedOptions.Force();
        ObkProblems problems = new();
        Command command = new StationCommand(
            "encode",
            "Write the bytes of an OpenBeken configuration.",
            "obk encode config/recipes/cb2s-plug.yaml --mac C8478C123456 --out config.bin")
        {
            source, fromFile, mac, lot, sector, file, force, problems.AsIs, problems.AccessPoint,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(source) is null == result.GetValue(fromFile) is null)
                result.AddError("give one file to encode, as FILE or with --from");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            string from = (parsed.GetValue(source) ?? parsed.GetValue(fromFile))!;
            ObkConfig config = IsRecipe(from)
                ? OfRecipe(from, parsed.GetValue(mac), parsed.GetValue(lot)!)
                : await OfJsonAsync(from, parsed.GetValue(mac), cancel);
            await problems.CheckAsync(parsed, from, config);
            byte[] bytes = parsed.GetValue(sector) ? ObkConfigCodec.EncodeSector(config) : ObkConfigCodec.Encode(config);
            await OutFile.WriteAsync(parsed.GetValue(file)!, bytes, parsed.GetValue(force), cancel);
            await Console.Error.WriteLineAsync($"{parsed.GetValue(file)}: {bytes.Length} bytes");
            return (int)ExitCode.Passed;
        });
        return command;
    }

    private static bool IsRecipe(string file) => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml";

    /// <summary>As a run would make it; serial number and change counter, which belong to a run, are those of nobody.</summary>
    private static ObkConfig OfRecipe(string file, string? mac, string lot)
    {
        if (mac is null)
            throw new ConfigurationException(
                "--mac", null, null, "a recipe becomes a configuration only with a unit's MAC", "Give --mac and twelve hex digits.");
        LoadedRecipe recipe = LoadedRecipe.Load(file);
        return recipe.Recipe.Config is null
            ? throw new ConfigurationException(
                file, null, "config", "the recipe configures nothing", "Give a recipe with a section 'config:'.")
            : UnitConfiguration.For(recipe, Convert.FromHexString(MacText.Parse(mac)!), lot, Guid.Empty, Guid.Empty, null);
    }

    private static async Task<ObkConfig> OfJsonAsync(string file, string? mac, CancellationToken cancel)
    {
        if (mac is not null)
            throw new ConfigurationException("--mac", null, null, "a JSON file holds its own MAC", "Leave --mac out, or give a recipe.");
        FileInfo info = new(file);
        if (!info.Exists)
            throw new ConfigurationException(file, null, null, "there is no such file", "Give a JSON file or a recipe that exists.");
        if (info.Length is 0 or > MostBytes)
            throw new ConfigurationException(
                file, null, null, $"{info.Length} bytes are no configuration",
                "Give a JSON file as 'obk decode --show-secrets' prints it.");
        return ObkJson.Read(await File.ReadAllTextAsync(file, cancel));
    }
}
