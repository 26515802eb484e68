"""The one-time notice of a received case (一次性告知书), built from its stored list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import compute_papers_deadline, to_local_time
from clerk_app.cases.intake.missing import (
    CONSENT,
    DIFFERENCE,
    EXPIRED,
    FIELD,
    IDENTITY,
    MATERIAL,
    MATTERS,
    PAGES,
    SIGNATURE,
    VALIDITY,
    WRONG,
    MissingItem,
    decode_missing,
)
from clerk_app.cases.status_query import CaseStatus
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list, localize_name
from clerk_app.paper.documents.one_time_notice import LackingItem, OneTimeNotice
from clerk_app.roles.formatting import format_party_name, localize
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan


def build_received_notice(office: Office, tx: Transaction, case: CaseRecord, notice: Row) -> OneTimeNotice:
    """Build a notice of a received case. Raises BadData when the case has left this state."""
    row, record = case.row, tx.get("received_records", case_number=case.number)
    if record is None:
        raise BadData("There is no such paper.")
    window, clerk = tx.get("windows", id=notice["window_id"]), tx.get("staff", id=row["clerk"])
    until, expected = find_bring_date(office, tx, case, record)
    return OneTimeNotice(
        case_number=case.number,
        one_thing=localize(case.plan.one_thing.name),
        applicant_masked=format_party_name(row["applicant_name"] or "", row["applicant_kind"]),
        matters=tuple(localize(planned.matter.name) for planned in case.plan.active_matters),
        missing=tuple(build_lacking_items(tx, case, record)),
        notified_on=to_local_time(record["notified_at"] or notice["made_at"], case.catalogue.time_zone).date(),
        received_on=to_local_time(record["received_at"], case.catalogue.time_zone).date(),
        bring_until=to_local_time(until, case.catalogue.time_zone).date(),
        is_expected=expected,
        office=office.settings.name.localized(),
        phone=office.settings.phone,
        window=localize_name(window["name"]) if window is not None else notice["window_id"],
        clerk_number=clerk["number"] if clerk is not None else row["clerk"],
    )


def find_bring_date(office: Office, tx: Transaction, case: CaseRecord, record: Row) -> tuple[int, bool]:
    """Return until when the rest can be brought (microseconds UTC), and whether that is expected.

    Before the first print it is the date that a print now would set.
    """
    if record["bring_until"] is not None:
        return record["bring_until"], bool(record["bring_expected"])
    organs = (record["site"],) if record["site"] else ()
    days = read_policy(tx).supplement_working_days
    return compute_papers_deadline(read_calendar(tx, case.catalogue), organs, office.corrected_now, days)


def build_lacking_items(tx: Transaction, case: CaseRecord, record: Row) -> list[LackingItem]:
    """Build the lines of the stored list, in its order."""
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case.number)}
    return [build_lacking_item(case.catalogue, case.plan, item, values) for item in decode_missing(record["missing"])]


def build_lacking_item(catalogue: Catalogue, plan: Plan, item: MissingItem, values: dict[str, str]) -> LackingItem:
    """Build the line of one item; `values` are the answers of the form."""
    matters = format_list(localize(catalogue.matter(name).name) for name in item.matters)
    if item.kind in (FIELD, WRONG, DIFFERENCE):
        planned = next(planned for planned in catalogue.fields if planned.id == item.id)
        name = localize(planned.name)
        if item.kind == FIELD:
            return LackingItem(name, matters, is_answer=True)
        return LackingItem(name, matters, fault=_describe_fault(plan, item, values))
    if item.kind in (MATERIAL, CONSENT, EXPIRED, VALIDITY, PAGES):
        return _build_material(catalogue, item, matters)
    roles = {role.id: localize(role.name) for role in plan.one_thing.parties}
    if item.kind == IDENTITY:
        return LackingItem(_("Proof of identity of: {role}").format(role=roles.get(item.id, item.id)))
    if item.kind == SIGNATURE:
        return LackingItem(_("Signature of: {role}").format(role=roles.get(item.id, item.id)), matters)
    if item.kind == MATTERS:
        return LackingItem(_("No matter is chosen."))
    reasons = [found.reason for found in plan.exclusions if found.certain and item.id in found.matters]
    return LackingItem(localize(reasons[0]) if reasons else localize(catalogue.matter(item.id).name))


def _describe_fault(plan: Plan, item: MissingItem, values: dict[str, str]) -> str:
    """Return what is wrong with an answer, by the value that was received where this machine has it."""
    if item.kind == DIFFERENCE:
        return _("It differs from its source and has to agree with it.")
    planned = next((planned for planned in plan.fields if planned.field.id == item.id), None)
    if planned is not None and item.id in values:
        try:
            normalize_form_value(plan, planned.field, values[item.id], values)
        except BadData as error:
            return str(error)
    return _("the answer is not valid")


def _build_material(catalogue: Catalogue, item: MissingItem, matters: str) -> LackingItem:
    definition = catalogue.material(item.id)
    name = localize(definition.name)
    if item.kind == VALIDITY:
        return LackingItem(_("{name}: its validity has to be seen on the paper").format(name=name), matters)
    if item.kind == PAGES:
        return LackingItem(_("{name}: its pages have to be taken in").format(name=name), matters)
    excluded = find_exclusion(catalogue, definition)
    return LackingItem(
        name,
        matters,
        is_material=item.kind == MATERIAL,
        is_expired=item.kind == EXPIRED,
        needs_consent=item.kind == CONSENT,
        not_shared=localize(excluded) if excluded is not None and item.kind == MATERIAL else "",
    )


def describe_lacking(item: LackingItem) -> str:
    """Return a line of the list for a screen, in the current language."""
    if item.is_answer:
        return _("To be answered: {name}").format(name=item.name)
    if item.fault:
        return _("To be corrected: {name} ({fault})").format(name=item.name, fault=item.fault)
    if item.is_material:
        return _("To be brought: {name}").format(name=item.name)
    if item.is_expired:
        return _("Expired, a valid one is needed: {name}").format(name=item.name)
    if item.needs_consent:
        return _("Held by the city, consent is needed: {name}").format(name=item.name)
    return item.name


def describe_received(tx: Transaction, case: CaseRecord) -> tuple[str, ...]:
    """Return what a received case lacks and until when, one line each; empty for another case."""
    record = tx.get("received_records", case_number=case.number) if case.row["state"] == "received" else None
    if record is None:
        return ()
    zone = case.catalogue.time_zone
    lines = [describe_lacking(item) for item in build_lacking_items(tx, case, record)]
    if record["bring_until"] is None:
        due = to_local_time(record["answer_due_at"], zone).date().isoformat()
        return (
            _("The notice is not printed yet: without it the case counts as accepted after {day}.").format(day=due),
            *lines,
        )
    sentence = _("Notified on {day}; to be brought until {until}.")
    day, until = (to_local_time(record[name], zone).date().isoformat() for name in ("notified_at", "bring_until"))
    return (sentence.format(day=day, until=until), *lines)


def describe_received_status(catalogue: Catalogue, status: CaseStatus) -> tuple[str, ...]:
    """Return what a received case lacks and until when, for a citizen, one line each; empty for another case."""
    received = status.received
    if received is None:
        return ()
    plan = make_plan(catalogue, status.one_thing, frozenset(matter.matter for matter in status.matters), {})
    lines = [describe_lacking(build_lacking_item(catalogue, plan, item, {})) for item in received.missing]
    if received.notified_at is None or received.bring_until is None:
        return tuple(lines)
    sentence = _("Notified on {day}; to be brought until {until}.")
    day, until = (
        to_local_time(moment, catalogue.time_zone).date().isoformat()
        for moment in (received.notified_at, received.bring_until)
    )
    return (sentence.format(day=day, until=until), *lines)
