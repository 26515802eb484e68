"""Views of an accepted case for counter, department and kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.consents import read_consents
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.objections import RESULTS_WAIT, has_doubts
from clerk_app.cases.paper_facts import has_expired
from clerk_app.cases.result_materials import PRODUCED
from clerk_app.cases.states import CASE_STATE_NAMES, TASK_STATE_NAMES
from clerk_app.cases.status_query import (
    CaseStatus,
    MatterStatus,
    RequestedMaterial,
    complete_earlier_statuses,
    list_matter_statuses,
    list_omitted_materials,
    list_requested_materials,
)
from clerk_app.locales import _, format_list, translate
from clerk_app.people.earlier_materials import EARLIER, to_city_day
from clerk_app.roles.case_history import read_history
from clerk_app.roles.case_messages import describe_messages
from clerk_app.roles.case_results import read_case_results
from clerk_app.roles.case_tracks import TASK_LEVELS, build_case_tracks
from clerk_app.roles.case_visits import describe_visits
from clerk_app.roles.fee_lines import describe_fees
from clerk_app.roles.formatting import (
    describe_consent,
    format_data_time,
    format_due_day,
    format_party_name,
    format_promise,
    format_reasons,
    format_request,
    format_stored_reasons,
    localize,
)
from clerk_app.roles.joint_limit import describe_joint_limit
from clerk_app.roles.material_origin import describe_learnt, describe_origin, describe_revocation, name_issuer
from clerk_app.roles.papers.page_findings import name_held
from clerk_app.roles.papers.reading import can_read_papers
from clerk_app.roles.promise_words import describe_broken_promise, describe_commitment, list_commitments
from clerk_app.roles.received_notice import describe_received, describe_received_status
from clerk_app.roles.receivers import build_receivers, describe_receiver
from clerk_app.roles.rejected_work import read_rejected_work
from clerk_app.roles.representation_words import describe_case_representation, list_acted_for
from clerk_app.roles.responsibility_words import describe_responsible
from clerk_app.roles.result_view import build_result_row
from clerk_app.roles.results_day import describe_results_day
from clerk_app.roles.signature_words import list_co_signatures
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.roles.withdrawable import list_decided, list_withdrawable
from clerk_app.views.case import CaseAction, CaseView, MaterialRow, MatterRow
from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.shared import Level, Option
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_CASE_LEVEL: dict[str, Level] = {
    "received": "warn",
    "accepted": "warn",
    "closed": "good",
    "issued": "good",
    "delivered": "plain",
    "not_accepted": "bad",
    "withdrawn": "plain",
}


def build_case_view(
    tx: Transaction,
    case: CaseRecord,
    now: int,
    *,
    data_time: int | None,
    visit: Row | None = None,
    in_full: bool = False,
) -> CaseView:
    """Build the view of a case for the counter.

    `data_time` is when this store last had the changes of its authority, None if it never had; see `read_data_time`.
    `visit` is the one at the window. `in_full`: the clerk has stated why the applicant is needed without masking.
    """
    row, zone = case.row, case.catalogue.time_zone
    is_open = row["state"] == "accepted"
    is_decided = not is_open and row["closed_at"] is not None  # a withdrawn case has no results
    suspended = _("suspended") if is_open else ""
    received_by, results = describe_receiver(tx, case), read_case_results(tx, case)
    held = translate(RESULTS_WAIT) if row["state"] in ("closed", "issued") and has_doubts(tx, case.number) else ""
    return CaseView(
        number=case.number,
        one_thing=localize(case.plan.one_thing.name),
        state=translate(CASE_STATE_NAMES[row["state"]]),
        level=_CASE_LEVEL.get(row["state"], "plain"),
        applicant=_describe_applicant(row, in_full=in_full),
        is_masked=not in_full,
        accepted=to_local_time(row["accepted_at"], zone).strftime("%Y-%m-%d %H:%M"),
        promised=format_promise(
            *(row["promised_at"], row["first_promised_at"], zone),
            expected=bool(row["expected"]) and is_open,
            is_open=is_open,
            now=now,
        )
        if is_open or is_decided
        else "",
        results_by=describe_results_day(tx, case) if is_decided else "",
        # once all is decided, no decision is due by law any more
        statutory=(format_due_day(row["statutory_at"], zone, expected=bool(row["statutory_expected"])) or suspended)
        if is_open
        else "",
        matters=build_matter_rows(tx, case, now),
        materials=(*build_material_rows(tx, case, now, consents=read_consents(tx, case.number)), *build_gap_rows(case)),
        requested_materials=(*describe_received(tx, case), *describe_requested_materials(case)),
        results=results.ready,
        collected=results.collected,
        early=results.early,
        history=read_history(tx, case),
        actions=_allowed_actions(case, can_hand_over=not held, has_early=bool(results.early)),
        held=held,
        replaceable=list_replaceable_materials(case),
        as_of=format_data_time(data_time, now, zone),
        rejected=read_rejected_work(tx, zone, case.number),
        handed_over=row["delivered_at"] is not None,
        receivers=build_receivers(tx, case, visit),
        received_by=format_list(filter(None, received_by), ":"),
        tracks=build_case_tracks(tx, case, now),
        fees=describe_fees(case.plan),
        answers_now=describe_responsible(tx, case),
        visits=describe_visits(tx, case.number, visit),
        withdrawable=list_withdrawable(case),
        decided_consents=list_decided(case),
        represented_by=describe_case_representation(tx, case, in_full=in_full),
        acted_for=list_acted_for(tx, case, in_full=in_full),
        co_signed=list_co_signatures(tx, case, in_full=in_full),
        joint_limit=describe_joint_limit(tx, case, now),
        messages=describe_messages(tx, case.number),
    )


def _describe_applicant(case: Row, *, in_full: bool) -> str:
    if not in_full:
        return format_party_name(case["applicant_name"], case["applicant_kind"])
    return f"{case['applicant_name'] or ''} {case['applicant_number'] or ''}".strip()


def build_matter_rows(tx: Transaction, case: CaseRecord, now: int) -> tuple[MatterRow, ...]:
    """Build the rows of the matters at `now` (microseconds UTC). The row of a dropped matter has the reason."""
    names = {planned.id: localize(planned.matter.name) for planned in case.plan.matters}
    return tuple(
        _build_matter_row(case.catalogue, status, format_list(names[arrow.matter] for arrow in planned.waits_for))
        for planned, status in zip(case.plan.matters, list_matter_statuses(tx, case, now), strict=True)
    )


def _build_matter_row(catalogue: Catalogue, status: MatterStatus, predecessors: str = "") -> MatterRow:
    matter, zone = catalogue.matter(status.matter), catalogue.time_zone
    return MatterRow(
        id=status.matter,
        name=localize(matter.name),
        organ=localize(catalogue.organ(status.organ or matter.organ).name),
        state=translate(TASK_STATE_NAMES[status.state]) if status.state else _("left out"),
        level=TASK_LEVELS.get(status.state, "plain"),
        reason=_describe_reason(catalogue, status),
        promised=format_due_day(status.due_at, zone, expected=status.expected),
        statutory=format_due_day(status.statutory_at, zone, expected=status.statutory_expected),
        predecessors=predecessors,
    )


def _describe_reason(catalogue: Catalogue, status: MatterStatus) -> str:
    """Return why a matter was left out, lapsed, is checked again or revoked; otherwise the organ's own reason."""
    if not status.state:
        applies = catalogue.matter(status.matter).applies
        return localize(applies.reason) if applies else status.reason
    if status.state == "lapsed":
        return describe_lapse(catalogue, status.caused_by)
    if status.false_promise_at:
        return describe_broken_promise(catalogue, status.false_promise_at, status.reason)
    if status.revoked_at:
        return describe_revocation(catalogue, status.revoked_at)
    if status.earlier_outcome and status.earlier_at is not None:
        return describe_recheck(catalogue, status.earlier_outcome, status.earlier_at)
    return format_reasons(catalogue, status.reason_codes, status.reason)


def describe_recheck(catalogue: Catalogue, outcome: str, at: int) -> str:
    """Return that a matter is checked again, with the decision in force: its outcome and time (microseconds UTC)."""
    day, name = to_local_time(at, catalogue.time_zone).date().isoformat(), translate(TASK_STATE_NAMES[outcome])
    return _("Checked again; in force until then: {outcome} ({day}).").format(day=day, outcome=name)


def describe_lapse(catalogue: Catalogue, cause: str) -> str:
    """Return why a matter lapsed (ended without a decision); `cause` is the refused matter, empty if unknown."""
    if not cause:
        return _("Ended without a decision, because another matter was refused.")
    sentence = _("Ended without a decision, because this was refused: {matter}.")
    return sentence.format(matter=localize(catalogue.matter(cause).name))


def build_case_status_view(
    catalogue: Catalogue, number: str, status: CaseStatus, now: int, *, data_time: int | None
) -> CaseStatusView:
    """Build the view that shows an applicant the status of a case; `data_time` is its age, see `build_case_view`."""
    zone = catalogue.time_zone
    return CaseStatusView(
        number=number,
        one_thing=localize(catalogue.one_thing(status.one_thing).name),
        state=translate(CASE_STATE_NAMES[status.state]),
        promised=format_promise(
            *(status.promised_at, status.first_promised_at, zone),
            expected=status.expected,
            is_open=status.state == "accepted",
        ),
        matters=tuple(_build_matter_row(catalogue, matter) for matter in complete_earlier_statuses(status.matters)),
        requested_materials=describe_received_status(catalogue, status)
        or tuple(_describe_request(catalogue, request) for request in status.requested_materials),
        as_of=format_data_time(data_time, now, zone),
    )


def build_material_rows(
    tx: Transaction,
    case: CaseRecord,
    now: int,
    only: frozenset[str] | None = None,
    consents: Mapping[str, str] | None = None,
) -> tuple[MaterialRow, ...]:
    """Build the rows of the newest version of each material; requested supplements come first.

    `consents` gives for materials that are licences how consent was confirmed.
    """
    newest = {row["material"]: row for row in case.materials}
    requests = {name: row for row in case.outstanding_supplements() for name in decode_json_list(row["materials"])}
    missing = [name for name, request in requests.items() if _is_older(newest.get(name), request)]
    held = (name for name in newest if name not in missing)
    return build_rows(
        (name for name in (*missing, *held) if only is None or name in only),
        lambda name: (
            _build_requested_row(case, name, requests[name])
            if name in missing
            else _build_held_row(tx, case, newest[name], now, (consents or {}).get(name))
        ),
        _build_unreadable_row,
        lambda name: f"material {name} of case {case.number}",
    )


def _build_unreadable_row(material: str) -> MaterialRow:
    """Build the row of a material that the catalogue version of its case does not have."""
    return MaterialRow(
        id=material,
        name=material,
        needed_for="",
        state="held",
        state_name=translate(CANNOT_BE_DISPLAYED),
        level="bad",
    )


def build_gap_rows(case: CaseRecord) -> tuple[MaterialRow, ...]:
    """Build the rows of secondary materials without which the case was accepted (容缺): they may still be brought."""
    return tuple(
        MaterialRow(
            id=need.material.id,
            name=localize(need.material.name),
            needed_for=format_list(localize(case.catalogue.matter(matter).name) for matter in need.needed_by),
            state="missing",
            state_name=_("may follow"),
            level="warn",
            reason=_("Accepted without it; it can be brought now."),
        )
        for need in list_omitted_materials(case)
    )


def _is_older(material: Row | None, supplement: Row) -> bool:
    return material is None or bool(material["taken_at"] <= supplement["asked_at"])


def _build_requested_row(case: CaseRecord, material: str, supplement: Row) -> MaterialRow:
    task = next(row for row in case.tasks if row["id"] == supplement["task"])
    return MaterialRow(
        id=material,
        name=localize(case.catalogue.material(material).name),
        needed_for=localize(case.catalogue.matter(task["matter"]).name),
        state="missing",
        state_name=_("asked for"),
        level="warn",
        reason=format_stored_reasons(case.catalogue, supplement),
    )


def _build_held_row(tx: Transaction, case: CaseRecord, row: Row, now: int, consent: str | None) -> MaterialRow:
    users = [planned for planned in case.plan.active_matters if row["material"] in planned.materials]
    needed_for = format_list(localize(planned.matter.name) for planned in users)
    if row["how"] == PRODUCED:
        return build_result_row(tx, case, row, needed_for, now)
    has_ended = row["how"] != "licence" and has_expired(row["valid_to"], to_city_day(now, case.catalogue))
    is_promise = (row["material"], row["version"]) in list_commitments(tx, case)
    return MaterialRow(
        id=row["material"],
        name=localize(case.catalogue.material(row["material"]).name),
        needed_for=needed_for,
        state="promised" if is_promise else "paper" if row["how"] == "paper" else "held",
        state_name=_("commitment") if is_promise else _("expired") if has_ended else name_held(row),
        level="warn" if has_ended else "good",
        reason=describe_commitment(tx, case, row["material"])
        if is_promise
        else describe_origin(row, consent, case.catalogue.time_zone),
        issuer=name_issuer(case.catalogue, row),
        issued_on=row["issued_on"],
        valid_to=row["valid_to"],
        freshness=""
        if is_promise
        else describe_learnt(row["learnt_at"] or row["taken_at"], now, case.catalogue.time_zone),
        grade=row["grade"],
        consent="given" if row["how"] in ("licence", EARLIER) else "not_needed",
        pages=row["pages"],
        reading=("waiting" if can_read_papers() else "off") if row["how"] == "paper" and row["content"] else "",
    )


def list_held_materials(tx: Transaction, case: CaseRecord) -> tuple[str, ...]:
    """Return the licences and earlier materials of a case, each with how consent to its use was confirmed."""
    consents = read_consents(tx, case.number)
    return tuple(
        _("{name}: {consent}").format(
            name=localize(case.catalogue.material(row["material"]).name),
            consent=describe_consent(consents[row["material"]]),
        )
        for row in case.materials
        if row["how"] in ("licence", EARLIER) and row["material"] in consents
    )


def describe_requested_materials(case: CaseRecord) -> tuple[str, ...]:
    """Return the materials that the citizen has to bring, one line each; of a received case see `received_rows`."""
    return tuple(_describe_request(case.catalogue, request) for request in list_requested_materials(case))


def _describe_request(catalogue: Catalogue, request: RequestedMaterial) -> str:
    words = format_request(catalogue, request)
    if request.deadline_at is None:
        return words
    day = format_due_day(request.deadline_at, catalogue.time_zone, expected=request.expected and not request.term_ended)
    sentence = (
        _("{what} (the term ended on {day}; still taken in until the department decides)")
        if request.term_ended
        else _("{what} (by {day})")
    )
    return sentence.format(what=words, day=day)


def list_replaceable_materials(case: CaseRecord) -> tuple[Option, ...]:
    """Return the materials of refused matters, each with the matters as hint; empty once the results are issued.

    A new version makes the organ check its refusal again.
    """
    if case.row["state"] not in ("accepted", "closed"):
        return ()
    progress, open_matters = case.matter_progress(), {task["matter"] for task in case.open_tasks()}
    refused = {matter for matter, found in progress.items() if found.state == "refused"} - open_matters
    return tuple(
        Option(
            need.material.id,
            localize(need.material.name),
            _("refused: {matters}").format(
                matters=format_list(
                    localize(case.catalogue.matter(matter).name) for matter in need.needed_by if matter in refused
                )
            ),
        )
        for need in case.plan.materials
        if refused & set(need.needed_by) and need.material.origin != "produced"
    )


def _allowed_actions(case: CaseRecord, *, can_hand_over: bool, has_early: bool) -> tuple[CaseAction, ...]:
    state = case.row["state"]
    actions: list[CaseAction] = []
    replaceable = list_replaceable_materials(case)
    if state in ("received", "accepted"):
        can_bring = state == "accepted" and (describe_requested_materials(case) or build_gap_rows(case) or replaceable)
        actions += ["take_in", "withdraw"] if can_bring else ["withdraw"]
    if state == "closed" and replaceable:
        actions.append("take_in")
    if state in ("closed", "issued") and can_hand_over:
        actions.append("hand_over")
    if has_early:
        actions.append("hand_over_part")
    return (*actions, "reprint")
