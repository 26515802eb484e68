"""Reads the view of the counter screen in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import read_case
from clerk_app.cases.known_by import KNOWN_BY_CODE
from clerk_app.composition.office import Office
from clerk_app.hall.calling_order import explain_order
from clerk_app.hall.transfers import TAKE_BACK_PERIOD
from clerk_app.hall.visits import UNSURE, parse_check_notes
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.licences.licence_verification import LicenceVerdict
from clerk_app.locales import _, localize_name
from clerk_app.people.masking import mask_number
from clerk_app.roles.call_reasons import class_name, describe_place
from clerk_app.roles.case_letters import find_paper
from clerk_app.roles.connection_view import read_connection_facts, read_data_time
from clerk_app.roles.counter.also_eligible import list_also_eligible
from clerk_app.roles.counter.collection import ShownCodes
from clerk_app.roles.counter.day_numbers import read_day_numbers
from clerk_app.roles.counter.draft_list import build_draft_rows
from clerk_app.roles.counter.draft_state import DraftState, read_draft_state
from clerk_app.roles.counter.identification import VerifiedCode, build_code_facts
from clerk_app.roles.counter.intake_view import build_intake_view
from clerk_app.roles.counter.letters import read_letters
from clerk_app.roles.counter.licence_copies import list_copyable
from clerk_app.roles.counter.moved_tickets import MovedTickets
from clerk_app.roles.counter.name_steps import with_name_steps
from clerk_app.roles.counter.one_things import list_one_things
from clerk_app.roles.counter.open_paper_rows import with_open_papers
from clerk_app.roles.counter.paper_review import with_readings
from clerk_app.roles.counter.parties import build_found_party
from clerk_app.roles.counter.receipt_list import find_unlisted, is_shown_list
from clerk_app.roles.counter.staff_notices import read_help_call, read_messages
from clerk_app.roles.counter.stored_findings import describe_stored_finding
from clerk_app.roles.counter.window_state import describe_closed_window, describe_window_state
from clerk_app.roles.formatting import format_short_age, format_time
from clerk_app.roles.hall_names import category_names
from clerk_app.roles.material_view import load_portrait
from clerk_app.roles.pending_papers import build_unreadable_pending, describe_pending
from clerk_app.roles.status import read_status
from clerk_app.roles.ticket_route import describe_route
from clerk_app.roles.unreadable import UNREADABLE, build_rows, report_unreadable
from clerk_app.views.case import Applicant, CaseView, LicenceCheck
from clerk_app.views.counter import CounterView, DraftRow, TicketRow
from clerk_app.views.shared import Paper, PendingPaper, Picture
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.roles.printing import CasePrinter
    from clerk_app.views.plots import DayPlot

WAITING_SHOWN = 24
DRAFTS_SHOWN = 8


@dataclass
class CounterState:
    """State of the counter that is kept in memory between two actions."""

    window: str
    staff: Row
    draft: str = ""
    case: str = ""
    remote_case: str = ""  # number of the requested case if another site has it
    receipt: Paper | None = None
    found_party: VerifiedCode | None = None  # another party's code, whose role is to be chosen
    rejection: Callable[[], str] | None = None  # returns why the last code was rejected, translated
    acted: bool = False  # a case was opened, accepted or declined during this visit
    is_closed: bool | None = None  # whether the window was closed, or taken over, when the view was read last
    left_draft: str = ""  # draft that was on the screen then; it is hidden, and what is still typed into it is saved
    unmasked: set[str] = field(default_factory=set)  # cases whose applicant the clerk has asked for in full
    codes: dict[tuple[str, str], str] = field(default_factory=dict)  # texts of signed codes, by visit id and number
    shown_codes: ShownCodes = field(default_factory=dict)  # of a party and its agent, for the collection of results
    moved: MovedTickets = field(default_factory=MovedTickets)
    verdicts: dict[str, LicenceVerdict] = field(default_factory=dict)  # verdicts on accepted signed codes, by visit id


def find_visit_at_window(tx: Transaction, window: str) -> Row | None:
    """Return the visit that is being served at a window; None without one."""
    return tx.query_one("hall.visit_at_window", window=window)


def is_nothing_done(tx: Transaction, visit: Row, state: CounterState) -> bool:
    """Return whether a ticket was called and nothing was done for it: nobody identified, no draft, no case.

    A code whose face nobody confirmed identifies nobody.
    """
    if not visit["ticket"] or visit["confirmed"] or state.acted:
        return False
    return tx.query_one("cases.draft_of_visit", visit=visit["id"]) is None


def find_current_draft(tx: Transaction, state: CounterState, visit: Row | None) -> Row | None:
    """Return the draft on the screen: the reopened draft, otherwise the draft of the visit, or None."""
    if state.draft:
        found = tx.get("drafts", id=state.draft)
        if found is not None:
            return found
    return tx.query_one("cases.draft_of_visit", visit=visit["id"]) if visit else None


def read_counter_view(office: Office, printer: CasePrinter, state: CounterState) -> CounterView:
    """Read the view of a window's counter screen."""
    now = office.corrected_now
    case_papers = printer.papers.list_papers(state.case) if state.case else ()
    with office.store.read() as tx:
        window = tx.get("windows", id=state.window)
        closed = describe_closed_window(office, tx, window, state.staff)
        visit = find_visit_at_window(tx, state.window) if not closed else None
        draft = find_current_draft(tx, state, visit) if state.draft != state.left_draft or not state.draft else None
        draft_state = _read_draft_state(office, tx, draft, visit)
        eligible = explain_order(tx, office.settings.hall, window, now) if window else []
        ticket = tx.get("tickets", id=visit["ticket"]) if visit and visit["ticket"] else None
        unconfirmed = bool(visit and visit["check_result"] and not visit["confirmed"])
        shown = state.receipt  # no longer shown if the center rejected what it is about
        notice = find_paper(tx, shown.id) if shown is not None else None
        receipt = printer.translate_paper(shown, notice) if shown is not None and notice is not None else None
        if shown is not None and is_shown_list(tx, shown):
            receipt = shown
        unprinted = build_rows(
            printer.find_unprinted(tx, state.window),
            partial(describe_pending, tx, visit),
            build_unreadable_pending,
            lambda row: f"notice {row['id']}",
        )
        questions = printer.papers.list_questions(tx, state.window, state.case, visit)
        intake = None
        if draft_state is not None:
            can_fetch = visit is not None and _can_fetch_materials(office, tx, visit, draft_state, state)
            site = window["organ"] if window else ""
            built = build_intake_view(
                draft_state, now, unconfirmed=unconfirmed, can_fetch_materials=can_fetch, site=site
            )
            intake = with_readings(office, draft_state, with_open_papers(office, built))
            intake = with_name_steps(office, tx, draft_state, intake)
        between_visits = visit is None and not closed
        return CounterView(
            status=read_status(
                office,
                tx,
                place=localize_name(window["name"]) if window else state.window,
                person=state.staff["name"],
                waiting=len(eligible),
                papers=len(unprinted) + len(questions) + _is_failed_reprint(receipt, unprinted),
            ),
            serving=_build_serving_row(office, tx, visit, ticket, now),
            waiting=tuple(
                build_ticket_row(office, place.ticket, now, describe_place(office, tx, place))
                for place in eligible[:WAITING_SHOWN]
            ),
            held=tuple(build_ticket_row(office, row, now) for row in _select_held_tickets(office, tx, state.window)),
            ended=tuple(build_ticket_row(office, row, now) for row in _select_ended_tickets(office, tx, state, now)),
            nothing_done=visit is not None and is_nothing_done(tx, visit, state),
            applicant=_build_applicant(office, tx, visit, state),
            intake=intake,
            case=_build_case_view(office, tx, state, visit) if state.case else None,
            receipt=receipt,
            unprinted=unprinted,
            print_questions=questions,
            message="",
            closed=closed,
            window_state=describe_window_state(window, state.staff),
            drafts=_read_drafts(tx, state, now) if between_visits else (),
            case_papers=case_papers,
            copyable=list_copyable(tx, visit, office),
            letters=read_letters(office, tx, state.case or (notice["case_number"] if notice is not None else "")),
            day=read_day_numbers(tx, office, state.window, now, with_events=between_visits),
            waiting_plot=_read_waiting_plot(office, tx) if between_visits else None,
            one_things=list_one_things(office) if between_visits else (),
            also_eligible=list_also_eligible(tx, draft_state, notice),
            has_unlisted=bool(find_unlisted(tx, visit)),
            remote_case=state.remote_case,
            messages=read_messages(office, tx, state.window, state.staff),
            help_call=read_help_call(office, tx, state.window),
            found_party=build_found_party(state.found_party, draft_state)
            if state.found_party is not None and draft_state is not None
            else None,
        )


def _read_waiting_plot(office: Office, tx: Transaction) -> DayPlot | None:
    from clerk_app.roles.day_plots import read_waiting_plot  # a window with an open visit starts without it

    return read_waiting_plot(office, tx)


def _read_drafts(tx: Transaction, state: CounterState, now: int) -> tuple[DraftRow, ...]:
    """Return the newest drafts of the clerk and of the window."""
    rows = tx.query_all("cases.drafts_of_staff_or_window", staff=state.staff["id"], window=state.window)
    return build_draft_rows(tx, rows[:DRAFTS_SHOWN], now)


def _is_failed_reprint(receipt: Paper | None, unprinted: Sequence[PendingPaper]) -> bool:
    """Return whether the paper on the screen was printed before, and did not come out of the printer now."""
    if receipt is None or receipt.printed or receipt.is_unknown:
        return False
    return receipt.id not in {paper.id for paper in unprinted}


def _build_case_view(office: Office, tx: Transaction, state: CounterState, visit: Row | None) -> CaseView | None:
    """Build the view of the open case; None if it cannot be displayed any more."""
    from clerk_app.roles.case_view import build_case_view  # with all views of a case: not before the first one

    try:
        case = read_case(tx, state.case)
        return build_case_view(
            tx,
            case,
            office.corrected_now,
            data_time=read_data_time(office, tx),
            visit=visit,
            in_full=case.number in state.unmasked,
        )
    except UNREADABLE as error:
        report_unreadable(f"case {state.case}", error)
        return None


def _read_draft_state(office: Office, tx: Transaction, draft: Row | None, visit: Row | None) -> DraftState | None:
    """Read the state of the draft on the screen; None without a draft, or if it cannot be displayed."""
    if draft is None:
        return None
    try:
        return read_draft_state(office, tx, draft, visit)
    except UNREADABLE as error:
        report_unreadable(f"draft {draft['id']}", error)
        return None


def _can_fetch_materials(office: Office, tx: Transaction, visit: Row, draft: DraftState, state: CounterState) -> bool:
    """Return whether held materials of a party were not fetched yet and the center is reachable."""
    return bool(find_fetchable_roles(draft, visit, state.codes)) and read_connection_facts(office, tx).is_reachable


def find_fetchable_roles(draft: DraftState, visit: Row, codes: Mapping[tuple[str, str], str]) -> tuple[str, ...]:
    """Return the roles whose licences can be listed: the party is registered, or not looked up yet."""
    return tuple(
        role
        for role, party in draft.parties.items()
        if role in draft.unlisted
        and (party.subject or party.known_by == KNOWN_BY_CODE or (visit["id"], party.number) in codes)
    )


def _select_held_tickets(office: Office, tx: Transaction, window: str) -> list[Row]:
    return tx.query_all("hall.held_tickets", hall=office.settings.hall, window=window)


def _select_ended_tickets(office: Office, tx: Transaction, state: CounterState, now: int) -> list[Row]:
    """Return the tickets that moved on from the window a moment ago and still wait, then those that ended there."""
    since, hall = now - TAKE_BACK_PERIOD, office.settings.hall
    ended = tx.query_all("hall.ended_tickets", hall=hall, window=state.window, since=since)
    return [*state.moved.read_waiting(tx, now), *ended]


def _build_serving_row(
    office: Office, tx: Transaction, visit: Row | None, ticket: Row | None, now: int
) -> TicketRow | None:
    if visit is None:
        return None
    if ticket is not None:
        return replace(build_ticket_row(office, ticket, now), route=describe_route(office, tx, ticket))
    return TicketRow(
        id="",
        number="",
        category=_("without a ticket"),
        priority="",
        state=_("being served"),
        waited="",
        calls=0,
        called_at=office.local_time(visit["started_at"]),
    )


def build_ticket_row(office: Office, row: Row, now: int, reason: str = "") -> TicketRow:
    """Build the row of a ticket; `reason` is why it has its place in the queue."""
    names = category_names(office)
    called = row.get("called_at")
    return TicketRow(
        id=row["id"],
        number=row["number"],
        category=names.get(str(row["category"]), "?"),
        priority=class_name(row["priority"]),
        state=_ticket_state_name(row.get("state", "waiting")),
        waited=format_short_age(row["issued_at"], called or now),
        calls=row["calls"],
        called_at=office.local_time(called) if called else None,
        drawn=format_time(office.local_time(row["issued_at"])),
        reason=reason,
    )


def _ticket_state_name(name: str) -> str:
    return {
        "waiting": _("waiting"),
        "serving": _("being served"),
        "held": _("on hold"),
        "finished": _("finished"),
        "unserved": _("ended without service"),
        "no_show": _("not here"),
        "not_served": _("of a closed day"),
    }.get(name, name)


def _build_applicant(office: Office, tx: Transaction, visit: Row | None, state: CounterState) -> Applicant | None:
    if visit is None:
        return None
    if not visit["check_result"]:
        return _build_refused_applicant(state.rejection) if state.rejection is not None else None
    notes = parse_check_notes(visit["check_notes"])
    elsewhere = [note for note in notes if note.startswith("elsewhere:")]
    green = visit["check_result"] == "green"
    verdict = state.verdicts.get(visit["id"])
    return Applicant(
        name=visit["shown_name"] or "",
        number=mask_number(visit["shown_number"]),
        check=LicenceCheck(
            result="green" if green else "amber",
            headline=_("Genuine and valid.") if green else _("Genuine, with a warning to settle."),
            warnings=tuple(describe_stored_finding(note) for note in notes if note not in elsewhere),
            facts=build_code_facts(verdict) if verdict is not None else (),
        ),
        photo=_load_photo(office, tx, visit),
        notes=(
            *_rejection_notes(state.rejection),
            *_unknown_person_notes(office, tx, visit),
            *(_describe_other_use(tx, note) for note in elsewhere),
        ),
        confirmed=bool(visit["confirmed"]),
        is_organisation=is_credit_code(visit["shown_number"] or ""),
        doubted=visit["face"] == UNSURE,
    )


def _build_refused_applicant(rejection: Callable[[], str]) -> Applicant:
    """Return the view of a visit whose only code was refused, so that no person is identified."""
    check = LicenceCheck("red", rejection(), (), ())
    return Applicant(name="", number="", check=check, photo=None, notes=(), confirmed=False)


def _rejection_notes(rejection: Callable[[], str] | None) -> tuple[str, ...]:
    """Return the note that a later code was refused; the person identified before stays the person of the visit."""
    return () if rejection is None else (_("The code shown last was refused. {reason}").format(reason=rejection()),)


def _unknown_person_notes(office: Office, tx: Transaction, visit: Row) -> tuple[str, ...]:
    if visit["person"]:
        return ()
    if not read_connection_facts(office, tx).is_reachable:  # what the city holds is at the center
        return (_("Nothing is known here under this number, and the center is out of reach."),)
    if office.door.authority is not None and tx.get("drafts", visit=visit["id"]) is None:
        return ()  # a window asks the center for what it holds when the draft is begun
    return (_("The city holds nothing under this number yet."),)


def _describe_other_use(tx: Transaction, note: str) -> str:
    window = tx.get("windows", id=note.partition(":")[2])
    return _("The same code was shown at {window} today.").format(
        window=localize_name(window["name"]) if window else "?"
    )


def _load_photo(office: Office, tx: Transaction, visit: Row) -> Picture | None:
    """Load the city's photo of the person; None if the city has no photo, or the file is missing or damaged."""
    digest = find_portrait(tx, visit)
    return load_portrait(office, digest) if digest else None


def find_portrait(tx: Transaction, visit: Row) -> str:
    """Return the attachment with the city's photo of the person of a visit; empty if there is none."""
    row = tx.query_one("licences.photo_of_holder", holder=visit["person"]) if visit["person"] else None
    return str(row["content"]) if row else ""
