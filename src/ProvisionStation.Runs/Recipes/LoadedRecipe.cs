using ProvisionStation.Beken.Images;
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

    /// <summary>Reads recipe, image and secrets, and checks them against each other.</summary>
    /// <exception cref="ConfigurationException">With file, line, field and what is allowed.</exception>
    public static LoadedRecipe Load(string path)
    {
        Recipe recipe = RecipeFile.Load(path);
        FirmwareImage image = OpenImage(recipe);
        (string version, ClaimSource source) = VersionOf(recipe, image);
        LoadedRecipe work = new(recipe, image, version, source, RecipeSecrets.Load(recipe));
        UnitConfiguration.Check(work, SomeLot);
        return work;
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
