namespace ProvisionStation.Records.Ledger;

/// <summary>A place in the ledger's file: after so many whole lines.</summary>
/// <param name="Lines">Whole lines before it; the last one tells the fact of that number.</param>
/// <param name="Bytes">Offset of the first byte behind them.</param>
/// <param name="Sha256">Hash of the last line; 64 zeros where there is none.</param>
internal readonly record struct LineEnd(long Lines, long Bytes, string Sha256)
{
    /// <summary>The beginning of the file.</summary>
    public static LineEnd Start { get; } = new(0, 0, FactForm.NoPrevious);
}
