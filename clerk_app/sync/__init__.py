"""Replication on a window: pushes entries to the center and pulls documents, in the background."""
