"""Invariant: the center's tables equal those that are rebuilt from its log."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.ledger import audit
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import RULES, empty_store_bytes, fast_temporary_folder
from tests.simulation.ground_truth import InvariantViolation


def check_rebuild(city: SimulatedCity) -> None:
    """Rebuild the center's store from its entries and compare the tables."""
    with TemporaryDirectory(prefix="clerk-city-", dir=fast_temporary_folder()) as folder:
        path = Path(folder) / "rebuilt.db"
        path.write_bytes(empty_store_bytes())
        copy = audit.rebuild_store(city.center.store, RULES, path)
        try:
            unequal = audit.list_different_tables(city.center.store, copy)
        finally:
            copy.close()
    if unequal:
        raise InvariantViolation("the rebuilt store is equal", tables=unequal)
