namespace ProvisionStation.Records.Journal;

/// <summary>One part that all units of a lot must agree on, as its first unit showed it.</summary>
/// <param name="Part">For example <c>loader</c> or <c>pins</c>.</param>
/// <param name="Value">The value as text; never a secret.</param>
/// <param name="Run">The run that set it.</param>
/// <param name="Approval">Who or what approved it: <c>first unit of the lot</c>, <c>recipe</c>, or a person.</param>
/// <param name="SetAt">UTC wall clock.</param>
public sealed record LotReference(string Part, string Value, Guid Run, string Approval, DateTimeOffset SetAt);
