"""Rules for answers that differ from their source: reason, storage, erasure, objection of the center."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.field_differences import FieldDifference, find_differences, find_unexplained, with_reasons
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from tests.office import SampleOffice, find_faults
from tests.sample_data import sample_city

SOURCE, KNOWN = "licence:birth-certificate.birth_date", "2019-03-04"
REASON = "The certificate is being corrected."
DIFFERENCE = FieldDifference(field="child_birth_date", source=SOURCE, known=KNOWN, reason=REASON)


def prepare_differing_birth(office: SampleOffice) -> AcceptCase:
    command = office.prepare_birth()
    assert command.personal is not None
    claims = {"birth-certificate": f'{{"birth_date":"{KNOWN}"}}'}
    return replace(command, personal=replace(command.personal, claims=claims))


def test_an_answer_that_differs_from_a_used_licence_needs_its_reason(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        office.accept(prepare_differing_birth(office))
    assert (refused.value.reason, refused.value.facts["what"]) == ("difference", "child_birth_date")


@pytest.mark.wide
def test_an_erased_case_keeps_no_differences(office: SampleOffice) -> None:
    command = prepare_differing_birth(office)
    assert command.personal is not None
    number = office.accept(replace(command, personal=replace(command.personal, differences=(DIFFERENCE,))))
    assert [row["reason"] for row in office.select("field_differences", case_number=number)] == [REASON]
    office.withdraw(number)
    office.door.perform(EraseCase(case=number, reason="request of the person"), "admin")
    assert office.select("field_differences", case_number=number) == []
    assert find_faults(office.store) == []


@given(value=st.text(max_size=8), known=st.text(max_size=8), reason=st.text(max_size=3))
def test_a_difference_prevents_an_acceptance_until_it_has_a_reason(value: str, known: str, reason: str) -> None:
    plan = make_plan(sample_city(), "birth", None, {"father_name": value})
    found = find_differences(plan, {"father_name": value}, {"licence:father-id.name": known})
    assert len(list(find_unexplained(plan, found))) == len(found)
    explained = [replace(difference, reason=reason) for difference in found]
    left = list(find_unexplained(plan, with_reasons(found, explained)))
    assert bool(left) == (bool(found) and not reason.strip())
