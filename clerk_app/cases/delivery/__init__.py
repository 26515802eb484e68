"""Results of a case: issuing, handing over, archiving."""
