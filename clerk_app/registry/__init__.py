"""Import of persons, organisations, relations and licences from other registers."""

from clerk_app.registry import batches, erasure

RULES = (*batches.RULES, *erasure.RULES)
