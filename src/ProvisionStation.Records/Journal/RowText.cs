using System.Globalization;

namespace ProvisionStation.Records.Journal;

/// <summary>Times as rows and closing records hold them: UTC, all seven digits, so that text order is time order.</summary>
internal static class RowText
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset TimeOf(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
