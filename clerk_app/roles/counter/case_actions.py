"""Actions of a window on an accepted case, and the base class of the counter service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clerk_app.cases.case_fetch import FetchCase
from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.delivery.parts import HandOverPart, hand_over_notice
from clerk_app.cases.delivery.receivers import (
    KNOWN_BY_CODES,
    NO_CODES,
    NO_REPRESENTATIVE,
    RECEIVER_FAULTS,
    REPRESENTATIVE,
    Signature,
)
from clerk_app.cases.delivery.results import HandOverResults, IssueResults
from clerk_app.cases.prints import CONFIRMED, DAMAGED, MISSING
from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SecondFactor, list_requested_materials
from clerk_app.cases.tasks.supplements import MaterialsTakenIn
from clerk_app.cases.unmasking import UnmaskCase
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.numbers import is_case_number
from clerk_app.locales import _, format_list, plural_form
from clerk_app.roles.case_answers import list_unmask_purposes
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.case_search import find_cases, list_search_purposes
from clerk_app.roles.counter.collection import AgentCollection
from clerk_app.roles.counter.letters import print_letters
from clerk_app.roles.counter.licence_copies import list_copy_purposes, print_copy
from clerk_app.roles.counter.own_cases import read_own_cases
from clerk_app.roles.counter.view import CounterState, find_visit_at_window, read_counter_view
from clerk_app.roles.formatting import localize
from clerk_app.roles.printing import CasePrinter
from clerk_app.roles.staff_service import OfficeCourierService, OfficeStaffService
from clerk_app.views.case import Collector
from clerk_app.views.case_list import CaseRow, SearchResult
from clerk_app.views.counter import CounterView, PrintAnswer
from clerk_app.views.shared import CasePaper, Option
from db.engines import Row

_ANSWERS: dict[PrintAnswer, str] = {"came_out": CONFIRMED, "missing": MISSING, "damaged": DAMAGED}


class CounterBase(OfficeStaffService, OfficeCourierService):
    """Base class of the counter service: state of the clerk at a window, and access to the visit and case on screen."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._window = office.settings.window
        self._printer = CasePrinter(office, staff["id"], staff["number"])
        self._state = CounterState(window=self._window, staff=staff)

    def read_view(self) -> CounterView:
        """Read the view. When the window was closed meanwhile, nothing of its last citizen is in the view."""
        view = read_counter_view(self._office, self._printer, self._state)
        was_closed, self._state.is_closed = self._state.is_closed, bool(view.closed)
        if was_closed in (None, self._state.is_closed):
            return view
        draft = self._state.draft
        self._state = CounterState(window=self._window, staff=self._staff, is_closed=bool(view.closed))
        if view.closed:
            self._state.draft = self._state.left_draft = draft
        return read_counter_view(self._office, self._printer, self._state)

    @property
    def _open_case_number(self) -> str:
        if not self._state.case:
            raise Refused("no_case", "No case is open.")
        return self._state.case

    def _find_visit(self) -> Row | None:
        with self._office.store.read() as tx:
            return find_visit_at_window(tx, self._window)

    def _current_visit(self) -> Row:
        visit = self._find_visit()
        if visit is None:
            raise Refused("visit", "Nobody is being served at this window.")
        return visit

    def _visit_id(self) -> str:
        """Return the id of the visit at this window; empty if nobody is being served."""
        visit = self._find_visit()
        return str(visit["id"]) if visit is not None else ""

    def _view_with_message(self, sentence: str) -> CounterView:
        return replace(self.read_view(), message=sentence)

    def _reset(self, *, keep_draft: bool = False) -> CounterView:
        draft = self._state.draft if keep_draft else ""
        is_closed = self._state.is_closed
        moved = self._state.moved
        self._state = CounterState(self._window, self._staff, draft, is_closed=is_closed, moved=moved)
        return self.read_view()


class CaseActions(CounterBase):
    """Actions on the accepted case that the screen shows."""

    def list_own_cases(self) -> tuple[CaseRow, ...]:
        return read_own_cases(self._office, self._window, self._staff)

    def list_search_purposes(self) -> tuple[Option, ...]:
        return list_search_purposes()

    def find_cases(self, text: str, purpose: str) -> SearchResult:
        return find_cases(self._office, text, purpose, self._staff)

    def list_unmask_purposes(self) -> tuple[Option, ...]:
        return list_unmask_purposes()

    def unmask(self, purpose: str) -> CounterView:
        command = UnmaskCase(case=self._open_case_number, purpose=purpose, visit=self._visit_id())
        self._door.perform(command, self._staff_id)
        self._state.unmasked.add(self._open_case_number)
        return self.read_view()

    def open_case(self, number: str) -> CounterView:
        with self._office.store.read() as tx:
            is_local = tx.get("cases", number=number) is not None
            if not is_local and (self._door.authority is None or not is_case_number(number)):
                read_case(tx, number)  # raises Refused if there is no such case
        if not is_local and not self._fetch_case(number):
            self._state.remote_case = number
            return self._view_with_message(
                _("Case {number} is at another service centre. F8 transfers it here.").format(number=number)
            )
        previous, self._state.case, self._state.remote_case = self._state.case, number, ""
        self._state.unmasked.clear()  # each opening masks again
        if self.read_view().case is None:
            self._state.case = previous
            raise Refused(
                "unreadable", "Case {number} cannot be displayed: what it needs is not in this store.", number=number
            )
        self._state.acted = True
        self._state.receipt = None
        return self.read_view()

    def _fetch_case(self, number: str) -> bool:
        """Fetch an older case of this site; return False if it is of another site. Raises OutOfReach, Refused."""
        try:
            self._door.perform(FetchCase(case=number), self._staff_id)
        except OutOfReach as error:
            raise OutOfReach(
                "Case {number} is not kept at this window: an older case, or one of another service centre, needs the"
                " center, which is out of reach.",
                number=number,
            ) from error
        except Refused as refused:
            if refused.reason not in ("no_case", "other_site"):
                raise
            return False
        return True

    def transfer_case(self, last_four: str) -> CounterView:
        number = self._state.remote_case
        factor = SecondFactor(last=last_four.strip())
        self._door.perform(TransferCase(case=number, window=self._window, personal=factor), self._staff_id)
        return self.open_case(number)

    def _describe_taking_in(self, decision: MaterialsTakenIn) -> Iterator[str]:
        yield _("Taken in.")
        if decision.resumed:
            sentence = plural_form(
                len(decision.resumed),
                _("{count} task continues with the remaining days."),
                _("{count} tasks continue with the remaining days."),
            )
            yield sentence.format(count=len(decision.resumed))
        if decision.rechecks:
            with self._office.store.read() as tx:
                catalogue = read_case(tx, decision.case).catalogue
            names = format_list(localize(catalogue.matter(task.matter).name) for task in decision.rechecks)
            yield _("Decided before, checked again now: {matters}.").format(matters=names)
        if decision.reopens:
            yield _("The case is open again.")
        with self._office.store.read() as tx:
            if list_requested_materials(read_case(tx, decision.case)):
                yield _("Something is still missing.")

    def hand_over_results(self, role: str, known_by: str, name: str = "") -> CounterView:
        agent, signed = self._find_receiver(role, known_by, name)
        with self._office.store.read() as tx:
            state = read_case(tx, self._open_case_number).row["state"]
        if state == "closed":
            self._door.perform(IssueResults(case=self._open_case_number), self._staff_id)
        decision = self._door.perform(
            HandOverResults(
                case=self._open_case_number,
                window=self._window,
                role=role,
                known_by=known_by,
                visit=self._visit_id(),
                agent=agent,
                personal=signed,
            ),
            self._staff_id,
        )
        self._print_results(hand_over_notice(self._open_case_number, 0), decision.certificates)
        return self.read_view()

    def hand_over_part(
        self, matters: Sequence[str], cause: str, role: str, known_by: str, name: str = ""
    ) -> CounterView:
        agent, signed = self._find_receiver(role, known_by, name)
        command = HandOverPart(
            case=self._open_case_number,
            window=self._window,
            matters=tuple(matters),
            cause=cause.strip(),
            role=role,
            known_by=known_by,
            visit=self._visit_id(),
            agent=agent,
            personal=signed,
        )
        decision = self._door.perform(command, self._staff_id)
        self._print_results(hand_over_notice(self._open_case_number, decision.part), decision.certificates)
        return self.read_view()

    def _print_results(self, hand_over: str, certificates: Sequence[str]) -> None:
        """Print certificates, then the list that names them; those that do not come out stay to be printed."""
        for notice in certificates:
            self._printer.print_notice(notice)
        self._state.receipt = self._printer.print_notice(hand_over)

    def read_collector(self) -> Collector:
        with self._office.store.read() as tx:
            return self._agent_collection().read(tx)

    def scan_collector(self, text: str) -> Collector:
        self._agent_collection().scan(text, self._window, self._staff_id)
        return self.read_collector()

    def _agent_collection(self) -> AgentCollection:
        return AgentCollection(self._office, self._current_visit(), self._open_case_number, self._state.shown_codes)

    def _find_receiver(self, role: str, known_by: str, name: str) -> tuple[str, Signature]:
        """Return the id of the agent, empty without one, and the signature of a receiver."""
        if known_by == REPRESENTATIVE:
            with self._office.store.read() as tx:
                row = tx.get("representations", case_number=self._open_case_number, role=role)
            if row is None:
                raise Refused("receiver", RECEIVER_FAULTS[NO_REPRESENTATIVE])
            return str(row["agent"]), self._sign(role, row["agent_name"] or "", is_agent=True)
        if known_by != KNOWN_BY_CODES:
            return "", self._sign(role, name)
        collector = self.read_collector()
        if not collector.is_complete or collector.role != role:
            raise Refused("receiver", RECEIVER_FAULTS[NO_CODES])
        return collector.agent, self._sign(role, collector.agent_name, is_agent=True)

    def _sign(self, role: str, name: str, *, is_agent: bool = False) -> Signature:
        """Return the signature of a receiver; `name` is that of a delegate, an agent, or a signer."""
        require_plausible_clock(self._office)
        with self._office.store.read() as tx:
            party = tx.get("parties", case_number=self._open_case_number, role=role)
        signed = Signature(name=name.strip())
        if party is not None:
            signer = name.strip() if is_agent or party["kind"] == "organisation" else ""
            signed = Signature(name=party["name"], signer=signer)
        if not role or not signed.name:
            raise Refused("signature", "The set is handed over against a signature: who signs?")
        return signed

    def withdraw_case(self, reason: str) -> CounterView:
        require_plausible_clock(self._office)
        command = WithdrawCase(case=self._open_case_number, reason=reason, visit=self._visit_id())
        self._door.perform(command, self._staff_id)
        return self.read_view()

    def list_papers(self) -> tuple[CasePaper, ...]:
        shown = self._state.receipt
        number = self._state.case or (self._printer.find_case_of_paper(shown.id) if shown is not None else "")
        return self._printer.papers.list_papers(number or self._open_case_number, with_changes=True)

    def reprint_paper(self, paper: str) -> CounterView:
        require_plausible_clock(self._office)
        self._state.receipt = self._printer.print_notice(paper)
        return self.read_view()

    def print_new_version(self, paper: str) -> CounterView:
        require_plausible_clock(self._office)
        self._state.receipt = self._printer.print_new_version(paper)
        return self.read_view()

    def print_in_language(self, paper: str, language: str) -> CounterView:
        require_plausible_clock(self._office)
        self._state.receipt = self._printer.print_in_language(paper, language)
        return self.read_view()

    def list_copy_purposes(self) -> tuple[Option, ...]:
        return list_copy_purposes()

    def print_licence_copy(self, licence: str, purpose: str) -> CounterView:
        require_plausible_clock(self._office)
        case, visit = self._find_case_of_visit(licence), self._current_visit()
        printed = print_copy(self._office, self._printer, self._staff, visit, licence, purpose, case)
        return self._view_with_message(printed)

    def _find_case_of_visit(self, licence: str) -> str:
        """Return the case of this visit that uses a licence; empty without one."""
        with self._office.store.read() as tx:
            cases = tx.select("cases", visit=self._visit_id(), order=("number",))
            return next(
                (row["number"] for row in cases if tx.select("materials", case_number=row["number"], licence=licence)),
                "",
            )

    def print_letters(self, letters: Sequence[str]) -> CounterView:
        require_plausible_clock(self._office)
        self._state.receipt, count = print_letters(self._printer, letters, self._state.receipt)
        sentence = plural_form(count, _("{count} letter printed."), _("{count} letters printed."))
        return self._view_with_message(sentence.format(count=count) if count else "")

    def answer_print(self, print_id: str, answer: PrintAnswer) -> CounterView:
        require_plausible_clock(self._office)
        self._printer.answer(print_id, _ANSWERS[answer])
        return self.read_view()

    def close_case_view(self) -> CounterView:
        self._state.case = ""
        self._state.receipt = None
        return self.read_view()
