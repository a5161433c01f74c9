using ProvisionStation.Records;

namespace ProvisionStation.Live;

/// <summary>What a run left in the unit, in the words of the shop floor.</summary>
internal static class StateText
{
    /// <summary>One half-sentence.</summary>
    public static string Of(UnitState state) => state switch
    {
        UnitState.Untouched => "its flash is as it came",
        UnitState.Erased => "the erase began, nothing is known to be written; it does not start",
        UnitState.PartlyWritten => "the image is in only as far as the last intent; it does not start",
        UnitState.Written => "the image is in and was checked, our configuration is not",
        UnitState.Configured => "image and configuration are in and were checked",
        UnitState.Restored => "its own backup is back in its flash and was compared byte by byte",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no such state"),
    };
}
