namespace ProvisionStation.Records.Journal;

/// <summary>Nothing is told from a journal that was changed.</summary>
internal static class WholeJournal
{
    /// <summary>Throws where something was found to be broken.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="broken">What and where, in words; null: nothing.</param>
    /// <exception cref="RecordsException">It is.</exception>
    public static void Require(string folder, string? broken)
    {
        if (broken is not null)
            throw new RecordsException("record-lost", $"the journal in {folder} was changed or is damaged: {broken}", JournalDatabase.BringBack);
    }

    /// <summary>The same of a walk over everything, with what is known to be good.</summary>
    /// <exception cref="RecordsException">It found a break.</exception>
    public static void Require(string folder, ChainState chain)
    {
        if (chain.Break is not { } broken)
            return;
        string good = chain.Records == 0
            ? "no closing record before it is known to be good"
            : $"closing records 1 to {chain.Records} are good, up to hash {chain.HeadSha256}";
        Require(folder, $"{broken}; {good}");
    }
}
