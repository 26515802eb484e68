"""Checks of a whole store: its file, its chains, its tables after a rebuild, its counters."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from db.engines import Store
from tests.empty_store import create_empty_store


def find_faults(store: Store) -> list[str]:
    """Return all faults of a store: of the file, of the chain, tables that differ after a rebuild, wrong counters."""
    with TemporaryDirectory() as folder:
        copy = audit.rebuild_store(store, all_rules(), create_empty_store(Path(folder) / STORE_FILE))
        different = audit.list_different_tables(store, copy)
        copy.close()
    return [
        *store.check_integrity(),
        *(str(chain_break) for chain_break in audit.verify_log(store)[1]),
        *different,
        *_find_wrong_counts(store),
    ]


def _find_wrong_counts(store: Store) -> list[str]:
    """Return the queues whose counter differs from the number of tasks."""
    with store.read() as tx:
        counters = {(row["organ"], row["state"]): row["many"] for row in tx.select("queue_counts")}
        counted = Counter((row["organ"], row["state"]) for row in tx.select("tasks") if row["ended_at"] is None)
    return [f"{place}: {many}" for place, many in counters.items() if many != counted.pop(place, 0)] + [
        *map(str, counted)
    ]
