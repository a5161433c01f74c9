-- A unit whose RF sector was seen to change in a run is known by what it read afterwards too: the claim 'rf-sector-after' of that run.
CREATE INDEX claim_rf_after ON claim (value) WHERE name = 'rf-sector-after';
