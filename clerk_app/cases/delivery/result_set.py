"""The set of results of a case: which are made out, which were handed over, and which are still to come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedMatter

CERTIFICATE = "certificate"
"""Kind of the notice with which a result is printed at the window that hands it over."""
REFUSAL = "refusal"
"""`produces` of the result of a refused matter."""


class IssuedResult(MessagePart, frozen=True, kw_only=True):
    """Result of one matter: `produces` has the names of its products, or "refusal" if it was refused.

    `task` is the one whose decision it is; empty in entries of earlier versions.
    """

    matter: str
    produces: str
    number: str
    task: str = ""


def read_results(tx: Transaction, number: str) -> dict[str, Row]:
    """Return the newest result of each matter of a case, by matter."""
    rows = tx.select("issuances", case_number=number, order=("issued_at", "number"))
    return {row["matter"]: row for row in rows}


def build_results(case: CaseRecord, made_out: Mapping[str, Row], matters: Collection[str]) -> tuple[IssuedResult, ...]:
    """Build the results of those of `matters` that are decided and have none yet with this outcome.

    `made_out` is from `read_results`. A lapsed matter has no decision, so it has no result. A matter whose result was
    handed over before it was decided differently gets another one, whose number has a suffix.
    """
    tasks = tasks_in_force(case)
    return tuple(
        IssuedResult(
            matter=planned.id,
            produces=name,
            number=_format_number(case.number, position, made_out.get(planned.id)),
            task=task["id"],
        )
        for position, planned in enumerate(case.plan.active_matters, 1)
        if planned.id in matters
        and (task := tasks.get(planned.id)) is not None
        and task["state"] in ("approved", "refused")
        and (name := _result_name(planned, task)) != made_out.get(planned.id, {"produces": None})["produces"]
    )


def tasks_in_force(case: CaseRecord) -> dict[str, Row]:
    """Return the task of each matter whose state counts: a decided re-check replaces the task that it checked."""
    return {
        task["matter"]: task
        for task in case.tasks
        if task["recheck_of"] is None or task["state"] in ("approved", "refused")
    }


def list_uncollected(case: CaseRecord, made_out: Mapping[str, Row]) -> tuple[str, ...]:
    """Return the finally decided matters whose results were not handed over, in the order of the plan."""
    decided = case.finally_decided_matters()
    new = {result.matter for result in build_results(case, made_out, decided)}
    return tuple(
        planned.id
        for planned in case.plan.active_matters
        if planned.id in new
        or (planned.id in decided and planned.id in made_out and made_out[planned.id]["delivered_at"] is None)
    )


def insert_results(tx: Transaction, number: str, results: Iterable[IssuedResult], at: int) -> None:
    """Store results as made out at `at` (microseconds UTC)."""
    for result in results:
        tx.upsert(
            "issuances",
            ("case_number", "number"),
            case_number=number,
            matter=result.matter,
            produces=result.produces,
            number=result.number,
            task=result.task,
            issued_at=at,
        )


def mark_handed_over(tx: Transaction, number: str, part: int, at: int) -> None:
    """Mark all results of a case that were made out and not handed over as handed over with a part."""
    for row in tx.select("issuances", case_number=number, order=("number",)):
        if row["delivered_at"] is None:
            tx.update("issuances", {"case_number": number, "number": row["number"]}, part=part, delivered_at=at)


def list_certificates(case: CaseRecord, results: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return the ids of the certificates that are printed for results, each given as matter, products and number."""
    return tuple(
        f"{case.number}-{CERTIFICATE}-{number.removeprefix(case.number + '-')}-{place}"
        for matter, produces, number in results
        if produces != REFUSAL
        for place, product in enumerate(case.catalogue.matter(matter).produces)
        if product.certificate
    )


def certified_result(notice_id: str, case: str) -> tuple[str, int]:
    """Return the number of the result that a certificate is of, and the place of its product."""
    number, _dash, place = notice_id.removeprefix(f"{case}-{CERTIFICATE}-").rpartition("-")
    return f"{case}-{number}", int(place)


def _format_number(case: str, position: int, earlier: Row | None) -> str:
    number = f"{case}-{position:02d}"
    if earlier is None:
        return number
    suffix = str(earlier["number"]).removeprefix(number).removeprefix("-")
    return f"{number}-{int(suffix or 1) + 1}"


def _result_name(planned: PlannedMatter, task: Row) -> str:
    if task["state"] == "refused":
        return REFUSAL
    return ", ".join(product.name.zh for product in planned.matter.produces)
