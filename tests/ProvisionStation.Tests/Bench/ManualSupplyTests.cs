using ProvisionStation.Bench.Power;

namespace ProvisionStation.Tests.Bench;

public sealed class ManualSupplyTests
{
    [Fact]
    public async Task A_person_is_asked_for_every_change_and_never_twice_for_the_same()
    {
        List<string> asked = [];
        ManualSupply supply = new(7, (question, _) =>
        {
            asked.Add(question);
            return Task.CompletedTask;
        });
        await supply.OffAsync(TestContext.Current.CancellationToken);
        await supply.OffAsync(TestContext.Current.CancellationToken);
        await supply.OnAsync(TestContext.Current.CancellationToken);
        await supply.OffAsync(TestContext.Current.CancellationToken);
        Assert.True(supply.IsMechanical);
        Assert.Equal(3, asked.Count);
        Assert.Contains("Slot 7: switch the power ON", asked[1], StringComparison.Ordinal);
    }
}
