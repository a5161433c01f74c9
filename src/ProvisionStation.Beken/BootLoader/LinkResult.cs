namespace ProvisionStation.Beken.BootLoader;

/// <summary>How one attempt to get the bus ended.</summary>
public enum LinkResult
{
    /// <summary>The loader answered.</summary>
    Linked,

    /// <summary>Not one byte came.</summary>
    Silent,

    /// <summary>Bytes came, but no answer to a link check among them.</summary>
    Noise,
}
