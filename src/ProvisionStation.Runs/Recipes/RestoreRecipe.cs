using System.Security.Cryptography;
using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Images;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Yaml;
using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Recipes;

/// <summary>The recipe of a restore: built in, with the backup in the place of the image.</summary>
public static class RestoreRecipe
{
    /// <summary>Its name, which is also the lot of restores unless another one is given.</summary>
    public const string Name = "restore";

    private const int FastestOfBasic = 921_600;

    /// <summary>The document as records keep it.</summary>
    public static string Text { get; } = Read();

    /// <summary>Makes it for one order.</summary>
    /// <param name="order">The backup; its chip has a known layout.</param>
    /// <param name="supply">The jig's rail.</param>
    public static LoadedRecipe For(RestoreOrder order, JigSupply supply)
    {
        ChipModel chip = Enum.Parse<ChipModel>(order.Marks.Chip!);
        FirmwareImage image = FirmwareImage.OfBackup(order.Content, chip);
        YamlSection root = YamlSection.Parse(Text, "restore.yaml");
        RecipeLink link = RecipeFile.Link(root);
        if (chip == ChipModel.BK7231T)
            link = link with { Rates = [.. link.Rates.Where(rate => rate <= FastestOfBasic)] };
        string version = $"backup of {order.Backup.StartedAt.UtcDateTime:yyyy-MM-dd}";
        Recipe recipe = new(
            root.Text("recipe", 64),
            (int)root.Number("revision", 1, 1_000_000),
            new RecipeProduct($"backup of MAC {order.Marks.Mac ?? "not readable"}", "any", chip, supply),
            new RecipeImage("the vault", order.Backup.Sha256, version, 1),
            root.Texts("steps"),
            ConfirmByReadBack: false,
            link,
            RecipeFile.Retry(root),
            RecipeFile.Boot(root),
            RecipeFile.Current(root),
            AllowedFlashIds: [],
            Config: null,
            "restore.yaml (built in)",
            Text,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text))),
            Warnings: []);
        root.RejectUnknown();
        return new LoadedRecipe(recipe, image, version, ClaimSource.Derived, new Dictionary<string, string>());
    }

    private static string Read()
    {
        using Stream stream = typeof(RestoreRecipe).Assembly.GetManifestResourceStream("restore.yaml")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
