namespace ProvisionStation.Records.Vault;

/// <summary>What a check of the whole vault found.</summary>
/// <param name="Files">How many were checked.</param>
/// <param name="Bytes">How many bytes they hold.</param>
/// <param name="Damaged">Names whose bytes do not hash to them.</param>
public sealed record VaultCheck(int Files, long Bytes, IReadOnlyList<string> Damaged)
{
    /// <summary>Whole files by what runs call them, for example <c>backup</c> or <c>boot-log</c>; a file that two kinds name counts with both.</summary>
    public IReadOnlyDictionary<string, int> Kinds { get; init; } = new Dictionary<string, int>();

    /// <summary>Whole files that no run names: what a run had stored when it was killed.</summary>
    public int Unnamed { get; init; }

    /// <summary>What the journal says is there and is not, or not in its length.</summary>
    public IReadOnlyList<VaultLoss> Losses { get; init; } = [];
}
