"""How many cases and drafts are under way under each version of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from clerk_app.catalogue.publication import load_version
from clerk_app.catalogue.terms import SINGLE_PREFIX
from clerk_app.errors import BadData
from db.engines import Transaction


class VersionUse(NamedTuple):
    """What is under way under a version: open cases and drafts by one thing, and the matters of each one thing."""

    version: int
    cases_by_one_thing: Mapping[str, int]
    drafts_by_one_thing: Mapping[str, int]
    matters_by_one_thing: Mapping[str, Collection[str]]

    @property
    def cases(self) -> int:
        """The number of open cases."""
        return sum(self.cases_by_one_thing.values())

    @property
    def drafts(self) -> int:
        """The number of drafts."""
        return sum(self.drafts_by_one_thing.values())

    def count_concerned(self, one_things: Collection[str], matters: Collection[str]) -> int:
        """Return the number of cases and drafts of these one things, or of one that has one of these matters."""
        concerned = {
            name
            for name, own in self.matters_by_one_thing.items()
            if name in one_things or not set(own).isdisjoint(matters)
        }
        counts = (*self.cases_by_one_thing.items(), *self.drafts_by_one_thing.items())
        return sum(count for name, count in counts if name in concerned)


def read_version_use(tx: Transaction) -> tuple[VersionUse, ...]:
    """Return the use of each version that is in use, newest first. Drafts are those of this store."""
    found: dict[tuple[str, int], tuple[dict[str, int], dict[str, int]]] = {}
    for position, query in enumerate(("catalogue.open_cases", "catalogue.open_drafts")):
        for row in tx.query_all(query):
            key = row["catalogue"], row["catalogue_version"]
            found.setdefault(key, ({}, {}))[position][row["one_thing"]] = row["count"]
    return tuple(
        VersionUse(version, cases, drafts, _read_matters(tx, catalogue, version, {*cases, *drafts}))
        for (catalogue, version), (cases, drafts) in sorted(found.items(), key=lambda item: -item[0][1])
    )


def _read_matters(tx: Transaction, catalogue: str, version: int, names: Collection[str]) -> dict[str, Collection[str]]:
    """Return the matters of each one thing; empty for a version that this program cannot read."""
    try:
        loaded = load_version(tx, catalogue, version)
    except BadData:
        return {name: (name.removeprefix(SINGLE_PREFIX),) for name in names}
    return {name: loaded.one_thing(name).matters for name in names}
