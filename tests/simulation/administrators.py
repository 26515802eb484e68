"""Two administrators of a simulated city, who correct the registry at the center while the sources send their rows."""

from __future__ import annotations

from random import Random
from typing import Any, Protocol

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.commands import Command
from clerk_app.registry.corrections import ApproveCorrection, CorrectedValue, EndCorrection, RequestCorrection
from clerk_app.registry.dates import local_day
from clerk_app.registry.search import FindRegistered, RegistryQuery
from tests.simulation.correction_truth import Key, KnownCorrection
from tests.simulation.crashing_store import SimulatedCrash
from tests.simulation.ground_truth import GroundTruth, InvariantViolation
from tests.simulation.programs import SimulatedCenter

_ZONE = "Asia/Shanghai"
_CORRECTED = "0123"  # ends of identifiers: few records, so that corrections and rows meet
_FIELDS = {"person": "address", "licence": "state"}


class CorrectedCity(Protocol):
    """The parts of a simulated city that its administrators use."""

    truth: GroundTruth
    center: SimulatedCenter


class Administrator:
    """One of two administrators. The center may stop in the middle of what they do."""

    def __init__(self, city: CorrectedCity, actor: str, rng: Random) -> None:
        self._city, self._actor, self._rng = city, actor, rng

    def act(self, action: str) -> str:
        """Perform an action; return its outcome. A refusal is an outcome too."""
        actions = {"correct": self._request, "decide": self._decide, "settle": self._settle}
        try:
            return actions[action]()
        except (Refused, BadData) as error:
            return f"refused ({error.sentence[:40]})"
        except OutOfReach as error:
            return f"out of reach ({error})"
        except SimulatedCrash:  # of the search or a reading
            self._city.center.restart()
            return "the center stopped"
        finally:
            self._city.center.machine.statements_left = None

    def _request(self) -> str:
        registry = self._city.truth.registry
        keys = sorted(key for key in registry if key[2][1:] in _CORRECTED)
        if not keys:
            return "nothing is registered"
        key = self._rng.choice(keys)
        row, field = registry[key], _FIELDS[key[1]]
        value = self._rng.choice(("valid", "suspended")) if field == "state" else f"登记路{self._rng.randint(1, 9)}号"
        number = str(row["id_number" if key[1] == "person" else "identifier"])
        find = FindRegistered(purpose="correction", personal=RegistryQuery(number=number))
        self._city.center.door.perform(find, self._actor)
        record = self._find_record(key)
        before = self._states()
        command = RequestCorrection(
            kind=key[1], subject=record, field=field, reason="shown", personal=CorrectedValue(value=value)
        )
        outcome = self._perform(command)
        for new in self._states().keys() - before.keys():
            asked = KnownCorrection(key, field, value, self._actor)
            self._city.truth.corrections.request(new, asked)
        return f"{key[2]} {field} {value}: {outcome}"

    def _decide(self) -> str:
        known = self._city.truth.corrections.known
        waiting = sorted(name for name, each in known.items() if each.state == "requested")
        if not waiting:
            return "nothing waits"
        chosen = self._rng.choice(waiting)
        if self._rng.random() < 0.2:
            return self._end(chosen)
        at = self._city.center.clock()
        outcome = self._perform(ApproveCorrection(correction=chosen))
        if self._states()[chosen] == "approved":
            if known[chosen].asked_by == self._actor:
                raise InvariantViolation("a correction needs a second person", correction=chosen, by=self._actor)
            row = self._city.truth.registry[known[chosen].key]
            self._city.truth.corrections.approve(chosen, row, local_day(at, _ZONE))
        return f"approve {chosen}: {outcome}"

    def _settle(self) -> str:
        known = self._city.truth.corrections.known
        contradicted = sorted(name for name, each in known.items() if each.conflict or each.state == "overtaken")
        return self._end(self._rng.choice(contradicted)) if contradicted else "nothing is contradicted"

    def _end(self, chosen: str) -> str:
        known = self._city.truth.corrections.known[chosen]
        before = (known.state, known.conflict)
        outcome = self._perform(EndCorrection(correction=chosen, note="checked"))
        (row,) = self._rows(chosen)
        if (row["state"], row["conflict"]) != before:
            self._city.truth.corrections.end(chosen)
        return f"end {chosen}: {outcome}"

    def _perform(self, command: Command[Any]) -> str:
        """Perform a command at the center, which may stop meanwhile; return what came of it."""
        center = self._city.center
        if self._rng.random() < 0.15:
            center.machine.statements_left = self._rng.randrange(30)
        try:
            center.door.perform(command, self._actor)
        except SimulatedCrash:
            center.restart()
            return "the center stopped"
        finally:
            center.machine.statements_left = None
        return "done"

    def _find_record(self, key: Key) -> str:
        source, kind, identifier = key
        (item,) = self._city.center.rows("registry_items", source=source, kind=kind, identifier=identifier)
        return str(item["subject"])

    def _rows(self, correction: str) -> list[dict[str, object]]:
        with self._city.center.machine.crash_suspended():
            return [dict(row) for row in self._city.center.rows("registry_corrections", id=correction)]

    def _states(self) -> dict[str, str]:
        with self._city.center.machine.crash_suspended():
            return {row["id"]: row["state"] for row in self._city.center.rows("registry_corrections")}
