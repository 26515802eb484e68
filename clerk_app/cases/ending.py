"""How a case ends: the whole set issued and handed over once, or withdrawn; and what was printed on the way."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.life import case_after, task_after
from clerk_app.cases.queue import end_task, tell
from clerk_app.cases.record import CaseRecord, read_case
from clerk_app.catalogue.plan import PlannedMatter
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, RuleSet
from clerk_app.ledger.numbers import LENGTH
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class Issue(Part, frozen=True, kw_only=True):
    """One piece of the set: what a matter produced, or the letter with its refusal."""

    matter: str
    produces: str
    number: str


class SetIssued(Decided, frozen=True, kw_only=True):
    """The set, complete."""

    stored_name: ClassVar[str] = "SetIssued"
    issues: tuple[Issue, ...]


class IssueSet(Command[SetIssued], frozen=True, kw_only=True):
    """Every decision is made: the results are put together (统一发证)."""

    stored_name: ClassVar[str] = "IssueSet"
    case: str


class HandedOver(Decided, frozen=True, kw_only=True):
    """The citizen has the set."""

    stored_name: ClassVar[str] = "HandedOver"


class Signature(Part, frozen=True, kw_only=True):
    """Who signed for it."""

    name: str


class HandOver(Command[HandedOver], frozen=True, kw_only=True):
    """The set is handed over against a signature (送达回证)."""

    stored_name: ClassVar[str] = "HandOver"
    case: str
    window: str
    personal: Signature | None = None


class Withdrawn(Decided, frozen=True, kw_only=True):
    """The tasks that ended with it."""

    stored_name: ClassVar[str] = "Withdrawn"
    tasks: tuple[str, ...]
    organs: tuple[str, ...]


class WithdrawCase(Command[Withdrawn], frozen=True, kw_only=True):
    """The applicant takes the application back."""

    stored_name: ClassVar[str] = "WithdrawCase"
    case: str
    reason: str


class Archived(Decided, frozen=True, kw_only=True):
    """Nothing of it changes any more."""

    stored_name: ClassVar[str] = "Archived"


class ArchiveCase(Command[Archived], frozen=True, kw_only=True):
    """The case goes to the archive."""

    stored_name: ClassVar[str] = "ArchiveCase"
    case: str


class NoticeEnded(Decided, frozen=True, kw_only=True):
    """Whether the paper came out."""

    stored_name: ClassVar[str] = "NoticeEnded"
    state: str


class EndNotice(Command[NoticeEnded], frozen=True, kw_only=True):
    """The printer has the paper, or it has not; a paper that has not is offered again."""

    stored_name: ClassVar[str] = "EndNotice"
    notice: str
    printed: bool


def _decide_issue(tx: Transaction, command: IssueSet, _: Moment) -> SetIssued:
    case = read_case(tx, command.case)
    case_after(case.row["state"], "issue")
    return SetIssued(issues=tuple(_issues(case)))


def _issues(case: CaseRecord) -> list[Issue]:
    states = case.states()
    return [
        Issue(
            matter=planned.id,
            produces=_result(planned, approved=states[planned.id].state == "approved"),
            number=f"{case.number}-{place:02d}",
        )
        for place, planned in enumerate(case.plan.active, 1)
    ]


def _result(planned: PlannedMatter, *, approved: bool) -> str:
    """What the citizen gets for a matter: the names of its papers, or the letter that says no."""
    return ", ".join(product.name.zh for product in planned.matter.produces) if approved else "refusal"


def _of_case(command: IssueSet | HandOver | WithdrawCase | ArchiveCase, _: object) -> str:
    return f"case/{command.case}"


@RULES.register(
    IssueSet,
    SetIssued,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Putting the results together"),
    decide=_decide_issue,
    stream=_of_case,
    documents=("case",),
)
def _apply_issue(tx: Transaction, entry: Entry[IssueSet, SetIssued]) -> None:
    case = entry.command.case
    for one in entry.decision.issues:
        tx.put(
            "issuances",
            ("case_number", "matter"),
            case_number=case,
            matter=one.matter,
            produces=one.produces,
            number=one.number,
            issued_at=entry.moment.corrected_at,
        )
    tx.change("cases", {"number": case}, state="issued")
    tell(tx, case)


def _decide_hand_over(tx: Transaction, command: HandOver, _: Moment) -> HandedOver:
    case = read_case(tx, command.case)
    case_after(case.row["state"], "deliver")
    if command.personal is None or not command.personal.name.strip():
        raise Refused("signature", "The set is handed over against a signature: who signs?")
    return HandedOver()


@RULES.register(
    HandOver,
    HandedOver,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Handing over"),
    decide=_decide_hand_over,
    stream=_of_case,
    documents=("case",),
)
def _apply_hand_over(tx: Transaction, entry: Entry[HandOver, HandedOver]) -> None:
    command: HandOver = entry.command
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
        made_at=entry.at,
    )
    tx.change("cases", {"number": command.case}, state="delivered", delivered_at=entry.moment.corrected_at)
    tell(tx, command.case)


def _decide_withdraw(tx: Transaction, command: WithdrawCase, _: Moment) -> Withdrawn:
    case = read_case(tx, command.case)
    case_after(case.row["state"], "withdraw")
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
    running = case.open_tasks()
    for task in running:
        task_after(task["state"], "withdraw")
    return Withdrawn(tasks=tuple(row["id"] for row in running), organs=tuple(row["organ"] for row in running))


@RULES.register(
    WithdrawCase,
    Withdrawn,
    permission="case.withdraw",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Withdrawal"),
    decide=_decide_withdraw,
    stream=_of_case,
    documents=("case",),
)
def _apply_withdraw(tx: Transaction, entry: Entry[WithdrawCase, Withdrawn]) -> None:
    command: WithdrawCase = entry.command
    for task, organ in zip(entry.decision.tasks, entry.decision.organs, strict=True):
        end_task(tx, task, organ, "withdrawn", entry.moment.corrected_at, entry.at)
    tx.change("cases", {"number": command.case}, state="withdrawn", pending=0, ended_reason=command.reason)
    tell(tx, command.case)


def _decide_archive(tx: Transaction, command: ArchiveCase, _: Moment) -> Archived:
    case_after(read_case(tx, command.case).row["state"], "archive")
    return Archived()


@RULES.register(
    ArchiveCase,
    Archived,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Archiving of a case"),
    decide=_decide_archive,
    stream=_of_case,
    documents=("case",),
)
def _apply_archive(tx: Transaction, entry: Entry[ArchiveCase, Archived]) -> None:
    tx.change("cases", {"number": entry.command.case}, state="archived")
    tell(tx, entry.command.case)


def _decide_notice(tx: Transaction, command: EndNotice, _: Moment) -> NoticeEnded:
    if tx.row("notices", id=command.notice) is None:
        raise Refused("no_notice", "There is no such paper.")
    return NoticeEnded(state="printed" if command.printed else "pending")


@RULES.register(
    EndNotice,
    NoticeEnded,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Paper printed"),
    decide=_decide_notice,
    stream=lambda command, _: f"case/{command.notice[:12]}",
    documents=("case",),
)
def _apply_notice(tx: Transaction, entry: Entry[EndNotice, NoticeEnded]) -> None:
    if entry.decision.state == "printed":
        tx.run("cases.notice_printed", notice=entry.command.notice, at=entry.at)
        tell(tx, entry.command.notice[:LENGTH])
