using ProvisionStation.Commands;
using ProvisionStation.Records;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Commands;

public sealed class RestoreNextTests
{
    [Fact]
    public void What_to_type_next_names_the_unit_that_was_in_the_slot()
    {
        RunRecord run = new(
            Guid.NewGuid(), Guid.NewGuid(), FixedClock.Start, Records.DataFolder.Opening(), null,
            new UnitMarks("D81F1200012E", null, null, null, null, null, null, null),
            Records.DataFolder.Closing(Verdict.Pass, null, UnitState.Restored), FixedClock.Start, 1, null, null, [], [], [], []);
        Assert.Equal("D81F1200012E", RestoreCommand.ShownNext([run], "D81F120000C9"));
        Assert.Equal("D81F120000C9", RestoreCommand.ShownNext([], "D81F120000C9"));
        Assert.Equal("D81F120000C9", RestoreCommand.ShownNext([run with { Marks = null }], "D81F120000C9"));
    }
}
