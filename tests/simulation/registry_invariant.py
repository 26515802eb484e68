"""Invariants of the registry: records, corrections and histories are those that the accepted rows and acts gave."""

from __future__ import annotations

from collections import Counter

from clerk_app.registry.history import list_changes_of
from tests.simulation.city import SimulatedCity
from tests.simulation.correction_truth import Key
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.scenario import FEEDS

NAME = "the registry has the last accepted row of each identifier"
_COLUMNS = {"person": ("persons", ("name", "address")), "licence": ("licences", ("state",))}


def check_registry(city: SimulatedCity) -> None:
    """Compare the rows of each source, and the records made of them, with those that were accepted and corrected."""
    rows = {source: city.center.rows("registry_items", source=source) for source in FEEDS.values()}
    items = {(row["source"], row["kind"], row["identifier"]): row for found in rows.values() for row in found}
    if items.keys() != city.truth.registry.keys():
        raise InvariantViolation(NAME, differ=sorted(items.keys() ^ city.truth.registry.keys()))
    for key, row in city.truth.registry.items():
        item = items[key]
        table, columns = _COLUMNS[key[1]]
        records = city.center.rows(table, id=item["subject"])
        found = [(item["changed_on"], *(record[name] for name in columns)) for record in records]
        expected = [city.truth.corrections.value_of(key, name, row) for name in columns]
        if found != [(row["changed_on"], *expected)]:
            raise InvariantViolation(NAME, row=row, found=found, expected=expected)
    _check_corrections(city)
    for key, item in items.items():
        _check_history(city, key, item["subject"])


def _check_corrections(city: SimulatedCity) -> None:
    """Compare states and contradictions of the corrections; each that was applied has two persons, or is marked."""
    rows = {row["id"]: row for row in city.center.rows("registry_corrections")}
    found = {name: (row["state"], row["conflict"]) for name, row in rows.items()}
    expected = {name: (each.state, each.conflict) for name, each in city.truth.corrections.known.items()}
    if found != expected:
        raise InvariantViolation("corrections meet rows by the table", found=found, expected=expected)
    persons = {row["id"]: row["person"] or row["id"] for row in city.center.rows("staff")}
    for name, row in rows.items():
        is_applied = row["decided_by"] and row["state"] != "declined"
        if is_applied and not row["alone"] and persons[row["asked_by"]] == persons[row["decided_by"]]:
            raise InvariantViolation("a correction needs a second person", correction=name)


def _check_history(city: SimulatedCity, key: Key, subject: str) -> None:
    """Compare the history of a record with the accepted rows and the acts on it."""
    with city.center.store.read() as tx:
        licence = tx.get("licences", id=subject) if key[1] == "licence" else None
        person = str(licence["holder"]) if licence is not None else subject
        changes = [each for each in list_changes_of(tx, person, {subject: key[1]}) if each.record == subject]
    found = Counter((key, change.act) for change in changes)
    expected = Counter({name: count for name, count in city.truth.corrections.recorded.items() if name[0] == key})
    if found != expected:
        raise InvariantViolation("a history names each change", key=key, found=found, expected=expected)
