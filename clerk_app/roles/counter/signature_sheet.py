"""Prints the sheet for a co-signature, and finds a sheet that was scanned."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.cases.promises.signed_promise import PROMISE_ROLE
from clerk_app.cases.signed_form import list_signed_matters
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.licences.co_signatures import RecordSheet, SignedForm, compute_sheet_number
from clerk_app.locales import localize_name
from clerk_app.paper.documents.co_signature_sheet import CoSignatureSheet, SignedAnswer
from clerk_app.paper.documents.shared_facts import PrintedParty
from clerk_app.people.masking import mask_number
from clerk_app.roles.case_answers import NUMBER_KINDS, format_answer
from clerk_app.roles.counter.co_signatures import build_form
from clerk_app.roles.counter.draft_papers import print_loose
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import localize
from db.engines import Row


@dataclass(frozen=True)
class ScannedSheet:
    """A printed sheet: the case for which it was signed, empty before the acceptance, and the role that signs it."""

    case: str
    role: str
    is_signed: bool


def find_sheet(office: Office, number: str, visit: str) -> ScannedSheet:
    """Return the sheet with a number. Raises Refused if it is of another visit without a case, or was replaced."""
    with office.store.read() as tx:
        cases = tx.select("case_co_signatures", order=("case_number",), sheet=number)
        rows = tx.select("co_signatures", sheet=number, visit=visit)
        promised = tx.select("promises", order=("id",), sheet=number)
    if promised:
        return ScannedSheet(promised[-1]["case_number"], PROMISE_ROLE, is_signed=True)
    if cases:
        return ScannedSheet(cases[-1]["case_number"], cases[-1]["role"], is_signed=True)
    if not rows:
        raise Refused(
            "no_sheet_here",
            "Sheet {number} is not known at this window: its visit ended without a case, or another sheet was printed.",
            number=number,
        )
    return ScannedSheet("", rows[0]["role"], bool(rows[0]["how"]))


def print_sheet(office: Office, draft: DraftState, visit: Row, role: str, staff: Row) -> tuple[str, str]:
    """Print what a further party of the draft signs, and record it; return its number and what happened.

    Raises OutOfReach if nothing came out of the printer, Refused if this may not be recorded.
    """
    form, purpose = build_form(draft, role), draft.plan.one_thing.id
    number = compute_sheet_number(visit["id"], purpose, role, form)
    command = RecordSheet(visit=visit["id"], purpose=purpose, role=role, personal=SignedForm(form=form))
    office.door.check(command, staff["id"])
    delivery = print_loose(office, _build_sheet(office, draft, visit, role, number, staff), number)
    office.door.perform(command, staff["id"])
    return number, delivery


def _build_sheet(office: Office, draft: DraftState, visit: Row, role: str, number: str, staff: Row) -> CoSignatureSheet:
    with office.store.read() as tx:
        window = tx.get("windows", id=visit["window_id"])
    names = {known.id: localize(known.name) for known in draft.plan.one_thing.parties}
    matters = list_signed_matters(draft.plan, role)
    ids, values = {planned.id for planned in matters}, draft.case_details().values
    return CoSignatureSheet(
        number=number,
        role=names[role],
        signer=draft.parties[role].name or names[role],
        parties=tuple(
            PrintedParty(names[other], party.name)
            for other, party in draft.parties.items()
            if party.name and other != role
        ),
        one_thing=localize(draft.plan.one_thing.name),
        matters=tuple(localize(planned.matter.name) for planned in matters),
        answers=tuple(
            SignedAnswer(
                localize(planned.field.name),
                mask_number(value) if planned.field.kind in NUMBER_KINDS else format_answer(planned.field, value),
            )
            for planned in draft.plan.fields
            if ids & set(planned.needed_by) and (value := values.get(planned.field.id))
        ),
        printed_at=office.local_time(),
        hall=office.settings.name.localized(),
        window=localize_name(window["name"]) if window is not None else visit["window_id"],
        clerk_number=staff["number"],
    )
