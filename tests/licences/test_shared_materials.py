"""Shared materials: only licences that the purpose needs, after consent, for the clerk of the visit or the task."""

from __future__ import annotations

import pytest

from clerk_app.errors import BadData, Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.licences.repository import (
    CreateDynamicCode,
    LicenceStatements,
    RegisterLicence,
    ResolveDynamicCode,
    RevokeLicence,
    digest_dynamic_code,
)
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent, RecordAccess
from clerk_app.people import SYSTEM
from tests.office import SampleOffice
from tests.sample_data import sample_city


def fetch(visit: str, one_thing: str) -> FetchMaterials:
    city = sample_city()
    return FetchMaterials(visit=visit, one_thing=one_thing, catalogue=city.id, catalogue_version=city.version)


def serve_proved(office: SampleOffice, person: str = "mother") -> str:
    """Serve a person whose code the authority has verified; return the visit."""
    visit = office.serve(person)
    office.prove(visit)
    return visit


def refusal_of(office: SampleOffice, command: object, actor: str) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, actor)  # type: ignore[arg-type]
    return refused.value.reason


def test_only_licences_that_the_purpose_needs_are_listed(office: SampleOffice) -> None:
    visit = serve_proved(office)
    listed = office.door.perform(fetch(visit, "birth"), "clerk-1").licences
    assert set(listed) == {"mother-card", "father-card", "register", "marriage", "birth"}  # not the driving licence
    assert office.entries()[-1]["kind"] == "FetchMaterials"


def test_only_the_clerk_of_the_visit_can_fetch_materials(office: SampleOffice) -> None:
    visit = serve_proved(office)
    assert refusal_of(office, fetch(visit, "birth"), "clerk-2") == "visit"
    office.door.perform(fetch(visit, "birth"), "clerk-1")
    consent = GiveConsent(visit=visit, licences=("mother-card",), purpose="birth")
    assert refusal_of(office, consent, "clerk-2") == "visit"
    office.door.perform(consent, "clerk-1")
    look = RecordAccess(licence="mother-card", purpose="birth", visit=visit)
    assert refusal_of(office, look, "clerk-2") == "visit"
    office.door.perform(look, "clerk-1")
    office.move_ticket("finish")
    for late in (fetch(visit, "birth"), consent, look):
        assert refusal_of(office, late, "clerk-1") == "visit"


def test_without_consent_no_licence_can_be_opened(office: SampleOffice) -> None:
    visit = serve_proved(office)
    office.door.perform(fetch(visit, "birth"), "clerk-1")
    look = RecordAccess(licence="mother-card", purpose="birth", visit=visit)
    assert refusal_of(office, look, "clerk-1") == "consent"
    office.door.perform(GiveConsent(visit=visit, licences=("register",), purpose="birth"), "clerk-1")
    assert refusal_of(office, look, "clerk-1") == "consent"


def test_consent_covers_only_offered_licences(office: SampleOffice) -> None:
    visit = serve_proved(office)
    office.door.perform(fetch(visit, "birth"), "clerk-1")
    consent = GiveConsent(visit=visit, licences=("mother-card", "driving"), purpose="birth")
    assert refusal_of(office, consent, "clerk-1") == "not_offered"


def test_nobody_agrees_before_the_face_was_compared(office: SampleOffice) -> None:
    visit = office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    office.identify(visit, "mother", "clerk-1")
    office.prove(visit)
    licences = office.door.perform(fetch(visit, "birth"), "clerk-1").licences
    consent = GiveConsent(visit=visit, licences=licences, purpose="birth")
    assert refusal_of(office, consent, "clerk-1") == "unconfirmed"
    office.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    office.door.perform(consent, "clerk-1")


def test_an_organisation_never_agrees_for_a_person(office: SampleOffice) -> None:
    """A card may name the enterprise as one who shows it; its holder agrees all the same."""
    office.door.perform(registered("card", "enterprise"), SYSTEM)
    visit = serve_proved(office, "enterprise")
    for purpose in ("passport", "hiring"):
        assert "card" in office.door.perform(fetch(visit, purpose), "clerk-1").licences
        consent = GiveConsent(visit=visit, licences=("card",), purpose=purpose)
        assert refusal_of(office, consent, "clerk-1") == "absent_holder"


def test_an_agent_never_agrees_for_a_person_in_a_matter_of_the_enterprise(office: SampleOffice) -> None:
    visit = serve_proved(office)  # the mother may show the card of the father
    office.door.perform(fetch(visit, "hiring"), "clerk-1")
    own, other = (
        GiveConsent(visit=visit, licences=(card,), purpose="hiring") for card in ("mother-card", "father-card")
    )
    office.door.perform(own, "clerk-1")
    assert refusal_of(office, other, "clerk-1") == "absent_holder"
    office.door.perform(fetch(visit, "birth"), "clerk-1")  # in a matter of the family she may
    office.door.perform(GiveConsent(visit=visit, licences=("father-card",), purpose="birth"), "clerk-1")


def test_consent_is_valid_for_one_purpose(office: SampleOffice) -> None:
    visit = office.serve("mother")
    office.fetch_licences(visit, "birth")
    office.door.perform(fetch(visit, "birth"), "clerk-1")  # fetching again keeps the consents
    office.door.perform(RecordAccess(licence="mother-card", purpose="birth", visit=visit), "clerk-1")
    listed = office.door.perform(fetch(visit, "passport"), "clerk-1").licences
    assert set(listed) == {"mother-card", "father-card", "register"}
    look = RecordAccess(licence="mother-card", purpose="passport", visit=visit)
    assert refusal_of(office, look, "clerk-1") == "consent"
    office.door.perform(GiveConsent(visit=visit, licences=("mother-card",), purpose="passport"), "clerk-1")
    office.door.perform(look, "clerk-1")
    given = {row["licence"]: row["given_at"] for row in office.select("consents", visit=visit, purpose="passport")}
    assert {name for name, at in given.items() if at} == {"mother-card"}


def test_an_unknown_person_has_no_licences(office: SampleOffice) -> None:
    visit = serve_proved(office, "")
    assert office.door.perform(fetch(visit, "birth"), "clerk-1").licences == ()


def test_an_unknown_purpose_is_bad_data(office: SampleOffice) -> None:
    visit = serve_proved(office)
    with pytest.raises(BadData):
        office.door.perform(fetch(visit, "world-domination"), "clerk-1")


def test_an_officer_can_open_only_licences_of_a_held_task(office: SampleOffice) -> None:
    number = office.accept_birth()
    task = office.task(number, "birth-medical-certificate")["id"]
    look = RecordAccess(licence="mother-card", purpose="birth", task=task)
    assert refusal_of(office, look, "police-1") == "organ"
    assert refusal_of(office, look, "health-1") == "not_held"
    office.claim("health", task)
    assert refusal_of(office, look, "health-2") == "not_held"
    office.door.perform(look, "health-1")
    strange = RecordAccess(licence="driving", purpose="birth", task=task)
    assert refusal_of(office, strange, "health-1") == "scope"


def registered(licence: str, *users: str) -> RegisterLicence:
    return RegisterLicence(
        id=licence,
        licence_type="0101",
        identifier="1.2.156.3005.2.0101.9",
        holder="mother",
        issuer="示范市公安局",
        issuer_code="11310000002420426M",
        valid_from="2026-01-01",
        status_index=9,
        users=users,
        personal=LicenceStatements(claims={"name": "王芳"}),
    )


def users_of(office: SampleOffice, licence: str) -> set[str]:
    return {row["person"] for row in office.select("licence_users", licence=licence)}


def test_a_revoked_licence_cannot_be_registered_again(office: SampleOffice) -> None:
    office.door.perform(RevokeLicence(id="mother-card", reason="lost"), SYSTEM)
    assert office.select("licences", id="mother-card")[0]["state"] == "revoked"
    assert refusal_of(office, registered("mother-card"), SYSTEM) == "revoked"
    assert office.select("licences", id="mother-card")[0]["state"] == "revoked"
    assert refusal_of(office, RevokeLicence(id="nothing", reason="lost"), SYSTEM) == "no_licence"


def test_a_removed_user_may_no_longer_show_the_licence(office: SampleOffice) -> None:
    office.door.perform(registered("new", "father", "stranger"), SYSTEM)
    assert users_of(office, "new") == {"mother", "father", "stranger"}
    office.door.perform(registered("new", "father"), SYSTEM)
    assert users_of(office, "new") == {"mother", "father"}


def test_a_dynamic_code_is_resolved_once_within_its_minute(office: SampleOffice) -> None:
    visit = office.serve("mother")
    for token in ("token-1", "token-2"):
        office.door.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject="mother"), "admin")

    def resolve(token: str) -> ResolveDynamicCode:
        return ResolveDynamicCode(digest=digest_dynamic_code(token), visit=visit, window="w1", purpose="identify")

    assert office.door.perform(resolve("token-1"), "clerk-1").subject == "mother"
    assert refusal_of(office, resolve("token-1"), "clerk-1") == "used_code"
    office.clock.advance(seconds=61)
    assert refusal_of(office, resolve("token-2"), "clerk-1") == "old_code"
    assert refusal_of(office, resolve("token-3"), "clerk-1") == "unknown_code"
    assert all(b"token-1" not in row["command"] for row in office.entries())
