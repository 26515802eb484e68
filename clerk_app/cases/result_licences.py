"""E-licences of results: which the authority has to make out after a decision, and which it has to revoke.

A decision lists them (`plan_licences`); the schedule of the authority, which has the issuing keys, makes them out when
the decision is final, and revokes them when a re-check has refused the matter.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.result_materials import PRODUCED
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

DUE, ISSUED, NOT_ISSUED, REVOKING, REVOKED = "due", "issued", "not_issued", "revoking", "revoked"

REFUSED, REPLACED, BY_ISSUER = "refused", "replaced", "by_issuer"
"""Why a licence is revoked, as it is stored: the matter was refused, another licence replaces it, or its issuer did."""
NO_HOLDER, NO_ISSUER = "holder", "issuer"
NOT_ISSUED_REASONS = {
    NO_HOLDER: mark("its holder has no number in the case"),
    NO_ISSUER: mark("the center has no key of exactly one issuer of this type"),
}
"""Why no e-licence can be made out, by code."""

RULES = RuleSet()


class LicenceReference(MessagePart, frozen=True, kw_only=True):
    """An e-licence: the task whose approval it certifies, and the place of the product in the results of its matter.

    `role` is the party to whom one that is due is issued.
    """

    task: str
    product: int
    role: str = ""


class LicenceChanges(MessagePart, frozen=True, kw_only=True):
    """E-licences of a matter that are to be made out, or to be revoked, after a decision."""

    matter: str
    due: tuple[LicenceReference, ...] = ()
    revoking: tuple[LicenceReference, ...] = ()


class ResultLicenceIssued(CommandDecision, frozen=True, kw_only=True):
    """The licence is recorded with the case, and with the material that the result became; 0 for no such `version`."""

    stored_name: ClassVar[str] = "ResultLicenceIssued"
    case: str
    material: str = ""
    version: int = 0


class ResultCode(MessagePart, frozen=True, kw_only=True):
    """Text of a signed code, which has name and number of the holder."""

    code: str


class RecordResultLicence(Command[ResultLicenceIssued], frozen=True, kw_only=True):
    """Record the e-licence that the authority has registered and signed for a result, or why it cannot (`reason`).

    `licence` is its id in the city's repository, `number` the licence number.
    """

    stored_name: ClassVar[str] = "RecordResultLicence"
    task: str
    product: int
    licence: str = ""
    number: str = ""
    valid_from: str = ""
    valid_to: str = ""
    reason: str = ""
    personal: ResultCode | None = None


class ResultLicenceRevoked(CommandDecision, frozen=True, kw_only=True):
    """The e-licence of the result is on the list of revoked ones."""

    stored_name: ClassVar[str] = "ResultLicenceRevoked"
    case: str


class RecordRevokedResult(Command[ResultLicenceRevoked], frozen=True, kw_only=True):
    """Record that the licence of a result is revoked: the matter was refused afterwards, or its issuer revoked it.

    `revoked_by` is the actor who revoked it in the repository, `why` the reason given; both are
    empty where a decision on the matter is the cause. `at` is when, microseconds UTC; 0: at the time of this entry.
    """

    stored_name: ClassVar[str] = "RecordRevokedResult"
    task: str
    product: int
    revoked_by: str = ""
    why: str = ""
    at: int = 0


def plan_licences(
    tx: Transaction, case: CaseRecord, task: Row, outcome: str, renewed: Collection[int] = ()
) -> LicenceChanges | None:
    """Return the changes that the decision `outcome` on a task causes; None without any.

    A matter that is approved again keeps the licence that it has, except for the products in `renewed`, by their place
    in its results: their content has changed.
    """
    matter = str(task["matter"])
    rows = tx.select("result_licences", case_number=case.number, order=("task", "product"))
    living = [row for row in rows if row["matter"] == matter and row["state"] in (DUE, ISSUED)]
    if outcome != "approved":
        revoking = tuple(LicenceReference(task=row["task"], product=row["product"]) for row in living)
        return LicenceChanges(matter=matter, revoking=revoking) if revoking else None
    replaced = [row for row in living if row["product"] in renewed]
    held = {row["product"] for row in living if row not in replaced}
    due = tuple(
        LicenceReference(task=task["id"], product=place, role=product.holder or "")
        for place, product in enumerate(case.catalogue.matter(matter).produces)
        if product.becomes_licence and place not in held
    )
    revoking = tuple(LicenceReference(task=row["task"], product=row["product"]) for row in replaced)
    return LicenceChanges(matter=matter, due=due, revoking=revoking) if due or revoking else None


def store_licence_changes(tx: Transaction, case: str, changes: LicenceChanges | None) -> None:
    """Store the changes of a decision. An e-licence that was not made out yet is not revoked but dropped."""
    if changes is None:
        return
    for due in changes.due:
        tx.insert(
            "result_licences",
            task=due.task,
            product=due.product,
            case_number=case,
            matter=changes.matter,
            state=DUE,
            licence="",
            number="",
            valid_from="",
            valid_to="",
            reason="",
            role=due.role,
        )
    renewed = {due.product for due in changes.due}
    for reference in changes.revoking:
        key = {"task": reference.task, "product": reference.product}
        row = tx.get("result_licences", **key)
        if row is not None:
            state = REVOKING if row["state"] == ISSUED else REVOKED
            tx.update("result_licences", key, state=state, reason=REPLACED if reference.product in renewed else REFUSED)


def is_final(case: CaseRecord, matter: str) -> bool:
    """Return whether a matter is approved and no open task can change that."""
    return matter in case.finally_decided_matters() and case.matter_progress()[matter].state == "approved"


def _decide_record(tx: Transaction, command: RecordResultLicence, _: Moment) -> ResultLicenceIssued:
    row = tx.get_for_update("result_licences", task=command.task, product=command.product)
    number = case_number_of(command.task)
    if row is None or not (row["state"] == DUE or _waits_for_holder(row, command)):
        raise Refused("state", "This e-licence was made out before, or is not needed any more.")
    case = read_case(tx, number)
    if not is_final(case, row["matter"]):
        raise Refused("state", "This matter is being checked again: no e-licence is made out before that is decided.")
    if bool(command.reason) == bool(command.licence):
        raise Refused("reason", "An e-licence is made out, or has a reason why not.")
    material = case.catalogue.matter(row["matter"]).produces[command.product].material or ""
    newest = {each["material"]: each for each in case.materials if each["how"] == PRODUCED}.get(material)
    if command.reason or newest is None:
        return ResultLicenceIssued(case=number)
    return ResultLicenceIssued(case=number, material=material, version=newest["version"])


def _waits_for_holder(row: Row, command: RecordResultLicence) -> bool:
    """Return whether an e-licence whose holder was not registered is made out now that the holder is."""
    return bool(row["state"] == NOT_ISSUED and row["reason"] == NO_HOLDER and command.reason != NO_HOLDER)


@RULES.register(
    RecordResultLicence,
    ResultLicenceIssued,
    permission="result.issue_licence",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("E-licence of a result"),
    decide=_decide_record,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_record(tx: Transaction, entry: Entry[RecordResultLicence, ResultLicenceIssued]) -> None:
    command = entry.command
    tx.update(
        "result_licences",
        {"task": command.task, "product": command.product},
        state=NOT_ISSUED if command.reason else ISSUED,
        licence=command.licence,
        number=command.number,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        reason=command.reason,
        code=command.personal and command.personal.code,
        issued_at=None if command.reason else entry.moment.corrected_at,
    )
    if entry.decision.version:
        key = {"case_number": entry.decision.case, "material": entry.decision.material}
        tx.update("materials", {**key, "version": entry.decision.version}, licence=command.licence)
    mark_case_changed(tx, entry.decision.case)


def _is_revoked(tx: Transaction, licence: str) -> bool:
    row = tx.get("licences", id=licence)
    return row is not None and row["state"] == "revoked"


def _decide_revoke(tx: Transaction, command: RecordRevokedResult, _: Moment) -> ResultLicenceRevoked:
    row = tx.get_for_update("result_licences", task=command.task, product=command.product)
    if row is None or not (row["state"] == REVOKING or (row["state"] == ISSUED and _is_revoked(tx, row["licence"]))):
        raise Refused("state", "This e-licence is not to be revoked.")
    return ResultLicenceRevoked(case=case_number_of(command.task))


@RULES.register(
    RecordRevokedResult,
    ResultLicenceRevoked,
    permission="result.revoke_licence",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Revocation of the e-licence of a result"),
    decide=_decide_revoke,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_revoke(tx: Transaction, entry: Entry[RecordRevokedResult, ResultLicenceRevoked]) -> None:
    command = entry.command
    key = {"task": command.task, "product": command.product}
    tx.update("result_licences", key, state=REVOKED, revoked_at=command.at or entry.moment.corrected_at)
    if command.revoked_by:
        tx.update("result_licences", key, reason=BY_ISSUER)
    mark_case_changed(tx, entry.decision.case)
