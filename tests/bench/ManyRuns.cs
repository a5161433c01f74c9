using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Speed;

/// <summary>Fills a journal with copies of one run, each with its own id, unit, MAC, lot and right hashes, without waiting for the disk.</summary>
/// <remarks>The rows of its steps, measurements, intents, artifacts and claims are the same in every copy; everything else is its own.</remarks>
internal sealed class ManyRuns
{
    public const int RunsInLot = 1000;
    private const int RunsAtOnce = 20_000;
    private static readonly string[] Parts = ["step", "measurement", "intent", "artifact", "claim"];

    private readonly DbConnection _database;
    private readonly JsonObject _run;
    private readonly JsonObject _record;
    private readonly string _template;
    private readonly DateTimeOffset _start;
    private long _closing, _number, _fact;
    private string _closingSha256, _factSha256;

    private ManyRuns(DbConnection database, RunRecord template, long facts, string factSha256)
    {
        _database = database;
        _run = RunJson.Of(template);
        _template = template.Id.ToString();
        _start = template.StartedAt;
        (_closing, _closingSha256, _number) = (template.Sequence!.Value, template.Sha256!, template.Number);
        (_fact, _factSha256) = (facts, factSha256);
        _record = Canonical.Pick(_run, "station closedAt verdict reason detail remedy state backupSha256 durationTicks shortBoots link");
        _record["form"] = "provision-station/closing/1";
        _record["steps"] = Canonical.HashList(_run["steps"]!, Canonical.Step);
        _record["intents"] = Canonical.HashList(_run["intents"]!, one => Canonical.Pick(one, "purpose start bytes"));
        _record["artifacts"] = Canonical.HashList(_run["artifacts"]!, one => Canonical.Pick(one, "kind sha256 bytes note"));
        _record["claims"] = Canonical.HashList(_run["claims"]!, one => Canonical.Pick(one, "name value source"));
    }

    /// <summary>MAC of the copy with this place, from 0.</summary>
    public static string Mac(long place) => string.Create(CultureInfo.InvariantCulture, $"18DE{(uint)(place * 2654435761):X8}");

    /// <summary>Lot of the copy with this place.</summary>
    public static string Lot(long place) => string.Create(CultureInfo.InvariantCulture, $"M{place / RunsInLot}");

    /// <summary>Adds the copies to a journal that nobody has open.</summary>
    public static void Add(string folder, RunRecord template, ChainState chain, int count, Action<int> progress)
    {
        DbProviderFactories.RegisterFactory("sqlite", "Microsoft.Data.Sqlite.SqliteFactory, Microsoft.Data.Sqlite");
        using DbConnection database = DbProviderFactories.GetFactory("sqlite").CreateConnection()!;
        database.ConnectionString = $"Data Source={Path.Combine(folder, "journal.db")};Pooling=False";
        database.Open();
        using StreamWriter file = new(Path.Combine(folder, "ledger.jsonl"), append: true, new UTF8Encoding(false), 1 << 20);
        ManyRuns many = new(database, template, chain.Facts, chain.FactsHeadSha256);
        many.Execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
        IReadOnlyList<string> triggers = many.TakeTriggers();
        for (int done = 0; done < count; done += RunsAtOnce)
        {
            many.Execute("BEGIN");
            for (int place = done; place < Math.Min(count, done + RunsAtOnce); place++)
                many.AddOne(place, file);
            many.Execute("COMMIT");
            progress(Math.Min(count, done + RunsAtOnce));
        }

        foreach (string trigger in triggers)
            many.Execute(trigger);
        many.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        file.Flush();
    }

    private void AddOne(int place, StreamWriter file)
    {
        DateTimeOffset at = _start.AddSeconds(place + 1);
        string time = Time(at), run = Guid.CreateVersion7(at).ToString(), unit = Guid.CreateVersion7(at).ToString(), lot = Lot(place);
        if (place % RunsInLot == 0)
        {
            Execute("INSERT INTO lot (lot, recipe, recipe_revision, recipe_sha256, opened_at) SELECT @a, recipe, recipe_revision, recipe_sha256, @b FROM lot WHERE number = 1", lot, time);
            Fact("lot-opened", lot, new JsonObject { ["recipe"] = Text("recipe"), ["recipeRevision"] = _run["recipeRevision"]!.ToJsonString(), ["recipeSha256"] = Text("recipeSha256") }, time, file);
            _record["lot"] = Canonical.Hash(new JsonObject
            {
                ["lot"] = lot,
                ["openedAt"] = time,
                ["recipe"] = Text("recipe"),
                ["recipeRevision"] = _run["recipeRevision"]!.DeepClone(),
                ["recipeSha256"] = Text("recipeSha256"),
            });
        }

        (_run["number"], _run["startedAt"], _run["lot"]) = (++_number, time, lot);
        (_run["unit"], _run["mac"], _run["rfSha256"]) = (unit, Mac(place), Canonical.Hash(Mac(place)));
        (_record["sequence"], _record["previous"], _record["run"]) = (++_closing, _closingSha256, run);
        _record["opening"] = Canonical.Hash(Canonical.Pick(
            _run, "number startedAt lot slot jig jigRevision jigSha256 recipe recipeRevision recipeSha256 imageSha256 imageVersion operator program"));
        _record["unit"] = Canonical.Hash(Canonical.Pick(_run, "unit mac macSource chip chipId flash flashBytes keyClass rfSha256"));
        string previous = _closingSha256;
        _closingSha256 = Canonical.Hash(_record);
        Rows(run, unit, lot, time, previous);
        Fact("run-closed", run, new JsonObject
        {
            ["closing"] = _closing.ToString(CultureInfo.InvariantCulture),
            ["sha256"] = _closingSha256,
            ["verdict"] = Text("verdict"),
            ["reason"] = Text("reason"),
            ["state"] = Text("state"),
            ["lot"] = lot,
            ["unit"] = unit,
            ["mac"] = Mac(place),
            ["backupSha256"] = Text("backupSha256"),
        }, time, file);
    }

    private void Rows(string run, string unit, string lot, string time, string previous)
    {
        Execute("INSERT INTO run SELECT @a, @b, station, @c, @d, slot, jig, jig_revision, jig_sha256, recipe, recipe_revision, recipe_sha256, image_sha256, image_version, operator, program FROM run WHERE id = @e", _number, run, time, lot, _template);
        Execute("INSERT INTO unit (id, first_seen_at) VALUES (@a, @b)", unit, time);
        Execute("INSERT INTO run_unit SELECT @a, @b, @c, mac_source, chip, chip_id, flash_id, flash_bytes, key_class, @d FROM run_unit WHERE run = @e", run, unit, (string)_run["mac"]!, (string)_run["rfSha256"]!, _template);
        foreach (string part in Parts)
            Execute($"INSERT INTO {part} SELECT @a, {Columns[part]} FROM {part} WHERE run = @b", run, _template);
        Execute("INSERT INTO run_closed SELECT @a, @b, closed_at, verdict, reason, detail, remedy, state, backup_sha256, duration_ticks, short_boots, link, @c, @d FROM run_closed WHERE run = @e", _closing, run, previous, _closingSha256, _template);
    }

    private void Fact(string kind, string subject, JsonObject body, string time, StreamWriter file)
    {
        string text = Canonical.Text(new JsonObject
        {
            ["form"] = "provision-station/fact/1",
            ["sequence"] = ++_fact,
            ["previous"] = _factSha256,
            ["at"] = time,
            ["station"] = Text("station"),
            ["kind"] = kind,
            ["subject"] = subject,
            ["body"] = body,
        });
        _factSha256 = Canonical.Hash(text);
        Execute("INSERT INTO ledger VALUES (@a, @b, @c, @d, @e)", _fact, kind, subject, text, _factSha256);
        file.Write(text + "\n");
    }

    private static readonly Dictionary<string, string> Columns = new()
    {
        ["step"] = "number, step, verdict, reason, attempts, started_at, duration_ticks, detail",
        ["measurement"] = "step, number, name, value, unit, low, high, nominal_low, nominal_high, samples, samples_per_second, note",
        ["intent"] = "number, purpose, start_address, length_bytes",
        ["artifact"] = "number, kind, sha256, bytes, note",
        ["claim"] = "number, name, value, source",
    };

    private readonly Dictionary<string, DbCommand> _commands = [];

    private void Execute(string sql, params object[] values)
    {
        if (!_commands.TryGetValue(sql, out DbCommand? command))
        {
            command = _database.CreateCommand();
#pragma warning disable CA2100 // Its own words.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 0; i < values.Length; i++)
            {
                DbParameter parameter = command.CreateParameter();
                parameter.ParameterName = $"@{(char)('a' + i)}";
                command.Parameters.Add(parameter);
            }

            _commands[sql] = command;
        }

        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    /// <summary>Triggers would look at each of many million rows that are right.</summary>
    private List<string> TakeTriggers()
    {
        List<(string Name, string Sql)> triggers = [];
        using (DbCommand command = _database.CreateCommand())
        {
            command.CommandText = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
            using DbDataReader reader = command.ExecuteReader();
            while (reader.Read())
                triggers.Add((reader.GetString(0), reader.GetString(1)));
        }

        foreach ((string name, _) in triggers)
            Execute($"DROP TRIGGER {name}");
        return [.. triggers.Select(trigger => trigger.Sql)];
    }

    private string? Text(string name) => (string?)_run[name];

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
