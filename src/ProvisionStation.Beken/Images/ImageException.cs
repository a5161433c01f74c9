namespace ProvisionStation.Beken.Images;

/// <summary>A file that is not a firmware image this station can use.</summary>
/// <param name="message">What is wrong with it, as one sentence.</param>
/// <param name="remedy">What to do, as one imperative sentence.</param>
/// <param name="inner">What the system said.</param>
public sealed class ImageException(string message, string remedy, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do, as one imperative sentence.</summary>
    public string Remedy { get; } = remedy;
}
