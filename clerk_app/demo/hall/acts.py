"""What visitors, clerks and officers of a simulated hall do: each act is one or more commands through the door."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal, NamedTuple

from stdnum.cn import ric, uscc

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.tasks.claims import ClaimTask, TaskClaimed
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.demo.hall.data import HallData, MatterData
from clerk_app.hall.calls import CallNext
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.visits import ConfirmPerson, IdentifyPerson, ShownPerson
from clerk_app.hall.windows import SetWindowState
from clerk_app.people.permissions import SYSTEM
from db.engines import Row

_REFUSAL = "材料与登记信息不一致"  # the papers differ from the register


class Colleague(NamedTuple):
    """A window of the simulated hall and the clerk who works there."""

    window: str
    staff: str
    categories: str


class Visitor(NamedTuple):
    """An invented person or enterprise; districts of its numbers are assigned to no place."""

    name: str
    number: str


class Visit(NamedTuple):
    """A visit at a window, and the category of its ticket."""

    id: str
    category: str


class HallActs:
    """The acts, with the door of an office. Each raises ClerkError like the command that it performs."""

    def __init__(self, office: Office, data: HallData, rng: Random) -> None:
        self._office, self._data, self._rng = office, data, rng
        self._hall = office.settings.hall
        self._kiosk = office.settings.kiosk_staff or SYSTEM

    # visitors

    def take_ticket(self, category: str, priority: str) -> str:
        """Take a ticket at a kiosk, and return its number. The slip counts as printed."""
        perform = self._office.door.perform
        made = perform(PrepareTicket(hall=self._hall, category=category, priority=priority), self._kiosk)
        perform(RecordSlipPrint(ticket=made.ticket, printed=True), self._kiosk)
        return made.number

    def count_waiting(self) -> int:
        """Return how many tickets wait in the hall."""
        with self._office.store.read() as tx:
            return len(tx.query_all("hall.waiting_tickets", hall=self._hall))

    def invent_visitor(self, kind: str) -> Visitor:
        """Return a new person or enterprise with a valid number."""
        rng = self._rng
        name = rng.choice(self._data.surnames) + rng.choice(self._data.given_names)
        if kind == "organisation":
            number = f"91690100MA69{rng.randrange(100_000):05d}"
            return Visitor(f"示范市{name}工程有限公司", number + str(uscc.calc_check_digit(number)))
        birth = f"{rng.randint(1945, 2006)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        first = f"69010{rng.randint(1, 7)}{birth}{rng.randrange(1000):03d}"
        return Visitor(name, first + str(ric.calc_check_digit(first + "0")))

    # clerks

    def read_lease_minutes(self) -> int:
        """Return the length of the lease of a window."""
        with self._office.store.read() as tx:
            return read_policy(tx).window_lease_minutes

    def set_window(self, colleague: Colleague, state: str, reason: str = "") -> None:
        """Open, pause or close the window of a colleague; `reason` is the code of the reason of a pause."""
        command = SetWindowState(window=colleague.window, state=state, reason=reason)
        self._office.door.perform(command, colleague.staff)

    def renew_lease(self, colleague: Colleague) -> None:
        """Renew the lease of the window if it is open or paused under the name of the colleague."""
        row = self._find_own_window(colleague)
        if row is not None:
            self.set_window(colleague, row["state"], row["pause_reason"])

    def is_paused(self, colleague: Colleague) -> bool:
        """Return whether the window is paused under the name of the colleague."""
        row = self._find_own_window(colleague)
        return row is not None and row["state"] == "paused"

    def _find_own_window(self, colleague: Colleague) -> Row | None:
        """Return the window of the colleague; None if it is closed or another person works there."""
        with self._office.store.read() as tx:
            row = tx.get("windows", id=colleague.window)
        return row if row is not None and row["state"] != "closed" and row["staff"] == colleague.staff else None

    def find_visit(self, colleague: Colleague) -> str:
        """Return the open visit at the window of a colleague; empty if there is none."""
        with self._office.store.read() as tx:
            row = tx.query_one("hall.visit_at_window", window=colleague.window)
        return str(row["id"]) if row is not None else ""

    def call_next(self, colleague: Colleague) -> Visit:
        """Call the next ticket to the window of a colleague."""
        called = self._office.door.perform(CallNext(hall=self._hall, window=colleague.window), colleague.staff)
        with self._office.store.read() as tx:
            ticket = tx.get("tickets", id=called.ticket)
        return Visit(called.visit, str(ticket["category"]) if ticket is not None else "")

    def move(self, colleague: Colleague, visit: Visit, act: str) -> None:
        """Recall, finish or mark as absent the ticket of a visit."""
        self._office.door.perform(MoveTicket(visit=visit.id, act=act), colleague.staff)

    def identify(self, colleague: Colleague, visit: Visit, visitor: Visitor) -> None:
        """Identify and confirm the visitor by a code that verified."""
        perform = self._office.door.perform
        shown = ShownPerson(name=visitor.name, number=visitor.number)
        key = f"code of {visitor.number} {visit.id}"
        perform(
            IdentifyPerson(visit=visit.id, person="", result="green", notes="", code_key=key, since=0, personal=shown),
            colleague.staff,
        )
        perform(ConfirmPerson(visit=visit.id), colleague.staff)

    def accept(self, colleague: Colleague, visit: Visit, visitor: Visitor, matter: MatterData) -> str:
        """Accept a case of the visitor, who brings every paper; return its number."""
        perform, city = self._office.door.perform, self._office.catalogue()
        facts = {
            "name": visitor.name,
            "number": visitor.number,
            "serial": f"{self._rng.randrange(10**6):06d}",
            "day": self._office.local_time().date().isoformat(),
        }
        values = {field: text.format(**facts) for field, text in matter.values.items()}
        save = SaveDraft(
            visit=visit.id,
            window=colleague.window,
            one_thing=matter.one_thing,
            catalogue=city.id,
            catalogue_version=city.version,
            personal=DraftContent(values=values),
        )
        draft = perform(save, colleague.staff).draft
        role, kind = matter.party.role, matter.party.kind
        party = PartyDetails(role=role, kind=kind, name=visitor.name, number=visitor.number, known_by="code")
        made = perform(
            AcceptCase(
                draft=draft,
                visit=visit.id,
                window=colleague.window,
                one_thing=matter.one_thing,
                catalogue=city.id,
                catalogue_version=city.version,
                chosen=None,
                materials=tuple(GivenMaterial(material=name, how="paper") for name in matter.materials),
                duplicates=(),
                duplicate_code="",
                personal=CaseDetails(parties=(party,), values=values),
            ),
            colleague.staff,
        )
        perform(RecordNoticePrint(notice=made.notice, printed=True), colleague.staff)
        return made.number

    # officers and supervisor

    def list_officers(self) -> Sequence[tuple[str, str]]:
        """Return id and organ of each officer."""
        with self._office.store.read() as tx:
            rows = tx.select("staff", order=("id",), role="officer", active=True)
        return [(str(row["id"]), str(row["organ"])) for row in rows if row["organ"]]

    def claim(self, officer: str, organ: str) -> TaskClaimed:
        """Claim the most urgent task of an organ."""
        return self._office.door.perform(ClaimTask(organ=organ), officer)

    def decide(self, officer: str, claimed: TaskClaimed, *, refuses: bool) -> None:
        """Approve or refuse a claimed task."""
        reason = _REFUSAL if refuses else ""
        outcome: Literal["approved", "refused"] = "refused" if refuses else "approved"
        self._office.door.perform(
            DecideTask(task=claimed.task, fence=claimed.fence, outcome=outcome, reason=reason), officer
        )

    def close_day(self) -> None:
        """Close the service day in the name of a supervisor; do nothing if it is closed."""
        with self._office.store.read() as tx:
            day = find_open_day(tx, self._hall)
            supervisors = tx.select("staff", order=("id",), role="supervisor", active=True)
        if day is not None and supervisors:
            self._office.door.perform(CloseServiceDay(hall=self._hall, day=day["day"]), supervisors[0]["id"])
