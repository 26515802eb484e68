"""Objections: facts about a case that somebody at its site has to settle with a note.

The authority raises them about an acceptance that is final because the citizen has the receipt. Decisions raise them
when other organs had relied on what is refused now. `reason` is a code; readers get its sentence in their language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from clerk_app.cases.applications.answers import find_application_objection
from clerk_app.cases.applications.terms import find_late_objection, find_receipt_time
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.co_signature_objection import UNSIGNED, find_co_signature_objection
from clerk_app.cases.consents import UNCONFIRMED_CONSENT, find_consent_objection
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.difference_objection import find_difference_objection
from clerk_app.cases.duplicate_objection import DUPLICATE, DUPLICATE_SENTENCES, find_duplicate_objection
from clerk_app.cases.duplicates import find_named_applicant
from clerk_app.cases.earlier_use import UNUSABLE_MATERIAL, find_earlier_objection
from clerk_app.cases.enterprise_names import find_name_objection
from clerk_app.cases.form_check import continues_lost, continues_received, describe_rejected, require_valid_form
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.identity_objection import UNPROVED_PARTY, find_identity_objection
from clerk_app.cases.licence_holders import OTHER_HOLDER, find_holder_objection
from clerk_app.cases.paper_objections import INVALID_PAPER, PAPER_OF_HELD, find_paper_objections
from clerk_app.cases.promises.acceptance import UNPROMISED, find_promise_objections
from clerk_app.cases.recomputation import RecomputeDates
from clerk_app.cases.removed_issuers import find_removal_objection
from clerk_app.cases.representations import IN_PERSON, find_presence_objection
from clerk_app.cases.revoked_licences import find_revocation_objection
from clerk_app.cases.rule_objection import find_rule_objection
from clerk_app.catalogue import publication
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.numbers import format_task_number
from clerk_app.ledger.persons import person_of
from clerk_app.ledger.tries import SECOND_FACTOR_IN_ALL, clear_failures
from clerk_app.locales import mark
from clerk_app.people.permissions import DOUBTED, SYSTEM
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

RELIED_ON_REFUSED = "relied_on_refused"
LATE_REQUEST = "late_request"
LOST_RECEIPT = "lost_receipt"
UNCONFIRMED_RECEIVER = "receiver"
GUESSED = "guessed"  # the second factor of the case
LATE_REQUEST_WITHOUT_REASON = mark(
    "Task {task} requests {materials}, which was visible at a notice that was not known where the task was returned."
)
"""Sentence of a LATE_REQUEST that has no reason."""
RESULTS_WAIT = mark(
    "The results wait for a supervisor of this service centre: something was done on the case by somebody whose "
    "sign-in had ended. Ask one to settle it at the supervisor's screen (^O); then they can be handed over."
)
"""Sentence for the clerk at the hand-over."""
_SENTENCES = {
    RELIED_ON_REFUSED: mark(
        "A re-check refused task {task}. Checked again: {tasks}. Ended without a decision: {lapsed}."
    ),
    DUPLICATE: DUPLICATE_SENTENCES[""],
    LATE_REQUEST: mark("Task {task} requests {materials}, which was visible at the previous notice. Reason: {reason}"),
}
"""Sentences by reason, with placeholders for facts. Windows of earlier versions show them."""

RULES = RuleSet()


class ObjectionRaised(CommandDecision, frozen=True, kw_only=True):
    """Number of the objection within its case, from 1."""

    stored_name: ClassVar[str] = "Objected"
    number: int


class RaiseObjection(Command[ObjectionRaised], frozen=True, kw_only=True):
    """Records an objection that the authority found when it received an acceptance from a window."""

    stored_name: ClassVar[str] = "RaiseObjection"
    case: str
    reason: str
    sentence: str
    facts: dict[str, str] = {}


class ObjectionSettled(CommandDecision, frozen=True, kw_only=True):
    """The objection is settled."""

    stored_name: ClassVar[str] = "Settled"


class SettleObjection(Command[ObjectionSettled], frozen=True, kw_only=True):
    """Settles an objection; `note` states how."""

    stored_name: ClassVar[str] = "SettleObjection"
    case: str
    number: int
    note: str


def find_objections(
    tx: Transaction, entry: Entry[Any, Any], actor_refusal: Refused | None
) -> list[tuple[Command[Any], str]]:
    """Return the objections to an acceptance made at another node, each with the actor who records it.

    If the clock of the node was wrong, or the case counts from another day, its dates are computed again too. Raise
    Refused, with the facts of `describe_rejected`, when the actor may not do this here, its form is wrong, or another
    case has the same number.
    """
    command, decision = entry.command, entry.decision
    try:
        catalogue = require_acceptable(tx, entry, actor_refusal)
    except (Refused, BadData) as error:
        reason = error.reason if isinstance(error, Refused) else "form"
        raise Refused(reason, error.sentence, **{**error.facts, **describe_rejected(tx, entry)}) from error
    refusals, late = [actor_refusal], None
    if continues_lost(tx, entry):
        refusals.append(Refused(LOST_RECEIPT, "It continues a received case that this center does not have."))
    parties = command.personal.parties if command.personal else ()
    if decision.state == "accepted":
        late = find_late_objection(tx, entry)
        refusals += [find_clock_objection(tx, entry), find_duplicate_objection(tx, command, decision, catalogue)]
        refusals += [find_consent_objection(tx, entry), find_identity_objection(tx, entry)]
        refusals += [find_application_objection(tx, command), late]
        refusals += [find_holder_objection(tx, command, catalogue), find_revocation_objection(tx, entry)]
        refusals += [find_earlier_objection(tx, entry, catalogue), find_difference_objection(command, catalogue)]
        refusals += [*find_paper_objections(tx, entry, catalogue), find_name_objection(tx, entry, catalogue)]
        refusals.append(find_rule_objection(command, catalogue, entry.moment.corrected_at))
        refusals.append(find_removal_objection(tx, entry))
        applicant = find_named_applicant(parties, decision.applicant, decision.number)
        refusals += find_promise_objections(tx, entry, catalogue, applicant)
        refusals += [find_co_signature_objection(tx, entry, catalogue), find_presence_objection(command, catalogue)]
    commands: list[Command[Any]] = [
        RaiseObjection(case=decision.number, reason=refusal.reason, sentence=refusal.sentence, facts=refusal.text_facts)
        for refusal in refusals
        if refusal is not None
    ]
    if decision.state == "accepted" and (entry.moment.time_bounded or late is not None):
        start = find_receipt_time(tx, command.application) if late is not None else 0
        commands.append(RecomputeDates(case=decision.number, counts_from=start))
    return [(found, SYSTEM) for found in commands]


def is_awaited(objection: Command[Any]) -> bool:
    """Return whether another machine of the window may still send what is missed: consent, identity or signature."""
    awaited = (UNCONFIRMED_CONSENT, UNPROVED_PARTY, UNSIGNED, UNPROMISED)
    return isinstance(objection, RaiseObjection) and objection.reason in awaited


def require_acceptable(tx: Transaction, entry: Entry[Any, Any], actor_refusal: Refused | None) -> Catalogue:
    """Return the catalogue of an acceptance or receipt. Raises Refused, BadData."""
    if actor_refusal is not None and actor_refusal.reason not in DOUBTED:
        raise actor_refusal
    catalogue = require_valid_form(tx, entry)
    number = entry.decision.number
    if tx.get("cases", number=number) is not None and not continues_received(
        tx, entry
    ):  # two copies of one window used the same block of numbers
        raise Refused(
            "number", "Another case has the number {number}: this window was copied. Accept again under a new number.",
            number=number,
        )  # fmt: skip
    return catalogue


def find_clock_objection(tx: Transaction, entry: Entry[Any, Any]) -> Refused | None:
    """Return the objection to an acceptance whose time was not possible, with both times in the city's zone."""
    if not entry.moment.time_bounded:
        return None
    zone = publication.load_frame(tx).time_zone
    said, corrected = (
        to_local_time(moment, zone).strftime("%Y-%m-%d %H:%M")
        for moment in (entry.moment.said_at, entry.moment.corrected_at)
    )
    return Refused(
        "clock",
        "The clock of the window was wrong: its time was {said}, {corrected} counts. The receipt has the wrong dates: "
        "print it again and inform the applicant.",
        said=said,
        corrected=corrected,
    )


def next_objection_number(tx: Transaction, case: str) -> int:
    """Return the number of the next objection of a case, from 1."""
    last = tx.query_one("cases.last_objection", number=case)
    return int(last["number"] if last else 0) + 1


def insert_objection(
    tx: Transaction, case: str, number: int, reason: str, *, facts: dict[str, str], raised_at: int, sentence: str = ""
) -> None:
    """Insert an open objection; `sentence` is that of the reason, unless given. `raised_at` is in microseconds UTC."""
    tx.insert(
        "objections",
        case_number=case,
        number=number,
        reason=reason,
        sentence=sentence or _SENTENCES[reason],
        facts=msgspec.json.encode(facts),
        raised_at=raised_at,
        settled_by="",
        note="",
    )


def settle_objection(tx: Transaction, case: str, number: int, entry: Entry[Any, Any], *, note: str) -> None:
    """Mark an objection as settled by the actor of an entry."""
    tx.update(
        "objections",
        {"case_number": case, "number": number},
        settled_at=entry.decided_at,
        settled_by=entry.moment.actor.id,
        note=note,
    )


def require_undoubted(tx: Transaction, task: Row) -> None:
    """Raise Refused while a supervisor has not settled what was done on the case after the end of a sign-in."""
    if has_doubts(tx, case_number_of(task["id"])):
        raise Refused(
            "doubted",
            "Task {task} waits for a supervisor of the service centre: something was done on the case by somebody "
            "whose sign-in had ended.",
            task=format_task_number(task["id"]),
        )


def require_undoubted_results(tx: Transaction, case: str) -> None:
    """Raise Refused, like `require_undoubted`, for the results of a case."""
    if has_doubts(tx, case):
        raise Refused("doubted", RESULTS_WAIT)


def has_doubts(tx: Transaction, case: str) -> bool:
    """Return whether a supervisor has to settle what was done on a case after the end of a sign-in."""
    rows = tx.select("objections", case_number=case)
    return any(row["reason"] in DOUBTED and row["settled_at"] is None for row in rows)


def find_doubts(tx: Transaction, entry: Entry[Any, Any], doubt: Refused) -> list[tuple[Command[Any], str]]:
    """Return the objection to a command on a case that was given after the end of a sign-in, unless one is open."""
    case = find_case_of(tx, entry.command)
    if not case:
        return []
    known = tx.select("objections", case_number=case, reason=doubt.reason)
    facts = doubt.text_facts
    if any(row["settled_at"] is None and msgspec.json.decode(row["facts"]) == facts for row in known):
        return []
    return [(RaiseObjection(case=case, reason=doubt.reason, sentence=doubt.sentence, facts=facts), SYSTEM)]


def find_case_of(tx: Transaction, command: Command[Any]) -> str:
    """Return the case that a command names itself, by a task, by a paper or by a print; empty without one."""
    part = next((str(getattr(command, name)) for name in ("task", "paper", "print") if hasattr(command, name)), "")
    case = str(getattr(command, "case", "") or case_number_of(part))
    notice = tx.get("notices", id=command.notice) if not case and hasattr(command, "notice") else None
    case = str(notice["case_number"]) if notice is not None else case
    return case if case and tx.get("cases", number=case) is not None else ""


def _decide_raise(tx: Transaction, command: RaiseObjection, _: Moment) -> ObjectionRaised:
    return ObjectionRaised(number=next_objection_number(tx, command.case))


@RULES.register(
    RaiseObjection,
    ObjectionRaised,
    permission="case.object",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
        Role.SCHEDULE,
    ),
    machines=(MachineKind.CENTER,),
    label=mark("Objection of the center"),
    decide=_decide_raise,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_raise(tx: Transaction, entry: Entry[RaiseObjection, ObjectionRaised]) -> None:
    command = entry.command
    insert_objection(
        tx,
        command.case,
        entry.decision.number,
        command.reason,
        facts=command.facts,
        raised_at=entry.decided_at,
        sentence=command.sentence,
    )
    mark_case_changed(tx, command.case)


def _decide_settle(tx: Transaction, command: SettleObjection, moment: Moment) -> ObjectionSettled:
    row = tx.get("objections", case_number=command.case, number=command.number)
    if row is None or row["settled_at"] is not None:
        raise Refused("settled", "This objection was settled before.")
    case = tx.get("cases", number=command.case)
    require_site(tx, moment, case)
    _require_other_person(tx, row, case, moment)
    if row["reason"] in DOUBTED and moment.actor.role == Role.CLERK:
        raise Refused("permission", "A supervisor of the service centre has to settle this.")
    require_reason(command.note)
    return ObjectionSettled()


def _require_other_person(tx: Transaction, objection: Row, case: Row | None, moment: Moment) -> None:
    """Raise Refused if a person would settle that the center cannot confirm what they recorded themselves."""
    delivery = tx.get("deliveries", case_number=objection["case_number"], part=0)
    recorded_by = {
        UNCONFIRMED_CONSENT: case and case["clerk"],
        UNPROVED_PARTY: case and case["clerk"],
        UNSIGNED: case and case["clerk"],
        IN_PERSON: case and case["clerk"],
        OTHER_HOLDER: case and case["clerk"],
        UNUSABLE_MATERIAL: case and case["clerk"],
        PAPER_OF_HELD: case and case["clerk"],
        INVALID_PAPER: case and case["clerk"],
        UNCONFIRMED_RECEIVER: delivery and delivery["clerk"],
    }.get(objection["reason"])
    if recorded_by and person_of(tx, recorded_by) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "This concerns what you recorded yourself. A colleague or supervisor settles it.")


@RULES.register(
    SettleObjection,
    ObjectionSettled,
    permission="case.settle",
    roles=(
        Role.CLERK,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(
        MachineKind.COUNTER,
        MachineKind.SUPERVISOR,
    ),
    label=mark("Settling an objection"),
    decide=_decide_settle,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_settle(tx: Transaction, entry: Entry[SettleObjection, ObjectionSettled]) -> None:
    command = entry.command
    settle_objection(tx, command.case, command.number, entry, note=command.note)
    row = tx.get("objections", case_number=command.case, number=command.number)
    if row is not None and row["reason"] == GUESSED:
        clear_failures(tx, SECOND_FACTOR_IN_ALL, command.case)
    mark_case_changed(tx, command.case)
