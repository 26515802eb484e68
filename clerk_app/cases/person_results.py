"""Results of earlier cases that a person may use again: what organs of the city decided, with its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.result_set import tasks_in_force
from clerk_app.cases.result_holders import ResultHolder, find_result_holder
from clerk_app.cases.result_licences import DUE, ISSUED
from clerk_app.cases.result_materials import PRODUCED, decode_content
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.matter_result import MatterResult
    from clerk_app.catalogue.model import Text

ResultState = Literal["valid", "checked_again", "refused", "revoked"]


class PersonResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an approved matter, in its newest version. Times are microseconds UTC, dates are ISO dates.

    `material` is the material of the catalogue that it became, empty for a licence alone; `licence` is the id of the
    licence in the city's repository, empty without one. A result with a licence is listed and released with that
    licence, so it is not offered a second time.
    """

    case: str
    catalogue: str
    catalogue_version: int
    one_thing: str
    matter: str
    task: str
    product: int  # place in the results of the matter
    name: Text
    material: str
    version: int  # of the material; 0 without one
    licence_type: str
    number: str  # of the licence, otherwise of the result in its case
    organ: str  # id of the organ that decided
    holder_role: str
    is_holder: bool  # false: of another party of the case, for whom this person may use it
    decided_at: int
    valid_from: str
    valid_to: str  # empty: unlimited
    state: ResultState
    is_licence_due: bool  # the center has not registered the licence yet
    licence: str
    has_code: bool  # whether the licence has a code that the city signed
    content: dict[str, str]


def list_person_results(tx: Transaction, person: str) -> list[PersonResult]:
    """Return the results of the cases of a person or organisation, newest first. At the center, which has all cases.

    They are results of matters whose holder is this person, or a child whose licences this person may show, or, in a
    case of this applicant, a party whom the city has not registered. Cases that were erased have none.
    """
    found: list[PersonResult] = []
    for row in tx.query_all("cases.cases_with_results", person=person):
        case = read_case(tx, row["number"])
        found += _list_results(tx, case, person)
    return sorted(found, key=lambda result: result.decided_at, reverse=True)


def find_result_state(case: CaseRecord, matter: str) -> ResultState:
    """Return whether the result of a matter that was approved once is in force."""
    task = tasks_in_force(case).get(matter)
    if task is None or task["state"] != "approved":
        return "refused"
    return "valid" if case.latest_tasks()[matter]["id"] == task["id"] else "checked_again"


def number_result(case: CaseRecord, matter: str, version: int = 1) -> str:
    """Return the number of the result of a matter; a later version of its content has the version as a suffix."""
    position = next(number for number, planned in enumerate(case.plan.active_matters, 1) if planned.id == matter)
    return f"{case.number}-{position:02d}" + (f"-{version}" if version > 1 else "")


def _list_results(tx: Transaction, case: CaseRecord, person: str) -> list[PersonResult]:
    licences = tx.select("result_licences", case_number=case.number, order=("task", "product"))
    by_product = {(row["matter"], row["product"]): row for row in licences}
    materials = {row["material"]: row for row in case.materials if row["how"] == PRODUCED}
    found: list[PersonResult] = []
    for planned in case.plan.active_matters:
        for place, product in enumerate(planned.matter.produces):
            role = product.holder or case.plan.one_thing.applicant_role().id
            material = materials.get(product.material or "")
            licence = by_product.get((planned.id, place))
            is_holder = _is_holder(case, find_result_holder(tx, case, role), person)
            if is_holder is None or (material is None and (licence is None or not licence["licence"])):
                continue
            result = _build_result(tx, case, planned.id, place, product, material, licence, role, is_holder=is_holder)
            found += [result] if result is not None else []
    return found


def _is_holder(case: CaseRecord, holder: ResultHolder | None, person: str) -> bool | None:
    """Return whether a person holds the results of a party; None if they may not use them."""
    if holder is not None and person in (holder.subject, *holder.users):
        return person == holder.subject
    return False if holder is None and case.row["applicant"] == person else None


def _build_result(
    tx: Transaction,
    case: CaseRecord,
    matter: str,
    place: int,
    product: MatterResult,
    material: Row | None,
    licence: Row | None,
    role: str,
    *,
    is_holder: bool,
) -> PersonResult | None:
    task = next((row for row in reversed(case.tasks) if row["matter"] == matter and row["state"] == "approved"), None)
    decision = tx.get("decisions", task=task["id"]) if task is not None else None
    if task is None or decision is None:
        return None
    registered = tx.get("licences", id=licence["licence"]) if licence is not None and licence["licence"] else None
    content = decode_content(material) if material is not None else {}
    if registered is not None and registered["claims"]:
        content |= msgspec.json.decode(registered["claims"], type=dict[str, str])
    decided_on = to_local_time(decision["at"], case.catalogue.time_zone).date()
    valid_to = product.end_of_validity(decided_on)
    state = find_result_state(case, matter)
    is_revoked = registered is not None and registered["state"] != "valid"
    return PersonResult(
        case=case.number,
        catalogue=case.catalogue.id,
        catalogue_version=case.catalogue.version,
        one_thing=case.plan.one_thing.id,
        matter=matter,
        task=task["id"],
        product=place,
        name=product.name,
        material=product.material or "" if material is not None else "",
        version=material["version"] if material is not None else 0,
        licence_type=product.licence_type or "",
        number=registered["identifier"]
        if registered is not None
        else number_result(case, matter, material["version"] if material is not None else 1),
        organ=decision["organ"],
        holder_role=role,
        is_holder=is_holder,
        decided_at=decision["at"],
        valid_from=registered["valid_from"] if registered is not None else decided_on.isoformat(),
        valid_to=valid_to.isoformat() if valid_to is not None else "",
        state="revoked" if is_revoked and state != "refused" else state,
        is_licence_due=licence is not None and licence["state"] == DUE,
        licence=registered["id"] if registered is not None else "",
        has_code=licence is not None and licence["state"] == ISSUED and bool(licence["code"]),
        content=content,
    )
