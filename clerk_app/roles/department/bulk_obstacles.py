"""Why a task is not approved together with others: an officer has to look at it alone."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clerk_app.cases.case_messages import ORGAN, list_unread_messages
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.promises.offers import MATTER
from clerk_app.cases.promises.rows import OPEN_STATES, read_promises
from clerk_app.cases.result_materials import list_result_fields
from clerk_app.cases.tasks.lead_decides import list_undecided
from clerk_app.cases.tasks.referral_records import find_referral
from clerk_app.cases.tasks.unsettled_exclusions import require_no_rival
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.ledger.persons import person_of
from clerk_app.licences.shared_materials import RecordAccess, result_stream
from clerk_app.locales import _, format_list
from clerk_app.roles.case_view import build_material_rows
from clerk_app.roles.department.task_view import materials_of_matter
from clerk_app.roles.formatting import localize
from clerk_app.roles.objection_view import name_materials
from clerk_app.roles.result_view import list_result_warnings
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


def list_obstacles(office: Office, tx: Transaction, case: CaseRecord, task: Row, staff: str) -> Iterator[str]:
    """Yield in words why a task is decided alone by the officer `staff`; nothing if it may be approved with others."""
    matter = task["matter"]
    if not case.catalogue.matter(matter).bulk:
        yield _("the catalogue of its case does not allow several at once")
        return
    if task["recheck_of"]:
        yield _("it is checked again")
    if find_referral(tx, task["id"]) is not None:
        yield _("another organ referred it")
    if case.row["clerk"] and person_of(tx, case.row["clerk"]) == person_of(tx, staff):
        yield _("you accepted the case")
    if list_result_fields(case.catalogue, matter):
        yield _("values of its result are to be filled in")
    if any(row["settled_at"] is None for row in tx.select("objections", case_number=case.number)):
        yield _("an objection to the case is open")
    yield from _list_waits(tx, case, task)
    yield from _list_promises(tx, case, matter)
    yield from _list_findings(tx, case, task)
    yield from _list_material_obstacles(office, tx, case, task)


def _list_waits(tx: Transaction, case: CaseRecord, task: Row) -> Iterator[str]:
    """Yield other matters for which it may wait, or that exclude it, and messages that nobody has read."""
    undecided = list_undecided(case, task["matter"])
    if undecided:
        names = format_list(localize(case.catalogue.matter(name).name) for name in undecided)
        yield _("{matters} is not decided yet").format(matters=names)
    try:
        require_no_rival(case, task["matter"])
    except Refused as rival:
        yield str(rival)
    if list_unread_messages(tx, case.number, ORGAN, task["organ"]):
        yield _("a message on the case is not read")


def _list_promises(tx: Transaction, case: CaseRecord, matter: str) -> Iterator[str]:
    """Yield the promises that are not kept yet and on which the approval would rely."""
    for row in read_promises(tx, case.number):
        if row["state"] not in OPEN_STATES or matter not in (row["subject"], *decode_json_list(row["matters"])):
            continue
        if row["kind"] == MATTER:
            yield _("it relies on a promise")
        else:
            name = name_materials(case.catalogue, (row["subject"],))
            yield _("it relies on a promise: {name}").format(name=name)


def _list_findings(tx: Transaction, case: CaseRecord, task: Row) -> Iterator[str]:
    """Yield texts that are compared with earlier applications, and answers that differ from their source."""
    needed = {planned.field.id: planned.field for planned in case.plan.fields if task["matter"] in planned.needed_by}
    if any(field.check == "similar_text" for field in needed.values()):
        yield _("its texts are compared with earlier applications")
    differing = {row["field"] for row in tx.select("field_differences", case_number=case.number)}
    names = [localize(field.name) for name, field in needed.items() if name in differing]
    if names:
        yield _("another source differs: {names}").format(names=format_list(names))


def _list_material_obstacles(office: Office, tx: Transaction, case: CaseRecord, task: Row) -> Iterator[str]:
    """Yield materials that are missing, not valid, in doubt, or not read."""
    wanted = materials_of_matter(case, task["matter"])
    newest = {row["material"]: row for row in case.materials}
    if task["papers_overdue"]:
        yield _("papers not brought")
    missing = [name for name in wanted if name not in newest]
    if missing:
        yield _("not handed in: {papers}").format(papers=name_materials(case.catalogue, missing))
    for row in build_material_rows(tx, case, office.corrected_now, frozenset(wanted)):
        if row.level in ("warn", "bad"):
            yield format_list((row.name, row.state_name), ":")
    since = task["started_at"] or case.row["accepted_at"]
    yield from (format_list((line.label, line.value), ":") for line in list_result_warnings(tx, case, wanted, since))
    held = {name: newest[name] for name in wanted if name in newest}
    overruled = [name for name, row in held.items() if row["overruled"]]
    if overruled:
        yield _("a finding was set aside at the window: {papers}").format(
            papers=name_materials(case.catalogue, overruled)
        )
    unread = [name for name, row in held.items() if _has_pages(row) and not _was_opened(tx, task["id"], name)]
    if unread:
        yield _("not read: {papers}").format(papers=name_materials(case.catalogue, unread))


def _has_pages(material: Row) -> bool:
    """Return whether an officer has pages to read: a paper that was taken in, here or with an earlier case."""
    return bool(material["content"]) and material["how"] != "licence"


def _was_opened(tx: Transaction, task: str, material: str) -> bool:
    """Return whether a paper was opened at this machine for a task."""
    entries = tx.query_all("ledger.done_entries_of_stream", stream=result_stream(task, material))
    return any(
        entry["kind"] == RecordAccess.stored_name
        and msgspec.json.decode(entry["command"], type=RecordAccess).task == task
        for entry in entries
    )
