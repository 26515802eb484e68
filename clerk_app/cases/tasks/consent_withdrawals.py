"""Withdrawal of a consent after the acceptance, as long as no organ decided on the material.

The material leaves the case, and with it its content the open tasks; tasks that had started ask for the paper by a
supplement, whose notice is printed. The command names licence and material: that they were used stays on record.
"""

from __future__ import annotations

from typing import Any, ClassVar

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.cases.notices import find_notice_time, insert_notice
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.consent_holders import find_withdrawers
from clerk_app.cases.tasks.queue import suspend_task
from clerk_app.catalogue.publication import read_policy
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.tries import (
    MICROSECONDS_PER_MINUTE,
    SECOND_FACTOR,
    SECOND_FACTOR_AT,
    count_failure,
    locked_until,
)
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import EARLIER
from clerk_app.text.folding import fold_code
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

CONSENT_WITHDRAWN = "consent-withdrawn"
"""Reason code of a supplement that asks for the paper in place of a licence."""
_WRONG_NUMBER = "wrong_number"  # reason of the refusal
RULES = RuleSet()


class RequestedPaper(MessagePart, frozen=True, kw_only=True):
    """A task that asks for papers: its supplement, and all materials of it. `is_new`: the supplement is added."""

    task: str
    organ: str
    supplement: str
    materials: tuple[str, ...]
    is_new: bool = True


class CaseConsentWithdrawn(CommandDecision, frozen=True, kw_only=True):
    """What leaves the case, and the requests for papers. `notice` is the supplement notice; empty without a request.

    `versions` are those of the materials, `licences` their licences, in the order of the command. `made_at` is the
    time of a new notice (microseconds UTC), printed at `window`; None without one.
    """

    stored_name: ClassVar[str] = "CaseConsentWithdrawn"
    versions: tuple[int, ...]
    licences: tuple[str, ...]
    visit: str
    requests: tuple[RequestedPaper, ...] = ()
    notice: str = ""
    made_at: int | None = None


class SignedWithdrawal(MessagePart, frozen=True, kw_only=True):
    """The number of the identity document of the party who signed a withdrawal on paper, which the clerk compared."""

    number: str


class WithdrawCaseConsent(Command[CaseConsentWithdrawn], frozen=True, kw_only=True):
    """Withdraws the consent to the use of licences of an accepted case, at the request of their holder in `visit`.

    `personal` is for a holder without a code, who signed a paper: the number of the identity document.
    """

    stored_name: ClassVar[str] = "WithdrawCaseConsent"
    case: str
    materials: tuple[str, ...]
    visit: str
    window: str
    personal: SignedWithdrawal | None = None


def find_withdrawable(case: CaseRecord) -> dict[str, Row]:
    """Return the newest version of each material that is used by consent and on which nobody decided."""
    return {name: row for name, row in _find_consented(case).items() if not _find_deciding(case, name)}


def find_decided(case: CaseRecord) -> dict[str, tuple[str, ...]]:
    """Return the organs that decided, or committed themselves, on each material that is used by consent."""
    found = {name: tuple(task["organ"] for task in _find_deciding(case, name)) for name in _find_consented(case)}
    return {name: tuple(dict.fromkeys(organs)) for name, organs in found.items() if organs}


def _find_consented(case: CaseRecord) -> dict[str, Row]:
    newest = {row["material"]: row for row in case.materials}
    is_open = case.row["state"] == "accepted"
    return {name: row for name, row in newest.items() if is_open and _consent_id(row)}


def _consent_id(material: Row) -> str:
    """Return the id by which `consents` has the consent to a material of a case; empty if it needed none."""
    return str({"licence": material["licence"], EARLIER: material["origin"]}.get(material["how"]) or "")


def _find_deciding(case: CaseRecord, material: str) -> list[Row]:
    """Return the tasks that have decided, or committed themselves, on a material."""
    users = {planned.id for planned in case.plan.active_matters if material in planned.materials}
    return [
        task
        for task in case.tasks
        if task["matter"] in users and (task["state"] in ("approved", "refused") or task["committed_at"] is not None)
    ]


def _decide(tx: Transaction, command: WithdrawCaseConsent, moment: Moment) -> CaseConsentWithdrawn:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    newest = {row["material"]: row for row in case.materials}
    _require_holder(tx, command, moment, case, [newest[name] for name in command.materials if name in newest])
    for name in command.materials:
        if deciding := _find_deciding(case, name):
            organs = (case.catalogue.organ(task["organ"]).name for task in deciding)
            raise Refused(
                "decided",
                "{organs} has decided on {name}: the consent cannot be withdrawn any more.",
                organs=join_names(organs),
                name=join_names([case.catalogue.material(name).name]),
            )
    withdrawable = find_withdrawable(case)
    if not command.materials or not set(command.materials) <= withdrawable.keys():
        raise Refused("nothing", "None of these materials is used by consent in this case.")
    requests = tuple(_build_requests(case, frozenset(command.materials)))
    open_notice = tx.query_one("cases.open_supplement_notice", number=case.number) if requests else None
    count = sum(notice["kind"] == "supplement" for notice in tx.select("notices", case_number=case.number))
    notice = (open_notice["id"] if open_notice else f"{case.number}-supplement-{count + 1}") if requests else ""
    return CaseConsentWithdrawn(
        versions=tuple(newest[name]["version"] for name in command.materials),
        licences=tuple(_consent_id(newest[name]) for name in command.materials),
        visit=case.row["visit"] or "",
        requests=requests,
        notice=notice,
        made_at=find_notice_time(tx, case.number, moment) if requests and not open_notice else None,
    )


def _require_holder(
    tx: Transaction, command: WithdrawCaseConsent, moment: Moment, case: CaseRecord, materials: list[Row]
) -> None:
    """Raise Refused unless the holder of all materials is served, or who acts for the holder.

    Without a code the number of the identity document identifies the party; wrong ones are counted.
    """
    visit = tx.get("visits", id=command.visit)
    is_served = visit is not None and visit["ended_at"] is None and visit["staff"] == moment.actor.id
    number = visit["shown_number"] if visit is not None and visit["confirmed"] else ""
    if command.personal is not None:
        number = fold_code(command.personal.number)
        _require_tries_left(tx, command, moment)
    numbers = {row["number"] for row in tx.select("parties", case_number=command.case)}
    numbers |= {row["agent_number"] for row in tx.select("representations", case_number=command.case)}
    allowed = [find_withdrawers(tx, case, row, moment.decided_at) for row in materials]
    numbers = numbers.union(*allowed)
    if not is_served or not number or number not in numbers:
        if command.personal is not None and is_served:
            until = moment.decided_at + read_policy(tx).factor_lockout_minutes * MICROSECONDS_PER_MINUTE
            raise Refused(_WRONG_NUMBER, "No party of this case has this number.", until=until)
        raise Refused(
            "other_person", "A party of the case has to show a code first (F7): only they withdraw a consent."
        )
    others = [row["material"] for row, found in zip(materials, allowed, strict=True) if number not in found]
    if others:
        raise Refused(
            "not_holder",
            "{name}: only the holder withdraws the consent, or who acts for the holder. Ask them to come.",
            name=join_names(case.catalogue.material(name).name for name in others),
        )


def _require_tries_left(tx: Transaction, command: WithdrawCaseConsent, moment: Moment) -> None:
    policy = read_policy(tx)
    locks = (
        (SECOND_FACTOR, command.case, policy.wrong_factors_before_lockout),
        (SECOND_FACTOR_AT, node_of_chain(moment.node), policy.wrong_factors_of_machine),
    )
    if any(locked_until(tx, what, who, moment.decided_at, limit) is not None for what, who, limit in locks):
        raise Refused(
            "too_many_tries", "Wrong numbers were entered too often for this case or at this machine. Try again later."
        )


def _count_wrong_number(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    if entry.decision.reason == _WRONG_NUMBER and "until" in entry.decision.facts:
        until = int(entry.decision.facts["until"])
        for what, who in ((SECOND_FACTOR, entry.command.case), (SECOND_FACTOR_AT, node_of_chain(entry.moment.node))):
            count_failure(tx, what, who, entry.decided_at, until)


def _build_requests(case: CaseRecord, withdrawn: frozenset[str]) -> list[RequestedPaper]:
    found: list[RequestedPaper] = []
    for task in case.open_tasks():
        planned = next((matter for matter in case.plan.active_matters if matter.id == task["matter"]), None)
        needed = tuple(name for name in planned.materials if name in withdrawn) if planned is not None else ()
        if not needed or task["state"] not in ("pooled", "claimed", "returned"):
            continue
        before = case.supplements_of(task["id"])
        current = next((row for row in before if row["answered_at"] is None and not row["kind"]), None)
        if task["state"] == "returned" and current is not None:
            asked = (*decode_json_list(current["materials"]), *needed)
            found.append(
                RequestedPaper(
                    task=task["id"],
                    organ=task["organ"],
                    supplement=current["id"],
                    materials=tuple(dict.fromkeys(asked)),
                    is_new=False,
                )
            )
            continue
        next_task_state(task["state"], "ask_paper")
        supplement = f"{task['id']}-{len(before) + 1}"
        found.append(RequestedPaper(task=task["id"], organ=task["organ"], supplement=supplement, materials=needed))
    return found


@RULES.register(
    WithdrawCaseConsent,
    CaseConsentWithdrawn,
    permission="case.withdraw_consent",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Consent withdrawn after the acceptance"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "visit"),
    placement=Placement.REMOTE,  # only the authority knows every decision
    apply_refusal=_count_wrong_number,
    keep_personal=False,
)
def _apply(tx: Transaction, entry: Entry[WithdrawCaseConsent, CaseConsentWithdrawn]) -> None:
    command, decision = entry.command, entry.decision
    for name, version, licence in zip(command.materials, decision.versions, decision.licences, strict=True):
        tx.delete("materials", case_number=command.case, material=name, version=version)
        tx.update(
            "consents",
            {"visit": decision.visit, "licence": licence},
            given_at=None,
            how="withdrawn",
            released_at=None,
            list_number="",
        )
        tx.update("earlier_materials", {"visit": decision.visit, "id": licence}, content=None)
    _mark_values_as_stated(tx, command)
    for request in decision.requests:
        _ask_for_paper(tx, entry, request)
    if decision.made_at is not None:
        insert_notice(tx, decision.notice, command.case, "supplement", command.window, decision.made_at)
    visit = tx.get("visits", id=decision.visit)
    if visit is not None:
        tx.mark_changed(f"window/{visit['window_id']}", f"visit/{decision.visit}")
    for task in tx.select("tasks", case_number=command.case):
        tx.mark_changed(f"organ/{task['organ']}", f"case/{command.case}")
    mark_case_changed(tx, command.case)


def _mark_values_as_stated(tx: Transaction, command: WithdrawCaseConsent) -> None:
    """Mark the form values that the licences filled in as stated by the applicant, who confirmed the form."""
    sources = tuple(f"licence:{name}." for name in command.materials)
    for row in tx.select("field_values", case_number=command.case):
        if row["source"].startswith(sources):
            tx.update("field_values", {"case_number": command.case, "field": row["field"]}, source="typed")


def _ask_for_paper(
    tx: Transaction, entry: Entry[WithdrawCaseConsent, CaseConsentWithdrawn], request: RequestedPaper
) -> None:
    if not request.is_new:
        (row,) = tx.select("supplements", id=request.supplement)
        codes = dict.fromkeys((*decode_json_list(row["reason_codes"]), CONSENT_WITHDRAWN))
        tx.update(
            "supplements",
            {"id": request.supplement},
            materials=encode_json_list(request.materials),
            reason_codes=encode_json_list(tuple(codes)),
        )
        return
    suspend_task(tx, request.task, request.organ, "returned", entry.decided_at)
    tx.insert(
        "supplements",
        id=request.supplement,
        task=request.task,
        case_number=entry.command.case,
        notice=entry.decision.notice,
        materials=encode_json_list(request.materials),
        reason="",
        reason_codes=encode_json_list((CONSENT_WITHDRAWN,)),
        asked_by=entry.moment.actor.id,
        asked_at=entry.moment.corrected_at,
        late_materials=encode_json_list(()),
        late_code="",
        late_reason="",
        notified_at=None,
    )
