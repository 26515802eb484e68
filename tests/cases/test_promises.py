"""Acceptance by commitment and with gaps: what is allowed, what has to be signed, and what waits for a paper."""

from __future__ import annotations

import pytest
from msgspec import structs

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.promises.offers import GivenPromise
from clerk_app.cases.tasks.claims import ReleaseTask
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.errors import BadData, Refused
from tests.cases.promise_city import (
    GAP,
    ROAD_MATTERS,
    accept_low_risk,
    prepare_low_risk,
    prepare_residence,
    promises_of,
    sign,
)
from tests.office import SampleOffice, paper_materials
from tests.sample_data import CLERKS


def refusal(action: object) -> Refused:
    """Return the refusal of an act that must not be allowed."""
    assert callable(action)
    with pytest.raises(Refused) as caught:
        action()
    return caught.value


def test_a_secondary_paper_that_is_missing_needs_a_signed_promise(office: SampleOffice) -> None:
    command = prepare_residence(office)
    assert refusal(lambda: office.accept(command)).reason == "incomplete"
    number = office.accept(sign(office, command, GAP))
    (promise,) = promises_of(office, number)
    assert (promise["kind"], promise["subject"], promise["state"], promise["organ"]) == (
        "gap",
        "lease",
        "open",
        "community",
    )
    assert promise["sheet"].startswith("CS-")
    assert promise["seen_by"] == CLERKS[0]


def test_the_period_of_a_gap_is_not_longer_than_the_promised_term(office: SampleOffice) -> None:
    number = office.accept(sign(office, prepare_residence(office), GAP))
    (promise,) = promises_of(office, number)
    assert promise["due_at"] <= office.task(number, "residence-registration")["due_at"]


def test_a_matter_is_not_approved_before_the_promised_paper_is_there(office: SampleOffice) -> None:
    number = office.accept(sign(office, prepare_residence(office), GAP))
    claimed = office.claim_of(number, "residence-registration")
    assert refusal(lambda: office.decide(claimed, "approved")).reason == "promised_paper"
    take_in = TakeInMaterials(
        case=number, materials=paper_materials("lease", valid_to="2027-01-01"), visit="", window="w1"
    )
    office.door.perform(take_in, CLERKS[0])
    assert promises_of(office, number)[0]["state"] == "kept"
    office.decide(claimed, "approved")


def test_a_matter_may_be_refused_before_the_paper_is_there_and_the_promise_ends(office: SampleOffice) -> None:
    number = office.accept(sign(office, prepare_residence(office), GAP))
    office.refuse(number, "residence-registration")
    assert promises_of(office, number)[0]["state"] == "ended"


def test_a_withdrawn_case_has_no_open_promise(office: SampleOffice) -> None:
    number = office.accept(sign(office, prepare_residence(office), GAP))
    office.door.perform(WithdrawCase(case=number, reason="moves away"), CLERKS[0])
    assert promises_of(office, number)[0]["state"] == "ended"


def test_a_main_material_cannot_be_brought_later(office: SampleOffice) -> None:
    command = sign(office, prepare_residence(office, "lease"), ("gap", "applicant-id"))
    assert refusal(lambda: office.accept(command)).reason == "main_material"


def test_a_material_that_no_commitment_replaces_cannot_be_promised(office: SampleOffice) -> None:
    command = sign(office, prepare_residence(office, "lease"), ("material", "applicant-photo"))
    assert refusal(lambda: office.accept(command)).reason == "no_promise"


def test_a_promise_without_a_signed_sheet_is_refused(office: SampleOffice) -> None:
    command = structs.replace(prepare_residence(office), promises=(GivenPromise(kind="gap", subject="lease"),))
    assert refusal(lambda: office.accept(command)).reason == "unsigned_promise"


def test_a_sheet_that_was_signed_for_another_form_does_not_count(office: SampleOffice) -> None:
    command = sign(office, prepare_residence(office), GAP)
    assert command.personal is not None
    changed = structs.replace(command.personal, values=command.personal.values | {"residence_address": "示范路2号"})
    assert refusal(lambda: office.accept(structs.replace(command, personal=changed))).reason == "unsigned_promise"


def test_a_matter_by_commitment_needs_the_signed_commitment(office: SampleOffice) -> None:
    command = prepare_low_risk(office)
    assert refusal(lambda: office.accept(command)).reason == "promise"
    number = office.accept(sign(office, command, *(("matter", matter) for matter in ROAD_MATTERS)))
    promises = promises_of(office, number)
    assert [(row["kind"], row["subject"]) for row in promises] == [("matter", matter) for matter in ROAD_MATTERS]
    assert {row["organ"] for row in promises} == {"planning", "transport", "police"}


def test_a_commitment_does_not_delay_the_decision_and_is_checked_afterwards(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve(number, *ROAD_MATTERS)
    for row in promises_of(office, number):
        assert row["state"] == "open"
        day = to_local_time(row["due_at"], "Asia/Shanghai").date()
        assert day.isoformat() == "2026-07-01"  # 40 working days, with 9 May and without 19 June


def test_who_makes_no_commitment_has_the_ordinary_procedure(office: SampleOffice) -> None:
    command = office.prepare_road(excavation_depth="shallow", risk_class="low", _no_commitment="yes")
    number = office.accept(command)
    assert promises_of(office, number) == []
    assert office.task(number, "excavation-road")["promised_days"] == 5


def test_the_clerk_may_not_give_one_promise_twice(office: SampleOffice) -> None:
    command = sign(office, prepare_residence(office), GAP)
    twice = structs.replace(command, promises=command.promises * 2)
    with pytest.raises(BadData):
        office.accept(twice)


def test_a_task_put_back_for_a_promised_paper_comes_after_those_that_can_be_decided(office: SampleOffice) -> None:
    first = office.accept(sign(office, prepare_residence(office), GAP))
    second = office.accept(
        structs.replace(prepare_residence(office, "lease"), duplicates=(first,), duplicate_code="insists")
    )
    claimed = office.claim_of(first, "residence-registration")
    office.door.perform(ReleaseTask(task=claimed.task, fence=claimed.fence), claimed.staff)
    taken = office.claim("community")
    assert taken.task == office.task(second, "residence-registration")["id"]
    assert office.claim("community").task == claimed.task
