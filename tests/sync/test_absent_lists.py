"""The consent list of an absent party is issued and taken by the center: at any window, for what it covers alone."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.absent_lists import AbsentHolder, FindAbsentList, IssueAbsentList, TakeAbsentList
from clerk_app.licences.consent_changes import WithdrawConsent
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from clerk_app.people.access_report import list_accesses
from tests.licences.test_shared_materials import fetch
from tests.office import find_faults
from tests.sample_data import PERSONS
from tests.sync.city import City, SampleWindow

NUMBER = PERSONS["father"].id_number
PHONE = PERSONS["father"].phone[-4:]


def issue(window: SampleWindow, *materials: str, visit: str = "") -> str:
    """Print the list of the absent father at a window that serves the mother; return its number."""
    visit = visit or window.serve("mother")
    query: Any = fetch(visit, "birth")
    command = IssueAbsentList(
        visit=visit,
        purpose="birth",
        catalogue=query.catalogue,
        catalogue_version=query.catalogue_version,
        role="father",
        materials=materials or ("father-id",),
        personal=AbsentHolder(number=NUMBER),
    )
    return window.door.perform(command, "clerk-1").list_number


def take(
    visit: str, number: str, *, holder: str = NUMBER, phone: str = PHONE, purpose: str = "birth"
) -> TakeAbsentList:
    query: Any = fetch(visit, "birth")
    return TakeAbsentList(
        visit=visit,
        list_number=number,
        purpose=purpose,
        catalogue=query.catalogue,
        catalogue_version=query.catalogue_version,
        personal=AbsentHolder(number=holder, phone=phone),
    )


def release(visit: str, *licences: str) -> ReleaseLicences:
    query: FetchMaterials = fetch(visit, "birth")
    return ReleaseLicences(
        visit=visit,
        licences=licences,
        purpose="birth",
        matters=("birth-medical-certificate", "household-registration"),
        catalogue=query.catalogue,
        catalogue_version=query.catalogue_version,
        person="father",
    )


def claims_at(window: SampleWindow, licence: str) -> object:
    rows = window.select("licences", id=licence)
    return rows[0]["claims"] if rows else None


def test_another_window_takes_the_list_and_gets_the_content_it_covers(city: City, counter: SampleWindow) -> None:
    number = issue(counter)
    other = city.join("n2", window="w2")
    visit = other.serve("mother", "w2")
    taken = other.door.perform(take(visit, number), "clerk-2")
    assert (taken.person, taken.licences) == ("father", ("father-card",))
    assert claims_at(other, "father-card") is None
    with pytest.raises(Refused, match="纸质证照码只能列出"):
        other.door.perform(release(visit, "father-card", "marriage"), "clerk-2")
    other.door.perform(release(visit, "father-card"), "clerk-2")
    assert claims_at(other, "father-card")
    assert claims_at(counter, "father-card") is None
    with city.center.store.read() as tx:
        kinds = [access.kind for access in list_accesses(tx, "father")]
        mothers = {access.kind for access in list_accesses(tx, "mother")}
    assert kinds == ["ReleaseLicences", "ReleaseLicences", "TakeAbsentList"]
    assert not {"TakeAbsentList", "ReleaseLicences"} & mothers
    withdraw = WithdrawConsent(visit=visit, licences=("father-card",), purpose="birth")
    other.door.perform(withdraw, "clerk-2")
    city.exchange_all()
    assert claims_at(other, "father-card") is None
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"holder": PERSONS["mother"].id_number}, "other_holder"),
        ({"phone": "1111"}, "phone_factor"),
        ({"purpose": "passport"}, "other_purpose"),
        ({"number": "CL-0000000000"}, "no_list_here"),
    ],
)
def test_a_list_counts_for_its_party_and_purpose_alone(
    counter: SampleWindow, changed: dict[str, Any], reason: str
) -> None:
    number = issue(counter)
    (visit,) = counter.select("visits")
    command = take(visit["id"], **{"number": number, **changed})
    with pytest.raises(Refused) as refused:
        counter.door.perform(command, "clerk-1")
    assert refused.value.reason == reason
    assert counter.select("consents", licence="father-card") == []


@pytest.mark.wide
def test_without_the_center_no_list_is_issued_or_taken(counter: SampleWindow) -> None:
    number = issue(counter)
    (visit,) = counter.select("visits")
    counter.transport.down = True
    with pytest.raises(OutOfReach):
        counter.door.perform(FindAbsentList(visit=visit["id"], list_number=number), "clerk-1")
    with pytest.raises(OutOfReach):
        counter.door.perform(take(visit["id"], number), "clerk-1")
    counter.transport.down = False
    assert counter.door.perform(take(visit["id"], number), "clerk-1").licences == ("father-card",)


def test_a_list_that_is_too_old_or_was_used_is_not_taken(city: City, counter: SampleWindow) -> None:
    number = issue(counter)
    visit = str(counter.select("visits")[0]["id"])
    counter.door.perform(take(visit, number), "clerk-1")
    counter.accept(counter.prepare_birth(visit=visit))
    city.exchange_all()
    visit = counter.serve("mother")
    with pytest.raises(Refused) as refused:
        counter.door.perform(FindAbsentList(visit=visit, list_number=number), "clerk-1")
    assert refused.value.reason == "used_list"
    late = issue(counter, visit=visit)
    city.center.clock.advance(days=31)
    counter.clock.advance(days=31)
    with pytest.raises(Refused) as refused:
        counter.door.perform(FindAbsentList(visit=visit, list_number=late), "clerk-1")
    assert refused.value.reason == "old_list"


@pytest.mark.wide
def test_a_list_names_only_licences_of_its_party(counter: SampleWindow) -> None:
    with pytest.raises(Refused) as refused:
        issue(counter, "mother-id")
    assert refused.value.reason == "materials"


@pytest.mark.wide
def test_the_window_cannot_give_a_consent_by_the_number_of_an_absent_list(counter: SampleWindow) -> None:
    number = issue(counter)
    visit = str(counter.select("visits")[0]["id"])
    give = GiveConsent(visit=visit, licences=("father-card",), purpose="birth", how="signed", list_number=number)
    with pytest.raises(Refused) as refused:
        counter.door.perform(give, "clerk-1")
    assert refused.value.reason == "not_offered"
