"""End of a case: issuing and handing over its results, withdrawal, archiving."""
