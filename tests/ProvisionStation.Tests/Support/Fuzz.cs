using System.Globalization;

namespace ProvisionStation.Tests.Support;

/// <summary>Runs a test with many seeds. A failing seed is printed; <c>FUZZ_SEED=n</c> runs that one alone.</summary>
internal static class Fuzz
{
    public static void Run(int rounds, Action<Random> test)
    {
        int? only = Environment.GetEnvironmentVariable("FUZZ_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        int first = only ?? Random.Shared.Next(int.MaxValue / 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"seeds {first} to {first + (only is null ? rounds : 1) - 1}");
        for (int seed = first; seed < first + (only is null ? rounds : 1); seed++)
        {
            try
            {
                test(new Random(seed));
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"failed with seed {seed}; replay with FUZZ_SEED={seed}", fault);
            }
        }
    }
}
