using System.Globalization;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Roles by P number as one line of text, the form in which maps are shown, approved and compared.</summary>
public static class PinMap
{
    private static readonly char[] Between = [' ', ','];

    /// <summary>For example <c>P6=TglChanOnTgl;1 P26=Rel;1</c>, by P number; <c>no pins</c> for an empty map.</summary>
    public static string Text(IReadOnlyDictionary<int, ObkPin> pins) =>
        pins.Count == 0 ? "no pins" : string.Join(' ', pins.OrderBy(pin => pin.Key).Select(pin => $"P{pin.Key}={pin.Value}"));

    /// <summary>Reads what <see cref="Text"/> writes; pins may stand in any order, apart by blanks or commas.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problem">What is wrong, as a sentence; empty where nothing is.</param>
    /// <returns>Null where it is no map.</returns>
    public static IReadOnlyDictionary<int, ObkPin>? TryParse(string text, out string problem)
    {
        Dictionary<int, ObkPin> pins = [];
        problem = "";
        foreach (string entry in text.Split(Between, StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = entry.Split('=');
            if (sides.Length != 2 || Number(sides[0]) is not { } pin)
                problem = $"'{entry}' is no pin";
            else if (!pins.TryAdd(pin, default))
                problem = $"P{pin} stands there twice";
            else
                problem = Read(sides[1], pins, pin);
            if (problem.Length > 0)
                return null;
        }

        problem = pins.Count == 0 ? "there is no pin in it" : "";
        return pins.Count == 0 ? null : pins;
    }

    private static string Read(string role, Dictionary<int, ObkPin> pins, int pin)
    {
        try
        {
            pins[pin] = ObkPin.Parse(role);
            return "";
        }
        catch (ObkException e)
        {
            return e.Message;
        }
    }

    private static int? Number(string text) =>
        text is ['P' or 'p', .. var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int pin) && pin <= 28 ? pin : null;
}
