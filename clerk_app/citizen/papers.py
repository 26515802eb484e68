"""Papers that an organ has asked for, brought at a kiosk: announced, uploaded to the center, then taken in.

The center accepts a file of a kiosk only after the session has announced it, and a paper counts as brought only after
its file has arrived. A file of a session that ended before that is erased; the kiosk keeps none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.media_types import JPEG, PDF
from clerk_app.cases.status_query import RequestedMaterial, list_requested_materials
from clerk_app.cases.tasks.supplements import MaterialsTakenIn, TakeInMaterials, apply_take_in, decide_take_in
from clerk_app.citizen.kiosk_place import find_kiosk_place, insert_kiosk_visit, visit_of_session
from clerk_app.citizen.sessions import BY_RECEIPT, KIOSK_ROLES, CitizenSession, require_session, touch_session
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

MAX_PAPERS = 20
"""Files that one session may announce."""
MAX_PAGES = 20
MAX_BYTES = 20 * 1024 * 1024
"""Pages and bytes of a file."""
_KEPT = 30 * 60 * 1_000_000  # microseconds; twice as long as the longest session
_DIGEST = re.compile(r"[0-9a-f]{64}")
_OPEN_STATES = ("accepted", "closed")
_REFERRING = ("materials", "licences", "earlier_materials", "application_attachments", "ticket_papers")

RULES = RuleSet()


class RequestsOfCase(MessagePart, frozen=True, kw_only=True):
    """What a case still lacks, and the catalogue version that has the names."""

    case: str
    one_thing: str
    catalogue: str
    version: int
    requested: tuple[RequestedMaterial, ...]


class RequestsListed(CommandDecision, frozen=True, kw_only=True):
    """The cases of the session that lack papers which an organ has asked for."""

    stored_name: ClassVar[str] = "KioskRequestsListed"
    cases: tuple[RequestsOfCase, ...]


class ListKioskRequests(Command[RequestsListed], frozen=True, kw_only=True):
    """List what the citizen of a session still has to bring."""

    stored_name: ClassVar[str] = "ListKioskRequests"
    session: str


class KioskPaperAnnounced(CommandDecision, frozen=True, kw_only=True):
    """The file may be uploaded."""

    stored_name: ClassVar[str] = "KioskPaperAnnounced"


class AnnounceKioskPaper(Command[KioskPaperAnnounced], frozen=True, kw_only=True):
    """Announce the file of a paper that an organ has asked for; `content` is its digest, `size` its bytes."""

    stored_name: ClassVar[str] = "AnnounceKioskPaper"
    session: str
    case: str
    material: str
    content: str
    media_type: str
    pages: int
    size: int


class KioskPapersTaken(MaterialsTakenIn, frozen=True, kw_only=True):
    """Consequences of taking in papers. `window` prints later notices; `repeats`: the same had been taken in before."""

    stored_name: ClassVar[str] = "KioskPapersTaken"
    window: str = ""
    repeats: bool = False


class TakeInAtKiosk(Command[KioskPapersTaken], frozen=True, kw_only=True):
    """Take in papers whose files have arrived at the center."""

    stored_name: ClassVar[str] = "TakeInAtKiosk"
    session: str
    case: str
    materials: tuple[GivenMaterial, ...]


class KioskPapersErased(CommandDecision, frozen=True, kw_only=True):
    """Files to which nothing else refers; the caller deletes them."""

    stored_name: ClassVar[str] = "KioskPapersErased"
    attachments: tuple[str, ...] = ()


class EraseKioskPapers(Command[KioskPapersErased], frozen=True, kw_only=True):
    """Erase the files of a session that ended before they were taken in."""

    stored_name: ClassVar[str] = "EraseKioskPapers"
    visit: str


# -- what is to be brought ----------------------------------------------------------------------


def _decide_list(tx: Transaction, command: ListKioskRequests, moment: Moment) -> RequestsListed:
    session = require_session(tx, command.session, moment)
    found = []
    for number in _list_cases(tx, session):
        case = read_case(tx, number)
        requested = list_requested_materials(case) if case.row["state"] in _OPEN_STATES else ()
        if requested:
            row = case.row
            found.append(
                RequestsOfCase(
                    case=number,
                    one_thing=row["one_thing"],
                    catalogue=row["catalogue"],
                    version=row["catalogue_version"],
                    requested=requested,
                )
            )
    return RequestsListed(cases=tuple(found))


def _list_cases(tx: Transaction, session: CitizenSession) -> list[str]:
    """Return the open cases of a session: that of its receipt, or those in which its person applied."""
    if session.kind == BY_RECEIPT:
        return [session.case]
    rows = [row for row in tx.select("cases", applicant=session.person) if row["state"] in _OPEN_STATES]
    return sorted(row["number"] for row in rows)


def _get_own_case(tx: Transaction, session: CitizenSession, number: str) -> CaseRecord:
    """Return a case of a session. Raises Refused for any other, without stating whether it exists."""
    row = tx.get_for_update("cases", number=number)
    is_own = session.case == number if session.kind == BY_RECEIPT else row and row["applicant"] == session.person
    if row is None or not is_own:
        raise Refused("other_case", "This case does not belong to the code or receipt that was shown.")
    return read_case(tx, number)


@RULES.register(
    ListKioskRequests,
    RequestsListed,
    permission="kiosk.paper",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Papers to be brought, asked at a kiosk"),
    decide=_decide_list,
    stream=lambda command, _: f"visit/{visit_of_session(command.session)}",
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply_list(tx: Transaction, entry: Entry[ListKioskRequests, RequestsListed]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)


# -- the file -----------------------------------------------------------------------------------


def _decide_announce(tx: Transaction, command: AnnounceKioskPaper, moment: Moment) -> KioskPaperAnnounced:
    session = require_session(tx, command.session, moment)
    case = _get_own_case(tx, session, command.case)
    if command.material not in _asked_materials(case):
        raise Refused("not_asked", "Nobody has asked for this paper, or it was brought already.")
    is_file = _DIGEST.fullmatch(command.content) and command.media_type in (JPEG, PDF)
    if not (is_file and 1 <= command.pages <= MAX_PAGES and 1 <= command.size <= MAX_BYTES):
        raise BadData("This is no file of a paper that a kiosk makes.")
    known = tx.select("kiosk_papers", visit=visit_of_session(session.id))
    if len({row["content"] for row in known} | {command.content}) > MAX_PAPERS:
        raise Refused("too_many_papers", "No more papers can be taken in here. Please bring the rest to a window.")
    return KioskPaperAnnounced()


def _asked_materials(case: CaseRecord) -> set[str]:
    return {request.material for request in list_requested_materials(case)}


@RULES.register(
    AnnounceKioskPaper,
    KioskPaperAnnounced,
    permission="kiosk.paper",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Paper announced by a kiosk"),
    decide=_decide_announce,
    stream=lambda command, _: f"visit/{visit_of_session(command.session)}",
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply_announce(tx: Transaction, entry: Entry[AnnounceKioskPaper, KioskPaperAnnounced]) -> None:
    command, visit = entry.command, visit_of_session(entry.command.session)
    session = tx.get("citizen_sessions", id=command.session)
    insert_kiosk_visit(tx, visit, session["person"] if session is not None else "", entry)
    tx.upsert(
        "kiosk_papers",
        ("visit", "content"),
        visit=visit,
        content=command.content,
        node=node_of_chain(entry.moment.node),
        case_number=command.case,
        material=command.material,
        media_type=command.media_type,
        pages=command.pages,
        size=command.size,
        announced_at=entry.decided_at,
    )
    touch_session(tx, command.session, entry.decided_at)


# -- taking in ----------------------------------------------------------------------------------


def _decide_take(tx: Transaction, command: TakeInAtKiosk, moment: Moment) -> KioskPapersTaken:
    session = require_session(tx, command.session, moment)
    case = _get_own_case(tx, session, command.case)
    before = _find_earlier(tx, command)
    if before is not None:
        return before
    visit, asked = visit_of_session(session.id), _asked_materials(case)
    for given in command.materials:
        row = tx.get("kiosk_papers", visit=visit, content=given.content) if given.content else None
        if (
            row is None
            or given.how != "paper"
            or (row["case_number"], row["material"]) != (case.number, given.material)
        ):
            raise Refused("not_announced", "This paper was not taken in at this machine.")
        if (given.media_type, given.pages, given.size) != (row["media_type"], row["pages"], row["size"]):
            raise BadData("This is no file of a paper that a kiosk makes.")
        if tx.get("contents", digest=given.content) is None:
            raise Refused("not_arrived", "The pages have not arrived at the center. Nothing was handed in.")
        if given.material not in asked:
            raise Refused("not_asked", "Nobody has asked for this paper, or it was brought already.")
    window = case.row["window_id"] or find_kiosk_place(tx, moment)[1]
    # what is wrong is refused: the citizen has the papers with them
    here = msgspec.structs.replace(moment, is_remote=False)
    taken = decide_take_in(tx, _as_taking(command, window), here, case)
    return KioskPapersTaken(**msgspec.structs.asdict(taken), window=window)


def _find_earlier(tx: Transaction, command: TakeInAtKiosk) -> KioskPapersTaken | None:
    """Return the decision on the same request, if it was made before; None otherwise."""
    for row in tx.query_all("ledger.done_entries_of_stream", stream=f"case/{command.case}"):
        is_taking = row["kind"] == TakeInAtKiosk.stored_name
        if is_taking and msgspec.json.decode(row["command"], type=TakeInAtKiosk) == command:
            decision = msgspec.json.decode(row["decision"], type=KioskPapersTaken)
            return msgspec.structs.replace(decision, repeats=True)
    return None


def _as_taking(command: TakeInAtKiosk, window: str) -> TakeInMaterials:
    visit = visit_of_session(command.session)
    return TakeInMaterials(case=command.case, materials=command.materials, window=window, visit=visit)


@RULES.register(
    TakeInAtKiosk,
    KioskPapersTaken,
    permission="kiosk.paper",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Papers taken in at a kiosk"),
    decide=_decide_take,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "promise"),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_take(tx: Transaction, entry: Entry[TakeInAtKiosk, KioskPapersTaken]) -> None:
    command, decision = entry.command, entry.decision
    touch_session(tx, command.session, entry.decided_at)
    if decision.repeats:
        return
    apply_take_in(tx, Entry(entry.moment, _as_taking(command, decision.window), decision))
    for given in command.materials:
        tx.delete("kiosk_papers", visit=visit_of_session(command.session), content=given.content)


# -- files that were not taken in ---------------------------------------------------------------


def list_due_erasures(tx: Transaction, now: int) -> Iterator[EraseKioskPapers]:
    """Yield commands for the sessions whose files were announced and never taken in."""
    for row in tx.query_all("citizen.old_kiosk_papers", before=now - _KEPT):
        yield EraseKioskPapers(visit=row["visit"])


def _decide_erase(tx: Transaction, command: EraseKioskPapers, _: Moment) -> KioskPapersErased:
    digests = {row["content"] for row in tx.select("kiosk_papers", visit=command.visit)}
    unused = []
    for digest in sorted(digests):
        others = [row for row in tx.select("kiosk_papers", content=digest) if row["visit"] != command.visit]
        if not others and not any(tx.select(table, content=digest) for table in _REFERRING):
            unused.append(digest)
    return KioskPapersErased(attachments=tuple(unused))


@RULES.register(
    EraseKioskPapers,
    KioskPapersErased,
    permission="kiosk.erase_papers",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of papers that were not handed in at a kiosk"),
    decide=_decide_erase,
    stream=lambda command, _: f"visit/{command.visit}",
)
def _apply_erase(tx: Transaction, entry: Entry[EraseKioskPapers, KioskPapersErased]) -> None:
    tx.delete("kiosk_papers", visit=entry.command.visit)
    for digest in entry.decision.attachments:
        tx.delete("contents", digest=digest)
