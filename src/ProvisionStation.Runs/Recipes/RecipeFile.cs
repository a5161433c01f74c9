using System.Security.Cryptography;
using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Yaml;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Reads a recipe and checks everything that can be checked without its image.</summary>
public static class RecipeFile
{
    private const string Mask = "\"***\"";

    /// <summary>A shorter password would be found in the middle of other words.</summary>
    private const int LeastSearched = 4;

    private static readonly string[] Convertible = ["BK7231N", "BK7231M", "BK7231T"];
    private static readonly int[] DefaultRates = [1_500_000, 921_600, 460_800, 230_400, 115_200];

    /// <summary>Reads a recipe. A relative image path is relative to the recipe.</summary>
    /// <exception cref="ConfigurationException">With file, line, field and what is allowed.</exception>
    public static Recipe Load(string path)
    {
        YamlSection root = YamlSection.Load(path);
        List<string> warnings = [];
        List<(Range Span, string Literal)> passwords = [];
        Recipe recipe = new(
            root.Text("recipe", 64),
            (int)root.Number("revision", 1, 1_000_000),
            Product(root),
            Image(root, path),
            Steps(root),
            root.Choice("confirm", ["log", "read-back"], "log") == "read-back",
            Link(root),
            Retry(root),
            Boot(root),
            Current(root),
            [.. root.Numbers("flash", 32, 1, 0xFFFFFF).Select(id => (uint)id)],
            RecipeConfigFile.Read(root, warnings, passwords),
            Path.GetFullPath(path),
            Masked(root.SourceText, passwords),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root.SourceText))),
            warnings)
        {
            AllowedMacs = AllowedMacs(root),
            ConvertsAgain = root.Choice("again", ["refuse", "convert"], "refuse") == "convert",
            Interrupted = Enum.Parse<InterruptedUnit>(root.Choice("interrupted", ["resume", "restore", "hold"], "resume"), ignoreCase: true),
            Diagnoses = root.Flag("diagnose", false),
        };
        root.RejectUnknown();
        Agree(recipe, root);
        return recipe;
    }

    private static void Agree(Recipe recipe, YamlSection root)
    {
        if (recipe.Config is null && recipe.Has(RecipeSteps.Configure))
            throw root.Error("steps", "there is a step 'configure' but no section 'config'", "add 'config:' with at least 'pins:', or leave out 'configure' and 'confirm'");
        if (recipe.Config is not null && !recipe.Has(RecipeSteps.Configure))
            throw root.Error("config", "there is a configuration but no step 'configure' that writes it", "add the steps 'configure' and 'confirm', or take the section out");
        if (recipe.ConfirmByReadBack && recipe.Has(RecipeSteps.Log))
            throw root.Error("confirm", "'read-back' is for recipes without the step 'log'", "leave out 'confirm: read-back': with a log the unit can be seen loading it");
        if (!recipe.Has(RecipeSteps.Log) && !recipe.ConfirmByReadBack && recipe.Has(RecipeSteps.Confirm))
            throw root.Error("steps", "'confirm' looks into the boot log, and there is no step 'log'", "add 'log', or 'confirm: read-back' (the report then says: read back, not seen loaded)");
    }

    private static RecipeProduct Product(YamlSection root)
    {
        YamlSection product = Required(root, "product");
        RecipeProduct result = new(
            product.Text("name", 80),
            product.Text("module", 32),
            Enum.Parse<ChipModel>(product.Choice("chip", Convertible)),
            product.Choice("supply", ["3V3", "5V"]) == "5V" ? JigSupply.FiveVolt : JigSupply.ThreeVoltThree);
        product.RejectUnknown();
        return result;
    }

    private static RecipeImage Image(YamlSection root, string path)
    {
        YamlSection image = Required(root, "image");
        string file = image.Text("file", 1024);
        string? sha256 = image.OptionalText("sha256", 64)?.ToLowerInvariant();
        if (sha256 is not null && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)))
            throw image.Error("sha256", $"'{sha256}' is not a SHA-256", "64 hex digits, as sha256sum prints them");
        RecipeImage result = new(
            Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(path))!), sha256, image.OptionalText("version", 64), image.Line);
        image.RejectUnknown();
        return result;
    }

    private static IReadOnlyList<string> Steps(YamlSection root)
    {
        IReadOnlyList<string> steps = root.Texts("steps");
        if (!root.Has("steps"))
            return root.Has("config") ? RecipeSteps.Default : [.. RecipeSteps.Default.Except([RecipeSteps.Configure, RecipeSteps.Confirm])];
        if (steps.FirstOrDefault(step => !RecipeSteps.Default.Contains(step)) is { } unknown)
            throw root.Error("steps", $"there is no step '{unknown}'", $"allowed: {string.Join(", ", RecipeSteps.Default)}");
        return RecipeSteps.Problem(steps) is { } problem
            ? throw root.Error("steps", problem, $"the default is {string.Join(", ", RecipeSteps.Default)}")
            : steps;
    }

    private static List<string> AllowedMacs(YamlSection root)
    {
        List<string> macs = [];
        foreach (string written in root.Texts("mac", 32))
        {
            string mac = written.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
            if (mac.Length != 12 || !mac.All(char.IsAsciiHexDigit))
                throw root.Error("mac", $"'{written}' is no MAC", "twelve hex digits, with or without colons, in quotes");
            macs.Add(mac);
        }

        return macs;
    }

    internal static RecipeLink Link(YamlSection root)
    {
        YamlSection? link = root.Section("link");
        IReadOnlyList<long> rates = link?.Numbers("rates", 16, 115_200, 4_000_000) ?? [];
        double window = link?.Real("window", 0.2, 10, 1) ?? 1;
        link?.RejectUnknown();
        if (!rates.SequenceEqual(rates.OrderDescending()))
            throw link!.Error("rates", "the ladder must go down", "highest bit rate first, for example [921600, 460800, 115200]");
        return new RecipeLink(rates.Count == 0 ? DefaultRates : [.. rates.Select(rate => (int)rate)], TimeSpan.FromSeconds(window));
    }

    internal static RecipeRetry Retry(YamlSection root)
    {
        YamlSection? retry = root.Section("retry");
        RecipeRetry result = new(
            (int)(retry?.Number("link", 1, 10, 3) ?? 3), (int)(retry?.Number("read", 1, 20, 5) ?? 5), (int)(retry?.Number("write", 1, 10, 3) ?? 3));
        retry?.RejectUnknown();
        return result;
    }

    internal static RecipeBoot Boot(YamlSection root)
    {
        YamlSection? boot = root.Section("boot");
        RecipeBoot result = new(
            TimeSpan.FromSeconds(boot?.Real("limit", 1, 120, 20) ?? 20), TimeSpan.FromSeconds(boot?.Real("alone", 8, 120, 10) ?? 10));
        boot?.RejectUnknown();
        return result;
    }

    internal static RecipeCurrent Current(YamlSection root)
    {
        YamlSection current = Required(root, "current");
        (double nominalLow, double nominalHigh) = Pair(current, "nominal");
        (double meanLow, double meanHigh) = Pair(current, "mean");
        RecipeCurrent result = new(
            nominalLow,
            nominalHigh,
            meanLow,
            meanHigh,
            current.Real("peak", 1, 2000),
            current.Real("cutoff", 1, 1000, 200),
            TimeSpan.FromSeconds(current.Real("window", 0.3, 60, 3)));
        if (meanHigh > result.Cutoff)
            throw current.Error("mean", $"{meanHigh} mA may pass, but power is cut at {result.Cutoff} mA", "an upper limit at or below 'cutoff'");
        current.RejectUnknown();
        return result;
    }

    private static (double Low, double High) Pair(YamlSection section, string field)
    {
        IReadOnlyList<double> pair = section.Reals(field, 2, 0, 1000)
            ?? throw section.Error(field, "is missing", "two numbers in mA, lower first, for example [45, 110]");
        return pair[0] <= pair[1]
            ? (pair[0], pair[1])
            : throw section.Error(field, $"{pair[0]} is above {pair[1]}", "two numbers in mA, lower first");
    }

    /// <summary>The text without the passwords that stand in it, which no record may hold (law 8). The rest stays to the letter.</summary>
    private static string Masked(string text, List<(Range Span, string Literal)> passwords)
    {
        if (passwords.Count == 0)
            return text;
        string kept = text;
        foreach ((Range span, _) in passwords.OrderByDescending(password => password.Span.Start.Value))
            kept = string.Concat(kept.AsSpan(0, span.Start.Value), Mask, kept.AsSpan(span.End.Value));
        // The same password may also stand in a comment or a command.
        foreach ((_, string literal) in passwords.Where(password => password.Literal.Length >= LeastSearched))
            kept = kept.Replace(literal, Mask.Trim('"'), StringComparison.Ordinal);
        return kept + $"\n# Passwords in this text were masked as {Mask} when it was kept; its SHA-256 is that of the file with them.\n";
    }

    private static YamlSection Required(YamlSection root, string field) =>
        root.Section(field) ?? throw root.Error(field, "is missing", $"a section '{field}:', see docs/recipes.md");
}
