"""Invariant: the registry has the last accepted row of each identifier, and nothing else of the simulated feeds."""

from __future__ import annotations

from tests.simulation.city import SimulatedCity
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.scenario import FEEDS

NAME = "the registry has the last accepted row of each identifier"


def check_registry(city: SimulatedCity) -> None:
    """Compare the rows of each source, and the records made of them, with those that were accepted."""
    rows = {source: city.center.rows("registry_items", source=source) for source in FEEDS.values()}
    items = {(row["source"], row["kind"], row["identifier"]): row for found in rows.values() for row in found}
    if items.keys() != city.truth.registry.keys():
        raise InvariantViolation(NAME, differ=sorted(items.keys() ^ city.truth.registry.keys()))
    for key, row in city.truth.registry.items():
        item = items[key]
        table, columns = ("persons", ("name", "address")) if key[1] == "person" else ("licences", ("state",))
        records = city.center.rows(table, id=item["subject"])
        found = [(item["changed_on"], *(record[name] for name in columns)) for record in records]
        if found != [(row["changed_on"], *(row[name] for name in columns))]:
            raise InvariantViolation(NAME, row=row, found=found)
