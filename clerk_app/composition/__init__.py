"""Composition root: registers all commands and document types, opens an office and reads its settings."""
