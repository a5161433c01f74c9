using ProvisionStation.Tests.Support;

namespace ProvisionStation.Speed.Fuzzing;

/// <summary>All hostile inputs, by number: the same seed and number always make the same case.</summary>
internal sealed class FuzzCases
{
    /// <summary>How long a case may take before it counts as hanging.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly ConfigFuzz configs;
    private readonly StoreFuzz stores;
    private readonly ImageFuzz images;

    /// <param name="vectors">The folder with the sub-folders <c>obk</c> and <c>tuya</c>.</param>
    public FuzzCases(string vectors)
    {
        configs = new ConfigFuzz(Files(Path.Combine(vectors, "obk"), "obk-config-*.bin"));
        stores = new StoreFuzz(Files(Path.Combine(vectors, "tuya"), "*.bin"));
        images = new ImageFuzz([ImageBuilder.Qio("BK7231N"), ImageBuilder.Qio("BK7231T")]);
    }

    public static IReadOnlyList<string> Kinds { get; } = ["store", "config", "template", "image"];

    /// <summary>What a case is about. Images are long and take long, so there are fewer of them.</summary>
    public static string KindOf(int number) => (number % 20) switch
    {
        < 6 => "store",
        < 13 => "config",
        < 19 => "template",
        _ => "image",
    };

    /// <summary>Runs one case. What escapes as an exception is a crash.</summary>
    public FuzzOutcome Run(int seed, int number)
    {
        Random random = new(unchecked((seed * 1_000_003) + number));
        try
        {
            return KindOf(number) switch
            {
                "store" => stores.Run(random),
                "config" => configs.Run(random),
                "template" => TemplateFuzz.Run(random),
                _ => images.Run(random),
            };
        }
        // The one place that takes everything: whatever comes here is the finding.
        catch (Exception crash) when (crash is not OutOfMemoryException)
        {
            return FuzzOutcome.Fault($"{crash.GetType().Name}: {crash.Message.Split('\n')[0]} {crash.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
        }
    }

    private static List<byte[]> Files(string folder, string pattern)
    {
        List<byte[]> files = [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        return files.Count > 0 ? files : throw new InvalidOperationException($"there are no files {pattern} in {folder}");
    }
}
