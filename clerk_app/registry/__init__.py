"""Import of persons, organisations, relations and licences from other registers."""

from clerk_app.registry import batches, corrections, erasure, feeds, reading, search

RULES = (
    *batches.RULES,
    *erasure.RULES,
    *feeds.RULES,
    *search.RULES,
    *reading.RULES,
    *corrections.RULES,
)
