using ProvisionStation.Speed.Fuzzing;

namespace ProvisionStation.Tests.Obk;

/// <summary>A short run of what <c>tests/bench fuzz</c> does at length.</summary>
public sealed class HostileInputTests(ITestOutputHelper output)
{
    private const int Cases = 2000;

    [Fact]
    public void Damaged_stores_configurations_images_and_templates_end_in_a_result_or_a_named_refusal()
    {
        int seed = Random.Shared.Next() & 0xFFFFF;
        output.WriteLine($"seed {seed}");
        FuzzCases cases = new(Path.GetFullPath(Path.Combine(ObkVector.Folder(), "..")));
        for (int number = 0; number < Cases; number++)
        {
            FuzzOutcome outcome = cases.Run(seed, number);
            Assert.True(outcome.Wrong is null, $"{FuzzCases.KindOf(number)}, replay with tests/bench fuzz --seed {seed} --case {number}: {outcome.Wrong}");
        }
    }
}
