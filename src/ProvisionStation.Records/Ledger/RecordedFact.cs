namespace ProvisionStation.Records.Ledger;

/// <summary>A fact as the ledger holds it.</summary>
/// <param name="Sequence">Gap-free per station, from 1: the only ordering.</param>
/// <param name="PreviousSha256">Hash of the fact before; 64 zeros for the first.</param>
/// <param name="At">UTC wall clock, which may jump: see <see cref="FactKinds.ClockStep"/>.</param>
/// <param name="Station">The station's id.</param>
/// <param name="Fact">Kind, subject and body.</param>
/// <param name="Text">The line as it is hashed.</param>
/// <param name="Sha256">Hash of that line, lower-case hex.</param>
public sealed record RecordedFact(
    long Sequence, string PreviousSha256, DateTimeOffset At, Guid Station, LedgerFact Fact, string Text, string Sha256)
{
    /// <summary>One of <see cref="FactKinds"/>.</summary>
    public string Kind => Fact.Kind;

    /// <summary>What it is about.</summary>
    public string Subject => Fact.Subject;
}
