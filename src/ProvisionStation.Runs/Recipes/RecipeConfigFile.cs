using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench.Yaml;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Reads the section <c>config</c> of a recipe: what a unit is told, and where it comes from.</summary>
internal static class RecipeConfigFile
{
    private const int MostEntries = 64;
    private const int NoPort = 0;
    private static readonly string[] Sources = ["template", "unit", "first-article"];

    /// <summary>Reads the section; null where the recipe has none.</summary>
    /// <param name="root">The whole recipe.</param>
    /// <param name="warnings">Gets what is allowed but unwise.</param>
    /// <param name="passwords">Gets where passwords stand in the text.</param>
    public static RecipeConfig? Read(YamlSection root, List<string> warnings, List<(Range Span, string Literal)> passwords)
    {
        if (root.Section("config") is not { } config)
        {
            warnings.Add($"{root.File}: there is no section 'config': every unit keeps OpenBeken's defaults, without a pin");
            return null;
        }

        YamlSection? wifi = config.Section("wifi");
        YamlSection? mqtt = config.Section("mqtt");
        YamlSection? names = config.Section("names");
        RecipeConfig result = new(
            Pins(config),
            [.. config.Numbers("flags", 64, 0, 63).Select(flag => (int)flag)],
            wifi?.Text("ssid", 63),
            Secret(wifi, "password", warnings, passwords),
            mqtt?.Text("host", 255),
            mqtt?.Number("port", 1, 65535, NoPort) is { } port and not NoPort ? (int)port : null,
            mqtt?.OptionalText("user", 63),
            Secret(mqtt, "password", warnings, passwords),
            mqtt?.OptionalText("client", 63),
            mqtt?.OptionalText("group", 63),
            names?.OptionalText("short", 63),
            names?.OptionalText("long", 63),
            config.OptionalText("startup", 1567) ?? "",
            config.Line)
        {
            From = From(config),
            Template = Template(config),
            Approve = Approve(config),
            Approved = config.OptionalText("approved", 1024),
            UnitsFile = Units(config),
            Keep = Words(config, config.Texts("keep", MostEntries), "keep", ObkCarryOver.Groups),
            Same = Words(config, config.Texts("same", MostEntries), "same", ProductParts.Names),
            WipesVendorStore = config.Choice("wipe", ["vendor-store"], "") == "vendor-store",
        };
        wifi?.RejectUnknown();
        mqtt?.RejectUnknown();
        names?.RejectUnknown();
        config.RejectUnknown();
        Agree(result, config);
        if (result is { From: PinSource.Recipe, Pins.Count: 0 })
            warnings.Add($"{config.File}:{config.Line}: the recipe gives no pin, so no relay, button or LED will work; right only where another chip has them (TuyaMCU)");
        return result;
    }

    private static PinSource From(YamlSection config) => config.Choice("from", Sources, "") switch
    {
        "" => PinSource.Recipe,
        "template" => PinSource.Template,
        "unit" => PinSource.Unit,
        _ => PinSource.FirstArticle,
    };

    private static IReadOnlyList<string> Approve(YamlSection config)
    {
        IReadOnlyList<string> words = config.Texts("approve", MostEntries);
        return words.FirstOrDefault(word => !OwnPins.CanApprove(word)) is { } unknown
            ? throw config.Error(
                "approve", $"'{unknown}' approves nothing",
                "'likely' for that class, a key as 'tuya extract' shows it beside a pin or start-up command, for example bt1_pin, or baud_cfg for a TuyaMCU unit")
            : words;
    }

    /// <summary>A field that nothing would read is a mistake in a recipe, not a detail.</summary>
    private static void Agree(RecipeConfig result, YamlSection config)
    {
        if (result.From != PinSource.Recipe && config.Has("pins"))
            throw config.Error("pins", "the pins are written out and 'from' asks for another source", "either 'pins:' or 'from:'");
        if ((result.From == PinSource.Template) != (result.Template is not null))
            throw config.Error(config.Has("template") ? "template" : "from", "'from: template' and 'template:' go together", "from: template  and  template: {file: devices.json, device: NAME}");
        if (!result.AsksUnit && result.Approve.Count > 0)
            throw config.Error("approve", "there is nothing to approve: the pins do not come from the unit", "'from: unit' or 'from: first-article', or leave it out");
        if (result.From != PinSource.FirstArticle && result.Approved is not null)
            throw config.Error("approved", "only a first article's map is approved", "'from: first-article', or leave it out");
        if (result.Approved is { } text && PinMap.TryParse(text, out string problem) is null)
            throw config.Error("approved", problem, "pins as the station shows them, for example \"P6=TglChanOnTgl;1 P26=Rel;1\"");
    }

    private static IReadOnlyList<string> Words(YamlSection config, IReadOnlyList<string> found, string field, IReadOnlyList<string> allowed) =>
        found.FirstOrDefault(word => !allowed.Contains(word)) is { } unknown
            ? throw config.Error(field, $"'{unknown}' is not allowed", $"any of: {string.Join(", ", allowed)}")
            : [.. found.Distinct()];

    private static RecipeTemplate? Template(YamlSection config)
    {
        if (config.Section("template") is not { } template)
            return null;
        RecipeTemplate result = new(Beside(config, template.Text("file", 1024)), template.Text("device", 200));
        template.RejectUnknown();
        return result;
    }

    private static string? Units(YamlSection config)
    {
        if (config.Section("units") is not { } units)
            return null;
        string file = Beside(config, units.Text("file", 1024));
        units.RejectUnknown();
        return file;
    }

    /// <summary>A relative path is relative to the recipe.</summary>
    private static string Beside(YamlSection config, string file) =>
        Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(config.File))!);

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

    private static RecipeText? Secret(YamlSection? section, string field, List<string> warnings, List<(Range Span, string Literal)> passwords)
    {
        if (section is null)
            return null;
        // Asked for even where it is missing, so that the list of what is allowed names it.
        if (section.IsMapping(field))
        {
            YamlSection secret = section.Section(field)!;
            string name = secret.Text("secret", 64);
            secret.RejectUnknown();
            return new RecipeText(null, name);
        }

        if (!section.Has(field))
            return null;
        string literal = section.Text(field, 127);
        passwords.Add((section.SpanOf(field), literal));
        warnings.Add($"{section.File}:{section.LineOf(field)}: a password stands in the recipe; write {{secret: NAME}} and keep it in config/secrets.yaml");
        return new RecipeText(literal, null);
    }
}
