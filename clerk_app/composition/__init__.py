"""Composition root: all commands and document types, an opened office, its settings."""
