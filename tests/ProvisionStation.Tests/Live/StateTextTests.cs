using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Live;

public sealed class StateTextTests
{
    [Theory, InlineData(false, "its own firmware is back"), InlineData(true, "a copy of another unit's backup is in")]
    public void A_copy_of_another_unit_is_never_called_the_units_own_firmware(bool isClone, string text)
    {
        Claim[] claims = isClone ? [new Claim(RestoreOrder.ClonedFromClaim, DataFolder.Hash('b'), ClaimSource.Entered)] : [];
        RunRecord run = new(
            Guid.NewGuid(), Guid.NewGuid(), FixedClock.Start, DataFolder.Opening(), null, null,
            DataFolder.Closing(Verdict.Pass, null, UnitState.Restored), FixedClock.Start, 1, null, null, [], [], [], claims);
        Assert.Equal(text, StateText.Of(run));
    }
}
