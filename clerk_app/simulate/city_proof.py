"""The center's tables are what its log says."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.ledger import proof
from clerk_app.simulate.city import City
from clerk_app.simulate.city_diary import Broken
from clerk_app.simulate.city_founding import RULES, blank, fast_folder


def rebuild_is_equal(city: City) -> None:
    """From the entries alone comes what is there."""
    with TemporaryDirectory(prefix="clerk-city-", dir=fast_folder()) as folder:
        path = Path(folder) / "rebuilt.db"
        path.write_bytes(blank())
        copy = proof.rebuild(city.center.store, RULES, path)
        try:
            unequal = proof.differences(city.center.store, copy)
        finally:
            copy.close()
    if unequal:
        raise Broken("the rebuild is equal", tables=unequal)
