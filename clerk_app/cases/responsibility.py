"""Who answers to the applicant now: the site until acceptance and for papers and results, the organs for the decision.

A case accepted in one district and decided in another is returned by the deciding organ; the site that has the case
notifies the applicant (受理地负责告知).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from clerk_app.cases.case_record import CaseRecord


class Responsibility(msgspec.Struct, frozen=True):
    """A subject for which a site or an organ answers; `matters` are those concerned, empty for the whole case."""

    subject: Literal["acceptance", "decision", "papers", "results"]
    organ: str  # empty for the site of a case of the first versions
    matters: tuple[str, ...] = ()


def list_responsibilities(case: CaseRecord) -> tuple[Responsibility, ...]:
    """Return who answers for a case in its state: empty once it has ended."""
    state, site = case.row["state"], case.row["centre"]
    if state == "received":
        return (Responsibility("acceptance", site),)
    if state in ("closed", "issued"):
        return (Responsibility("results", site),)
    if state != "accepted":
        return ()
    deciding: dict[str, list[str]] = {}
    returned = []
    for task in case.open_tasks():
        if task["state"] == "returned":
            returned.append(task["matter"])
        else:
            deciding.setdefault(task["organ"], []).append(task["matter"])
    found = [Responsibility("papers", site, tuple(returned))] if returned else []
    return (*found, *(Responsibility("decision", organ, tuple(matters)) for organ, matters in deciding.items()))
