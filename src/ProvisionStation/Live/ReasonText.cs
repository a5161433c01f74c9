namespace ProvisionStation.Live;

/// <summary>The fixed words of records, in the words of the shop floor.</summary>
internal static class ReasonText
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["wrong-chip"] = "the unit holds another chip than the recipe converts",
        ["wrong-key"] = "the unit's code is scrambled with another key than the image",
        ["image-mismatch"] = "the image does not fit the unit",
        ["flash-unknown"] = "the unit holds a flash chip that the station does not know",
        ["protected"] = "the unit's flash is write-protected and cannot be unlocked",
        ["mac-placeholder"] = "the unit has no MAC of its own, only a maker's placeholder",
        ["mac-invalid"] = "the unit's MAC is none that a module can have",
        ["mac-duplicate"] = "another unit has the same MAC",
        ["backup-implausible"] = "what was read from the unit does not look like a firmware that could be put back",
        ["pins-unknown"] = "the unit's pin map is not known well enough to be written",
        ["not-this-product"] = "the unit is not the product of this lot",
        ["no-unit-row"] = "the table of units has no free row for the unit",
        ["foreign-unit"] = "another unit answered in the middle of the run",
        ["short"] = "the unit is shorted",
        ["over-current"] = "the unit drew too much current, its power was cut",
        ["dead-unit"] = "the unit went silent in two slots",
        ["sector-not-erased"] = "a part of the unit's flash does not erase",
        ["bit-not-programmed"] = "a part of the unit's flash does not take what is written",
        ["crc-mismatch"] = "the unit's flash does not hold what was written",
        ["no-boot"] = "everything was written, but the unit does not start at all",
        ["stalled-boot"] = "everything was written, but the unit does not come up: its start stops half-way, or its boot log is garbage",
        ["boot-loop"] = "everything was written, but the unit starts over and over",
        ["current-low"] = "the running unit draws less current than a good one",
        ["current-high"] = "the running unit draws more current than a good one",
        ["wrong-version"] = "the unit runs another firmware version than was written",
        ["config-rejected"] = "the unit refuses the configuration",
        ["config-changed"] = "the unit changed its configuration by itself",
        ["rf-changed"] = "the unit's radio calibration has changed",
        ["no-link"] = "nothing answers in the slot",
        ["line-noise"] = "the slot's line carries noise instead of answers",
        ["link-lost"] = "the unit fell silent; a cable cannot be told from a chip",
        ["read-mismatch"] = "reading the unit twice gives different bytes",
        ["port-gone"] = "the slot's serial port is gone",
        ["port-busy"] = "another program holds the slot's serial port",
        ["power-lost"] = "the slot's supply does not answer or gives no current",
        ["power-stuck"] = "the slot cannot be switched off",
        ["meter-lost"] = "the slot's current meter does not answer",
        ["brown-out"] = "the slot's supply broke down under load",
        ["log-lost"] = "the unit lives, but the slot's log line says nothing",
        ["vault-full"] = "there is no room for backups",
        ["record-lost"] = "the record could not be written",
        ["station-fault"] = "the program itself is at fault",
        ["cancelled"] = "somebody cancelled the run",
        ["station-stopped"] = "the station was stopped",
        ["interrupted"] = "the station died in the middle of the run",
        ["already-passed"] = "the unit has already passed in this lot",
        ["quarantined"] = "the unit was put into quarantine",
        ["held"] = "the unit was left as it is, for a person to look at",
        ["other-unit"] = "the unit in the slot is not the one the backup is of",
        ["restored"] = "an earlier write to the unit was cut off, and its own firmware is back",
    };

    /// <summary>The reason in words; the word itself where it is new.</summary>
    public static string Of(string reason) => Texts.GetValueOrDefault(reason, reason);
}
