"""Late requests: an organ requests a material whose defect was visible at its previous notice (一次性告知).

A notice lists everything, once. A later request for what was visible then needs a recorded reason, which the citizen
reads and a supervisor settles.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.locales import mark
from db.engines import Row
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

LATE_REASONS = {
    "new_information": mark("Information that came later shows it"),
    "law": mark("The law or its conditions have changed"),
    "instruction": mark("A court or a superior organ requires it"),
    "overlooked": mark("It was overlooked"),
}
"""Reasons of a late request, by code."""


def find_late_materials(
    case: CaseRecord, organ: str, materials: Sequence[str], printed_notices: Collection[str]
) -> tuple[str, ...]:
    """Return the materials that the organ could see at its last printed notice of the case, but did not list there.

    A material is new if a version came after that notice, or if another matter of the case makes it.
    """
    before = _last_requests(case, organ, printed_notices)
    if not before:
        return ()
    listed = {name for request in before for name in decode_json_list(request["materials"])}
    asked_at = max(request["asked_at"] for request in before)
    came_later = {row["material"] for row in case.materials if row["taken_at"] > asked_at}
    return tuple(
        name
        for name in materials
        if name not in listed | came_later and case.catalogue.material(name).origin != "produced"
    )


def require_late_reason(catalogue: Catalogue, materials: Sequence[str], code: str, reason: str) -> None:
    """Raise Refused if some materials are asked for late without a reason."""
    if materials and (code not in LATE_REASONS or not reason.strip()):
        raise Refused(
            "late_request",
            "This was visible at your organ's previous notice and was not requested: {names}."
            " Requesting it now needs a reason, which the citizen and the supervisor read.",
            names=join_names(catalogue.material(name).name for name in materials),
            materials=",".join(materials),
        )


def _last_requests(case: CaseRecord, organ: str, printed_notices: Collection[str]) -> list[Row]:
    """Return the requests of the organ in the last of these notices that has any."""
    tasks = {task["id"] for task in case.tasks if task["organ"] == organ}
    asked = [row for row in case.supplements if row["task"] in tasks and not row["kind"]]
    requests = [row for row in asked if row["notice"] in printed_notices]
    return [row for row in requests if row["notice"] == requests[-1]["notice"]]
