"""Import of persons, organisations, relations and licences from other registers."""

from clerk_app.registry import batches, corrections, erasure, reading, search

RULES = (*batches.RULES, *erasure.RULES, *search.RULES, *reading.RULES, *corrections.RULES)
