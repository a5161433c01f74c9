using System.Globalization;

namespace ProvisionStation.Bench.Scpi;

/// <summary>Reads what instruments answer. Pure; whatever the bytes, it never throws.</summary>
internal static class ScpiAnswer
{
    /// <summary>Above this a number is not a current of a slot but an overflow mark (SCPI-1999: 9.9E37 infinity, 9.91E37 not a
    /// number).</summary>
    private const double MostAmperes = 1000;

    /// <summary>A current such as <c>3.2998</c> or <c>+7.12345678E-02</c>, always with a point.</summary>
    /// <returns>Milliamperes; null where the text is no current.</returns>
    public static double? Milliamperes(string answer)
    {
        bool isNumber = double.TryParse(
            answer.Trim(),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out double amperes);
        return isNumber && Math.Abs(amperes) <= MostAmperes ? amperes * 1000 : null;
    }

    /// <summary>Whether a supply is in current limit: <c>1</c>, <c>ON</c> and <c>CC</c> are yes, <c>0</c>, <c>OFF</c> and <c>CV</c> no, of
    /// other numbers all but zero are yes.</summary>
    /// <returns>Null where the text is neither.</returns>
    public static bool? IsLimiting(string answer)
    {
        string text = answer.Trim().ToUpperInvariant();
        if (text is "ON" or "CC")
            return true;
        if (text is "OFF" or "CV")
            return false;
        bool isNumber = double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out double number);
        return isNumber && Math.Abs(number) <= uint.MaxValue ? number != 0 : null;
    }

    /// <summary>The code of an error-queue answer: <c>0,"No error"</c>, <c>+0,"No error"</c>, or Siglent's <c>0  No Error</c>.</summary>
    /// <returns>0: the queue is empty; null where the text is no such answer.</returns>
    public static int? ErrorCode(string answer)
    {
        string text = answer.Trim();
        int end = text.AsSpan().IndexOfAny(',', ' ', '\t');
        string number = end < 0 ? text : text[..end];
        return int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int code) ? code : null;
    }

    /// <summary>Who made it and what it is: the first two fields of <c>*IDN?</c>; serial number and firmware may change in
    /// service.</summary>
    public static string Kind(string identity) => string.Join(
        ',', identity.Split(',').Take(2).Select(part => part.Trim().ToUpperInvariant()));

    /// <summary>An answer as a record may hold it: one short line of printable characters.</summary>
    public static string Printable(string answer)
    {
        string text = new([.. answer.Trim().Select(letter => letter is >= ' ' and <= '~' ? letter : '?')]);
        return text.Length <= 120 ? text : text[..120] + "…";
    }
}
