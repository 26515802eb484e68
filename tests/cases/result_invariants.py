"""Invariants of the results of cases: nothing is handed over twice, no set is complete too early."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tests.office import SampleOffice

Handed = dict[tuple[str, str], tuple[int, int]]
"""Part and time of the hand-over of each result, by case and number."""


def read_handed_over(office: SampleOffice) -> Handed:
    """Return the results that were handed over."""
    return {
        (row["case_number"], row["number"]): (row["part"], row["delivered_at"])
        for row in office.select("issuances")
        if row["delivered_at"] is not None
    }


def check_results(office: SampleOffice, before: Mapping[tuple[str, str], tuple[int, int]]) -> Handed:
    """Assert the invariants; `before` has what was handed over at the last call. Return what is handed over now."""
    handed = read_handed_over(office)
    assert before.items() <= handed.items(), "what was handed over stays so, with its part and time"
    deliveries = {(row["case_number"], row["part"]): row["at"] for row in office.select("deliveries")}
    assert {(number, part): at for (number, _), (part, at) in handed.items()}.items() <= deliveries.items()
    outcomes = Counter((row["case_number"], row["matter"], row["task"]) for row in office.select("issuances"))
    assert set(outcomes.values()) <= {1}, "a decision has one result"
    for case in office.select("cases"):
        number = case["number"]
        is_complete = (number, 0) in deliveries
        assert is_complete == (case["state"] in ("delivered", "archived") and case["closed_at"] is not None)
        if is_complete:
            _check_complete(office, number, handed)
    return handed


def _check_complete(office: SampleOffice, number: str, handed: Handed) -> None:
    """Assert that the last result of each decided matter of a complete set was handed over, and fits the decision."""
    results = {
        row["matter"]: row for row in office.select("issuances", order=("issued_at", "number"), case_number=number)
    }
    decided = {
        task["matter"]: task["state"] for task in office.tasks(number) if task["state"] in ("approved", "refused")
    }
    assert {matter: row["produces"] == "refusal" for matter, row in results.items() if matter in decided} == {
        matter: state == "refused" for matter, state in decided.items()
    }
    assert all((number, row["number"]) in handed for row in results.values())
