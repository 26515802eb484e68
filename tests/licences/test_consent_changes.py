"""Consent that is declined, and consent that is withdrawn before the acceptance."""

from __future__ import annotations

import msgspec

from clerk_app.cases.consents import read_consents
from clerk_app.licences.consent_changes import DeclineConsent, WithdrawConsent
from clerk_app.licences.shared_materials import GiveConsent, RecordAccess
from tests.licences.test_shared_materials import fetch, refusal_of, serve_proved
from tests.office import SampleOffice, find_faults, paper_materials

CARD = ("mother-card",)


def answer_of(office: SampleOffice, visit: str, licence: str) -> str:
    (row,) = office.select("consents", visit=visit, licence=licence)
    return str(row["how"])


def test_an_answer_is_recorded_for_each_licence_and_may_change(office: SampleOffice) -> None:
    visit = serve_proved(office)
    office.door.perform(fetch(visit, "birth"), "clerk-1")
    decline = DeclineConsent(visit=visit, licences=CARD, purpose="birth")
    office.door.perform(decline, "clerk-1")
    assert answer_of(office, visit, "mother-card") == "declined"
    assert answer_of(office, visit, "register") == ""
    office.door.perform(GiveConsent(visit=visit, licences=CARD, purpose="birth"), "clerk-1")
    assert answer_of(office, visit, "mother-card") == ""
    assert refusal_of(office, decline, "clerk-1") == "given"
    office.door.perform(WithdrawConsent(visit=visit, licences=CARD, purpose="birth"), "clerk-1")
    assert answer_of(office, visit, "mother-card") == "withdrawn"
    assert refusal_of(office, RecordAccess(licence="mother-card", purpose="birth", visit=visit), "clerk-1") == "consent"
    assert find_faults(office.store) == []


def test_only_the_clerk_of_the_visit_records_an_answer_to_what_was_offered(office: SampleOffice) -> None:
    visit = serve_proved(office)
    decline = DeclineConsent(visit=visit, licences=CARD, purpose="birth")
    assert refusal_of(office, decline, "clerk-1") == "not_offered"
    office.door.perform(fetch(visit, "birth"), "clerk-1")
    assert refusal_of(office, decline, "clerk-2") == "visit"
    withdraw = WithdrawConsent(visit=visit, licences=CARD, purpose="birth")
    assert refusal_of(office, withdraw, "clerk-1") == "consent"


def test_an_acceptance_records_what_was_declined_and_is_on_paper(office: SampleOffice) -> None:
    command = office.prepare_birth()
    consents = office.select("consents", visit=command.visit, licence="mother-card")
    assert consents[0]["given_at"]
    office.door.perform(WithdrawConsent(visit=command.visit, licences=CARD, purpose="birth"), "clerk-1")
    assert refusal_of(office, command, "clerk-1") == "consent"
    others = tuple(material for material in command.materials if material.licence != "mother-card")
    instead = (*others, *paper_materials("mother-id"))
    refused = {"mother-id": "mother-card"}
    number = office.accept(msgspec.structs.replace(command, materials=instead, refused_licences=refused))
    with office.store.read() as tx:
        assert read_consents(tx, number)["mother-id"] == "withdrawn"
