using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Vault;

/// <summary>What a check of the whole vault found.</summary>
/// <param name="Files">How many artifacts were checked.</param>
/// <param name="Bytes">How many bytes they hold.</param>
/// <param name="Damaged">Names of those that are not as they were, and of files that do not belong there.</param>
public sealed record VaultCheck(int Files, long Bytes, IReadOnlyList<string> Damaged)
{
    /// <summary>Places in packs that are no whole records, in words; what was there shows as damaged or lost, unless another copy serves.</summary>
    public IReadOnlyList<string> Torn { get; init; } = [];

    /// <summary>Whole artifacts by what runs call them, for example <c>backup</c> or <c>boot-log</c>; one that two kinds name counts with both.</summary>
    public IReadOnlyDictionary<string, int> Kinds { get; init; } = new Dictionary<string, int>();

    /// <summary>Whole artifacts that no run names: what a run had stored when it was killed.</summary>
    public int Unnamed { get; init; }

    /// <summary>What the journal says is there and is not, or not in its length.</summary>
    public IReadOnlyList<VaultLoss> Losses { get; init; } = [];

    /// <summary>The same, held against what runs have named.</summary>
    internal VaultCheck Against(IReadOnlyList<KeptArtifact> named, Func<string, long?> lengthOf)
    {
        Dictionary<string, long?> lengths = named.Select(one => one.Artifact.Sha256.ToLowerInvariant()).Distinct().ToDictionary(name => name, lengthOf);
        HashSet<string> damaged = [.. Damaged];
        KeptArtifact[] whole =
            [.. named.Where(one => one.Artifact.Sha256.ToLowerInvariant() is var name && lengths[name] is not null && !damaged.Contains(name))];
        return this with
        {
            Kinds = whole.GroupBy(one => one.Artifact.Kind)
                .ToDictionary(kind => kind.Key, kind => kind.DistinctBy(one => one.Artifact.Sha256.ToLowerInvariant()).Count()),
            Unnamed = Math.Max(0, Files - Damaged.Count - whole.DistinctBy(one => one.Artifact.Sha256.ToLowerInvariant()).Count()),
            Losses =
            [
                .. named.Select(one => new VaultLoss(one, lengths[one.Artifact.Sha256.ToLowerInvariant()]))
                    .Where(loss => loss.Bytes != loss.Artifact.Artifact.Bytes),
            ],
        };
    }
}
