"""Views of a task for its officer: the whole task, or its preview in the queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import list_printed_notices
from clerk_app.cases.states import ENDED_TASK_STATES, TASK_STATE_NAMES, has_expired_claim
from clerk_app.cases.tasks.demands import add_organ_materials, find_outside_materials, list_demandable_materials
from clerk_app.cases.tasks.late_requests import find_late_materials
from clerk_app.cases.tasks.lead_decides import list_undecided
from clerk_app.cases.tasks.referral_records import find_referral
from clerk_app.cases.tasks.referrals import find_superior
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.composition.office import Office
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.case_answers import read_answers
from clerk_app.roles.case_history import read_history
from clerk_app.roles.case_messages import describe_messages
from clerk_app.roles.case_tracks import build_case_tracks
from clerk_app.roles.case_view import build_material_rows, build_matter_rows
from clerk_app.roles.department.escalations import describe_escalations
from clerk_app.roles.department.result_form import build_result_fields
from clerk_app.roles.department.terms import describe_term
from clerk_app.roles.department.waits import describe_referral, describe_wait, list_wait_steps
from clerk_app.roles.formatting import (
    format_due_day,
    format_party_name,
    format_stored_reasons,
    list_stock_reasons,
    localize,
    localize_organ_name,
)
from clerk_app.roles.joint_limit import describe_joint_limit
from clerk_app.roles.objection_view import name_materials
from clerk_app.roles.promise_words import describe_handling, find_promised_gaps
from clerk_app.roles.representation_words import describe_case_representation, list_acted_for
from clerk_app.roles.result_view import build_expected_row, find_producer, list_result_warnings
from clerk_app.roles.signature_words import list_co_signatures
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.task_queue import build_task_row
from clerk_app.views.case import MaterialRow
from clerk_app.views.department import TaskAction, TaskView
from clerk_app.views.shared import LabelledValue, Option
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


def build_task_view(office: Office, tx: Transaction, task_id: str, staff: Row, *, in_full: bool) -> TaskView:
    """Build the view of an opened task for the officer `staff`; `in_full`: names and numbers are not masked."""
    row = read_task(tx, task_id)
    case = add_organ_materials(tx, read_case(tx, row["case_number"]), row["organ"])
    other_materials = list_demandable_materials(case, row["matter"])
    materials = sorted({*materials_of_matter(case, row["matter"]), *other_materials})
    is_held = row["owner"] == staff["id"] and row["state"] == "claimed"
    view = _build_view(office, tx, case, row, staff["name"] if is_held else "", in_full=in_full)
    shown = [material.id for material in view.materials]
    return replace(
        view,
        fields=(
            *list_acted_for(tx, case, in_full=in_full),
            *list_co_signatures(tx, case, matter=row["matter"], in_full=in_full),
            *_read_unbrought_papers(case, row),
            *_read_legal_bases(case, row),
            *_read_result_warnings(tx, case, row),
            *_read_earlier_decision(tx, case, row),
            *read_answers(tx, case, row["matter"], in_full=in_full),
        ),
        late_materials=find_late_materials(
            case,
            row["organ"],
            materials,
            list_printed_notices(case, tx.select("notices", case_number=case.number)),
        ),
        outside_materials=find_outside_materials(case, row["matter"], shown),
        other_materials=tuple(
            Option(name, localize(case.catalogue.material(name).name)) for name in other_materials if name not in shown
        ),
        actions=_allowed_actions(tx, case, row) if is_held else (),
        superior=_name_superior(tx, case, row),
        wait_steps=list_wait_steps(case.catalogue.matter(row["matter"])),
        refuse_reasons=list_stock_reasons(case.catalogue, "refuse", row["matter"]),
        return_reasons=list_stock_reasons(case.catalogue, "return", row["matter"]),
        bulk_matter=row["matter"] if is_held and case.catalogue.matter(row["matter"]).bulk else "",
        has_compared_texts=is_held and any(planned.field.check == "similar_text" for planned in case.plan.fields),
        result_fields=build_result_fields(case, row["matter"]) if is_held else (),
    )


def build_preview(office: Office, tx: Transaction, task_id: str) -> TaskView:
    """Build the masked view of a task that is not opened, without the values of its form."""
    row = read_task(tx, task_id)
    case = read_case(tx, row["case_number"])
    holder = "" if has_expired_claim(row, office.corrected_now) else read_staff_name(tx, row["owner"])
    return _build_view(office, tx, case, row, holder, in_full=False)


def _build_view(office: Office, tx: Transaction, case: CaseRecord, row: Row, holder: str, *, in_full: bool) -> TaskView:
    zone, now = case.catalogue.time_zone, office.corrected_now
    materials = frozenset((*materials_of_matter(case, row["matter"]), *_list_outside(case, row)))
    working = read_calendar(tx, case.catalogue).working_days_of(row["organ"])
    due_soon_days = read_policy(tx).officer_due_soon_days
    return TaskView(
        row=build_task_row(row, case.row, case.catalogue, working, holder, now, due_soon_days),
        applicant=_describe_applicant(tx, case, in_full=in_full),
        is_masked=not in_full,
        promised=format_due_day(row["due_at"], zone, expected=bool(row["expected"])),
        statutory=format_due_day(row["statutory_at"], zone, expected=bool(row["statutory_expected"])),
        fields=(),
        materials=(*build_material_rows(tx, case, now, materials), *_build_missing_rows(tx, case, row["matter"])),
        siblings=tuple(matter for matter in build_matter_rows(tx, case, now) if matter.id != row["matter"]),
        history=read_history(tx, case),
        lease_until=to_local_time(row["lease_until"], zone) if row["lease_until"] else None,
        lease_over=has_expired_claim(row, now),
        actions=(),
        accepted=_describe_acceptance(tx, case),
        waiting=tuple(_describe_waiting(tx, case, row, now)),
        tracks=build_case_tracks(tx, case, now),
        undecided=name_undecided(case, row),
    )


def name_undecided(case: CaseRecord, task: Row) -> tuple[str, ...]:
    """Return the names of the matters for which the organ of an open task may wait (join `lead`)."""
    if task["state"] in ENDED_TASK_STATES:
        return ()
    return tuple(localize(case.catalogue.matter(name).name) for name in list_undecided(case, task["matter"]))


def _describe_applicant(tx: Transaction, case: CaseRecord, *, in_full: bool) -> str:
    """Return the name of the applicant, and who acted for them at the acceptance."""
    row = case.row
    name = (row["applicant_name"] or "") if in_full else format_party_name(row["applicant_name"], row["applicant_kind"])
    agent = describe_case_representation(tx, case, in_full=in_full)
    return _("{name}, represented by {agent}").format(name=name, agent=agent) if agent else name


def _describe_acceptance(tx: Transaction, case: CaseRecord) -> str:
    """Return when and where a case was accepted."""
    at = to_local_time(case.row["accepted_at"], case.catalogue.time_zone)
    site = localize_organ_name(tx.get("organs", id=case.row["centre"])) if case.row["centre"] else ""
    return format_list(filter(None, (f"{at:%Y-%m-%d %H:%M}", site)))


def _describe_waiting(tx: Transaction, case: CaseRecord, task: Row, now: int) -> Iterator[str]:
    """Yield who holds a task or why it waits, and which matters wait for it."""
    zone = case.catalogue.time_zone
    yield from describe_handling(tx, case, task["matter"])
    if task["state"] == "claimed":
        until = f"{to_local_time(task['lease_until'], zone):%m-%d %H:%M}" if task["lease_until"] else ""
        sentence = (
            _("The hold of {name} ended on {time}: anybody can take it.")
            if has_expired_claim(task, now)
            else _("{name} holds it, until {time}.")
        )
        yield sentence.format(name=read_staff_name(tx, task["owner"]), time=until)
    elif task["state"] == "returned":
        yield from _describe_requests(tx, case, task)
    if task["moved_from"]:
        organ = localize_organ_name(tx.get("organs", id=task["moved_from"]), task["moved_from"])
        yield _("It moved here from {organ}: the answer was corrected that decides the organ.").format(organ=organ)
    yield from describe_escalations(tx, task["id"], zone)
    yield from describe_wait(tx, case, task, now)
    yield from describe_referral(tx, case, task)
    yield from describe_term(tx, case, task)
    messages, limit = describe_messages(tx, case.number, task["organ"]), describe_joint_limit(tx, case, now)
    if messages:
        yield _("Messages on the case: {messages}. F8 10 shows them.").format(messages=messages)
    if limit:
        yield _("All organs together have until {limit}.").format(limit=limit)
    if task["state"] == "pooled":
        since = to_local_time(task["started_at"] or case.row["accepted_at"], zone)
        yield _("Nobody holds it: it is in the queue since {time}.").format(time=f"{since:%m-%d %H:%M}")
    warnings = (*_read_unbrought_papers(case, task), *_read_result_warnings(tx, case, task))
    for line in (*warnings, *_read_earlier_decision(tx, case, task)):
        yield format_list((line.label, line.value), ":")
    names = {planned.id: localize(planned.matter.name) for planned in case.plan.matters}
    states = {matter: row["state"] for matter, row in case.latest_tasks().items()}
    followers = [
        names[planned.id]
        for planned in case.plan.active_matters
        if states.get(planned.id) == "waiting" and any(arrow.matter == task["matter"] for arrow in planned.waits_for)
    ]
    undecided = name_undecided(case, task)
    if undecided:
        sentence = _("{matters} is not decided yet; this organ decides whether to wait.")
        yield sentence.format(matters=format_list(undecided))
    if followers and task["state"] not in ("approved", "refused"):
        yield _("Wait for this one: {matters}.").format(matters=format_list(followers))


def _describe_requests(tx: Transaction, case: CaseRecord, task: Row) -> Iterator[str]:
    """Yield the papers that a returned task waits for: since when, who asked, until when."""
    zone = case.catalogue.time_zone
    for request in case.supplements_of(task["id"]):
        if request["answered_at"] is not None:
            continue
        papers = name_materials(case.catalogue, case.missing_materials(request))
        sentence = _("Waits for papers: {papers}, asked for on {day} by {name}.")
        asked = to_local_time(request["asked_at"], zone)
        yield sentence.format(papers=papers, day=f"{asked:%m-%d}", name=read_staff_name(tx, request["asked_by"]))
        if request["notified_at"] is None:
            yield _("The notice is not printed yet, so the time limit still runs.")
        elif request["deadline_at"] is not None:
            yield _("To be brought by {day}.").format(day=format_due_day(request["deadline_at"], zone))


def _name_superior(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return the name of the organ to which a task can be referred; empty if there is none."""
    superior = find_superior(case, task)
    return localize_organ_name(tx.get("organs", id=superior), superior) if superior else ""


def _allowed_actions(tx: Transaction, case: CaseRecord, row: Row) -> tuple[TaskAction, ...]:
    actions: list[TaskAction] = ["approve", "refuse", "return", "wait"]
    if find_superior(case, row):
        actions.append("refer")
    if find_referral(tx, row["id"]) is not None:
        actions.append("send_back")
    if row["committed_at"] is None:
        actions.append("commit")
    actions.append("procedure")
    if not row["extended_days"]:
        actions.append("extend")
    return (*actions, "release")


def materials_of_matter(case: CaseRecord, matter: str) -> tuple[str, ...]:
    """Return the ids of the materials that a matter of a case needs."""
    return next(planned.materials for planned in case.plan.active_matters if planned.id == matter)


def _list_outside(case: CaseRecord, task: Row) -> list[str]:
    """Return the materials that were asked for in a task although its matter does not require them."""
    requests = case.supplements_of(task["id"])
    return [name for request in requests for name in decode_json_list(request["outside_materials"])]


def _read_legal_bases(case: CaseRecord, task: Row) -> Iterator[LabelledValue]:
    """Yield what was asked for although the matter does not require it, and on which legal basis."""
    for request in case.supplements_of(task["id"]):
        if request["legal_basis"]:
            papers = name_materials(case.catalogue, decode_json_list(request["outside_materials"]))
            yield LabelledValue(_("Legal basis"), format_list((papers, request["legal_basis"]), ":"))


def _build_missing_rows(tx: Transaction, case: CaseRecord, matter: str) -> list[MaterialRow]:
    """Build the rows of a matter's materials that the case lacks: not handed in, or produced by another matter."""
    promised = find_promised_gaps(tx, case)
    held = {row["material"] for row in case.materials}
    requested = {
        name for row in case.supplements if row["answered_at"] is None for name in decode_json_list(row["materials"])
    }
    rows: list[MaterialRow] = []
    for name in materials_of_matter(case, matter):
        if name in held | requested:
            continue
        material = case.catalogue.material(name)
        if material.origin == "produced" and find_producer(case, name) is not None:
            rows.append(build_expected_row(case, name))
            continue
        rows.append(
            MaterialRow(
                id=name,
                name=localize(material.name),
                needed_for="",
                state="missing",
                state_name=_("not handed in"),
                level="warn",
                reason=_("Promised until {day}.").format(day=promised[name]) if name in promised else "",
            )
        )
    return rows


def _read_result_warnings(tx: Transaction, case: CaseRecord, task: Row) -> tuple[LabelledValue, ...]:
    """Return which results of other matters, as its materials, are in doubt or were replaced since the task began."""
    since = task["started_at"] or case.row["accepted_at"]
    return tuple(list_result_warnings(tx, case, materials_of_matter(case, task["matter"]), since))


def _read_unbrought_papers(case: CaseRecord, task: Row) -> tuple[LabelledValue, ...]:
    """Return the papers of a task that were not brought in time, and what the officer can do about it."""
    if not task["papers_overdue"]:
        return ()
    ended = [supplement for supplement in case.supplements_of(task["id"]) if supplement["term_ended"]]
    missing = dict.fromkeys(name for supplement in ended for name in case.missing_materials(supplement))
    sentence = _("{papers}. F9 decides on what there is, or refuses; F6 asks again with a new notice.")
    return (LabelledValue(_("Papers not brought"), sentence.format(papers=name_materials(case.catalogue, missing))),)


def _read_earlier_decision(tx: Transaction, case: CaseRecord, task: Row) -> tuple[LabelledValue, ...]:
    """Return the decision that a re-check checks again: outcome, day and reason."""
    earlier = tx.get("decisions", task=task["recheck_of"]) if task["recheck_of"] else None
    if earlier is None:
        return ()
    day = to_local_time(earlier["at"], case.catalogue.time_zone).date().isoformat()
    outcome = f"{translate(TASK_STATE_NAMES[earlier['outcome']])} {day}"
    reasons = format_stored_reasons(case.catalogue, earlier)
    return (LabelledValue(_("Earlier decision"), format_list(filter(None, (outcome, reasons)), ":")),)
