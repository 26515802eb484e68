"""The word of an acceptance about the citizen's consent is checked at the center; it never changes the acceptance."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.consents import read_consents
from clerk_app.licences.consent_lists import RecordConsentList, compute_list_number
from clerk_app.licences.shared_materials import SIGNED, GiveConsent
from clerk_app.roles.connection_view import read_connection_view
from tests.office import find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_forged_acceptances import altered_command, altered_decision, newest_acceptance, push


def words(office: City | SampleWindow, number: str) -> set[str]:
    store = office.center.store if isinstance(office, City) else office.store
    with store.read() as tx:
        return set(read_consents(tx, number).values())


def consent_objections(city: City) -> list[str]:
    return [row["reason"] for row in city.center.select("objections") if row["reason"] == "consent"]


@pytest.mark.parametrize("word", ["scan", pytest.param("signed", marks=pytest.mark.wide)])
def test_a_word_that_the_center_cannot_confirm_counts_as_stated_by_the_clerk(
    city: City, counter: SampleWindow, word: str
) -> None:
    prepared = counter.prepare_birth()
    counter.client.flush()
    counter.transport.down = True
    number = counter.accept(prepared)
    counter.transport.down = False
    entry = newest_acceptance(counter)
    materials = [material.material for material in prepared.materials if material.how == "licence"]
    assert push(counter, altered_decision(entry, consents=dict.fromkeys(materials, word))).refused == {}
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert consent_objections(city) == ["consent"]
    assert words(city, number) == {"stated"}
    supervisor = city.join("s1", kind="supervisor")
    assert words(supervisor, number) == {"stated"}
    (work,) = read_connection_view(supervisor.office).rejected
    assert "经办人员" in work.sentence
    assert find_faults(city.center.store) == []


def test_a_second_scan_and_a_signed_list_are_confirmed_by_the_center(city: City, counter: SampleWindow) -> None:
    prepared = counter.prepare_birth()
    counter.client.flush()
    counter.clock.advance(minutes=1)
    counter.prove(prepared.visit)
    number = counter.accept(prepared)
    signed = counter.prepare_birth(child_name="赵二")
    licences = tuple(row["licence"] for row in counter.select("consents", visit=signed.visit) if row["given_at"])
    list_number = counter.door.perform(
        RecordConsentList(visit=signed.visit, licences=licences, purpose="birth"), "clerk-1"
    ).list_number
    assert list_number == compute_list_number(signed.visit, "birth", licences)
    give = GiveConsent(visit=signed.visit, licences=licences, purpose="birth", how=SIGNED, list_number=list_number)
    counter.door.perform(give, "clerk-1")
    other = counter.accept(msgspec.structs.replace(signed, duplicates=(number,), duplicate_code="other_subject"))
    city.exchange_all()
    assert (words(city, number), words(city, other)) == ({"scan"}, {"signed"})
    assert words(counter, other) == {"signed"}
    assert consent_objections(city) == []


@pytest.mark.wide
def test_what_was_shown_and_agreed_to_at_another_window_proves_nothing(city: City, counter: SampleWindow) -> None:
    other = city.join("n2", window="w2")
    visit = counter.prepare_birth().visit
    counter.client.flush()
    prepared = other.prepare_birth("w2", child_name="赵二")
    other.client.flush()
    other.transport.down = True
    other.accept(prepared)
    other.transport.down = False
    assert push(other, altered_command(newest_acceptance(other), visit=visit)).refused == {}
    assert sorted(row["reason"] for row in city.center.select("objections")) == ["consent", "party"]
    assert find_faults(city.center.store) == []
