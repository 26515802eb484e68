"""Alembic migrations of the store. Only `runner` imports Alembic."""
