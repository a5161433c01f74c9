using ProvisionStation.Bench;
using ProvisionStation.Bench.Yaml;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Looks up the secrets a recipe names: in systemd's credentials first, then in <c>config/secrets.yaml</c>.</summary>
public static class RecipeSecrets
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const int MaxLength = 256;

    /// <summary>The values of every secret the recipe names, and of its literal passwords under their own text, so that logs can be freed of them.</summary>
    /// <exception cref="ConfigurationException">A secret is in neither place, or the file can be read by others.</exception>
    public static IReadOnlyDictionary<string, string> Load(Recipe recipe)
    {
        Dictionary<string, string> values = [];
        foreach (RecipeText text in new[] { recipe.Config?.WifiPassword, recipe.Config?.MqttPassword }.OfType<RecipeText>())
        {
            if (text.SecretName is { } name)
                values[name] = LookUp(name, recipe);
            else
                values[text.Literal!] = text.Literal!;
        }

        return values;
    }

    /// <summary>The text itself, wherever it is kept.</summary>
    public static string? Reveal(RecipeText? text, IReadOnlyDictionary<string, string> secrets) =>
        text is null ? null : text.Literal ?? secrets[text.SecretName!];

    private static string LookUp(string name, Recipe recipe)
    {
        if (Credential(name) is { } credential)
            return credential;
        string? file = Files(recipe).FirstOrDefault(File.Exists);
        if (file is null)
        {
            throw new ConfigurationException(
                recipe.File, recipe.Config!.Line, "secret", $"secret '{name}' is not known: there is no secrets file", $"Make config/secrets.yaml with a line '{name}: …' and mode 0600.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw new ConfigurationException(file, null, null, "others may read the secrets", $"Run: chmod 600 {file}");
        YamlSection secrets = YamlSection.Load(file);
        return secrets.Has(name)
            ? secrets.Text(name, MaxLength)
            : throw new ConfigurationException(file, null, name, $"secret '{name}', which {recipe.File} asks for, is not there", $"Add a line '{name}: …'.");
    }

    private static IEnumerable<string> Files(Recipe recipe) =>
    [
        Path.Combine(Path.GetDirectoryName(recipe.File)!, "secrets.yaml"),
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(recipe.File)!, "..", "secrets.yaml")),
        Path.GetFullPath(Path.Combine("config", "secrets.yaml")),
    ];

    private static string? Credential(string name)
    {
        string? folder = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
        if (folder is null || name.AsSpan().IndexOfAny('/', '\\') >= 0 || name.StartsWith('.'))
            return null;
        FileInfo file = new(Path.Combine(folder, name));
        return file is { Exists: true, Length: <= MaxLength } ? File.ReadAllText(file.FullName).TrimEnd('\r', '\n') : null;
    }
}
