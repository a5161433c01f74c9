-- A unit's flash may hold its own backup again: the state 'restored'. SQLite changes no CHECK in place, so the table is made anew with the same rows.
-- The triggers of other tables name run_closed: legacy_alter_table leaves them as they are.
PRAGMA legacy_alter_table = ON;

CREATE TABLE run_closed_next (
    sequence INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE REFERENCES run (id),
    closed_at TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('PASS', 'FAIL', 'ERROR', 'ABORTED')),
    reason TEXT,
    detail TEXT NOT NULL,
    remedy TEXT,
    state TEXT NOT NULL CHECK (state IN ('untouched', 'erased', 'partly-written', 'written', 'configured', 'restored')),
    backup_sha256 TEXT,
    duration_ticks INTEGER NOT NULL,
    short_boots INTEGER NOT NULL,
    link TEXT NOT NULL,
    previous_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    CHECK ((verdict = 'PASS') = (reason IS NULL))
) STRICT;

INSERT INTO run_closed_next SELECT * FROM run_closed;
DROP TABLE run_closed;
ALTER TABLE run_closed_next RENAME TO run_closed;

PRAGMA legacy_alter_table = OFF;

CREATE TRIGGER run_closed_follows BEFORE INSERT ON run_closed
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM run_closed)
    OR NEW.previous_sha256 <> coalesce(
        (SELECT sha256 FROM run_closed ORDER BY sequence DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'a closing record must follow the last one: next sequence number, its hash as the previous one'); END;

CREATE TRIGGER run_closed_no_update BEFORE UPDATE ON run_closed
BEGIN SELECT RAISE(ABORT, 'run_closed only grows: nothing in it is updated'); END;
CREATE TRIGGER run_closed_no_delete BEFORE DELETE ON run_closed
BEGIN SELECT RAISE(ABORT, 'run_closed only grows: nothing in it is deleted'); END;
