using System.Xml.Linq;

namespace ProvisionStation.Tests.House;

/// <summary>The project's own files, as the tests that hold the house together read them.</summary>
internal static class Tree
{
    private static readonly string[] NotOurs = [".git", ".vs", ".idea", "bin", "obj", "data", "TestResults"];

    public static string Root { get; } = FindRoot();

    public static string In(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(In(path));

    /// <summary>Every file that may be kept under version control, with <c>/</c> in its path.</summary>
    public static IReadOnlyList<string> Files(string folder = "", string pattern = "*") =>
        [.. Walk(new DirectoryInfo(In(folder)), pattern).Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static XDocument Project(string path) => XDocument.Load(In(path));

    /// <summary>The items of a project file, for example its <c>PackageReference</c>s.</summary>
    public static IEnumerable<XElement> Items(string project, string kind) => Project(project).Descendants(kind);

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder, string pattern) =>
        !folder.Exists
            ? []
            : folder.EnumerateFiles(pattern).Concat(
                folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name)).SelectMany(inner => Walk(inner, pattern)));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ProvisionStation.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests must run inside the project");
    }
}
