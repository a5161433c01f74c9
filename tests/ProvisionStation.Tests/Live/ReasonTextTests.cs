using ProvisionStation.Live;
using ProvisionStation.Records;

namespace ProvisionStation.Tests.Live;

public sealed class ReasonTextTests
{
    [Fact]
    public void Every_reason_of_a_record_has_words_for_people()
    {
        IEnumerable<string> reasons = [.. Reasons.FailUntouched, .. Reasons.FailTouched, .. Reasons.Error, .. Reasons.Aborted];
        Assert.All(reasons, reason => Assert.NotEqual(reason, ReasonText.Of(reason)));
    }

    [Fact]
    public void A_current_that_nobody_measured_is_not_claimed()
    {
        Assert.DoesNotContain("mA", ReasonText.Of("stalled-boot"), StringComparison.Ordinal);
    }
}
