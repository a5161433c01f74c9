namespace ProvisionStation.Live;

/// <summary>How this program was started, so that a command it proposes can be typed as it stands.</summary>
internal static class ProgramName
{
    private const string ProjectFile = "ProvisionStation.csproj";

    /// <summary>The name errors begin with.</summary>
    public const string Short = "provision-station";

    /// <summary>A whole command line, with the arguments quoted where they need it.</summary>
    public static string Command(params IEnumerable<string> arguments) => string.Join(' ', [Start(), .. arguments.Select(Quoted)]);

    private static string Start()
    {
        // bin/Debug/net10.0 of a source tree: the person has no installed program.
        string? project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        return File.Exists(Path.Combine(project, ProjectFile))
            ? $"dotnet run --project {Quoted(Path.GetRelativePath(Environment.CurrentDirectory, project))} --"
            : Short;
    }

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(
            letter => char.IsLetterOrDigit(letter) || "-_./:,=@+".Contains(letter, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
