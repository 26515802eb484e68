"""The engines under a store, and the only room that names a driver. A path or URL decides which one."""

from __future__ import annotations

from db.engines.backend import BUSY_SECONDS, SCHEMA, Backend, Plainly, Row
from db.engines.sqlite import looking_at
from db.engines.store import Store, backend_of
from db.engines.transaction import Transaction

__all__ = ["BUSY_SECONDS", "SCHEMA", "Backend", "Plainly", "Row", "Store", "Transaction", "backend_of", "looking_at"]
