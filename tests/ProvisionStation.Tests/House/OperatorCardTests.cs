using System.Text.RegularExpressions;
using ProvisionStation.Records;

namespace ProvisionStation.Tests.House;

/// <summary>The card at the jig knows every word a screen can show.</summary>
public sealed partial class OperatorCardTests
{
    [Fact]
    public void The_card_names_every_reason_and_no_other()
    {
        IEnumerable<string> reasons = [.. Reasons.FailUntouched, .. Reasons.FailTouched, .. Reasons.Error, .. Reasons.Aborted];
        IEnumerable<string> card = Row().Matches(Tree.Read("docs/operator-card.md")).Select(row => row.Groups[1].Value);
        Assert.Equal(reasons.Distinct().Order(), card.Distinct().Order());
    }

    [GeneratedRegex("^\\| `([a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
