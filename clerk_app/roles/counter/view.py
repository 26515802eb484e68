"""Everything on a counter's screen, read in one look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from clerk_app.cases.case_record import read_case
from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.people.masking import mask_number
from clerk_app.roles.case_view import build_case_view
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.counter.draft_state import DraftState, read_draft_state, were_materials_fetched
from clerk_app.roles.counter.intake_view import build_intake_view
from clerk_app.roles.counter.scan import describe_stored_finding
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.material_view import load_picture
from clerk_app.roles.printing import CasePrinter
from clerk_app.roles.status import read_status
from clerk_app.views import Applicant, CounterView, LabelledValue, LicenceCheck, Paper, Picture, TicketRow
from db.engines import Row, Transaction

WAITING_SHOWN = 8


@dataclass
class CounterState:
    """What the desk remembers between two acts; everything else is in the store."""

    window: str
    staff: Row
    draft: str = ""
    case: str = ""
    remote_case: str = ""  # the number that was asked for in vain
    receipt: Paper | None = None
    rejection: Callable[[], str] | None = None  # says why a code is not believed
    code_facts: dict[str, Callable[[], tuple[LabelledValue, ...]]] = field(
        default_factory=dict
    )  # of the code shown, by visit


def find_visit_at_window(tx: Transaction, window: str) -> Row | None:
    """Who is being served at a window."""
    return tx.query_one("hall.visit_at_window", window=window)


def find_current_draft(tx: Transaction, state: CounterState, visit: Row | None) -> Row | None:
    """The draft on the screen: the one reopened, or the visit's own."""
    if state.draft:
        found = tx.get("drafts", id=state.draft)
        if found is not None:
            return found
    return tx.query_one("cases.draft_of_visit", visit=visit["id"]) if visit else None


def read_counter_view(office: Office, papers: CasePrinter, state: CounterState) -> CounterView:
    """The whole view of one window."""
    now = office.now
    with office.store.read() as tx:
        visit = find_visit_at_window(tx, state.window)
        draft = find_current_draft(tx, state, visit)
        taking = read_draft_state(office, tx, draft, visit) if draft else None
        waiting = tx.query_all("hall.waiting_tickets", hall=office.settings.hall)
        window = tx.get("windows", id=state.window)
        mine = [row for row in waiting if window and row["category"] in window["categories"]]
        ticket = tx.get("tickets", id=visit["ticket"]) if visit and visit["ticket"] else None
        unconfirmed = bool(visit and visit["check_result"] and not visit["confirmed"])
        receipt = state.receipt
        return CounterView(
            status=read_status(
                office,
                tx,
                place=window["name"] if window else state.window,
                person=state.staff["name"],
                waiting=len(mine),
            ),
            serving=_serving(office, visit, ticket, now),
            waiting=tuple(build_ticket_row(office, row, now) for row in mine[:WAITING_SHOWN]),
            held=tuple(build_ticket_row(office, row, now) for row in _held(office, tx, state.window)),
            applicant=_applicant(office, tx, visit, state),
            intake=build_intake_view(
                taking, now, unconfirmed=unconfirmed, fetchable=_fetchable(office, tx, visit, taking)
            )
            if taking
            else None,
            case=build_case_view(tx, read_case(tx, state.case), now) if state.case else None,
            receipt=receipt,
            unprinted=tuple(
                papers.render_paper(row)
                for row in papers.find_unprinted(tx, state.window)
                if receipt is None or row["id"] != receipt.id
            ),
            message="",
            remote_case=state.remote_case,
        )


def _fetchable(office: Office, tx: Transaction, visit: Row | None, taking: DraftState) -> bool:
    """Whether the city can be asked now what it holds about somebody who showed a code, and was not yet."""
    if visit is None or not visit["check_result"] or were_materials_fetched(tx, visit, taking.plan.one_thing.id):
        return False
    return read_connection_facts(office, tx).state in ("own", "connected")


def _held(office: Office, tx: Transaction, window: str) -> list[Row]:
    return tx.query_all("hall.held_tickets", hall=office.settings.hall, window=window)


def _serving(office: Office, visit: Row | None, ticket: Row | None, now: int) -> TicketRow | None:
    if visit is None:
        return None
    if ticket is not None:
        return build_ticket_row(office, ticket, now)
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


def build_ticket_row(office: Office, row: Row, now: int) -> TicketRow:
    """A ticket of the hall."""
    names = {one.letter: one.name.localized() for one in office.settings.categories}
    called = row.get("called_at")
    return TicketRow(
        id=row["id"],
        number=row["number"],
        category=names.get(str(row["category"]), "?"),
        priority=_priority(row["priority"]),
        state=_ticket_state(row.get("state", "waiting")),
        waited=format_short_age(row["issued_at"], called or now),
        calls=row["calls"],
        called_at=office.local_time(called) if called else None,
    )


def _ticket_state(name: str) -> str:
    return {
        "waiting": _("waiting"),
        "serving": _("being served"),
        "held": _("on hold"),
        "finished": _("finished"),
        "no_show": _("not here"),
    }.get(name, name)


def _priority(name: str) -> str:
    return {
        "appointment": _("appointment"),
        "prechecked": _("pre-checked"),
        "return": _("return visit"),
        "elderly": _("elderly"),
    }.get(name, "")


def _applicant(office: Office, tx: Transaction, visit: Row | None, state: CounterState) -> Applicant | None:
    if visit is None:
        return None
    if state.rejection is not None:
        check = LicenceCheck("red", state.rejection(), (), ())
        return Applicant(name="", number="", check=check, photo=None, notes=(), confirmed=False)
    if not visit["check_result"]:
        return None
    notes = (visit["check_notes"] or "").split("\n") if visit["check_notes"] else []
    elsewhere = [note for note in notes if note.startswith("elsewhere:")]
    green = visit["check_result"] == "green"
    return Applicant(
        name=visit["shown_name"] or "",
        number=mask_number(visit["shown_number"]),
        check=LicenceCheck(
            result="green" if green else "amber",
            headline=_("Genuine and valid.") if green else _("Genuine, with a doubt to settle."),
            doubts=tuple(describe_stored_finding(note) for note in notes if note not in elsewhere),
            facts=state.code_facts[visit["id"]]() if visit["id"] in state.code_facts else (),
        ),
        photo=_photo(office, tx, visit),
        notes=(*_unknown_person(visit), *(_elsewhere(tx, note) for note in elsewhere)),
        confirmed=bool(visit["confirmed"]),
    )


def _unknown_person(visit: Row) -> tuple[str, ...]:
    return () if visit["person"] else (_("The city holds nothing under this number yet."),)


def _elsewhere(tx: Transaction, note: str) -> str:
    window = tx.get("windows", id=note.partition(":")[2])
    return _("The same code was shown at {window} today.").format(window=window["name"] if window else "?")


def _photo(office: Office, tx: Transaction, visit: Row) -> Picture | None:
    """The photo the city holds, for comparing with the face; a missing or damaged file is no photo."""
    if not visit["person"]:
        return None
    row = tx.query_one("licences.photo_of_holder", holder=visit["person"])
    return load_picture(office, row["content"]) if row else None
