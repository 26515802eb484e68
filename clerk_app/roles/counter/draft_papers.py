"""Papers without a case: the one-time notice of what a draft lacks, and the service guide of a one thing."""

from __future__ import annotations

from clerk_app.cases.completeness import LACKS_PAGES, LACKS_VALIDITY, IntakeGap
from clerk_app.cases.field_differences import UNEXPLAINED_DIFFERENCE
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _, current_language, format_list, localize_name
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.one_time_notice import LackingItem, OneTimeNotice
from clerk_app.paper.printers.print_job import make_job
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.intake_view import describe_gap
from clerk_app.roles.counter.parties import describe_identity_gap
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.paper_titles import title_paper
from clerk_app.roles.printer_words import describe_outcome
from clerk_app.roles.service_guide import build_service_guide
from db.engines import Row


def print_one_time_notice(office: Office, draft: DraftState, window: str, clerk: Row) -> str:
    """Print the one-time notice (一次性告知书) of a draft; return what happened. Raises Refused, OutOfReach."""
    number = draft.row["id"].replace(".", "-")  # at a window it begins with the chain of its private entries
    return print_loose(office, build_one_time_notice(office, draft, window, clerk), number)


def build_one_time_notice(office: Office, draft: DraftState, window: str, clerk: Row) -> OneTimeNotice:
    """Build the notice with what the screen lists as missing, in its order. Raises Refused if nothing is.

    What only the clerk does is not on it: the comparison of face and photo, reasons for differences, and the validity
    of papers that are there.
    """
    if draft.is_masked:
        raise Refused("unconfirmed", "Identify the applicant first: until then the draft is masked.")
    missing = [
        _build_item(draft, gap)
        for gap in draft.gaps
        if gap.kind not in (LACKS_PAGES, LACKS_VALIDITY) and (gap.kind != UNEXPLAINED_DIFFERENCE or gap.error)
    ]
    if draft.identity_gap:
        missing.insert(0, LackingItem(describe_identity_gap(draft)))
    if not missing:
        raise Refused("complete", "Nothing is missing: the case can be accepted.")
    with office.store.read() as tx:
        row = tx.get("windows", id=window)
    kinds = {role.id: role.kind for role in draft.plan.one_thing.parties}
    return OneTimeNotice(
        one_thing=localize(draft.plan.one_thing.name),
        applicant_masked=format_party_name(draft.applicant.name, kinds[draft.plan.one_thing.applicant_role().id]),
        matters=tuple(localize(planned.matter.name) for planned in draft.plan.active_matters),
        missing=tuple(missing),
        notified_on=draft.today,
        office=office.settings.name.localized(),
        phone=office.settings.phone,
        window=localize_name(row["name"]) if row is not None else window,
        clerk_number=clerk["number"],
    )


def _build_item(draft: DraftState, gap: IntakeGap) -> LackingItem:
    if gap.rule is not None:
        names = (localize(draft.catalogue.field(name).name) for name in gap.rule.rule.field_ids())
        return LackingItem(format_list(names), "", fault=describe_gap(draft, gap))
    if gap.field is not None:
        users = next((planned.needed_by for planned in draft.plan.fields if planned.field.id == gap.id), ())
        name, fault = localize(gap.field.name), str(gap.error) if gap.error else ""
        return LackingItem(name, _name_matters(draft, users), is_answer=not fault, fault=fault)
    if gap.material is not None:
        users = next((need.needed_by for need in draft.plan.materials if need.material.id == gap.id), ())
        excluded = find_exclusion(draft.catalogue, gap.material)
        is_held = gap.kind == "material" and draft.matches[gap.id].state == "held"
        is_held = is_held and not draft.awaits_confirmation(gap.id)  # then the original has to be brought
        return LackingItem(
            localize(gap.material.name),
            _name_matters(draft, users),
            is_material=gap.kind == "material" and not is_held,
            is_expired=gap.kind == "expired",
            needs_consent=is_held,
            not_shared=localize(excluded) if excluded is not None and gap.kind == "material" else "",
        )
    return LackingItem(describe_gap(draft, gap))


def _name_matters(draft: DraftState, matters: tuple[str, ...]) -> str:
    return format_list(localize(draft.catalogue.matter(matter).name) for matter in matters)


def print_guide(office: Office, one_thing: str, draft: DraftState | None) -> str:
    """Print the service guide (办事指南) of a one thing, or of the matters of a draft; return what happened."""
    one_thing = draft.plan.one_thing.id if draft is not None else split_single_id(one_thing)[0]
    catalogue = draft.catalogue if draft is not None else office.catalogue_part(one_thing)
    guide = build_service_guide(
        catalogue,
        one_thing,
        office=office.settings.name.localized(),
        phone=office.settings.phone,
        today=office.local_time().date(),
        plan=draft.plan if draft is not None else None,
    )
    return print_loose(office, guide, one_thing.replace(".", "-"))  # of a single matter


def print_loose(office: Office, facts: PaperFacts, number: str) -> str:
    """Print a paper that belongs to no case; return what happened, in words. Raises OutOfReach if nothing came out.

    `number` names the paper in the folder of a printer. Nothing is recorded: who prints personal data records it.
    """
    printer, now = office.printers.for_paper(facts.kind), office.local_time()
    page = facts.prepare_template(office.catalogue_frame().papers).build(facts, current_language())
    printer.check_ready()
    job = make_job(printer, page, id=f"{facts.kind}-{number}-{now:%H%M%S%f}", kind=facts.kind, number=number, at=now)
    outcome = describe_outcome(printer, printer.send(job))
    return _("{paper}: {outcome}").format(paper=title_paper(facts.kind), outcome=outcome)
