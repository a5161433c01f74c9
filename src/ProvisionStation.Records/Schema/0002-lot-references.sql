-- What all units of a lot must agree on, as its first unit showed it, with who approved it. A part that could not be read sets nothing.
CREATE TABLE lot_reference (
    lot TEXT NOT NULL REFERENCES lot (lot),
    part TEXT NOT NULL,
    value TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id),
    approval TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (lot, part)
) STRICT;

-- The units a lot expects by name: rows of the table its recipe gives. A row is used when a run with its MAC passed.
CREATE TABLE lot_unit (
    lot TEXT NOT NULL REFERENCES lot (lot),
    mac TEXT NOT NULL,
    line INTEGER NOT NULL,
    file_sha256 TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (lot, mac)
) STRICT;

CREATE TRIGGER lot_reference_no_update BEFORE UPDATE ON lot_reference
BEGIN SELECT RAISE(ABORT, 'lot_reference only grows: nothing in it is updated'); END;
CREATE TRIGGER lot_reference_no_delete BEFORE DELETE ON lot_reference
BEGIN SELECT RAISE(ABORT, 'lot_reference only grows: nothing in it is deleted'); END;
CREATE TRIGGER lot_unit_no_update BEFORE UPDATE ON lot_unit
BEGIN SELECT RAISE(ABORT, 'lot_unit only grows: nothing in it is updated'); END;
CREATE TRIGGER lot_unit_no_delete BEFORE DELETE ON lot_unit
BEGIN SELECT RAISE(ABORT, 'lot_unit only grows: nothing in it is deleted'); END;
