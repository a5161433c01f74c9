-- Every fact of the station, in one gap-free order: runs closed, lots opened, overrides, dispositions, slots disabled, clock steps. The text is the fact
-- in canonical JSON (docs/ledger.md), sha256 its hash; inside it stand its number and the hash of the fact before. The same lines are in ledger.jsonl.
CREATE TABLE ledger (
    sequence INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_kind ON ledger (kind, subject);

CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM ledger)
    OR json_extract(NEW.text, '$.sequence') IS NOT NEW.sequence
    OR json_extract(NEW.text, '$.previous') IS NOT coalesce(
        (SELECT sha256 FROM ledger ORDER BY sequence DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'a fact must follow the last one: next sequence number, its hash as the previous one'); END;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger only grows: nothing in it is updated'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger only grows: nothing in it is deleted'); END;
