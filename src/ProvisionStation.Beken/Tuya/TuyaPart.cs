namespace ProvisionStation.Beken.Tuya;

/// <summary>A run of pages that holds a piece of a value.</summary>
/// <param name="Block">Block id.</param>
/// <param name="First">First page, 1 to 31.</param>
/// <param name="Last">Last page, which is in it.</param>
internal readonly record struct TuyaPart(int Block, int First, int Last)
{
    /// <summary>How many pages.</summary>
    public int Pages => Last - First + 1;
}
