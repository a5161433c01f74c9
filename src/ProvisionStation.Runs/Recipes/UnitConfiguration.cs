using System.Buffers.Binary;
using System.Security.Cryptography;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Makes one unit's own OpenBeken configuration from the recipe, its MAC, the lot and the run.</summary>
public static class UnitConfiguration
{
    /// <summary>The lowest number a run may put into the change counter: firmware counts from 1, so small ones say nothing.</summary>
    public const ushort FirstCounter = 0x0100;

    /// <summary>The highest; 0xFFFF is what erased flash would show.</summary>
    public const ushort LastCounter = 0xFFFE;

    private static readonly byte[] SomeMac = [0xC8, 0x47, 0x8C, 0x12, 0x34, 0x56];

    /// <summary>The configuration of one unit in one run.</summary>
    /// <param name="work">The recipe and its secrets.</param>
    /// <param name="mac">Six bytes.</param>
    /// <param name="lot">The lot.</param>
    /// <param name="unit">Our own unit id; <c>{serial}</c> stands for its last eight hex digits.</param>
    /// <param name="run">The run's id, from which the change counter follows.</param>
    /// <param name="foundCounter">The change counter found on the unit, which is never used again; null where none was.</param>
    /// <param name="own">What it takes from outside the recipe; null: nothing.</param>
    /// <exception cref="ConfigurationException">The recipe wants the unit's own pins and none are given, or the parts do not go together.</exception>
    public static ObkConfig For(LoadedRecipe work, byte[] mac, string lot, Guid unit, Guid run, ushort? foundCounter, UnitSources? own = null)
    {
        if (work.Recipe.Config is { AsksUnit: true } && own?.Pins is null)
            throw Error(work.Recipe, "the pins are the unit's own, and no backup was looked at", "Use 'recipe from-unit' on its backup to write them out.");
        ObkConfig config = Make(work, mac, lot, unit.ToString("N")[^8..].ToUpperInvariant(), own);
        config.ChangeCounter = Counter(run, foundCounter);
        return config;
    }

    /// <summary>Makes the configuration of some unit, so that a recipe's mistakes are known before a real one is touched.</summary>
    /// <exception cref="ConfigurationException">A pin, text or flag is not possible.</exception>
    public static void Check(LoadedRecipe work, string lot)
    {
        if (work.Recipe.Config is null)
            return;
        ObkConfigCodec.EncodeSector(Make(work, SomeMac, lot, "00000000", null));
        foreach (UnitRow row in work.Units?.Rows.Values ?? [])
            CheckRow(work, row, lot);
    }

    private static void CheckRow(LoadedRecipe work, UnitRow row, string lot)
    {
        try
        {
            Make(work, Convert.FromHexString(row.Mac), lot, "00000000", new UnitSources(null, row, null));
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException(work.Units!.File, row.Line, null, e.Problem, e.Remedy);
        }
    }

    /// <summary>A number of the run's own, never the one found on the unit.</summary>
    public static ushort Counter(Guid run, ushort? found)
    {
        uint hash = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(run.ToByteArray()));
        int span = LastCounter - FirstCounter + 1;
        ushort counter = (ushort)(FirstCounter + (hash % span));
        return counter != found ? counter : counter == LastCounter ? FirstCounter : (ushort)(counter + 1);
    }

    /// <summary>SHA-256 of the configuration with its secret fields zeroed: what a report may publish (law 8).</summary>
    public static string PublishedHash(ObkConfig config)
    {
        ObkConfig open = ObkConfigCodec.Decode(ObkConfigCodec.Encode(config), config.Chip).Config!;
        open.WifiPassword = open.WifiPassword2 = open.MqttPassword = open.WebPassword = "";
        return Convert.ToHexStringLower(SHA256.HashData(ObkConfigCodec.Encode(open)));
    }

    private static ObkConfig Make(LoadedRecipe work, byte[] mac, string lot, string serial, UnitSources? own)
    {
        RecipeConfig recipe = Merged(work, own?.Row);
        string Fill(string text) => ObkTemplateText.Fill(text, mac, lot, serial);
        try
        {
            ObkConfig config = ObkConfig.Default(work.Recipe.Product.Chip, mac);
            foreach ((int pin, ObkPin role) in Pins(work, own))
                config.SetPin(pin, role);
            foreach (int flag in work.Template?.Flags ?? [])
                config.SetFlag(flag);
            foreach (int flag in recipe.Flags)
                config.SetFlag(flag);
            config.WifiSsid = recipe.WifiSsid is null ? config.WifiSsid : Fill(recipe.WifiSsid);
            config.WifiPassword = RecipeSecrets.Reveal(recipe.WifiPassword, work.Secrets) ?? config.WifiPassword;
            config.ShortName = recipe.ShortName is null ? config.ShortName : Fill(recipe.ShortName);
            config.LongName = recipe.LongName is null ? config.LongName : Fill(recipe.LongName);
            config.MqttHost = recipe.MqttHost is null ? config.MqttHost : Fill(recipe.MqttHost);
            config.MqttPort = recipe.MqttPort ?? config.MqttPort;
            config.MqttUser = recipe.MqttUser is null ? config.MqttUser : Fill(recipe.MqttUser);
            config.MqttPassword = RecipeSecrets.Reveal(recipe.MqttPassword, work.Secrets) ?? config.MqttPassword;
            config.MqttClient = recipe.MqttClient is not null ? Fill(recipe.MqttClient) : recipe.ShortName is null ? config.MqttClient : config.ShortName;
            config.MqttGroup = recipe.MqttGroup is null ? config.MqttGroup : Fill(recipe.MqttGroup);
            // A template's command is taken to the letter: what stands in braces there is its own.
            config.StartupCommand = recipe.Startup.Length > 0 ? Fill(recipe.Startup) : work.Template?.Startup ?? own?.Startup ?? "";
            if (own?.Found is { } found && recipe.Keep.Count > 0)
                ObkCarryOver.Apply(found, config, recipe.Keep);
            return ObkConfigCodec.Complete(config) is [var problem, ..] ? throw Error(work.Recipe, $"{problem.Field}: {problem.What}", problem.Remedy) : config;
        }
        catch (ObkException e)
        {
            throw Error(work.Recipe, e.Message, e.Remedy);
        }
    }

    /// <summary>The unit's row comes before the recipe.</summary>
    private static RecipeConfig Merged(LoadedRecipe work, UnitRow? row)
    {
        RecipeConfig recipe = work.Recipe.Config!;
        return recipe with
        {
            ShortName = row?.ShortName ?? recipe.ShortName,
            LongName = row?.LongName ?? recipe.LongName,
            MqttClient = row?.MqttClient ?? recipe.MqttClient,
            Startup = row?.Startup ?? recipe.Startup,
        };
    }

    private static IEnumerable<KeyValuePair<int, ObkPin>> Pins(LoadedRecipe work, UnitSources? own) =>
        own?.Pins ?? work.Template?.Pins ?? work.Recipe.Config!.Pins.Select(pin => KeyValuePair.Create(pin.Key, ObkPin.Parse(pin.Value)));

    private static ConfigurationException Error(Recipe recipe, string problem, string remedy) => new(recipe.File, recipe.Config!.Line, "config", problem, remedy);
}
