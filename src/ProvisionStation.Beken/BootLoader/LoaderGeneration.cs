namespace ProvisionStation.Beken.BootLoader;

/// <summary>The two command sets that answer on UART1.</summary>
public enum LoaderGeneration
{
    /// <summary>The boot loader in flash (T, U, 7252): no registers, no status register, protection by its own rules.</summary>
    Basic,

    /// <summary>The mask ROM (N, M, 7238 and later).</summary>
    Full,
}
