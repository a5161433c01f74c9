namespace ProvisionStation.Beken.Obk;

/// <summary>One thing that differs between two configurations, fit for a report.</summary>
/// <param name="Field">The firmware's name of the field; <c>pins</c> for role and channels of one pin.</param>
/// <param name="Intended">What should be there; a password is <c>***</c>.</param>
/// <param name="Found">What is there; a password is <c>***</c>.</param>
public sealed record ObkDifference(string Field, string Intended, string Found);
