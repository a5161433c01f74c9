using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Tuya;

/// <summary>A sector of a unit's flash that still holds old credentials.</summary>
/// <param name="Sector">Its address.</param>
/// <param name="What">What is in it, for example <c>Wi-Fi name, Wi-Fi password</c>; never the value.</param>
public sealed record CredentialTrace(FlashAddress Sector, string What);
