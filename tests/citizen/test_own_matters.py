"""What a session shows: own cases and their state, what the city holds, who saw the data; and nothing of others."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.citizen.held_materials import QueryHeldMaterials
from clerk_app.citizen.own_matters import QueryOwnAccesses, QueryOwnCase, QueryOwnCases
from clerk_app.citizen.sessions import EndCitizenSession
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from tests.citizen.sessions import open_by_receipt, open_session
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER, sample_city

LAST = MOTHER_NUMBER[-4:]


def refusal(office: SampleOffice, command: Command[Any]) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "kiosk")
    return refused.value.reason


def held(session: str, one_thing: str = "birth") -> QueryHeldMaterials:
    city = sample_city()
    return QueryHeldMaterials(session=session, one_thing=one_thing, catalogue=city.id, catalogue_version=city.version)


@both_engines
def test_a_person_reads_the_own_cases_and_their_state_without_another_factor(office: SampleOffice) -> None:
    number = office.accept_birth()
    session = open_session(office.door, "mother")
    listed = office.door.perform(QueryOwnCases(session=session), "kiosk")
    assert [(case.number, case.state) for case in listed.cases] == [(number, "accepted")]
    shown = office.door.perform(QueryOwnCase(session=session, case=number), "kiosk")
    assert (shown.status.state, len(shown.status.matters)) == ("accepted", 9)
    assert find_faults(office.store) == []


def test_a_second_citizen_sees_neither_list_nor_state_of_the_case(office: SampleOffice) -> None:
    number = office.accept_birth()
    session = open_session(office.door, "stranger")
    assert office.door.perform(QueryOwnCases(session=session), "kiosk").cases == ()
    for guessed in (number, "000000000000", "", "x"):
        assert refusal(office, QueryOwnCase(session=session, case=guessed)) == "other_case"


def test_a_receipt_opens_its_own_case_and_no_act_of_a_person(office: SampleOffice) -> None:
    number, other = office.accept_birth(), office.accept_road()
    session = open_by_receipt(office.door, number, LAST)
    listed = office.door.perform(QueryOwnCases(session=session), "kiosk")
    assert [case.number for case in listed.cases] == [number]
    assert refusal(office, QueryOwnCase(session=session, case=other)) == "other_case"
    assert refusal(office, QueryOwnAccesses(session=session)) == "needs_code"
    assert refusal(office, held(session)) == "needs_code"


def test_after_the_end_every_act_is_refused(office: SampleOffice) -> None:
    number = office.accept_birth()
    session = open_session(office.door, "mother")
    office.door.perform(EndCitizenSession(session=session), "kiosk")
    acts: list[Command[Any]] = [
        QueryOwnCases(session=session),
        QueryOwnCase(session=session, case=number),
        QueryOwnAccesses(session=session),
        held(session),
        EndCitizenSession(session=session),
    ]
    assert {refusal(office, act) for act in acts} == {"session_ended"}


@both_engines
def test_the_list_of_what_the_city_holds_has_no_content_and_nothing_of_others(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    listed = office.door.perform(held(session), "kiosk")
    states = {fact.material: fact.state for fact in listed.facts}
    assert states["mother-id"] == "held"
    assert states["father-id"] == "other_party"
    (card,) = [fact for fact in listed.facts if fact.material == "mother-id"]
    assert (card.issuer, card.valid_to, card.grade) == ("示范市公安局", "2036-03-07", "A")
    assert find_faults(office.store) == []


def test_what_was_revoked_or_is_over_is_not_held(office: SampleOffice) -> None:
    office.clock.set("2036-05-07 09:00")
    session = open_session(office.door, "mother")
    listed = office.door.perform(held(session), "kiosk")
    assert {fact.state for fact in listed.facts if fact.material == "mother-id"} == {"expired"}
    assert refusal(office, held(session, "nothing")) == "no_one_thing"


def test_who_saw_my_data_names_no_staff_and_shows_sessions_and_refused_attempts(office: SampleOffice) -> None:
    number = office.accept_birth()
    with pytest.raises(Refused):
        open_by_receipt(office.door, number, "0000")
    session = open_session(office.door, "mother")
    office.door.perform(QueryOwnCase(session=session, case=number), "kiosk")
    listed = office.door.perform(QueryOwnAccesses(session=session), "kiosk")
    kinds = [(access.kind, access.refused) for access in listed.accesses]
    assert kinds[:3] == [("QueryOwnCase", ""), ("OpenCitizenSession", ""), ("OpenCitizenSession", "second_factor")]
    assert {(access.staff, access.actor) for access in listed.accesses} == {("", "")}
    assert "FetchMaterials" in {access.kind for access in listed.accesses}


def test_a_stranger_does_not_read_who_saw_the_data_of_the_mother(office: SampleOffice) -> None:
    office.accept_birth()
    session = open_session(office.door, "stranger")
    listed = office.door.perform(QueryOwnAccesses(session=session), "kiosk")
    assert {access.kind for access in listed.accesses} == {"OpenCitizenSession"}
