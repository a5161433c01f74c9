using System.CommandLine;
using System.Globalization;
using ProvisionStation.Records;

namespace ProvisionStation.Commands;

/// <summary>Options that several commands have, each with one name and one meaning.</summary>
internal static class SharedOptions
{
    private const int MostLotLetters = 64;

    public static Option<string> Data() => new("--data")
    {
        Description = "Folder of records, backups and exports.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "data",
    };

    public static Option<bool> Json() => new("--json") { Description = "One JSON object per line on stdout." };

    public static Option<bool> Force() => new("--force") { Description = "Overwrite the file if it exists." };

    public static Option<string> Out(string what) => new("--out") { Description = what, HelpName = "FILE", Required = true };

    public static Option<string> Jig() => new("--jig") { Description = "The jig file: this wiring.", HelpName = "FILE", Required = true };

    public static Option<string> Recipe() => new("--recipe")
    {
        Description = "The recipe file: this product.",
        HelpName = "FILE",
        Required = true,
    };

    public static Option<string?> Operator() => new("--operator") { Description = "Who works; kept with every run.", HelpName = "NAME" };

    /// <summary>Who decides something that becomes a fact of the ledger.</summary>
    public static Option<string> RequiredOperator() => Said("--operator", "Who decides it; kept in the ledger.", "NAME");

    /// <summary>Why somebody decides something that becomes a fact of the ledger.</summary>
    public static Option<string> Reason(string description) => Said("--reason", description, "TEXT");

    private static Option<string> Said(string name, string description, string helpName)
    {
        Option<string> said = new(name) { Description = description, HelpName = helpName, Required = true };
        said.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
                result.AddError($"{name} says nothing: write a few words");
        });
        return said;
    }

    /// <summary>A lot that becomes a record: its name ends up in file names and on units.</summary>
    public static Option<string> NewLot()
    {
        Option<string> lot = new("--lot") { Description = "The lot; opened if it is new.", HelpName = "L", Required = true };
        lot.Validators.Add(result =>
        {
            string name = result.GetValueOrDefault<string>() ?? "";
            bool isPlain = name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '.' or '_' or '-');
            if (name.Length is 0 or > MostLotLetters || name.StartsWith('.') || !isPlain)
                result.AddError(
                    $"'{name}' cannot be a lot: 1 to {MostLotLetters} letters, digits, blanks and . _ - are allowed, no dot in front");
        });
        return lot;
    }

    public static Option<string?> Lot() => new("--lot") { Description = "Only this lot.", HelpName = "L" };

    public static Option<string?> Mac()
    {
        Option<string?> mac = new("--mac")
        {
            Description = "Only units with this MAC: twelve hex digits, with or without colons.",
            HelpName = "MAC",
        };
        mac.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && MacText.Parse(text) is null)
                result.AddError(MacText.Problem(text));
        });
        return mac;
    }

    public static Option<string?> VerdictIs()
    {
        Option<string?> verdict = new("--verdict") { Description = "Only runs with this verdict.", HelpName = "PASS|FAIL|ERROR|ABORTED" };
        verdict.AcceptOnlyFromAmong(
            StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<Verdict>().Select(name => name.ToUpperInvariant())]);
        return verdict;
    }

    /// <summary>A moment in UTC, such as 2026-01-31 or 2026-01-31T08:00.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "UTC",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out DateTimeOffset moment))
                return moment;
            result.AddError($"'{text}' is no time: write it as 2026-01-31 or 2026-01-31T08:00, in UTC");
            return null;
        },
    };

    /// <summary>A whole number, both ends included; given twice, the last one counts, so that a script can add to a line.</summary>
    public static Option<int?> Number(string name, string description, string helpName, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
                return value;
            result.AddError($"{name} {text}: a whole number from {least} to {most} is allowed");
            return null;
        },
    };
}
