"""Issuing organs of a simulated city: their registers change, and their machines send the rows to the center.

A batch may be lost, or its report may be; it is sent again then, also after newer ones. The center may stop in the
middle of a batch. An organ also sends rows that are not its own, and two rows with the same identifier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Protocol

from stdnum.cn import ric

from clerk_app.errors import OutOfReach
from clerk_app.people import SYSTEM
from clerk_app.registry.feed_batches import import_batch
from clerk_app.registry.feed_grants import find_feed
from clerk_app.registry.feed_messages import BatchRequest
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.ground_truth import GroundTruth, InvariantViolation, RegistryRows
from tests.simulation.programs import SimulatedCenter
from tests.simulation.scenario import FEED_ISSUER, FEEDS, POLICE, POPULATION

_PERSONS = 12  # of the population register; the police register has an identity card of each
_TODAY = date(2026, 5, 6)
_FIRST_CHANGE = date(2026, 5, 5)  # the rows are older, as old and newer than the corrections of the scenario
_OWN_TYPE, _FOREIGN_TYPE = "0101", "0102"
_FOREIGN_ISSUER = "11310000002420426M"
Row = dict[str, Any]


class FedCity(Protocol):
    """The parts of a simulated city that feeds use."""

    truth: GroundTruth
    center: SimulatedCenter


@dataclass
class FeedOrgan:
    """An organ with its register. `sent` are its batches in order, `unreported` those without a report."""

    node: str
    changes: int = 0
    sent: list[tuple[str, list[Row]]] = field(default_factory=list)
    unreported: list[tuple[str, list[Row]]] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The name of the register."""
        return FEEDS[self.node]

    def act(self, city: FedCity, action: str, rng: Random) -> str:
        """Perform an action of the organ's machine; return its outcome."""
        if action == "repeat" and self.sent:
            kind, rows = rng.choice(self.sent)  # also an old batch, after newer ones
        elif action == "foreign":
            kind, rows = self._make_foreign_rows(rng)
        elif action == "doubled":
            kind, rows = self._make_batch(rng)
            rows.append(dict(rows[0]))
        elif self.unreported:
            kind, rows = self.unreported.pop(0)
        else:
            kind, rows = self._make_batch(rng)
        return self._send(city, kind, rows, rng)

    def _make_batch(self, rng: Random) -> tuple[str, list[Row]]:
        """Change some rows of the register, and return them."""
        self.changes += 1
        changed_on = (_FIRST_CHANGE + timedelta(days=self.changes // 2)).isoformat()
        count = rng.randint(1, _PERSONS) if self.sent else _PERSONS  # the whole register first
        chosen = rng.sample(range(_PERSONS), count)
        if self.source == POPULATION:
            return "person", [_make_person(at, f"{self.changes}", changed_on) for at in chosen]
        states = rng.choices(("valid", "suspended", "revoked"), (8, 3, 1), k=len(chosen))
        return "licence", [_make_licence(at, changed_on, state) for at, state in zip(chosen, states, strict=True)]

    def _make_foreign_rows(self, rng: Random) -> tuple[str, list[Row]]:
        at = rng.randrange(_PERSONS)
        if self.source == POPULATION:
            return "licence", [_make_licence(at, "2026-05-01", "valid")]
        foreign = rng.choice(({"licence_type": _FOREIGN_TYPE, "name": "x"}, {"issuer_code": _FOREIGN_ISSUER}))
        return "licence", [_make_licence(at, "2026-05-01", "valid") | foreign]

    def _send(self, city: FedCity, kind: str, rows: list[Row], rng: Random) -> str:
        fate = rng.choices(("answered", "no request", "no answer", "stopped"), (70, 8, 12, 10))[0]
        self.sent.append((kind, rows))
        if fate == "no request":
            self.unreported.append((kind, rows))
            return "the request was lost"
        if fate == "stopped":
            city.center.machine.statements_left = rng.randrange(40)
        expected, after = judge_rows(city.truth.registry, self.source, kind, rows)
        batches = self._count_batches(city.center)
        try:
            with city.center.store.read() as tx:
                feed = find_feed(tx, self.node)
            assert feed is not None
            report = import_batch(city.center.door, feed, BatchRequest(kind=kind, rows=rows), _TODAY, SYSTEM)
        except (SimulatedCrash, OutOfReach) as error:
            if isinstance(error, SimulatedCrash):
                city.center.restart()
            if self._count_batches(city.center) > batches:
                _take_rows(city.truth, after)
            self.unreported.append((kind, rows))
            return f"no report ({error!r})"
        finally:
            city.center.machine.statements_left = None if fate == "stopped" else city.center.machine.statements_left
        _take_rows(city.truth, after)
        found = [row.state for row in report.rows]
        if found != expected:
            raise InvariantViolation("each row of a feed is reported as it is known", found=found, expected=expected)
        if fate == "no answer":
            self.unreported.append((kind, rows))
        return f"{kind}: {dict(Counter(found))}{', the report was lost' if fate == 'no answer' else ''}"

    def _count_batches(self, center: SimulatedCenter) -> int:
        with center.machine.crash_suspended():
            return len(center.rows("registry_batches", source=self.source))


def _take_rows(truth: GroundTruth, after: RegistryRows) -> None:
    """Record that the center has accepted the rows by which the registry differs."""
    for key, row in after.items():
        if truth.registry.get(key) != row:
            truth.corrections.take_row(key, row)
    truth.registry = after


def judge_rows(
    known: RegistryRows, source: str, kind: str, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[str], RegistryRows]:
    """Return the state of each row of a batch by the rules of the registry, and the registry after it."""
    after, states = dict(known), []
    counts = Counter(row["identifier"] for row in rows)
    for row in rows:
        key = (source, kind, row["identifier"])
        old = known.get(key)
        if counts[row["identifier"]] > 1 or not _is_allowed(known, source, kind, row, old):
            states.append("refused")
        else:
            states.append("new" if old is None else "unchanged" if old == row else "changed")
            after[key] = dict(row)
    return states, after


def _is_allowed(
    known: RegistryRows, source: str, kind: str, row: Mapping[str, Any], old: Mapping[str, Any] | None
) -> bool:
    if (source, kind) not in ((POPULATION, "person"), (POLICE, "licence")):
        return False
    if row == old:
        return True
    if old is not None and row["changed_on"] < old["changed_on"]:
        return False
    if kind == "person":
        return True
    is_held = any(person["id_number"] == row["holder"] for person in known.values() if "id_number" in person)
    is_final = old is not None and old["state"] == "revoked" and row["state"] != "revoked"
    is_granted = row["licence_type"] == _OWN_TYPE and row["issuer_code"] == FEED_ISSUER
    return is_granted and is_held and not is_final


def _make_person(at: int, change: str, changed_on: str) -> Row:
    digits = f"3101041970{1 + at % 12:02}15{at:03}"
    number = digits + str(ric.calc_check_digit(digits + "0"))
    row = {"identifier": f"r{at}", "id_number": number, "name": f"登记人{at:09}", "address": f"登记路{change}号"}
    return {**row, "changed_on": changed_on}


def _make_licence(at: int, changed_on: str, state: str) -> Row:
    holder = _make_person(at, "", "")["id_number"]
    issuer = {"issuer": "示范市公安局", "issuer_code": FEED_ISSUER, "valid_from": "2020-01-01"}
    row = {"identifier": f"L{at}", "licence_type": _OWN_TYPE, "holder": holder, **issuer, "state": state}
    return {**row, "changed_on": changed_on}
