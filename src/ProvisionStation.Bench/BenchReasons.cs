namespace ProvisionStation.Bench;

/// <summary>The fixed words for what can be wrong with a bench. They go into records: never rename one.</summary>
public static class BenchReasons
{
    /// <summary>Nothing answered on the port.</summary>
    public const string NoLink = "no-link";

    /// <summary>Bytes arrive, but no frame among them.</summary>
    public const string LineNoise = "line-noise";

    /// <summary>The unit answered before and is silent now. A cable cannot be told from a chip.</summary>
    public const string LinkLost = "link-lost";

    /// <summary>Reads of the same sector keep disagreeing with each other or with the chip's own CRC.</summary>
    public const string ReadMismatch = "read-mismatch";

    /// <summary>The port does not exist, or its adapter was pulled out.</summary>
    public const string PortGone = "port-gone";

    /// <summary>Another program holds the port.</summary>
    public const string PortBusy = "port-busy";

    /// <summary>The supply does not do what it is told, or no longer answers.</summary>
    public const string PowerLost = "power-lost";

    /// <summary>The slot still has power after it was switched off.</summary>
    public const string PowerStuck = "power-stuck";

    /// <summary>The current meter answers nonsense or not at all.</summary>
    public const string MeterLost = "meter-lost";
}
