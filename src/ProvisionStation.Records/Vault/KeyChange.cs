using System.Globalization;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Vault;

/// <summary>That the station key was changed.</summary>
/// <param name="OldFingerprint">The first 8 hex digits of the SHA-256 of the key that opens nothing any more.</param>
/// <param name="NewFingerprint">The same of the key that opens the vault now.</param>
/// <param name="KeyPath">Where the new key is kept.</param>
/// <param name="Packs">How many packs it was given to.</param>
public sealed record KeyChange(string OldFingerprint, string NewFingerprint, string KeyPath, int Packs)
{
    /// <summary>The fact to record.</summary>
    /// <param name="person">Who changed it.</param>
    public LedgerFact ToFact(string person) => Fact("changed", OldFingerprint, NewFingerprint, person, Packs);

    /// <summary>Records at a start that the vault has another key than the ledger knows: it was made just now, or was changed and that was not
    /// recorded.</summary>
    /// <returns>The fact; null where the ledger knows the key.</returns>
    /// <exception cref="RecordsException">It could not be recorded.</exception>
    public static async Task<RecordedFact?> NoteAsync(RunJournal journal, VaultKey key, bool isFirstUse, string? person, CancellationToken cancel)
    {
        IReadOnlyList<RecordedFact> known = await journal.FactsAsync(FactKinds.KeyChange, null, cancel, most: 1);
        string? old = known is [.., var last] ? last.Subject : null;
        return old == key.Fingerprint
            ? null
            : await journal.RecordFactAsync(Fact(old is null && isFirstUse ? "made" : "found at a start", old, key.Fingerprint, person, null), cancel);
    }

    private static LedgerFact Fact(string what, string? old, string fresh, string? person, int? packs) => new(
        FactKinds.KeyChange, fresh, new Dictionary<string, string?>
        {
            ["what"] = what,
            ["oldFingerprint"] = old,
            ["newFingerprint"] = fresh,
            ["packs"] = packs?.ToString(CultureInfo.InvariantCulture),
            ["operator"] = person,
        });
}
