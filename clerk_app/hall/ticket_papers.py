"""Papers that the reception scans for a ticket while its holder waits: they go to the window that calls the ticket.

They belong to the ticket only. The reception of the hall sees them until the ticket is called, then the window that
serves or holds it. They are erased when the ticket has ended; what the clerk took into a draft is a paper of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from clerk_app.errors import BadData, Refused
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.service_days import require_own_site
from clerk_app.hall.tickets import require_own_hall
from clerk_app.hall.visit_records import mark_papers_changed
from clerk_app.hall.visits import get_open_visit
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from clerk_app.locales import mark
from db.engines import Row, Transaction

MAX_PAPERS = 20
"""Papers of a ticket."""
MAX_PAGES = 50
MAX_BYTES = 20 * 1024 * 1024
"""Pages and bytes of a paper."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TYPES = {"image/jpeg": 1, "application/pdf": MAX_PAGES}
"""Media types of a paper, and the pages that it may have."""
_WAITING = ("waiting", "held")
_REFERRING = ("materials", "licences", "earlier_materials", "application_attachments", "kiosk_papers")
"""Tables whose rows may refer to the same file."""

RULES = RuleSet()


class TicketPaper(MessagePart, frozen=True, kw_only=True):
    """A paper that was scanned: digest, type, pages and bytes of its file, and the digest of the file as it came."""

    content: str
    media_type: str
    pages: int
    size: int
    source: str = ""


class TicketPapersTaken(CommandDecision, frozen=True, kw_only=True):
    """The ids of the papers, and the number of the first one; numbers count from 1 within the ticket."""

    stored_name: ClassVar[str] = "TicketPapersTaken"
    papers: tuple[str, ...]
    first: int


class TakeTicketPapers(Command[TicketPapersTaken], frozen=True, kw_only=True):
    """Takes in papers that the reception scans for the holder of a waiting ticket."""

    stored_name: ClassVar[str] = "TakeTicketPapers"
    ticket: str
    papers: tuple[TicketPaper, ...]


class TicketPaperRemoved(CommandDecision, frozen=True, kw_only=True):
    """The ticket of the paper, and its file if nothing else refers to it; the caller deletes it."""

    stored_name: ClassVar[str] = "TicketPaperRemoved"
    ticket: str
    attachments: tuple[str, ...] = ()


class RemoveTicketPaper(Command[TicketPaperRemoved], frozen=True, kw_only=True):
    """Removes a paper that was scanned by mistake, or that the holder of the ticket takes back."""

    stored_name: ClassVar[str] = "RemoveTicketPaper"
    paper: str


class TicketPapersOpened(CommandDecision, frozen=True, kw_only=True):
    """The entry is the record; no table changes."""

    stored_name: ClassVar[str] = "TicketPapersOpened"


class OpenTicketPaper(Command[TicketPapersOpened], frozen=True, kw_only=True):
    """Records that the clerk who serves a ticket opened a paper of it."""

    stored_name: ClassVar[str] = "OpenTicketPaper"
    visit: str
    paper: str


class TicketPapersErased(CommandDecision, frozen=True, kw_only=True):
    """Files to which nothing else refers; the caller deletes them."""

    stored_name: ClassVar[str] = "TicketPapersErased"
    attachments: tuple[str, ...] = ()


class EraseTicketPapers(Command[TicketPapersErased], frozen=True, kw_only=True):
    """Erases the papers of a ticket that has ended."""

    stored_name: ClassVar[str] = "EraseTicketPapers"
    ticket: str


def list_due_paper_erasures(tx: Transaction, many: int) -> list[EraseTicketPapers]:
    """Return commands for the tickets that have ended and still have papers, at most `many`."""
    return [
        EraseTicketPapers(ticket=row["ticket"]) for row in tx.query_all("hall.ended_tickets_with_papers", many=many)
    ]


def _decide_take(tx: Transaction, command: TakeTicketPapers, moment: Moment) -> TicketPapersTaken:
    _get_waiting(tx, command.ticket, moment)
    if not command.papers or not all(map(_is_plausible, command.papers)):
        raise BadData("Its fields have values that no program of a window writes.")
    taken = tx.select("ticket_papers", order=("number",), ticket=command.ticket)
    if len(taken) + len(command.papers) > MAX_PAPERS:
        raise Refused("too_many_papers", "A ticket takes {limit} papers.", limit=MAX_PAPERS)
    first = taken[-1]["number"] + 1 if taken else 1
    ids = tuple(f"{moment.key}-{number}" for number in range(first, first + len(command.papers)))
    return TicketPapersTaken(papers=ids, first=first)


def _is_plausible(paper: TicketPaper) -> bool:
    most = _TYPES.get(paper.media_type, 0)
    is_named = _DIGEST.fullmatch(paper.content) and (not paper.source or _DIGEST.fullmatch(paper.source))
    return bool(is_named) and 1 <= paper.pages <= most and 1 <= paper.size <= MAX_BYTES


def _get_waiting(tx: Transaction, ticket: str, moment: Moment) -> Row:
    """Return a ticket that waits in its hall's open service day, locked for update. Raises Refused."""
    row = tx.get_for_update("tickets", id=ticket)
    if row is None:
        raise Refused("ticket", "There is no such ticket.")
    require_own_hall(tx, row["hall"], moment)
    require_own_site(tx, row["hall"], moment)
    current = find_open_day(tx, row["hall"])
    if current is None or current["day"] != row["day"] or row["state"] not in _WAITING:
        raise Refused("not_waiting", "Ticket {number} is not waiting any more.", number=row["number"])
    return row


@RULES.register(
    TakeTicketPapers,
    TicketPapersTaken,
    permission="ticket.take_papers",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.RECEPTION,),
    label=mark("Papers scanned at reception"),
    decide=_decide_take,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket_papers",),
    placement=Placement.REMOTE,
)
def _apply_take(tx: Transaction, entry: Entry[TakeTicketPapers, TicketPapersTaken]) -> None:
    for number, (name, paper) in enumerate(
        zip(entry.decision.papers, entry.command.papers, strict=True), entry.decision.first
    ):
        tx.insert(
            "ticket_papers",
            id=name,
            ticket=entry.command.ticket,
            number=number,
            content=paper.content,
            media_type=paper.media_type,
            pages=paper.pages,
            size=paper.size,
            source=paper.source,
            taken_at=entry.decided_at,
            taken_by=entry.moment.actor.id,
            node=node_of_chain(entry.moment.node),
        )
    mark_papers_changed(tx, entry.command.ticket)


def _decide_remove(tx: Transaction, command: RemoveTicketPaper, moment: Moment) -> TicketPaperRemoved:
    row = tx.get("ticket_papers", id=command.paper)
    if row is None:
        raise Refused("no_paper", "This paper is not here any more.")
    _get_waiting(tx, row["ticket"], moment)
    return TicketPaperRemoved(ticket=row["ticket"], attachments=tuple(_list_unused(tx, [row])))


@RULES.register(
    RemoveTicketPaper,
    TicketPaperRemoved,
    permission="ticket.remove_paper",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.RECEPTION,),
    label=mark("Paper of the reception removed"),
    decide=_decide_remove,
    stream=lambda command, decision: f"ticket/{decision.ticket}" if decision else f"ticket_paper/{command.paper}",
    documents=("ticket_papers",),
    placement=Placement.REMOTE,
)
def _apply_remove(tx: Transaction, entry: Entry[RemoveTicketPaper, TicketPaperRemoved]) -> None:
    mark_papers_changed(tx, entry.decision.ticket)
    tx.delete("ticket_papers", id=entry.command.paper)
    for digest in entry.decision.attachments:
        tx.delete("contents", digest=digest)


def _decide_open(tx: Transaction, command: OpenTicketPaper, moment: Moment) -> TicketPapersOpened:
    visit = get_open_visit(tx, command.visit, moment)
    row = tx.get("ticket_papers", id=command.paper)
    if (row is None and not moment.is_remote) or (row is not None and row["ticket"] != visit["ticket"]):
        raise Refused("no_paper", "This paper is not here any more.")
    return TicketPapersOpened()


@RULES.register(
    OpenTicketPaper,
    TicketPapersOpened,
    permission="ticket.open_paper",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Paper of the reception opened"),
    decide=_decide_open,
    stream=lambda command, _: f"visit/{command.visit}",
)
def _apply_open(_tx: Transaction, _entry: Entry[OpenTicketPaper, TicketPapersOpened]) -> None:
    """Change nothing: the entry is the record."""


def _decide_erase(tx: Transaction, command: EraseTicketPapers, _: Moment) -> TicketPapersErased:
    ticket = tx.get_for_update("tickets", id=command.ticket)
    if ticket is not None and ticket["state"] in ("printing", "serving", *_WAITING):
        raise Refused("ticket_state", "Ticket {number} has not ended.", number=ticket["number"])
    return TicketPapersErased(attachments=tuple(_list_unused(tx, tx.select("ticket_papers", ticket=command.ticket))))


def _list_unused(tx: Transaction, papers: list[Row]) -> Iterator[str]:
    """Yield the digests of the files of these papers to which nothing else refers."""
    ids = {row["id"] for row in papers}
    for digest in sorted({row["content"] for row in papers}):
        others = [row for row in tx.select("ticket_papers", content=digest) if row["id"] not in ids]
        if not others and not any(tx.select(table, content=digest) for table in _REFERRING):
            yield digest


@RULES.register(
    EraseTicketPapers,
    TicketPapersErased,
    permission="ticket.erase_papers",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of papers of the reception"),
    decide=_decide_erase,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket_papers",),
)
def _apply_erase(tx: Transaction, entry: Entry[EraseTicketPapers, TicketPapersErased]) -> None:
    mark_papers_changed(tx, entry.command.ticket)
    tx.delete("ticket_papers", ticket=entry.command.ticket)
    for digest in entry.decision.attachments:
        tx.delete("contents", digest=digest)


def _read_rows(tx: Transaction, ticket: str) -> Rows:
    return {"ticket_papers": tx.select("ticket_papers", order=("number", "id"), ticket=ticket)}


def _visible_rows(tx: Transaction, ticket: str, reader: Reader) -> Rows | None:
    """Return the papers of a ticket for the window that serves or holds it; before its first call for the reception.

    The machine that scanned a paper keeps its row until the file has arrived, so that it is sent also after the call.
    """
    papers, row = tx.select("ticket_papers", order=("number", "id"), ticket=ticket), tx.get("tickets", id=ticket)
    if row is None or not papers:
        return None
    if MachineKind.COUNTER in reader.kinds and row["state"] in ("serving", "held"):
        visit = tx.query_one("hall.last_visit_of_ticket", ticket=ticket)
        if visit is not None and visit["window_id"] == reader.window:
            return {"ticket_papers": papers}
    if MachineKind.RECEPTION not in reader.kinds or hall_scope(ticket) not in reader.scopes:
        return None
    if row["called_at"] is not None:
        papers = [
            paper
            for paper in papers
            if paper["node"] == reader.node and tx.get("contents", digest=paper["content"]) is None
        ]
    return {"ticket_papers": papers} if papers else None


def _list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((hall_scope(ticket), ticket) for ticket in sorted({row["ticket"] for row in tx.select("ticket_papers")}))


TICKET_PAPERS_DOCUMENT = DocumentType(
    "ticket_papers",
    _read_rows,
    _visible_rows,
    lambda tx, ticket: tx.delete("ticket_papers", ticket=ticket),
    _list_all,
    machines=frozenset({MachineKind.COUNTER, MachineKind.RECEPTION}),
)
