"""How a case ends: the whole set issued and handed over once, or withdrawn; and what was printed on the way."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.states import next_case_state, next_task_state
from clerk_app.cases.tasks.queue import end_task, mark_case_changed
from clerk_app.catalogue.plan import PlannedMatter
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class IssuedResult(MessagePart, frozen=True, kw_only=True):
    """One piece of the set: what a matter produced, or the letter with its refusal."""

    matter: str
    produces: str
    number: str


class ResultsIssued(CommandDecision, frozen=True, kw_only=True):
    """The set, complete."""

    stored_name: ClassVar[str] = "SetIssued"
    results: tuple[IssuedResult, ...] = msgspec.field(name="issues")


class IssueResults(Command[ResultsIssued], frozen=True, kw_only=True):
    """Every decision is made: the results are put together (统一发证)."""

    stored_name: ClassVar[str] = "IssueSet"
    case: str


class ResultsHandedOver(CommandDecision, frozen=True, kw_only=True):
    """The citizen has the set."""

    stored_name: ClassVar[str] = "HandedOver"


class Signature(MessagePart, frozen=True, kw_only=True):
    """Who signed for it."""

    name: str


class HandOverResults(Command[ResultsHandedOver], frozen=True, kw_only=True):
    """The set is handed over against a signature (送达回证)."""

    stored_name: ClassVar[str] = "HandOver"
    case: str
    window: str
    personal: Signature | None = None


class CaseWithdrawn(CommandDecision, frozen=True, kw_only=True):
    """The tasks that ended with it."""

    stored_name: ClassVar[str] = "Withdrawn"
    tasks: tuple[str, ...]
    organs: tuple[str, ...]


class WithdrawCase(Command[CaseWithdrawn], frozen=True, kw_only=True):
    """The applicant takes the application back."""

    stored_name: ClassVar[str] = "WithdrawCase"
    case: str
    reason: str


class CaseArchived(CommandDecision, frozen=True, kw_only=True):
    """Nothing of it changes any more."""

    stored_name: ClassVar[str] = "Archived"


class ArchiveCase(Command[CaseArchived], frozen=True, kw_only=True):
    """The case goes to the archive."""

    stored_name: ClassVar[str] = "ArchiveCase"
    case: str


class NoticePrintRecorded(CommandDecision, frozen=True, kw_only=True):
    """Whether the paper came out."""

    stored_name: ClassVar[str] = "NoticeEnded"
    state: str


class RecordNoticePrint(Command[NoticePrintRecorded], frozen=True, kw_only=True):
    """The printer has the paper, or it has not; a paper that has not is offered again."""

    stored_name: ClassVar[str] = "EndNotice"
    notice: str
    printed: bool


def _decide_issue(tx: Transaction, command: IssueResults, _: Moment) -> ResultsIssued:
    case = read_case(tx, command.case)
    next_case_state(case.row["state"], "issue")
    return ResultsIssued(results=tuple(_build_results(case)))


def _build_results(case: CaseRecord) -> list[IssuedResult]:
    states = case.matter_states()
    return [
        IssuedResult(
            matter=planned.id,
            produces=_result_name(planned, approved=states[planned.id].state == "approved"),
            number=f"{case.number}-{place:02d}",
        )
        for place, planned in enumerate(case.plan.active_matters, 1)
    ]


def _result_name(planned: PlannedMatter, *, approved: bool) -> str:
    """What the citizen gets for a matter: the names of its papers, or the letter that says no."""
    return ", ".join(product.name.zh for product in planned.matter.produces) if approved else "refusal"


def _case_stream(command: IssueResults | HandOverResults | WithdrawCase | ArchiveCase, _: object) -> str:
    return f"case/{command.case}"


@RULES.register(
    IssueResults,
    ResultsIssued,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Putting the results together"),
    decide=_decide_issue,
    stream=_case_stream,
    documents=("case",),
)
def _apply_issue(tx: Transaction, entry: Entry[IssueResults, ResultsIssued]) -> None:
    case = entry.command.case
    for one in entry.decision.results:
        tx.upsert(
            "issuances",
            ("case_number", "matter"),
            case_number=case,
            matter=one.matter,
            produces=one.produces,
            number=one.number,
            issued_at=entry.moment.corrected_at,
        )
    tx.update("cases", {"number": case}, state="issued")
    mark_case_changed(tx, case)


def _decide_hand_over(tx: Transaction, command: HandOverResults, _: Moment) -> ResultsHandedOver:
    case = read_case(tx, command.case)
    next_case_state(case.row["state"], "deliver")
    if command.personal is None or not command.personal.name.strip():
        raise Refused("signature", "The set is handed over against a signature: who signs?")
    return ResultsHandedOver()


@RULES.register(
    HandOverResults,
    ResultsHandedOver,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Handing over"),
    decide=_decide_hand_over,
    stream=_case_stream,
    documents=("case",),
)
def _apply_hand_over(tx: Transaction, entry: Entry[HandOverResults, ResultsHandedOver]) -> None:
    command: HandOverResults = entry.command
    tx.insert(
        "deliveries",
        case_number=command.case,
        at=entry.moment.corrected_at,
        clerk=entry.moment.actor.id,
        window_id=command.window,
        signature=command.personal and command.personal.name,
    )
    tx.insert(
        "notices",
        id=f"{command.case}-hand_over",
        case_number=command.case,
        kind="hand_over",
        window_id=command.window,
        state="pending",
        prints=0,
        made_at=entry.decided_at,
    )
    tx.update("cases", {"number": command.case}, state="delivered", delivered_at=entry.moment.corrected_at)
    mark_case_changed(tx, command.case)


def _decide_withdraw(tx: Transaction, command: WithdrawCase, _: Moment) -> CaseWithdrawn:
    case = read_case(tx, command.case)
    next_case_state(case.row["state"], "withdraw")
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
    running = case.open_tasks()
    for task in running:
        next_task_state(task["state"], "withdraw")
    return CaseWithdrawn(tasks=tuple(row["id"] for row in running), organs=tuple(row["organ"] for row in running))


@RULES.register(
    WithdrawCase,
    CaseWithdrawn,
    permission="case.withdraw",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Withdrawal"),
    decide=_decide_withdraw,
    stream=_case_stream,
    documents=("case",),
)
def _apply_withdraw(tx: Transaction, entry: Entry[WithdrawCase, CaseWithdrawn]) -> None:
    command: WithdrawCase = entry.command
    for task, organ in zip(entry.decision.tasks, entry.decision.organs, strict=True):
        end_task(tx, task, organ, "withdrawn", entry.moment.corrected_at, entry.decided_at)
    tx.update("cases", {"number": command.case}, state="withdrawn", pending=0, ended_reason=command.reason)
    mark_case_changed(tx, command.case)


def _decide_archive(tx: Transaction, command: ArchiveCase, _: Moment) -> CaseArchived:
    next_case_state(read_case(tx, command.case).row["state"], "archive")
    return CaseArchived()


@RULES.register(
    ArchiveCase,
    CaseArchived,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Archiving of a case"),
    decide=_decide_archive,
    stream=_case_stream,
    documents=("case",),
)
def _apply_archive(tx: Transaction, entry: Entry[ArchiveCase, CaseArchived]) -> None:
    tx.update("cases", {"number": entry.command.case}, state="archived")
    mark_case_changed(tx, entry.command.case)


def _decide_notice_print(tx: Transaction, command: RecordNoticePrint, _: Moment) -> NoticePrintRecorded:
    if tx.get("notices", id=command.notice) is None:
        raise Refused("no_notice", "There is no such paper.")
    return NoticePrintRecorded(state="printed" if command.printed else "pending")


@RULES.register(
    RecordNoticePrint,
    NoticePrintRecorded,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Paper printed"),
    decide=_decide_notice_print,
    stream=lambda command, _: f"case/{command.notice[:12]}",
    documents=("case",),
)
def _apply_notice_print(tx: Transaction, entry: Entry[RecordNoticePrint, NoticePrintRecorded]) -> None:
    if entry.decision.state == "printed":
        tx.execute("cases.mark_notice_printed", notice=entry.command.notice, at=entry.decided_at)
        mark_case_changed(tx, entry.command.notice[:CASE_NUMBER_LENGTH])
