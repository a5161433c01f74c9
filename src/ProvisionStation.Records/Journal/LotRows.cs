using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>Lots: opened once under one recipe file, counted from their runs.</summary>
internal static class LotRows
{
    /// <summary>Opens a lot if it is new, inside the caller's transaction.</summary>
    /// <returns>1 where it is new, 0 where it was open.</returns>
    /// <exception cref="RecordsException">It was opened under another recipe hash, or is closed.</exception>
    public static int Open(
        SqliteConnection connection, Func<LedgerFact, RecordedFact> record, string lot, string recipe, int recipeRevision, string recipeSha256, DateTimeOffset now)
    {
        string name = CleanText.Of(lot);
        ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(lot));
        LotClosing.RequireOpen(connection, name);
        (string recipe, long revision, string sha256)? known = connection.QueryFirstOrDefault<(string, long, string)?>(
            "SELECT recipe, recipe_revision, recipe_sha256 FROM lot WHERE lot = @name", new { name });
        if (known is { } opened)
        {
            return opened.sha256 == recipeSha256
                ? 0
                : throw new RecordsException(
                    "record-lost",
                    $"lot {name} was opened under recipe {opened.recipe} revision {opened.revision} ({opened.sha256}), "
                    + $"not under {recipe} revision {recipeRevision} ({recipeSha256})",
                    "Work with the recipe file the lot was opened with, or open a new lot with --lot.");
        }

        const string sql = """
            INSERT INTO lot (lot, recipe, recipe_revision, recipe_sha256, opened_at)
            VALUES (@name, @recipe, @recipeRevision, @recipeSha256, @at)
            """;
        connection.Execute(sql, new { name, recipe = CleanText.Of(recipe), recipeRevision, recipeSha256, at = RowText.Of(now) });
        record(new LedgerFact(FactKinds.LotOpened, name, new Dictionary<string, string?>
        {
            ["recipe"] = recipe,
            ["recipeRevision"] = recipeRevision.ToString(CultureInfo.InvariantCulture),
            ["recipeSha256"] = recipeSha256,
        }));
        return 1;
    }

    /// <summary>How an open lot was opened.</summary>
    public static LotOpening Opening(SqliteConnection connection, string lot) => FindOpening(connection, lot)!;

    /// <summary>How a lot was opened; null where there is none of that name.</summary>
    public static LotOpening? FindOpening(SqliteConnection connection, string lot) =>
        connection.QueryFirstOrDefault<(string Recipe, long Revision, string Sha256, string OpenedAt)?>(
            "SELECT recipe, recipe_revision, recipe_sha256, opened_at FROM lot WHERE lot = @lot", new { lot }) is { } row
            ? new LotOpening(row.Recipe, checked((int)row.Revision), row.Sha256, RowText.TimeOf(row.OpenedAt))
            : null;

    /// <summary>Verdicts of a lot's runs; runs in progress have none.</summary>
    public static LotCounts Counts(SqliteConnection connection, string lot)
    {
        const string sql = """
            SELECT c.verdict, count(*)
            FROM run r
            LEFT JOIN run_closed c ON c.run = r.id
            WHERE r.lot = @lot
            GROUP BY c.verdict
            """;
        Dictionary<string, int> counts = connection.Query<(string? Verdict, long Runs)>(sql, new { lot })
            .ToDictionary(row => row.Verdict ?? "", row => checked((int)row.Runs));
        return new LotCounts(Of(Verdict.Pass), Of(Verdict.Fail), Of(Verdict.Error), Of(Verdict.Aborted), counts.GetValueOrDefault(""));

        int Of(Verdict verdict) => counts.GetValueOrDefault(RecordText.Of(verdict));
    }

    /// <summary>Every lot, oldest first.</summary>
    public static IReadOnlyList<LotRecord> Load(SqliteConnection connection) =>
        [.. connection.Query<string>("SELECT lot FROM lot ORDER BY number").AsList().Select(lot => Find(connection, lot)!)];

    /// <summary>One lot; null where there is none of that name.</summary>
    public static LotRecord? Find(SqliteConnection connection, string lot) => FindOpening(connection, lot) is { } opening
        ? new LotRecord(lot, opening.Recipe, opening.RecipeRevision, opening.RecipeSha256, opening.OpenedAt, Counts(connection, lot))
        : null;
}
