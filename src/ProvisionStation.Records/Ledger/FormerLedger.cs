using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Ledger;

/// <summary>A ledger's file that another one takes the place of, as the fact that records it names it for ever.</summary>
/// <param name="Good">Where its chain ends, or breaks.</param>
/// <param name="Break">Why it breaks there; null where it does not.</param>
/// <param name="Sha256">Hash of the whole file; null where there is none.</param>
/// <param name="Agreed">Facts from its first line on that the database has too: what comes behind is where the two go apart.</param>
internal sealed record FormerLedger(LineEnd Good, string? Break, string? Sha256, long Agreed)
{
    /// <summary>Looks at the file beside a database, which may be older than ledgers are.</summary>
    public static FormerLedger Of(LedgerFile file, SqliteConnection connection, CancellationToken cancel)
    {
        if (!File.Exists(file.Path))
            return new FormerLedger(LineEnd.Start, null, null, 0);
        bool hasFacts = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'ledger'") > 0;
        using IEnumerator<string> rows = (hasFacts
            ? connection.Query<string>("SELECT sha256 FROM ledger ORDER BY sequence", buffered: false)
            : []).GetEnumerator();
        (long agreed, bool agrees) = (0, true);
        using Stream stream = file.OpenForReading();
        (LineEnd good, string? broken, _) = LineWalk.Walk(
            stream,
            long.MaxValue,
            (number, hash) =>
            {
                agrees = agrees && rows.MoveNext() && Convert.ToHexStringLower(hash) == rows.Current;
                agreed = agrees ? number : agreed;
                return true;
            },
            cancel);
        stream.Position = 0;
        return new FormerLedger(good, broken, Convert.ToHexStringLower(SHA256.HashData(stream)), agreed);
    }

    /// <summary>A name beside the file that is free, for what is set aside.</summary>
    public static string FreeName(string folder, DateTimeOffset now)
    {
        string stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        string name = Path.Combine(folder, $"ledger-{stamp}.jsonl");
        for (int again = 2; File.Exists(name); again++)
            name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"ledger-{stamp}-{again}.jsonl"));
        return name;
    }

    /// <summary>The lines that come behind those both have; what is no text shows as such.</summary>
    public IEnumerable<string> LinesApart(LedgerFile file) => File.Exists(file.Path) ? File.ReadLines(file.Path).Skip((int)Math.Min(Agreed, int.MaxValue)) : [];

    /// <summary>What the fact tells of it.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Body() =>
    [
        new("asideSha256", Sha256),
        new("asideFacts", Good.Lines.ToString(CultureInfo.InvariantCulture)),
        new("asideHeadSha256", Good.Sha256),
        new("asideBreak", Break),
        new("asideAgreed", Agreed.ToString(CultureInfo.InvariantCulture)),
    ];
}
