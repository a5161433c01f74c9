using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Live;

/// <summary>What a run left in the unit, in the words of the shop floor.</summary>
internal static class StateText
{
    /// <summary>One half-sentence of a run that is closed.</summary>
    public static string Of(RunRecord run) => run.Closing!.State == UnitState.Restored && run.Claims.Any(claim => claim.Name == RestoreOrder.ClonedFromClaim)
        ? "a copy of another unit's backup is in"
        : Of(run.Closing.State);

    private static string Of(UnitState state) => state switch
    {
        UnitState.Untouched => "nothing was changed on it",
        UnitState.Erased => "its flash is erased in part, it cannot start",
        UnitState.PartlyWritten => "its flash is partly written, it cannot start",
        UnitState.Written => "the image is in, the configuration is not",
        UnitState.Configured => "image and configuration are in",
        UnitState.Restored => "its own firmware is back",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no such state"),
    };
}
