"""The intake of the driven day: notices before acceptance, promises, single matters and messages, by the counter."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from clerk_app.cases.promises.offers import GAP
from clerk_app.composition.office import Office
from clerk_app.demo.hall.acts import Colleague, HallActs, Visit, Visitor
from clerk_app.errors import Refused
from clerk_app.roles.counter.undo import UndoableCounter
from clerk_app.views.counter import CounterService, CounterView
from db.engines import Row
from tests.sync.test_http_sync import wait_until

RECEIVE, GAPS, COMMITMENT, SINGLE = "receive", "gap", "commitment", "single"
KINDS = (RECEIVE, GAPS, COMMITMENT, SINGLE)
SIGNED_SHEET = "promise:"
_READS, _ASKS = 0.7, 0.5  # shares of new messages that a clerk reads, and of new cases about which one is sent
_PERSON = {"applicant_name": "{name}", "applicant_id_number": "{number}", "contact_phone": "13800000008"}
_FIRM = {"enterprise_name": "{name}", "enterprise_credit_code": "{number}", "contact_phone": "13800000008"}
_HOME = {"housing_kind": "rented", "residence_address": "示范路{serial}号", "holds_residence_permit": "no"}
_ROAD = {
    "project_name": "雨水管{serial}",
    "road_section": "示范大道{serial}号",
    "excavation_depth": "shallow",
    "on_main_road": "no",
    "risk_class": "low",
    "excavation_area": "12",
    "works_start": "{day}",
    "works_end": "{day}",
}


@dataclass(frozen=True)
class Application:
    """What a visitor applies for; what they do not have with them at first, and which of it they promise."""

    one_thing: str
    party: str
    values: Mapping[str, str]
    lacks_answer: str = ""
    lacks_paper: str = ""


APPLICATIONS: Mapping[str, tuple[Application, ...]] = {
    RECEIVE: (
        Application("passport", "person", {**_PERSON, "passport_reason": "travel"}, "passport_reason",
                    "applicant-photo"),
        Application("matter.retirement", "person", {**_PERSON, "retirement_kind": "ordinary",
                    "applicant_account": "6222020200112233445"}, "applicant_account", "applicant-household-register"),
    ),
    GAPS: (
        Application("residence-permit", "person", {**_PERSON, **_HOME, "residence_reason": "work"}, "", "lease"),
    ),
    COMMITMENT: (
        Application("road-excavation", "organisation", {**_FIRM, **_ROAD}),
        Application("matter.occupational-health", "organisation",
                    {**_FIRM, "hazard_class": "light", "exposed_workers": "3"}),
    ),
    SINGLE: (
        Application("matter.retirement", "person", {**_PERSON, "retirement_kind": "ordinary",
                    "applicant_account": "6222020200112233445"}),
        Application("matter.occupational-health", "organisation",
                    {**_FIRM, "hazard_class": "serious", "exposed_workers": "30"}),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Returner:
    """A visitor who comes back with what was missing: the number on their paper, and the window of the first visit."""

    kind: str
    number: str
    window: str
    visitor: Visitor
    application: Application


@dataclass
class IntakeLog:
    """What the windows and the departments did."""

    cases: dict[str, str] = field(default_factory=dict)  # kind by number
    continued: dict[str, tuple[str, str]] = field(default_factory=dict)  # windows of the receipt and the acceptance
    promised: list[tuple[str, str, str]] = field(default_factory=list)  # number, kind, subject
    brought: set[str] = field(default_factory=set)
    returning: list[Returner] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)  # of officers, and messages read
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take_returner(self, window: str) -> Returner | None:
        """Return the first visitor whose earlier visit was at another window; None without one."""
        with self.lock:
            found = next((each for each in self.returning if each.window != window), None)
            if found is not None:
                self.returning.remove(found)
        return found

    def write_message(self) -> str:
        """Return the text of a new message, which no other has."""
        with self.lock:
            self.acts["messages"] += 1
            self.messages.append(f"第{self.acts['messages']}条")
            return self.messages[-1]


class IntakeClerk:
    """A clerk who serves a called visitor by the counter service of a window."""

    def __init__(self, office: Office, staff: Row, acts: HallActs, log: IntakeLog, rng: Random) -> None:
        self._office, self._acts, self._log, self._rng = office, acts, log, rng
        self._counter: CounterService = UndoableCounter(office, staff)
        self._me = Colleague(office.settings.window, staff["id"], "")

    def serve_new(self, visit: Visit, kind: str) -> None:
        """Serve a visitor who applies; those of RECEIVE and GAPS come back later, to another window."""
        application = self._rng.choice(APPLICATIONS[kind])
        visitor = self._acts.invent_visitor(application.party)
        self._acts.identify(self._me, visit, visitor)
        view = self._counter.begin_draft(application.one_thing)
        self._fill(view, visitor, application, is_complete=kind == SINGLE)
        view = self._counter.receive_case() if kind == RECEIVE else self._accept(kind)
        number = _number_of(view)
        with self._log.lock:
            self._log.cases[number] = kind
            if kind in (RECEIVE, GAPS):
                self._log.returning.append(Returner(kind, number, self._me.window, visitor, application))
        if kind != RECEIVE:
            self._ask(number)

    def serve_returner(self, visit: Visit, returner: Returner) -> None:
        """Identify a visitor who comes back, scan the number on their paper, and take in what was missing."""
        number = returner.number
        wait_until(lambda: self._has(number))  # the visitor comes an hour later
        self._acts.identify(self._me, visit, returner.visitor)
        view = self._counter.process_scan(number)
        if returner.kind == RECEIVE:
            self._fill(view, returner.visitor, returner.application, is_complete=True)
            assert _number_of(self._counter.accept_case()) == number
            with self._log.lock:
                self._log.continued[number] = (returner.window, self._me.window)
            return
        paper = returner.application.lacks_paper
        self._counter.receive_supplements([paper], {f"{paper}/valid_to": "2030-01-01"}, {})
        with self._log.lock:
            self._log.brought.add(number)
        self._counter.open_case(number)
        if self._counter.read_messages().for_citizen:
            self._counter.show_messages_to_citizen()
        self._counter.close_case_view()

    def read_messages(self) -> None:
        """Read some of the new messages to the window."""
        with self._office.store.read() as tx:
            rows = tx.select("case_messages", addressee="window", read_at=None)
        for number in sorted({row["case_number"] for row in rows}):
            if self._rng.random() < _READS:
                self._counter.open_case(number)
                self._counter.read_messages()
                self._counter.close_case_view()

    def _has(self, number: str) -> bool:
        with self._office.store.read() as tx:
            return tx.get("cases", number=number) is not None

    def _fill(self, view: CounterView, visitor: Visitor, application: Application, *, is_complete: bool) -> None:
        facts = {
            "name": visitor.name,
            "number": visitor.number,
            "serial": f"{self._rng.randrange(10**6):06d}",
            "day": self._office.local_time().date().isoformat(),
        }
        for name, text in application.values.items():
            fields = {row.id: row.value for row in view.intake.fields} if view.intake is not None else {}
            if fields.get(name) == "" and (is_complete or name != application.lacks_answer):
                view = self._counter.fill_field(name, text.format(**facts))
        for row in view.intake.materials if view.intake is not None else ():
            if row.state == "missing" and (is_complete or row.id != application.lacks_paper):
                view = self._counter.toggle_paper(row.id)

    def _accept(self, kind: str) -> CounterView:
        """Accept the draft; first print and sign the sheet of what is promised."""
        promises: tuple[tuple[str, str], ...] = ()
        intake = self._counter.read_view().intake
        if kind in (GAPS, COMMITMENT) and intake is not None and intake.promises is not None:
            wanted = [row for row in intake.promises.rows if (row.kind == GAP) == (kind == GAPS)]
            for row in wanted:
                if not row.is_made:
                    self._counter.set_promise(row.id, is_made=True)
            self._counter.print_promises()
            self._counter.co_sign_on_paper(SIGNED_SHEET)
            promises = tuple((row.kind, row.id.partition(":")[2]) for row in wanted)
        view = self._counter.accept_case()
        with self._log.lock:
            self._log.promised += [(_number_of(view), *promise) for promise in promises]
        return view

    def _ask(self, number: str) -> None:
        """Send a message of the window or the citizen to a department that works on the case."""
        if self._rng.random() >= _ASKS:
            return
        self._counter.open_case(number)
        organs = [option.id for option in self._counter.read_messages().addressees if "organ:" in option.id]
        if organs:  # else all have decided
            text = self._log.write_message()
            try:
                self._counter.send_case_message(self._rng.choice(organs), text)
            except Refused as refused:
                if refused.reason != "not_at_work":  # the department has decided since the list was read
                    raise
                with self._log.lock:
                    self._log.messages.remove(text)
        self._counter.close_case_view()


def _number_of(view: CounterView) -> str:
    assert view.receipt is not None
    return view.receipt.id[:12]
