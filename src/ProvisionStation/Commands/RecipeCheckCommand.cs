using System.CommandLine;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Live;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Commands;

/// <summary><c>recipe check</c>: everything that can be wrong with a recipe, before a unit is touched.</summary>
internal static class RecipeCheckCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "The recipe file." };
        Option<string?> jig = new("--jig") { Description = "Also check that this jig can do what the recipe asks.", HelpName = "FILE" };
        Command command = new StationCommand(
            "check", "Check a recipe with its image, its secrets and, if given, its jig.",
            "recipe check config/recipes/cb2s-plug.yaml --jig jigs/virtual")
        {
            file, jig,
        };
        command.SetAction(parsed => Check(parsed.GetValue(file)!, parsed.GetValue(jig)));
        return command;
    }

    private static int Check(string file, string? jigFile)
    {
        Console.Error.WriteLine(LowVoltage.Warning);
        LoadedRecipe work = LoadedRecipe.Load(file);
        Recipe recipe = work.Recipe;
        if (jigFile is not null)
            RecipeBenchCheck.Check(recipe, JigFile.Load(jigFile));
        foreach (string warning in recipe.Warnings)
            Console.Error.WriteLine($"warning: {Printable.Of(warning)}");
        Console.WriteLine(Printable.Of(
            $"OK: recipe {recipe.Name} revision {recipe.Revision}: {recipe.Product.Name} ({recipe.Product.Module}, {recipe.Product.Chip}), "
            + $"OpenBeken {work.Version}, {recipe.Steps.Count} steps{(jigFile is null ? "" : $", fits {jigFile}")}"));
        Console.WriteLine($"sha256 {recipe.Sha256}");
        return (int)ExitCode.Passed;
    }
}
