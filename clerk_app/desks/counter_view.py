"""Everything on a counter's screen, read in one look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from clerk_app.cases.record import read_case
from clerk_app.desk import Applicant, CounterView, LicenceCheck, Pair, Paper, Picture, TicketRow
from clerk_app.desks.case_view import case_view
from clerk_app.desks.intake_view import intake
from clerk_app.desks.line_view import line_facts
from clerk_app.desks.materials import picture_of
from clerk_app.desks.office import Office
from clerk_app.desks.printing import Papers
from clerk_app.desks.reading import note_in_words
from clerk_app.desks.status import status
from clerk_app.desks.taking import Taking, read_taking, was_asked
from clerk_app.desks.words import brief
from clerk_app.locales import _
from clerk_app.people.masking import mask_number
from db.engines import Row, Transaction

NEXT_SHOWN = 8


@dataclass
class CounterState:
    """What the desk remembers between two acts; everything else is in the store."""

    window: str
    staff: Row
    draft: str = ""
    case: str = ""
    elsewhere: str = ""  # the number that was asked for in vain
    receipt: Paper | None = None
    red: Callable[[], str] | None = None  # says why a code is not believed
    facts: dict[str, Callable[[], tuple[Pair, ...]]] = field(default_factory=dict)  # of the code shown, by visit


def open_visit(look: Transaction, window: str) -> Row | None:
    """Who is being served at a window."""
    return look.one("hall.visit_at_window", window=window)


def open_draft(look: Transaction, state: CounterState, visit: Row | None) -> Row | None:
    """The draft on the screen: the one reopened, or the visit's own."""
    if state.draft:
        found = look.row("drafts", id=state.draft)
        if found is not None:
            return found
    return look.one("cases.draft_of_visit", visit=visit["id"]) if visit else None


def counter_view(office: Office, papers: Papers, state: CounterState) -> CounterView:
    """The whole view of one window."""
    now = office.now
    with office.store.read() as look:
        visit = open_visit(look, state.window)
        draft = open_draft(look, state, visit)
        taking = read_taking(office, look, draft, visit) if draft else None
        waiting = look.all("hall.waiting", hall=office.settings.hall)
        window = look.row("windows", id=state.window)
        mine = [row for row in waiting if window and row["category"] in window["categories"]]
        ticket = look.row("tickets", id=visit["ticket"]) if visit and visit["ticket"] else None
        unconfirmed = bool(visit and visit["check_result"] and not visit["confirmed"])
        receipt = state.receipt
        return CounterView(
            status=status(
                office,
                look,
                place=window["name"] if window else state.window,
                person=state.staff["name"],
                waiting=len(mine),
            ),
            serving=_serving(office, visit, ticket, now),
            waiting=tuple(ticket_row(office, row, now) for row in mine[:NEXT_SHOWN]),
            held=tuple(ticket_row(office, row, now) for row in _held(office, look, state.window)),
            applicant=_applicant(office, look, visit, state),
            intake=intake(taking, now, unconfirmed=unconfirmed, fetchable=_fetchable(office, look, visit, taking))
            if taking
            else None,
            case=case_view(look, read_case(look, state.case), now) if state.case else None,
            receipt=receipt,
            unprinted=tuple(
                papers.show(row)
                for row in papers.unprinted(look, state.window)
                if receipt is None or row["id"] != receipt.id
            ),
            say="",
            elsewhere=state.elsewhere,
        )


def _fetchable(office: Office, look: Transaction, visit: Row | None, taking: Taking) -> bool:
    """Whether the city can be asked now what it holds about somebody who showed a code, and was not yet."""
    if visit is None or not visit["check_result"] or was_asked(look, visit, taking.plan.one_thing.id):
        return False
    return line_facts(office, look).state in ("own", "connected")


def _held(office: Office, look: Transaction, window: str) -> list[Row]:
    return look.all("hall.held_by", hall=office.settings.hall, window=window)


def _serving(office: Office, visit: Row | None, ticket: Row | None, now: int) -> TicketRow | None:
    if visit is None:
        return None
    if ticket is not None:
        return ticket_row(office, ticket, now)
    return TicketRow(
        id="",
        number="",
        category=_("without a ticket"),
        priority="",
        state=_("being served"),
        waited="",
        calls=0,
        called_at=office.wall(visit["started_at"]),
    )


def ticket_row(office: Office, row: Row, now: int) -> TicketRow:
    """A ticket of the hall."""
    names = {one.letter: one.name.say() for one in office.settings.categories}
    called = row.get("called_at")
    return TicketRow(
        id=row["id"],
        number=row["number"],
        category=names.get(str(row["category"]), "?"),
        priority=_priority(row["priority"]),
        state=_ticket_state(row.get("state", "waiting")),
        waited=brief(row["issued_at"], called or now),
        calls=row["calls"],
        called_at=office.wall(called) if called else None,
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


def _applicant(office: Office, look: Transaction, visit: Row | None, state: CounterState) -> Applicant | None:
    if visit is None:
        return None
    if state.red is not None:
        check = LicenceCheck("red", state.red(), (), ())
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
            doubts=tuple(note_in_words(note) for note in notes if note not in elsewhere),
            facts=state.facts[visit["id"]]() if visit["id"] in state.facts else (),
        ),
        photo=_photo(office, look, visit),
        notes=(*_unknown_person(visit), *(_elsewhere(look, note) for note in elsewhere)),
        confirmed=bool(visit["confirmed"]),
    )


def _unknown_person(visit: Row) -> tuple[str, ...]:
    return () if visit["person"] else (_("The city holds nothing under this number yet."),)


def _elsewhere(look: Transaction, note: str) -> str:
    window = look.row("windows", id=note.partition(":")[2])
    return _("The same code was shown at {window} today.").format(window=window["name"] if window else "?")


def _photo(office: Office, look: Transaction, visit: Row) -> Picture | None:
    """The photo the city holds, for comparing with the face; a missing or damaged file is no photo."""
    if not visit["person"]:
        return None
    row = look.one("licences.photo", holder=visit["person"])
    return picture_of(office, row["content"]) if row else None
