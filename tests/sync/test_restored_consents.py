"""After a restore, a consent counts for an acceptance that is sent again, from whichever machine and in any order."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from clerk_app.cases.consents import read_consents
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.ledger.recovery_wait import EndWait
from clerk_app.licences.consent_lists import RecordConsentList
from clerk_app.licences.shared_materials import SIGNED, GiveConsent
from clerk_app.people import SYSTEM
from tests.office import BIRTH, find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_restored_work import back_up, end_leases, rejected

CLERK = "clerk-1"


def confirm_by_scan(counter: SampleWindow, prepared: AcceptCase) -> None:
    counter.clock.advance(minutes=1)
    counter.prove(prepared.visit)


def confirm_by_signature(counter: SampleWindow, prepared: AcceptCase) -> None:
    licences = tuple(row["licence"] for row in counter.select("consents", visit=prepared.visit) if row["given_at"])
    printed = RecordConsentList(visit=prepared.visit, licences=licences, purpose="birth")
    number = counter.door.perform(printed, CLERK).list_number
    give = GiveConsent(visit=prepared.visit, licences=licences, purpose="birth", how=SIGNED, list_number=number)
    counter.door.perform(give, CLERK)


def words(city: City, number: str) -> set[str]:
    with city.center.store.read() as tx:
        return set(read_consents(tx, number).values())


def objections(city: City) -> list[str]:
    return [row["reason"] for row in city.center.select("objections")]


@pytest.mark.parametrize(
    "word",
    ["scan", pytest.param("signed", marks=pytest.mark.wide)],
)
@pytest.mark.parametrize("at", ["visit", pytest.param("start", marks=pytest.mark.wide)])
def test_a_consent_that_was_confirmed_is_confirmed_after_a_restore(
    city: City, counter: SampleWindow, tmp_path: Path, word: str, at: str
) -> None:
    backup = back_up(city, tmp_path)
    visit = counter.serve("mother")
    counter.client.flush()
    if at == "visit":
        backup.unlink()
        backup = back_up(city, tmp_path)
    prepared = counter.prepare_birth(visit=visit)
    counter.client.flush()
    (confirm_by_scan if word == "scan" else confirm_by_signature)(counter, prepared)
    number = counter.accept(prepared)
    counter.client.flush()
    assert (words(city, number), objections(city)) == ({word}, [])
    city.restore_center(backup)
    city.center.clock.advance(hours=5)
    end_leases(city)  # the visit of the backup ends, too
    city.exchange_all()
    assert (words(city, number), objections(city), rejected(city)) == ({word}, [], [])
    assert city.differences() == []
    assert find_faults(city.center.store) == []


def accept_at_the_other_machine(city: City, counter: SampleWindow, other: SampleWindow) -> str:
    """Serve a mother up to her consent at one machine of a window, and accept her case at the other one."""
    prepared = counter.prepare_birth()
    counter.client.flush()
    other.client.flush()
    draft = other.draft(prepared.visit, "birth", BIRTH)
    number = other.accept(msgspec.structs.replace(prepared, draft=draft))
    city.exchange_all()
    assert (words(city, number), objections(city)) == ({"stated"}, [])
    return number


@pytest.mark.wide
def test_an_acceptance_waits_for_the_machine_that_has_the_consent(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    other = city.join("n2", window="w1")
    backup = back_up(city, tmp_path)
    number = accept_at_the_other_machine(city, counter, other)
    city.restore_center(backup)
    counter.transport.down = True
    other.client.flush()
    assert city.center.select("cases") == []  # it waits at its machine
    assert other.client.is_awaiting
    counter.transport.down = False
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert (objections(city), rejected(city), city.differences()) == ([], [], [])
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_an_acceptance_whose_consent_is_lost_for_good_has_an_objection(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    other = city.join("n2", window="w1")
    backup = back_up(city, tmp_path)
    number = accept_at_the_other_machine(city, counter, other)
    city.restore_center(backup)
    counter.transport.down = True
    other.client.flush()
    city.center.door.perform(EndWait(node="n1", reason="its disk is lost"), SYSTEM)
    other.client.flush()
    assert city.center.case(number)["state"] == "accepted"
    assert set(objections(city)) == {"consent", "party"}
    assert words(city, number) == {"stated"}
    assert find_faults(city.center.store) == []
