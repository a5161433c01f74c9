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
    private static readonly string[] Convertible = ["BK7231N", "BK7231M", "BK7231T"];
    private static readonly int[] DefaultRates = [1_500_000, 921_600, 460_800, 230_400, 115_200];

    /// <summary>Reads a recipe. A relative image path is relative to the recipe.</summary>
    /// <exception cref="ConfigurationException">With file, line, field and what is allowed.</exception>
    public static Recipe Load(string path)
    {
        YamlSection root = YamlSection.Load(path);
        List<string> warnings = [];
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
            Config(root, warnings),
            Path.GetFullPath(path),
            root.SourceText,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root.SourceText))),
            warnings);
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
        if (!root.Has("steps"))
            return root.Has("config") ? RecipeSteps.Default : [.. RecipeSteps.Default.Except([RecipeSteps.Configure, RecipeSteps.Confirm])];
        IReadOnlyList<string> steps = root.Texts("steps");
        if (steps.FirstOrDefault(step => !RecipeSteps.Default.Contains(step)) is { } unknown)
            throw root.Error("steps", $"there is no step '{unknown}'", $"allowed: {string.Join(", ", RecipeSteps.Default)}");
        return RecipeSteps.Problem(steps) is { } problem
            ? throw root.Error("steps", problem, $"the default is {string.Join(", ", RecipeSteps.Default)}")
            : steps;
    }

    private static RecipeLink Link(YamlSection root)
    {
        YamlSection? link = root.Section("link");
        IReadOnlyList<long> rates = link?.Numbers("rates", 16, 115_200, 4_000_000) ?? [];
        double window = link?.Real("window", 0.2, 10, 1) ?? 1;
        link?.RejectUnknown();
        if (!rates.SequenceEqual(rates.OrderDescending()))
            throw link!.Error("rates", "the ladder must go down", "highest bit rate first, for example [921600, 460800, 115200]");
        return new RecipeLink(rates.Count == 0 ? DefaultRates : [.. rates.Select(rate => (int)rate)], TimeSpan.FromSeconds(window));
    }

    private static RecipeRetry Retry(YamlSection root)
    {
        YamlSection? retry = root.Section("retry");
        RecipeRetry result = new(
            (int)(retry?.Number("link", 1, 10, 3) ?? 3), (int)(retry?.Number("read", 1, 20, 5) ?? 5), (int)(retry?.Number("write", 1, 10, 3) ?? 3));
        retry?.RejectUnknown();
        return result;
    }

    private static RecipeBoot Boot(YamlSection root)
    {
        YamlSection? boot = root.Section("boot");
        RecipeBoot result = new(
            TimeSpan.FromSeconds(boot?.Real("limit", 1, 120, 20) ?? 20), TimeSpan.FromSeconds(boot?.Real("alone", 8, 120, 10) ?? 10));
        boot?.RejectUnknown();
        return result;
    }

    private static RecipeCurrent Current(YamlSection root)
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

    private static RecipeConfig? Config(YamlSection root, List<string> warnings)
    {
        if (root.Section("config") is not { } config)
            return null;
        YamlSection? wifi = config.Section("wifi");
        YamlSection? mqtt = config.Section("mqtt");
        YamlSection? names = config.Section("names");
        RecipeConfig result = new(
            Pins(config),
            [.. config.Numbers("flags", 64, 0, 63).Select(flag => (int)flag)],
            wifi?.Text("ssid", 63),
            Secret(wifi, "password", warnings),
            mqtt?.Text("host", 255),
            mqtt is null || !mqtt.Has("port") ? null : (int)mqtt.Number("port", 1, 65535),
            mqtt?.OptionalText("user", 63),
            Secret(mqtt, "password", warnings),
            mqtt?.OptionalText("client", 63),
            mqtt?.OptionalText("group", 63),
            names?.OptionalText("short", 63),
            names?.OptionalText("long", 63),
            config.Has("startup") ? config.OptionalText("startup", 1567) ?? "" : "",
            config.Line);
        wifi?.RejectUnknown();
        mqtt?.RejectUnknown();
        names?.RejectUnknown();
        config.RejectUnknown();
        return result;
    }

    private static Dictionary<int, string> Pins(YamlSection config)
    {
        Dictionary<int, string> pins = [];
        if (config.Section("pins") is not { } section)
            return pins;
        foreach (string key in section.Keys)
        {
            if (!int.TryParse(key, out int pin) || pin is < 0 or > 28)
                throw section.Error(key, $"there is no pin P{key}", "P numbers 0 to 28, for example  26: \"Rel;1\"");
            pins[pin] = section.Text(key, 64);
        }

        return pins;
    }

    private static RecipeText? Secret(YamlSection? section, string field, List<string> warnings)
    {
        if (section is null || !section.Has(field))
            return null;
        if (section.IsMapping(field))
        {
            YamlSection secret = section.Section(field)!;
            string name = secret.Text("secret", 64);
            secret.RejectUnknown();
            return new RecipeText(null, name);
        }

        warnings.Add($"{section.File}:{section.LineOf(field)}: a password stands in the recipe; write {{secret: NAME}} and keep it in config/secrets.yaml");
        return new RecipeText(section.Text(field, 127), null);
    }

    private static YamlSection Required(YamlSection root, string field) =>
        root.Section(field) ?? throw root.Error(field, "is missing", $"a section '{field}:', see docs/recipes.md");
}
