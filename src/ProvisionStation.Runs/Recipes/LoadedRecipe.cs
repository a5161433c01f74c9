using ProvisionStation.Beken;
using ProvisionStation.Beken.Images;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Recipes;

/// <summary>A recipe with its image recognised and its secrets looked up: all that can be wrong with files is known before a unit is touched.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Image">Its firmware image.</param>
/// <param name="Version">The firmware's version.</param>
/// <param name="VersionSource">Read out of the image, or entered in the recipe.</param>
/// <param name="Secrets">Values by name; never written anywhere.</param>
public sealed record LoadedRecipe(Recipe Recipe, FirmwareImage Image, string Version, ClaimSource VersionSource, IReadOnlyDictionary<string, string> Secrets)
{
    private const string SomeLot = "LLLLLLLL";

    /// <summary>The device template the pins come from; null for every other source.</summary>
    public DeviceTemplate? Template { get; init; }

    /// <summary>Values for single units; null where the recipe names no table.</summary>
    public UnitTable? Units { get; init; }

    /// <summary>Reads recipe, image and secrets, and checks them against each other.</summary>
    /// <exception cref="ConfigurationException">With file, line, field and what is allowed.</exception>
    public static LoadedRecipe Load(string path)
    {
        Recipe recipe = RecipeFile.Load(path);
        FirmwareImage image = OpenImage(recipe);
        (string version, ClaimSource source) = VersionOf(recipe, image);
        DeviceTemplate? template = FindTemplate(recipe);
        if (template is not null)
            recipe = recipe with { Warnings = [.. recipe.Warnings, .. Warnings(template, recipe.Product.Chip)] };
        LoadedRecipe work = new(recipe, image, version, source, RecipeSecrets.Load(recipe))
        {
            Template = template,
            Units = recipe.Config?.UnitsFile is { } units ? UnitTable.Load(units) : null,
        };
        UnitConfiguration.Check(work, SomeLot);
        return work;
    }

    private static DeviceTemplate? FindTemplate(Recipe recipe)
    {
        if (recipe.Config?.Template is not { } wanted)
            return null;
        try
        {
            DeviceTemplate found = DeviceTemplates.Find(DeviceTemplates.Load(wanted.File), wanted.Device);
            return found.Problems is [var problem, ..]
                ? throw new ConfigurationException(
                    recipe.File, recipe.Config.Line, "config.template", $"the template '{found.Name}' cannot be used: {problem}", "Write its pins out under 'pins:'.")
                : found;
        }
        catch (ObkException e)
        {
            throw new ConfigurationException(recipe.File, recipe.Config.Line, "config.template", e.Message, e.Remedy);
        }
    }

    private static IEnumerable<string> Warnings(DeviceTemplate template, ChipModel chip)
    {
        foreach (string remark in template.Remarks)
            yield return $"template '{template.Name}': {remark}";
        if (template.ChipModel != ChipModel.Unknown && template.ChipModel != chip)
            yield return $"template '{template.Name}' was made for a {template.Chip}, the recipe is for {chip}";
    }

    private static FirmwareImage OpenImage(Recipe recipe)
    {
        FirmwareImage image;
        try
        {
            image = FirmwareImage.Load(recipe.Image.File);
        }
        catch (ImageException e)
        {
            throw Error(recipe, "image.file", e.Message, e.Remedy);
        }

        if (recipe.Image.Sha256 is { } pinned && pinned != image.Sha256)
            throw Error(recipe, "image.sha256", $"{recipe.Image.File} hashes to {image.Sha256}, the recipe says {pinned}", "the file the recipe was made for, or the right hash");
        return ImageFit.Check(image, recipe.Product.Chip, image.Key) is { } misfit
            ? throw Error(recipe, "image.file", misfit, $"an image for {recipe.Product.Chip}")
            : image;
    }

    private static (string Version, ClaimSource Source) VersionOf(Recipe recipe, FirmwareImage image)
    {
        if (image.Version is { } read)
        {
            return recipe.Image.Version is null || recipe.Image.Version == read
                ? (read, ClaimSource.Derived)
                : throw Error(recipe, "image.version", $"the image says {read}, the recipe says {recipe.Image.Version}", "the image's own version, or leave the field out");
        }

        return recipe.Image is { Version: { } entered, Sha256: not null }
            ? (entered, ClaimSource.Entered)
            : throw Error(recipe, "image", $"no OpenBeken version can be read out of {recipe.Image.File}", "both 'version' and 'sha256', so that exactly this file is meant");
    }

    private static ConfigurationException Error(Recipe recipe, string field, string problem, string allowed) =>
        new(recipe.File, recipe.Image.Line, field, problem, $"Needed: {allowed.TrimEnd('.')}.");
}
