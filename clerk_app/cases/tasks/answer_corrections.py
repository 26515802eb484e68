"""Correction of an answer of an accepted case, and the exclusions that hold because of it.

What decided which matters apply, and in which variant, stays: for these the application is made again. Decided matters
that used the answer are checked again. An open task that another organ decides now moves there (`organ_moves`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_objects import IdentifiedObject, list_objects, write_objects
from clerk_app.cases.case_record import CaseRecord, plan_case, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.completeness import normalize_valid
from clerk_app.cases.objections import insert_objection, next_objection_number
from clerk_app.cases.states import next_case_state
from clerk_app.cases.tasks.new_tasks import NewTask, insert_tasks, task_columns
from clerk_app.cases.tasks.organ_moves import (
    OTHER_ORGAN,
    STAYS,
    MovedTask,
    apply_moves,
    find_moves,
    list_changes,
)
from clerk_app.cases.tasks.rechecks import build_answer_rechecks
from clerk_app.cases.tasks.unsettled_exclusions import EXCLUDED, list_live_matters, list_unsettled
from clerk_app.cases.text_index import replace_text
from clerk_app.catalogue.admissible_choice import list_choices
from clerk_app.catalogue.broken_rules import find_broken_rules
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.publication import read_calendar
from clerk_app.catalogue.terms import NUMBER_KINDS, join_names
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import to_city_day
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import Plan

RULES = RuleSet()
CORRECTED = "corrected"
"""Source of a value that was corrected after the acceptance."""
_SENTENCE = mark(
    "Since {field} was corrected, these matters exclude each other: {matters}. {why}. Proposed: withdraw {drop}, "
    "with the agreement of the applicant. Until this is settled none of them is approved."
)


class CorrectedValue(MessagePart, frozen=True, kw_only=True):
    """The corrected answer, and why it is corrected: asked for by the applicant, a revoked licence, a new paper."""

    value: str
    reason: str


class AnswerCorrected(CommandDecision, frozen=True, kw_only=True):
    """The normalised answer is in `entry.command`; here are its consequences.

    `rechecks` are new tasks of matters that were decided with the former answer, `rechecked_tasks` what they check
    again. `excluded` are matters that exclude each other now, `proposed` those to withdraw; `objection` is the number
    of the objection that reports them, 0 for none. `reopens`: the case was closed, and is under way again. `moved` are
    open tasks that another organ decides now; `stays` are matters that it would decide, but that were decided before:
    the objection after that of the exclusion, if any, reports these.
    `topic` is that within which the answer is compared with texts of other cases; empty if it is not compared.
    """

    stored_name: ClassVar[str] = "AnswerCorrected"
    case: str
    rechecks: tuple[NewTask, ...] = ()
    rechecked_tasks: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    why: str = ""
    objection: int = 0
    reopens: bool = False
    dates: CaseDates | None = None
    objects: tuple[IdentifiedObject, ...] = ()  # that the answer helps to identify
    moved: tuple[MovedTask, ...] = ()
    stays: tuple[str, ...] = ()
    topic: str = ""


class CorrectAnswer(Command[AnswerCorrected], frozen=True, kw_only=True):
    """Corrects an answer of an accepted case."""

    stored_name: ClassVar[str] = "CorrectAnswer"
    case: str
    field: str
    personal: CorrectedValue | None = None


def list_correctable(case: CaseRecord) -> list[Field]:
    """Return the fields whose answer can be corrected after the acceptance.

    Not those of names and numbers of parties, and not those that decide which matters apply, or their variant.
    """
    deciding: set[str] = set()
    for planned in case.plan.matters:
        conditions = [variant.when for variant in planned.matter.variants]
        conditions += [planned.matter.applies.when] if planned.matter.applies else []
        deciding.update(name for condition in conditions for name in condition.field_ids())
    names = {f"{role.id}_name" for role in case.plan.one_thing.parties}
    fields = [planned.field for planned in case.plan.fields]
    return [
        field
        for field in fields
        if field.id not in deciding | names and field.kind not in (*NUMBER_KINDS, "document_kind")
    ]


def _decide(tx: Transaction, command: CorrectAnswer, moment: Moment) -> AnswerCorrected:
    case, details = read_case(tx, command.case), command.personal
    require_site(tx, moment, case.row, *(task["organ"] for task in case.tasks))
    if case.row["state"] not in ("accepted", "closed"):
        next_case_state(case.row["state"], "recheck")
    if details is None:
        raise Refused("reason", "A reason is needed.")
    require_reason(details.reason)
    field = next((field for field in list_correctable(case) if field.id == command.field), None)
    if field is None:
        raise Refused(
            "not_correctable", "This answer decides the matters or names a party: withdraw the case and apply again."
        )
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case.number)}
    today = to_city_day(moment.corrected_at, case.catalogue)
    value = normalize_form_value(case.plan, field, details.value, values, today)
    if value != details.value or value == values.get(field.id, "") or (field.required and not value):
        raise Refused("value", "{field} needs another answer than before.", field=join_names([field.name]))
    values = {**values, field.id: value}
    for finding in find_broken_rules(case.plan, normalize_valid(case.plan, values, today), today):
        if finding.stops and field.id in finding.rule.field_ids():
            raise Refused("rule", "{rule}", rule=join_names([finding.rule.reason]))
    calendar = read_calendar(tx, case.catalogue)
    rechecks = build_answer_rechecks(calendar, case, field.id, moment)
    after = plan_case(case.catalogue, case.row["one_thing"], list_live_matters(case), values)
    excluded, proposed, why = _find_excluded(case, after)
    moved, stays = find_moves(tx, calendar, case, after)
    new_rows = [{**task_columns(new, case.number, moment.corrected_at, old), "ended_at": None} for new, old in rechecks]
    return AnswerCorrected(
        case=case.number,
        rechecks=tuple(new for new, _old in rechecks),
        rechecked_tasks=tuple(old for _new, old in rechecks),
        excluded=excluded,
        proposed=proposed,
        why=why,
        objection=next_objection_number(tx, case.number) if excluded or stays else 0,
        reopens=bool(rechecks) and case.row["state"] == "closed",
        objects=tuple(found for found in list_objects(case.plan.matters, values) if field.id in found.fields),
        dates=update_case_dates(calendar, case, list_changes(moved), new_rows) if rechecks or moved else None,
        moved=moved,
        stays=stays,
        topic=case.row["one_thing"] if field.check == "similar_text" else "",
    )


def _find_excluded(case: CaseRecord, plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the matters that exclude each other in a plan, those proposed to be withdrawn, and the reasons."""
    unsettled = list_unsettled(plan.exclusions, list_live_matters(case))
    if not unsettled:
        return (), (), ""
    approved = [matter for matter, task in case.latest_tasks().items() if task["state"] == "approved"]
    excluded = tuple(dict.fromkeys(name for _exclusion, rivals in unsettled for name in rivals))
    reasons = dict.fromkeys(exclusion.reason for exclusion, _rivals in unsettled)
    return excluded, list_choices(plan, fixed=approved)[0].drop, join_names(reasons)


@RULES.register(
    CorrectAnswer,
    AnswerCorrected,
    permission="case.correct_answer",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("Correction of an answer"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[CorrectAnswer, AnswerCorrected]) -> None:
    command, decision, at = entry.command, entry.decision, entry.moment.corrected_at
    value = command.personal.value if command.personal is not None else None  # erased
    tx.upsert(
        "field_values",
        ("case_number", "field"),
        case_number=decision.case,
        field=command.field,
        value=value,
        source=CORRECTED,
    )
    if entry.moment.is_authority and decision.topic:
        replace_text(tx, decision.case, decision.topic, command.field, value or "")
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=decision.case)}
    write_objects(tx, decision.case, decision.objects, values if value is not None else {})
    for recheck, rechecked in zip(decision.rechecks, decision.rechecked_tasks, strict=True):
        insert_tasks(tx, decision.case, [recheck], at, recheck_of=rechecked)
    if decision.rechecks:
        tx.query_one("cases.decrease_pending", number=decision.case, many=-len(decision.rechecks))
    if decision.reopens:
        tx.update("cases", {"number": decision.case}, state="accepted", closed_at=None)
    apply_moves(tx, decision.moved, entry.decided_at)
    store_case_dates(tx, decision.case, decision.dates)
    if decision.excluded and decision.objection:
        insert_objection(
            tx,
            decision.case,
            decision.objection,
            EXCLUDED,
            facts={
                "field": command.field,
                "matters": ",".join(decision.excluded),
                "drop": ",".join(decision.proposed),
                "why": decision.why,
            },
            raised_at=entry.decided_at,
            sentence=_SENTENCE,
        )
    if decision.stays:
        insert_objection(
            tx,
            decision.case,
            decision.objection + bool(decision.excluded),
            OTHER_ORGAN,
            facts={"field": command.field, "matters": ",".join(decision.stays)},
            raised_at=entry.decided_at,
            sentence=STAYS,
        )
    mark_case_changed(tx, decision.case)
