using ProvisionStation.Records;

namespace ProvisionStation.Live;

/// <summary>What a run left in the unit, in the words of the shop floor.</summary>
internal static class StateText
{
    /// <summary>One half-sentence.</summary>
    public static string Of(UnitState state) => state switch
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
