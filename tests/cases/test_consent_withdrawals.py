"""Withdrawal of a consent after the acceptance: the material is removed from the tasks and requested on paper."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.cases.tasks.consent_withdrawals import (
    CONSENT_WITHDRAWN,
    SignedWithdrawal,
    WithdrawCaseConsent,
    find_decided,
    find_withdrawable,
)
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.errors import Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.licences.shared_materials import RecordAccess
from tests.licences.test_shared_materials import refusal_of
from tests.office import SampleOffice, find_faults
from tests.sample_data import FATHER_NUMBER, MOTHER_NUMBER, STRANGER_NUMBER

CERTIFICATE = "birth-medical-certificate"


def withdrawal(
    office: SampleOffice, number: str, person: str = "mother", material: str = "mother-id"
) -> WithdrawCaseConsent:
    """Serve a person; return the command by which they withdraw a consent of a case."""
    visit = office.serve(person)
    return WithdrawCaseConsent(case=number, materials=("mother-id",), visit=visit, window="w1")


def test_the_content_leaves_the_case_and_started_tasks_ask_for_the_paper(office: SampleOffice) -> None:
    number = office.accept_birth()
    task = office.task(number, CERTIFICATE)["id"]
    office.claim("health", task)
    made = office.door.perform(withdrawal(office, number), "clerk-1")
    assert office.select("materials", case_number=number, material="mother-id") == []
    assert office.task(number, CERTIFICATE)["state"] == "returned"
    (request,) = [row for row in office.select("supplements", case_number=number) if row["task"] == task]
    assert CONSENT_WITHDRAWN in request["reason_codes"]
    assert office.select("notices", id=made.notice)[0]["state"] == "pending"
    look = RecordAccess(licence="mother-card", purpose="birth", task=task)
    assert refusal_of(office, look, "health-1") in ("scope", "not_held")
    sources = {row["source"] for row in office.select("field_values", case_number=number)}
    assert not any(source.startswith("licence:mother-id") for source in sources)
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_task_goes_on_when_the_paper_is_brought(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.door.perform(withdrawal(office, number), "clerk-1")
    paper = GivenMaterial(material="mother-id", how="paper")
    office.door.perform(TakeInMaterials(case=number, materials=(paper,), window="w1"), "clerk-1")
    assert office.task(number, CERTIFICATE)["state"] == "pooled"
    assert [row["how"] for row in office.select("materials", case_number=number, material="mother-id")] == ["paper"]
    assert find_faults(office.store) == []


def test_a_consent_on_which_an_organ_decided_stays(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.decide(office.claim("health", office.task(number, CERTIFICATE)["id"]), "approved")
    with pytest.raises(Refused) as refused:
        office.door.perform(withdrawal(office, number), "clerk-1")
    assert refused.value.reason == "decided"


def test_only_a_party_of_the_case_withdraws_it(office: SampleOffice) -> None:
    number = office.accept_birth()
    assert refusal_of(office, withdrawal(office, number, "stranger"), "clerk-1") == "other_person"


def on_paper(office: SampleOffice, number: str, document: str) -> WithdrawCaseConsent:
    """Serve somebody without a code; return the command by which a party withdraws a consent on a signed paper."""
    visit = office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    signed = SignedWithdrawal(number=document)
    return WithdrawCaseConsent(case=number, materials=("mother-id",), visit=visit, window="w1", personal=signed)


@pytest.mark.wide
def test_a_party_without_a_code_withdraws_by_a_signed_paper(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.door.perform(on_paper(office, number, MOTHER_NUMBER.lower()), "clerk-1")
    assert office.select("materials", case_number=number, material="mother-id") == []
    assert find_faults(office.store) == []


def test_a_number_of_no_party_is_refused_and_counted(office: SampleOffice) -> None:
    number = office.accept_birth()
    command = on_paper(office, number, STRANGER_NUMBER)
    tries = [refusal_of(office, command, "clerk-1") for _ in range(12)]
    assert (tries[0], tries[-1]) == ("wrong_number", "too_many_tries")
    assert office.select("materials", case_number=number, material="mother-id") != []


def test_the_case_names_the_organ_that_decided_on_a_material(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.decide(office.claim("health", office.task(number, CERTIFICATE)["id"]), "approved")
    with office.store.read() as tx:
        case = read_case(tx, number)
    assert "health" in find_decided(case)["mother-id"]
    assert not find_decided(case).keys() & find_withdrawable(case).keys()


def accept_with_father(office: SampleOffice) -> str:
    """Accept a case with the father as a party; return its number."""
    command = office.prepare_birth()
    father = PartyDetails(role="father", kind="person", name="李强", number=FATHER_NUMBER, subject="father")
    details = command.personal
    assert details is not None
    return office.accept(replace(command, personal=replace(details, parties=(*details.parties, father))))


@pytest.mark.parametrize("signed", [False, True])
def test_another_party_of_the_case_cannot_withdraw_the_consent_of_a_holder(office: SampleOffice, signed: bool) -> None:
    number = accept_with_father(office)
    command = on_paper(office, number, FATHER_NUMBER) if signed else withdrawal(office, number, "father")
    tries = {refusal_of(office, command, "clerk-1") for _ in range(7)}
    assert tries == {"not_holder"}
    assert office.select("materials", case_number=number, material="mother-id") != []


def relate(office: SampleOffice, relation: str, valid_to: str = "") -> None:
    """Register that the father is something to the mother."""
    with office.store.write() as tx:
        ends = {"valid_from": "2020-01-01", "valid_to": valid_to, "updated_at": 0}
        tx.insert("relations", id="r1", subject="mother", other="father", relation=relation, **ends)


@pytest.mark.parametrize(
    ("relation", "valid_to", "refusal"),
    [("guardian", "", ""), ("guardian", "2025-01-01", "not_holder"), ("family", "", "not_holder")],
)
def test_a_registered_guardian_withdraws_it_for_the_holder(
    office: SampleOffice, relation: str, valid_to: str, refusal: str
) -> None:
    number = accept_with_father(office)
    relate(office, relation, valid_to)
    command = withdrawal(office, number, "father")
    if refusal:
        assert refusal_of(office, command, "clerk-1") == refusal
    else:
        office.door.perform(command, "clerk-1")
        assert office.select("materials", case_number=number, material="mother-id") == []
