"""Finished results are handed over early on request; the set is complete only when the rest is handed over too."""

from __future__ import annotations

import pytest

from clerk_app.cases.delivery.parts import HandOverPart, PartHandedOver
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.visit_causes import list_case_visits
from clerk_app.errors import Refused
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

CERTIFICATE, VACCINATION = "birth-medical-certificate", "vaccination-record"


def hand_over_part(
    office: SampleOffice, number: str, *matters: str, cause: str = "needed for the insurance", visit: str = ""
) -> PartHandedOver:
    return office.door.perform(
        HandOverPart(
            case=number,
            window="w1",
            matters=matters,
            cause=cause,
            role="mother",
            known_by="document",
            visit=visit,
            personal=Signature(name="王芳"),
        ),
        "clerk-1",
    )


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a birth case of which one matter is approved."""
    number = office.accept_birth()
    office.approve(number, CERTIFICATE)
    return number


def delivered(office: SampleOffice, number: str) -> dict[str, int | None]:
    """Return the part of each result by its number; None if it was not handed over."""
    rows = office.select("issuances", order=("number",), case_number=number)
    return {row["number"]: row["part"] if row["delivered_at"] else None for row in rows}


def test_a_finished_result_is_handed_over_early_and_the_rest_later(office: SampleOffice, number: str) -> None:
    assert hand_over_part(office, number, CERTIFICATE).part == 1
    assert office.case(number)["state"] == "accepted"
    assert delivered(office, number) == {f"{number}-01": 1}
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    parts = delivered(office, number)
    assert office.case(number)["state"] == "delivered"
    assert parts.pop(f"{number}-01") == 1
    assert len(parts) == 6
    assert set(parts.values()) == {0}
    assert [row["kind"] for row in office.select("notices", order=("made_at",))] == [
        "receipt",
        "hand_over",
        "hand_over",
    ]
    assert find_faults(office.store) == []


@postgresql_wide
def test_the_further_visit_and_its_cause_are_recorded(office: SampleOffice, number: str) -> None:
    hand_over_part(office, number, CERTIFICATE, visit=office.serve("mother"))
    with office.store.read() as tx:
        assert [visit.cause for visit in list_case_visits(tx, number)] == ["acceptance", "part_hand_over"]
    assert [row["cause"] for row in office.select("deliveries")] == ["needed for the insurance"]


@postgresql_wide
@pytest.mark.parametrize(
    ("matters", "cause", "reason"),
    [((), "now", "matter"), ((VACCINATION,), "now", "matter"), ((CERTIFICATE,), " ", "reason")],
)
def test_only_finished_results_are_handed_over_early_and_for_a_reason(
    office: SampleOffice, number: str, matters: tuple[str, ...], cause: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        hand_over_part(office, number, *matters, cause=cause)
    assert refused.value.reason == reason
    assert office.select("deliveries") == []


@postgresql_wide
def test_no_more_parts_are_handed_over_than_the_city_allows(office: SampleOffice, number: str) -> None:
    hand_over_part(office, number, CERTIFICATE)
    office.approve(number, VACCINATION)
    with pytest.raises(Refused) as refused:
        hand_over_part(office, number, VACCINATION)
    assert refused.value.reason == "parts"


@postgresql_wide
def test_a_result_that_is_being_checked_again_is_not_handed_over(office: SampleOffice, number: str) -> None:
    office.take_in(number, "birth-certificate")
    with pytest.raises(Refused) as refused:
        hand_over_part(office, number, CERTIFICATE)
    assert refused.value.reason == "nothing"


@postgresql_wide
def test_a_matter_decided_differently_after_its_hand_over_gets_another_result(
    office: SampleOffice, number: str
) -> None:
    hand_over_part(office, number, CERTIFICATE)
    office.take_in(number, "birth-certificate")
    office.refuse(number, CERTIFICATE)
    office.issue(number)
    office.hand_over(number)
    assert delivered(office, number) == {f"{number}-01": 1, f"{number}-01-2": 0}
    (first, second) = office.select("issuances", order=("number",))
    assert (first["produces"] != "refusal", second["produces"]) == (True, "refusal")
    assert find_faults(office.store) == []
