"""The engines of a store. Only this package imports a database driver; a path or URL selects the engine."""

from __future__ import annotations

from db.engines.backend import BUSY_SECONDS, SCHEMA_VERSION, Backend, DriverErrorTranslator, Row
from db.engines.sqlite import open_read_only, read_schema
from db.engines.store import Store, create_backend
from db.engines.transaction import Transaction

__all__ = [
    "BUSY_SECONDS",
    "SCHEMA_VERSION",
    "Backend",
    "DriverErrorTranslator",
    "Row",
    "Store",
    "Transaction",
    "create_backend",
    "open_read_only",
    "read_schema",
]
