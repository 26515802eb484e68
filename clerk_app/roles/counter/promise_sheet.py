"""Prints the sheet on which an applicant signs commitments, and papers to be brought later."""

from __future__ import annotations

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.promises.offers import GAP, MATERIAL, GivenPromise, find_check_days, make_promises
from clerk_app.cases.promises.signed_promise import PROMISE_ROLE
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.licences.co_signatures import RecordSheet, SignedForm, compute_sheet_number
from clerk_app.locales import format_list, localize_name
from clerk_app.paper.documents.promise_sheet import PromisedCommitment, PromisedPaper, PromiseSheet
from clerk_app.people.masking import mask_number
from clerk_app.roles.counter.draft_papers import print_loose
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.promise_state import build_draft_form, list_promises
from clerk_app.roles.formatting import localize
from db.engines import Row


def print_promise_sheet(office: Office, draft: DraftState, visit: Row, staff: Row) -> tuple[str, str]:
    """Print what the applicant signs, and record it; return its number and what happened.

    Raises OutOfReach if nothing came out of the printer, Refused if nothing is promised.
    """
    form, purpose = build_draft_form(draft), draft.plan.one_thing.id
    if not form:
        raise Refused("nothing_promised", "Nothing is promised: choose it first (F8 66, F8 67).")
    number = compute_sheet_number(visit["id"], purpose, PROMISE_ROLE, form)
    command = RecordSheet(visit=visit["id"], purpose=purpose, role=PROMISE_ROLE, personal=SignedForm(form=form))
    office.door.check(command, staff["id"])
    delivery = print_loose(office, build_promise_sheet(office, draft, visit, number, staff), number)
    office.door.perform(command, staff["id"])
    return number, delivery


def build_promise_sheet(office: Office, draft: DraftState, visit: Row, number: str, staff: Row) -> PromiseSheet:
    """Build the sheet with all promises of a draft."""
    with office.store.read() as tx:
        window = tx.get("windows", id=visit["window_id"])
    return PromiseSheet(
        number=number,
        applicant=draft.applicant.name,
        applicant_number=mask_number(draft.applicant.number),
        one_thing=localize(draft.plan.one_thing.name),
        commitments=tuple(_build_commitment(draft, *pair) for pair in list_promises(draft) if pair[0] != GAP),
        papers=tuple(_build_paper(office, draft, name) for kind, name in list_promises(draft) if kind == GAP),
        printed_at=office.local_time(),
        hall=office.settings.name.localized(),
        window=localize_name(window["name"]) if window is not None else visit["window_id"],
        clerk_number=staff["number"],
    )


def _build_commitment(draft: DraftState, kind: str, subject: str) -> PromisedCommitment:
    catalogue, plan = draft.catalogue, draft.plan
    if kind == MATERIAL:
        need = next(need for need in plan.materials if need.material.id == subject)
        matters = [catalogue.matter(name) for name in need.needed_by]
        waived, days = localize(need.material.name), find_check_days(catalogue, need.needed_by)
        way = ""
    else:
        planned = next(planned for planned in plan.active_matters if planned.id == subject)
        matters, days = [planned.matter], find_check_days(catalogue, [subject])
        names = (name for name in planned.matter.materials if name not in planned.materials)
        waived = format_list(localize(catalogue.material(name).name) for name in names)
        way = localize(planned.variant.name) if planned.variant is not None else ""
    return PromisedCommitment(
        matters=format_list(localize(matter.name) for matter in matters),
        organs=format_list(dict.fromkeys(localize(catalogue.organ(matter.organ).name) for matter in matters)),
        way=way,
        waived=waived,
        legal_basis=format_list(localize(matter.legal_basis) for matter in matters if matter.legal_basis is not None),
        check_days=days,
    )


def _build_paper(office: Office, draft: DraftState, material: str) -> PromisedPaper:
    need = next(need for need in draft.plan.materials if need.material.id == material)
    given = (GivenPromise(kind=GAP, subject=material),)
    made = make_promises(draft.calendar, draft.catalogue, draft.plan, given, office.corrected_now)
    first = min(made, key=lambda promise: promise.due_at)
    return PromisedPaper(
        material=localize(need.material.name),
        matters=format_list(localize(draft.catalogue.matter(name).name) for name in need.needed_by),
        until=to_local_time(first.due_at, draft.catalogue.time_zone).date(),
        is_expected=first.expected,
    )
