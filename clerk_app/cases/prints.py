"""Prints of the papers of a case, in two phases: begun before anything is sent to a printer, then its outcome.

A print that has begun and has no outcome (a crash) or an unknown one (no answer of the printer) is open until a clerk
has answered whether the paper came out. While a print is open, no other print of the paper begins. So nothing is
printed twice unless a person orders it, and only a confirmed print counts as printed.

A paper has versions. The prints of a version have the same content: the first has it, the others refer to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from clerk_app.cases.case_messages import store_delivery
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.notices import PauseByNotice, decide_pause, require_place_of_paper, store_printed_notice
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

PRINTING = "printing"
"""Outcome of a print that has begun and not ended."""
PRINTED = "printed"
"""Outcome: the printer confirmed the print."""
WRITTEN = "written"
"""Outcome: the paper was written to a folder."""
UNKNOWN = "unknown"
"""Outcome: sent to a printer that did not answer."""
NOT_PRINTED = "not_printed"
"""Outcome: certainly nothing came out of the printer."""
CONFIRMED = "confirmed"
"""Outcome stated by a clerk: the paper came out."""
MISSING = "missing"
"""Outcome stated by a clerk: the paper did not come out."""
DAMAGED = "damaged"
"""Outcome stated by a clerk: the paper came out and cannot be used."""

OPEN_OUTCOMES = frozenset({PRINTING, UNKNOWN})
"""Outcomes that need a clerk's answer: whether the paper came out."""
COUNTED_OUTCOMES = frozenset({PRINTED, WRITTEN, CONFIRMED})
"""Outcomes that count as printed."""
ANSWERS = frozenset({CONFIRMED, MISSING, DAMAGED})
"""Outcomes that a clerk states."""

_STRENGTH = (PRINTING, UNKNOWN, NOT_PRINTED, MISSING, DAMAGED, CONFIRMED, WRITTEN, PRINTED)
"""Outcomes by what outweighs what, if two machines recorded one for the same print."""

RULES = RuleSet()


class PrintBegun(CommandDecision, frozen=True, kw_only=True):
    """Id and time of the print (microseconds UTC)."""

    stored_name: ClassVar[str] = "PrintBegun"
    print: str
    begun_at: int


class PrintContent(MessagePart, frozen=True, kw_only=True):
    """What a print has on it: the encoded page (`clerk_app/paper/page.py`)."""

    page: str


class BeginPrint(Command[PrintBegun], frozen=True, kw_only=True):
    """Begins a print of a paper of a case. The paper is sent to the printer after it.

    `paper` is the id of a notice, or the case number, a hyphen and the name of another paper. `version` counts the
    contents of the paper from 1; `number` is 0 for the first print of a version, n for its reprint n. A reprint names
    in `source` the print whose content it repeats and has no content of its own. `deadline_at` is the end of the day
    until which papers can be brought, as stated on a supplement notice.
    """

    stored_name: ClassVar[str] = "BeginPrint"
    paper: str
    kind: str
    window: str
    printer: str
    device: str
    language: str
    version: int = 1
    number: int = 0
    template: str = ""
    source: str = ""
    deadline_at: int | None = None
    personal: PrintContent | None = None


class PrintRecorded(PauseByNotice, frozen=True, kw_only=True):
    """Outcome of the print, and whether it counts as printed now and did not before (`is_counted`)."""

    stored_name: ClassVar[str] = "PrintRecorded"
    outcome: str
    is_counted: bool = msgspec.field(name="counted", default=False)
    ended_at: int


class RecordPrint(Command[PrintRecorded], frozen=True, kw_only=True):
    """Records how a print ended: as the printer reported it, or as a clerk answered (ANSWERS)."""

    stored_name: ClassVar[str] = "RecordPrint"
    print: str
    outcome: str


def possible_prints(prints: Iterable[Row], version: int) -> list[Row]:
    """Return the prints of a version of a paper that may have come out of the printer."""
    return [row for row in prints if row["version"] == version and row["outcome"] != NOT_PRINTED]


def latest_version(prints: Iterable[Row]) -> int:
    """Return the newest version of a paper of which a print may exist; 1 if there is none."""
    return max((row["version"] for row in prints if row["outcome"] != NOT_PRINTED), default=1)


def next_number(notice: Row | None, prints: Sequence[Row], version: int) -> int:
    """Return the number of the next print of a version: 0, or that of the next reprint.

    Prints of a notice before schema 0036 have no rows; they are counted in the notice.
    """
    numbers = [row["number"] for row in possible_prints(prints, version)]
    before = notice["prints"] if notice is not None and version == 1 and not numbers else 0
    return max(numbers, default=before - 1) + 1


def find_content(prints: Sequence[Row], version: int) -> Row | None:
    """Return the print that has the content of a version of a paper; None if it is not stored here."""
    return next((row for row in possible_prints(prints, version) if row["content"] is not None), None)


def _decide_begin(tx: Transaction, command: BeginPrint, moment: Moment) -> PrintBegun:
    number = case_number_of(command.paper)
    case, notice = tx.get_for_update("cases", number=number), tx.get("notices", id=command.paper)
    if case is None:
        raise Refused("no_notice", "There is no such paper.")
    require_place_of_paper(tx, number, moment)
    if case["applicant_name"] is None:
        raise Refused("erased", "The personal data of this case were erased: its papers cannot be printed any more.")
    if not moment.is_remote:  # what another machine has printed is a fact
        _require_printable(command, notice)
        require_next_print(command, notice, tx.select("prints", paper=command.paper))
    begun_at = max(moment.corrected_at, notice["made_at"] if notice is not None else 0)
    return PrintBegun(print=f"{command.paper}-{moment.key}", begun_at=begun_at)


def _require_printable(command: BeginPrint, notice: Row | None) -> None:
    name = command.paper.removeprefix(f"{case_number_of(command.paper)}-")
    if not name or name == command.paper or (notice is not None and notice["kind"] != command.kind):
        raise Refused("no_notice", "There is no such paper.")
    if notice is not None and notice["state"] == "withdrawn":
        raise Refused("withdrawn", "This paper was withdrawn: the reason for it has ended.")


def require_next_print(command: BeginPrint, notice: Row | None, prints: Sequence[Row]) -> None:
    """Raise Refused unless the print is the next one of the paper, after the last one has ended."""
    if any(row["outcome"] in OPEN_OUTCOMES for row in prints):
        raise Refused("print_open", "It is not known whether the last print of this paper came out. Answer this first.")
    latest = latest_version(prints)
    is_new = command.version == latest + 1 and next_number(notice, prints, latest) > 0
    if not (is_new or command.version == latest) or command.number != next_number(notice, prints, command.version):
        raise Refused("changed", "This paper was printed meanwhile at another window. Look at its prints first.")
    content = find_content(prints, command.version)
    source = content["id"] if content is not None else ""
    if command.source != source or (command.personal is None) != bool(source):
        raise Refused("content", "All prints of a version of a paper have the same content.")


@RULES.register(
    BeginPrint,
    PrintBegun,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Paper sent to the printer"),
    decide=_decide_begin,
    stream=lambda command, _: f"case/{case_number_of(command.paper)}",
    documents=("case",),
)
def apply_begin(tx: Transaction, entry: Entry[BeginPrint, PrintBegun]) -> None:
    """Insert the print."""
    command, number = entry.command, case_number_of(entry.command.paper)
    tx.insert(
        "prints",
        id=entry.decision.print,
        case_number=number,
        paper=command.paper,
        kind=command.kind,
        version=command.version,
        number=command.number,
        source=command.source,
        window_id=command.window,
        staff=entry.moment.actor.id,
        printer=command.printer,
        device=command.device,
        template=command.template,
        language=command.language,
        begun_at=entry.decision.begun_at,
        outcome=PRINTING,
        ended_by="",
        deadline_at=command.deadline_at,
        content=command.personal and command.personal.page,
    )
    mark_case_changed(tx, number)


def _decide_record(tx: Transaction, command: RecordPrint, moment: Moment) -> PrintRecorded:
    case = tx.get_for_update("cases", number=case_number_of(command.print))
    row = tx.get("prints", id=command.print)
    if case is None or row is None:
        raise Refused("no_notice", "There is no such paper.")
    require_place_of_paper(tx, row["case_number"], moment)
    if command.outcome not in _STRENGTH or command.outcome == PRINTING:
        raise Refused("outcome", "This is no outcome of a print: {outcome}", outcome=command.outcome)
    before, ended_at = row["outcome"], max(moment.corrected_at, row["begun_at"])
    if before not in OPEN_OUTCOMES and not moment.is_remote:
        raise Refused("answered", "It is recorded already how this print ended.")
    outcome = max(before, command.outcome, key=_STRENGTH.index)
    if outcome not in COUNTED_OUTCOMES or before in COUNTED_OUTCOMES:
        return PrintRecorded(outcome=outcome, ended_at=ended_at)
    notice = tx.get("notices", id=row["paper"])
    pause = decide_pause(tx, notice, moment, row["deadline_at"]) if notice is not None else PauseByNotice()
    return PrintRecorded(outcome=outcome, is_counted=True, ended_at=ended_at, **msgspec.structs.asdict(pause))


@RULES.register(
    RecordPrint,
    PrintRecorded,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Outcome of a print"),
    decide=_decide_record,
    stream=lambda command, _: f"case/{case_number_of(command.print)}",
    documents=("case", "received"),
)
def apply_record(tx: Transaction, entry: Entry[RecordPrint, PrintRecorded]) -> None:
    """Store the outcome of a print, and what begins with it."""
    decision, number = entry.decision, case_number_of(entry.command.print)
    ended = {"ended_at": decision.ended_at, "ended_by": entry.moment.actor.id}
    tx.update("prints", {"id": entry.command.print}, outcome=decision.outcome, **ended)
    row = tx.get("prints", id=entry.command.print)
    if decision.is_counted and row is not None:
        store_printed_notice(tx, row["paper"], entry, decision.ended_at, decision)
        store_delivery(tx, row["paper"], row["kind"], entry.moment.corrected_at, entry.moment.actor.id)
    mark_case_changed(tx, number)
