"""Status of a case for a citizen who enters the case number and a second factor (我要查).

`RecordStatusQuery` records a query that this store answered itself; `QueryCaseStatus` sends the query to the authority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from clerk_app.cases.case_messages import CITIZEN, list_unread_messages
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.guessed_factors import MAX_WRONG_FACTORS, MONTH
from clerk_app.cases.intake.missing import MissingItem, decode_missing
from clerk_app.cases.lapses import find_lapse_cause, parse_earlier_cause
from clerk_app.cases.objections import has_doubts
from clerk_app.cases.promises.revocations import find_false_promise
from clerk_app.cases.received_records import find_received
from clerk_app.cases.rejections import require_valid_number
from clerk_app.cases.result_licences import BY_ISSUER
from clerk_app.cases.states import ENDED_TASK_STATES, shown_task_state
from clerk_app.cases.tasks.demands import find_legal_basis
from clerk_app.cases.tasks.referral_records import find_referral
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.numbers import is_case_number
from clerk_app.ledger.tries import (
    MICROSECONDS_PER_MINUTE,
    SECOND_FACTOR,
    SECOND_FACTOR_AT,
    SECOND_FACTOR_IN_ALL,
    clear_failures,
    count_failure,
    locked_until,
)
from clerk_app.locales import mark
from clerk_app.text.folding import fold_code
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedMaterial
from db.json_lists import decode_json_list

WRONG_FACTOR = "second_factor"  # reason of the refusal
SECOND_FACTOR_LENGTH = 4  # last characters of the applicant's number, which the receipt does not show

RULES = RuleSet()


class SecondFactor(MessagePart, frozen=True, kw_only=True):
    """The last characters of the applicant's number, as entered."""

    last: str


class StatusQueryRecorded(CommandDecision, frozen=True, kw_only=True):
    """Whether the second factor was correct."""

    stored_name: ClassVar[str] = "StateTold"
    correct: bool = msgspec.field(name="told")


class RecordStatusQuery(Command[StatusQueryRecorded], frozen=True, kw_only=True):
    """Records what a kiosk of an earlier version states: that it showed the state of a case, or refused to.

    Nobody can verify it, so readers see it as the statement of the kiosk. Kiosks now ask the center
    (`QueryCaseStatus`), which records what it answered.
    """

    stored_name: ClassVar[str] = "AskState"
    case: str
    correct: bool = msgspec.field(name="right")


class MatterStatus(MessagePart, frozen=True, kw_only=True):
    """Status of one matter of a case. Times are microseconds UTC."""

    matter: str
    state: str = ""  # state of its task; empty if the matter was dropped
    reason: str = ""  # the organ's reason, in its own words
    reason_codes: tuple[str, ...] = ()  # ids of stock reasons of the catalogue
    due_at: int | None = None
    statutory_at: int | None = None
    expected: bool = False
    statutory_expected: bool = False
    caused_by: str = ""  # a lapsed matter: the refused matter that it depended on
    earlier_outcome: str = ""  # a matter that is checked again: the decision that is in force until then
    earlier_at: int | None = None
    revoked_at: int = 0  # when the issuer revoked the licence of its result; 0 if it did not
    organ: str = ""  # that has a referred matter now; empty for the organ of the catalogue
    false_promise_at: int = 0  # when the approval was revoked because a promise proved false; 0 if it was not
    is_referred: bool = False  # the superior organ decides it, because another one has referred it


class RequestedMaterial(MessagePart, frozen=True, kw_only=True):
    """A material that the citizen still has to bring, why, and until when (microseconds UTC).

    After `term_ended` the organ decides without it. `legal_basis` is empty if the matter requires the material.
    """

    material: str
    reason: str
    reason_codes: tuple[str, ...] = ()
    deadline_at: int | None = None
    expected: bool = False
    term_ended: bool = False
    legal_basis: str = ""


class ReceivedStatus(MessagePart, frozen=True, kw_only=True):
    """What a received case lacks, when the citizen was notified, and until when it can be brought (microseconds)."""

    missing: tuple[MissingItem, ...]
    notified_at: int | None = None
    bring_until: int | None = None


class CaseStatus(CommandDecision, frozen=True, kw_only=True):
    """Status of a case as shown to a citizen, and the catalogue version that has the names of its matters."""

    stored_name: ClassVar[str] = "CaseTold"
    one_thing: str
    catalogue: str
    version: int
    state: str
    promised_at: int | None
    expected: bool
    matters: tuple[MatterStatus, ...]
    requested_materials: tuple[RequestedMaterial, ...] = msgspec.field(name="to_bring")
    first_promised_at: int | None = None  # as printed on the receipt
    received: ReceivedStatus | None = None  # of a case that is not accepted yet
    messages: int = 0  # to the citizen, who was not shown them yet


class QueryCaseStatus(Command[CaseStatus], frozen=True, kw_only=True):
    """Queries the status of a case of any site; the authority answers."""

    stored_name: ClassVar[str] = "AskCase"
    case: str
    personal: SecondFactor | None = None


def get_verified_case(tx: Transaction, number: str, factor: SecondFactor | None, moment: Moment) -> Row:
    """Return a case, locked for update, when the second factor matches.

    Raise Refused otherwise, without revealing whether the case exists; "too_many_tries" after too many wrong factors
    for this number, or from this machine. A rule that calls this must have `count_wrong_factor` as `apply_refusal`.
    """
    policy, now = read_policy(tx), moment.decided_at
    locks = (
        (SECOND_FACTOR, number, policy.wrong_factors_before_lockout),
        (SECOND_FACTOR_AT, node_of_chain(moment.node), policy.wrong_factors_of_machine),
    )
    if locked_until(tx, SECOND_FACTOR_IN_ALL, number, now, MAX_WRONG_FACTORS) is not None:
        raise Refused(
            "too_many_tries",
            "Wrong characters were entered too often for this number. "
            "Please ask at a window with your identity document.",
        )
    if any(locked_until(tx, what, who, now, limit) is not None for what, who, limit in locks):
        raise _too_many_tries()
    require_valid_number(tx, number)
    case = tx.get_for_update("cases", number=number) if is_case_number(number) else None
    if case is None or not matches_second_factor(case["applicant_number"], factor.last if factor else ""):
        until = now + policy.factor_lockout_minutes * MICROSECONDS_PER_MINUTE
        raise Refused(
            WRONG_FACTOR,
            "The number and the last four characters do not belong together.",
            until=until,
            until_in_all=now + MONTH,
        )
    return case


def _too_many_tries() -> Refused:
    return Refused(
        "too_many_tries",
        "Wrong characters were entered too often for this number or at this machine. "
        "Please try again in an hour, or ask at a window with your identity document.",
    )


def count_wrong_factor(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Count a wrong second factor by case number, for a while and for a month, and by machine."""
    if entry.decision.reason == WRONG_FACTOR and "until" in entry.decision.facts:
        until = int(entry.decision.facts["until"])
        for what, who in ((SECOND_FACTOR, entry.command.case), (SECOND_FACTOR_AT, node_of_chain(entry.moment.node))):
            count_failure(tx, what, who, entry.decided_at, until)
    if entry.decision.reason == WRONG_FACTOR and "until_in_all" in entry.decision.facts:
        until = int(entry.decision.facts["until_in_all"])
        count_failure(tx, SECOND_FACTOR_IN_ALL, entry.command.case, entry.decided_at, until)


def matches_second_factor(number: str | None, entered: str) -> bool:
    """Return whether `entered` equals the last characters of `number`, ignoring case, width and separators.

    Only ASCII letters and digits count, because a kiosk has no others: of 军字第1234567号 it takes 4567. False if
    the number is erased.
    """
    last = "".join(character for character in fold_code(number or "") if character.isascii() and character.isalnum())
    return last[-SECOND_FACTOR_LENGTH:] == fold_code(entered) != ""


def _decide_record(tx: Transaction, command: RecordStatusQuery, moment: Moment) -> StatusQueryRecorded:
    if moment.is_remote:  # from a kiosk of an earlier version, which held the case; another one would look for numbers
        _require_known(tx, command.case, moment)
    read_case(tx, command.case)
    return StatusQueryRecorded(correct=command.correct)


def _require_known(tx: Transaction, number: str, moment: Moment) -> None:
    """Raise Refused for a number without a case; it counts for the machine like a wrong second factor."""
    policy, now, machine = read_policy(tx), moment.decided_at, node_of_chain(moment.node)
    if locked_until(tx, SECOND_FACTOR_AT, machine, now, policy.wrong_factors_of_machine) is not None:
        raise _too_many_tries()
    if tx.get("cases", number=number) is None:
        until = now + policy.factor_lockout_minutes * MICROSECONDS_PER_MINUTE
        raise Refused(WRONG_FACTOR, "The number and the last four characters do not belong together.", until=until)


def _decide_query(tx: Transaction, command: QueryCaseStatus, moment: Moment) -> CaseStatus:
    get_verified_case(tx, command.case, command.personal, moment)
    return build_case_status(tx, read_case(tx, command.case), moment.decided_at)


def build_case_status(tx: Transaction, case: CaseRecord, now: int) -> CaseStatus:
    """Return the status of a case as shown to a citizen at `now` (microseconds UTC).

    Results that wait for a supervisor are not ready.
    """
    row = case.row
    return CaseStatus(
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        version=row["catalogue_version"],
        state="closed" if row["state"] == "issued" and has_doubts(tx, case.number) else row["state"],
        promised_at=row["promised_at"],
        first_promised_at=row["first_promised_at"],
        expected=bool(row["expected"]),
        matters=list_matter_statuses(tx, case, now),
        requested_materials=list_requested_materials(case),
        received=_read_received(tx, case),
        messages=len(list_unread_messages(tx, case.number, CITIZEN)),
    )


def _read_received(tx: Transaction, case: CaseRecord) -> ReceivedStatus | None:
    record = find_received(tx, case.number) if case.row["state"] == "received" else None
    if record is None:
        return None
    return ReceivedStatus(
        missing=decode_missing(record["missing"]), notified_at=record["notified_at"], bring_until=record["bring_until"]
    )


def list_requested_materials(case: CaseRecord) -> tuple[RequestedMaterial, ...]:
    """Return the materials that outstanding supplements still lack; of a task's requests for one, the last counts."""
    requests = {
        (supplement["task"], material_id): supplement
        for supplement in case.outstanding_supplements()
        for material_id in case.missing_materials(supplement)
    }
    return tuple(
        RequestedMaterial(
            material=material_id,
            reason=supplement["reason"],
            reason_codes=decode_json_list(supplement["reason_codes"]),
            deadline_at=supplement["deadline_at"],
            expected=bool(supplement["deadline_expected"]),
            term_ended=bool(supplement["term_ended"]),
            legal_basis=find_legal_basis(supplement, material_id),
        )
        for (_task, material_id), supplement in requests.items()
    )


def list_omitted_materials(case: CaseRecord) -> tuple[PlannedMaterial, ...]:
    """Return the materials without which the case was accepted (容缺), and which nobody has asked for since."""
    if case.row["state"] != "accepted":
        return ()
    held = {row["material"] for row in case.materials}
    requested = {request.material for request in list_requested_materials(case)}
    return tuple(need for need in case.plan.materials if need.material.id not in held | requested)


def list_matter_statuses(tx: Transaction, case: CaseRecord, now: int) -> tuple[MatterStatus, ...]:
    """Return the status of each matter at `now` (microseconds UTC), in the order of the plan."""
    tasks = case.latest_tasks()
    matters = {task["id"]: task["matter"] for task in case.tasks}
    return tuple(_matter_status(tx, planned.id, tasks.get(planned.id), matters, now) for planned in case.plan.matters)


def _matter_status(
    tx: Transaction, matter: str, task: Row | None, matters: Mapping[str, str], now: int
) -> MatterStatus:
    """Return the status of a matter with its last task; `matters` has the matter of each task id."""
    if task is None:
        return MatterStatus(matter=matter)
    decision = tx.get("decisions", task=task["id"])
    is_checked_again = task["recheck_of"] and task["state"] not in ENDED_TASK_STATES
    earlier = tx.get("decisions", task=task["recheck_of"]) if is_checked_again else None
    false_promise = find_false_promise(tx, task)
    return MatterStatus(
        matter=matter,
        state=shown_task_state(task, now),
        reason=decision["reason"] if decision and task["state"] != "lapsed" else "",
        reason_codes=decode_json_list(decision["reason_codes"]) if decision else (),
        due_at=task["due_at"],
        statutory_at=task["statutory_at"],
        expected=bool(task["expected"]),
        statutory_expected=bool(task["statutory_expected"]),
        caused_by=matters.get(find_lapse_cause(task, decision), ""),
        earlier_outcome=earlier["outcome"] if earlier else "",
        earlier_at=earlier["at"] if earlier else None,
        revoked_at=_find_revocation(tx, task["case_number"], matter),
        organ=task["organ"],
        false_promise_at=false_promise["settled_at"] if false_promise is not None else 0,
        is_referred=find_referral(tx, task["id"]) is not None,
    )


def _find_revocation(tx: Transaction, case: str, matter: str) -> int:
    """Return when the issuer revoked the newest licence of a result of a matter (microseconds UTC), 0 if it did not."""
    rows = tx.select("result_licences", case_number=case, matter=matter, order=("task", "product"))
    newest = {row["product"]: row for row in rows}.values()
    return max((row["revoked_at"] or 0 for row in newest if row["reason"] == BY_ISSUER), default=0)


def complete_earlier_statuses(matters: Sequence[MatterStatus]) -> tuple[MatterStatus, ...]:
    """Return the statuses with the cause of each lapse as a matter; centers of earlier versions sent it as a reason.

    The last two digits of a task id are the position of its matter among those that were not dropped.
    """
    applied = [status.matter for status in matters if status.state]
    completed: list[MatterStatus] = []
    for status in matters:
        cause = parse_earlier_cause(status.reason) if status.state == "lapsed" else ""
        if cause:
            position = int(cause[-2:]) if cause[-2:].isdecimal() else 0
            matter = applied[position - 1] if 0 < position <= len(applied) else ""
            status = msgspec.structs.replace(status, reason="", caused_by=matter)
        completed.append(status)
    return tuple(completed)


def _case_stream(command: RecordStatusQuery | QueryCaseStatus, _: object) -> str:
    return f"case/{command.case}"


@RULES.register(
    RecordStatusQuery,
    StatusQueryRecorded,
    permission="case.ask_state",
    roles=(
        Role.KIOSK,
        Role.SYSTEM,
        Role.NODE,
    ),
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state, as a kiosk states"),
    decide=_decide_record,
    stream=_case_stream,
    documents=("case",),
    apply_refusal=count_wrong_factor,
)
def _apply_record(tx: Transaction, entry: Entry[RecordStatusQuery, StatusQueryRecorded]) -> None:
    mark_case_changed(tx, entry.command.case)  # the history of the case has a new line


@RULES.register(
    QueryCaseStatus,
    CaseStatus,
    permission="case.ask_state",
    roles=(
        Role.KIOSK,
        Role.SYSTEM,
        Role.NODE,
    ),
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state"),
    decide=_decide_query,
    stream=_case_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    apply_refusal=count_wrong_factor,
    keep_call=False,  # a stolen kiosk must not hold case numbers with their second factors
)
def _apply_query(tx: Transaction, entry: Entry[QueryCaseStatus, CaseStatus]) -> None:
    clear_failures(tx, SECOND_FACTOR, entry.command.case)
    mark_case_changed(tx, entry.command.case)  # the history of the case has a new line
