namespace ProvisionStation.Records;

/// <summary>The fixed words that go with every verdict but PASS. They are in records that outlive the program: never rename one.</summary>
public static class Reasons
{
    /// <summary>FAIL while the unit is untouched.</summary>
    public static IReadOnlyList<string> FailUntouched { get; } =
    [
        "wrong-chip", "wrong-key", "image-mismatch", "flash-unknown", "protected", "mac-placeholder", "mac-invalid", "mac-duplicate",
        "backup-implausible", "pins-unknown", "not-this-product", "no-unit-row", "foreign-unit", "short", "over-current", "dead-unit",
    ];

    /// <summary>FAIL after the erase began.</summary>
    public static IReadOnlyList<string> FailTouched { get; } =
    [
        "sector-not-erased", "bit-not-programmed", "crc-mismatch", "no-boot", "stalled-boot", "boot-loop", "current-low", "current-high",
        "over-current", "wrong-version", "config-rejected", "config-changed", "rf-changed", "dead-unit",
    ];

    /// <summary>ERROR at any time.</summary>
    public static IReadOnlyList<string> Error { get; } =
    [
        "no-link", "line-noise", "link-lost", "read-mismatch", "port-gone", "port-busy", "power-lost", "power-stuck", "meter-lost",
        "vault-full", "record-lost", "brown-out", "log-lost", "station-fault",
    ];

    /// <summary>ABORTED.</summary>
    public static IReadOnlyList<string> Aborted { get; } = ["cancelled", "station-stopped", "interrupted", "already-passed", "quarantined", "held", "restored", "other-unit"];
}
