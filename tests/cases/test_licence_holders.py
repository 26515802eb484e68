"""An acceptance with a licence of somebody else than the party to whom its material belongs is refused at the door."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from tests.office import SampleOffice
from tests.sample_data import FATHER_NUMBER, STRANGER_NUMBER

FATHER_CARD = GivenMaterial(material="father-id", how="licence", licence="father-card", grade="A")


def birth_with_father(office: SampleOffice, name: str, number: str, kind: str = "") -> AcceptCase:
    """Prepare a birth with the card of the registered father, and with this father in the form."""
    prepared = office.prepare_birth()
    father = PartyDetails(role="father", kind="person", name=name, number=number, known_by="typed")
    return with_details(
        msgspec.structs.replace(prepared, materials=(*prepared.materials, FATHER_CARD)),
        (father,),
        {"father_name": name, "father_id_number": number, "father_document_kind": kind},
    )


def with_details(command: AcceptCase, parties: tuple[PartyDetails, ...], values: dict[str, Any]) -> AcceptCase:
    assert command.personal is not None
    details = msgspec.structs.replace(
        command.personal,
        parties=(*command.personal.parties, *parties),
        values=command.personal.values | {name: value for name, value in values.items() if value},
    )
    return msgspec.structs.replace(command, personal=details)


@pytest.mark.parametrize(
    ("name", "number", "kind"),
    [
        ("王五", FATHER_NUMBER, ""),
        ("李强", STRANGER_NUMBER, ""),
        pytest.param("李强", FATHER_NUMBER, "other", marks=pytest.mark.wide),
    ],
)
def test_a_licence_whose_holder_is_no_party_of_the_case_is_refused_by_its_name_in_the_language_of_the_reader(
    office: SampleOffice, name: str, number: str, kind: str
) -> None:
    with pytest.raises(Refused) as caught:
        office.accept(birth_with_father(office, name, number, kind))
    assert (caught.value.reason, caught.value.facts["materials"]) == ("holder", "father-id")
    assert caught.value.facts["roles"] == "father"
    assert "父亲身份证（父亲）" in str(caught.value)
    set_language("en")
    assert "Father's identity card (Father)" in str(caught.value)


def test_a_licence_for_which_the_case_has_no_party_is_refused(office: SampleOffice) -> None:
    prepared = office.prepare_birth()
    with pytest.raises(Refused) as caught:
        office.accept(msgspec.structs.replace(prepared, materials=(*prepared.materials, FATHER_CARD)))
    assert caught.value.reason == "holder"


def test_the_holder_is_recognised_by_the_number_of_15_digits_too(office: SampleOffice) -> None:
    short = FATHER_NUMBER[:6] + FATHER_NUMBER[8:17]
    assert office.accept(birth_with_father(office, "李 强", short, "resident_15"))


def test_the_applicants_licence_is_refused_after_another_name_is_typed(office: SampleOffice) -> None:
    prepared = with_details(office.prepare_birth(), (), {"mother_name": "王五"})
    with pytest.raises(Refused) as caught:
        office.accept(prepared)
    assert caught.value.facts["materials"] == "mother-id,household-register"
    assert "母亲身份证（母亲）、父母户口簿（母亲）" in str(caught.value)
