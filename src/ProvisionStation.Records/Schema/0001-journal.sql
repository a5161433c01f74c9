-- The journal of one station. Rows are only ever added (laws 4 and 9): every table refuses UPDATE and DELETE, and a closed run takes no more rows.
-- Times are UTC, 'yyyy-MM-ddTHH:mm:ss.fffffffZ'. Ids are version 7 GUIDs, lower case. Hashes are SHA-256, 64 lower-case hex digits.
-- Durations are monotonic, in ticks of 100 ns. A mark that is NULL was not readable.

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL
) STRICT;

CREATE TABLE station (
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL
) STRICT;

-- Recipe and jig files as they were, by the hash that runs name.
CREATE TABLE document (
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (kind, sha256)
) STRICT;

CREATE TABLE lot (
    number INTEGER PRIMARY KEY,
    lot TEXT NOT NULL UNIQUE,
    recipe TEXT NOT NULL,
    recipe_revision INTEGER NOT NULL,
    recipe_sha256 TEXT NOT NULL,
    opened_at TEXT NOT NULL
) STRICT;

-- A unit is our own id; what it was recognised by stands with each run, in run_unit.
CREATE TABLE unit (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    first_seen_at TEXT NOT NULL
) STRICT;

-- Inserted before power comes on.
CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    station TEXT NOT NULL REFERENCES station (id),
    started_at TEXT NOT NULL,
    lot TEXT NOT NULL REFERENCES lot (lot),
    slot INTEGER NOT NULL,
    jig TEXT NOT NULL,
    jig_revision INTEGER NOT NULL,
    jig_sha256 TEXT NOT NULL,
    recipe TEXT NOT NULL,
    recipe_revision INTEGER NOT NULL,
    recipe_sha256 TEXT NOT NULL,
    image_sha256 TEXT NOT NULL,
    image_version TEXT NOT NULL,
    operator TEXT,
    program TEXT NOT NULL
) STRICT;
CREATE INDEX run_lot ON run (lot);
CREATE INDEX run_slot ON run (jig, slot);
CREATE INDEX run_started ON run (started_at);

-- The unit of a run, with its marks as this run saw them.
CREATE TABLE run_unit (
    run TEXT PRIMARY KEY REFERENCES run (id),
    unit TEXT NOT NULL REFERENCES unit (id),
    mac TEXT,
    mac_source TEXT,
    chip TEXT,
    chip_id TEXT,
    flash_id TEXT,
    flash_bytes INTEGER,
    key_class TEXT,
    rf_sha256 TEXT
) STRICT;
CREATE INDEX run_unit_mac ON run_unit (mac);
CREATE INDEX run_unit_rf ON run_unit (rf_sha256);
CREATE INDEX run_unit_unit ON run_unit (unit);

-- What is about to be erased, committed before it is.
CREATE TABLE intent (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    start_address INTEGER NOT NULL,
    length_bytes INTEGER NOT NULL,
    PRIMARY KEY (run, number)
) STRICT;

CREATE TABLE step (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('PASS', 'FAIL', 'ERROR', 'ABORTED')),
    reason TEXT,
    attempts INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    duration_ticks INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (run, number)
) STRICT;

-- A NULL value is one that is not a number: SQLite keeps no NaN.
CREATE TABLE measurement (
    run TEXT NOT NULL,
    step INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL,
    unit TEXT NOT NULL,
    low REAL,
    high REAL,
    nominal_low REAL,
    nominal_high REAL,
    samples INTEGER NOT NULL,
    samples_per_second REAL,
    note TEXT,
    PRIMARY KEY (run, step, number),
    FOREIGN KEY (run, step) REFERENCES step (run, number)
) STRICT;

CREATE TABLE artifact (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    note TEXT,
    PRIMARY KEY (run, number)
) STRICT;

CREATE TABLE claim (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('measured', 'readback', 'derived', 'intended', 'entered', 'notdone')),
    PRIMARY KEY (run, number)
) STRICT;

-- The closing record: gap-free sequence, hash of the one before, own hash. The sequence is the only ordering there is.
CREATE TABLE run_closed (
    sequence INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE REFERENCES run (id),
    closed_at TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('PASS', 'FAIL', 'ERROR', 'ABORTED')),
    reason TEXT,
    detail TEXT NOT NULL,
    remedy TEXT,
    state TEXT NOT NULL CHECK (state IN ('untouched', 'erased', 'partly-written', 'written', 'configured')),
    backup_sha256 TEXT,
    duration_ticks INTEGER NOT NULL,
    short_boots INTEGER NOT NULL,
    link TEXT NOT NULL,
    previous_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    CHECK ((verdict = 'PASS') = (reason IS NULL))
) STRICT;

CREATE TRIGGER run_closed_follows BEFORE INSERT ON run_closed
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM run_closed)
    OR NEW.previous_sha256 <> coalesce(
        (SELECT sha256 FROM run_closed ORDER BY sequence DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'a closing record must follow the last one: next sequence number, its hash as the previous one'); END;

CREATE TRIGGER run_unit_of_open_run BEFORE INSERT ON run_unit WHEN EXISTS (SELECT 1 FROM run_closed WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run is closed: no run_unit can be added to it'); END;
CREATE TRIGGER intent_of_open_run BEFORE INSERT ON intent WHEN EXISTS (SELECT 1 FROM run_closed WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run is closed: no intent can be added to it'); END;
CREATE TRIGGER step_of_open_run BEFORE INSERT ON step WHEN EXISTS (SELECT 1 FROM run_closed WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run is closed: no step can be added to it'); END;
CREATE TRIGGER measurement_of_open_run BEFORE INSERT ON measurement WHEN EXISTS (SELECT 1 FROM run_closed WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run is closed: no measurement can be added to it'); END;
CREATE TRIGGER artifact_of_open_run BEFORE INSERT ON artifact WHEN EXISTS (SELECT 1 FROM run_closed WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run is closed: no artifact can be added to it'); END;
CREATE TRIGGER claim_of_open_run BEFORE INSERT ON claim WHEN EXISTS (SELECT 1 FROM run_closed WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'the run is closed: no claim can be added to it'); END;

CREATE TRIGGER schema_version_no_update BEFORE UPDATE ON schema_version
BEGIN SELECT RAISE(ABORT, 'schema_version only grows: nothing in it is updated'); END;
CREATE TRIGGER schema_version_no_delete BEFORE DELETE ON schema_version
BEGIN SELECT RAISE(ABORT, 'schema_version only grows: nothing in it is deleted'); END;
CREATE TRIGGER station_no_update BEFORE UPDATE ON station
BEGIN SELECT RAISE(ABORT, 'station only grows: nothing in it is updated'); END;
CREATE TRIGGER station_no_delete BEFORE DELETE ON station
BEGIN SELECT RAISE(ABORT, 'station only grows: nothing in it is deleted'); END;
CREATE TRIGGER document_no_update BEFORE UPDATE ON document
BEGIN SELECT RAISE(ABORT, 'document only grows: nothing in it is updated'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document
BEGIN SELECT RAISE(ABORT, 'document only grows: nothing in it is deleted'); END;
CREATE TRIGGER lot_no_update BEFORE UPDATE ON lot
BEGIN SELECT RAISE(ABORT, 'lot only grows: nothing in it is updated'); END;
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot
BEGIN SELECT RAISE(ABORT, 'lot only grows: nothing in it is deleted'); END;
CREATE TRIGGER unit_no_update BEFORE UPDATE ON unit
BEGIN SELECT RAISE(ABORT, 'unit only grows: nothing in it is updated'); END;
CREATE TRIGGER unit_no_delete BEFORE DELETE ON unit
BEGIN SELECT RAISE(ABORT, 'unit only grows: nothing in it is deleted'); END;
CREATE TRIGGER run_no_update BEFORE UPDATE ON run
BEGIN SELECT RAISE(ABORT, 'run only grows: nothing in it is updated'); END;
CREATE TRIGGER run_no_delete BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'run only grows: nothing in it is deleted'); END;
CREATE TRIGGER run_unit_no_update BEFORE UPDATE ON run_unit
BEGIN SELECT RAISE(ABORT, 'run_unit only grows: nothing in it is updated'); END;
CREATE TRIGGER run_unit_no_delete BEFORE DELETE ON run_unit
BEGIN SELECT RAISE(ABORT, 'run_unit only grows: nothing in it is deleted'); END;
CREATE TRIGGER intent_no_update BEFORE UPDATE ON intent
BEGIN SELECT RAISE(ABORT, 'intent only grows: nothing in it is updated'); END;
CREATE TRIGGER intent_no_delete BEFORE DELETE ON intent
BEGIN SELECT RAISE(ABORT, 'intent only grows: nothing in it is deleted'); END;
CREATE TRIGGER step_no_update BEFORE UPDATE ON step
BEGIN SELECT RAISE(ABORT, 'step only grows: nothing in it is updated'); END;
CREATE TRIGGER step_no_delete BEFORE DELETE ON step
BEGIN SELECT RAISE(ABORT, 'step only grows: nothing in it is deleted'); END;
CREATE TRIGGER measurement_no_update BEFORE UPDATE ON measurement
BEGIN SELECT RAISE(ABORT, 'measurement only grows: nothing in it is updated'); END;
CREATE TRIGGER measurement_no_delete BEFORE DELETE ON measurement
BEGIN SELECT RAISE(ABORT, 'measurement only grows: nothing in it is deleted'); END;
CREATE TRIGGER artifact_no_update BEFORE UPDATE ON artifact
BEGIN SELECT RAISE(ABORT, 'artifact only grows: nothing in it is updated'); END;
CREATE TRIGGER artifact_no_delete BEFORE DELETE ON artifact
BEGIN SELECT RAISE(ABORT, 'artifact only grows: nothing in it is deleted'); END;
CREATE TRIGGER claim_no_update BEFORE UPDATE ON claim
BEGIN SELECT RAISE(ABORT, 'claim only grows: nothing in it is updated'); END;
CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim
BEGIN SELECT RAISE(ABORT, 'claim only grows: nothing in it is deleted'); END;
CREATE TRIGGER run_closed_no_update BEFORE UPDATE ON run_closed
BEGIN SELECT RAISE(ABORT, 'run_closed only grows: nothing in it is updated'); END;
CREATE TRIGGER run_closed_no_delete BEFORE DELETE ON run_closed
BEGIN SELECT RAISE(ABORT, 'run_closed only grows: nothing in it is deleted'); END;
