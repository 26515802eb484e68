"""Comparison of face and photo: not this person ends the identification, a doubt is settled by a second person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.errors import Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.face_comparisons import LIVE, DoubtPerson, RejectPerson, SettleDoubt
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.ledger import audit
from clerk_app.ledger.commands import Command
from clerk_app.people import SYSTEM
from clerk_app.people.joined_accounts import SetPerson
from clerk_app.people.staff import RegisterStaff
from tests.empty_store import create_empty_store
from tests.office import SampleOffice


def identified(office: SampleOffice) -> str:
    visit = office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    office.identify(visit, "mother", "clerk-1")
    return visit


def face_of(office: SampleOffice, visit: str) -> tuple[str, bool, str | None]:
    row = office.select("visits", id=visit)[0]
    return row["face"], bool(row["confirmed"]), row["shown_number"]


def refusal(office: SampleOffice, command: Command[Any], actor: str) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, actor)
    return refused.value.reason


def test_a_yes_is_recorded_with_what_was_compared_and_no_picture(office: SampleOffice) -> None:
    visit = identified(office)
    office.door.perform(ConfirmPerson(visit=visit, compared=LIVE), "clerk-1")
    assert face_of(office, visit)[:2] == ("same", True)
    entry = office.entries()[-1]
    assert (entry["kind"], entry["actor"], entry["personal"]) == ("ConfirmPerson", "clerk-1", None)


def test_not_this_person_ends_the_identification_and_is_recorded(office: SampleOffice) -> None:
    visit = identified(office)
    office.door.perform(RejectPerson(visit=visit, compared=LIVE), "clerk-1")
    assert face_of(office, visit) == ("other", False, None)
    assert office.select("visits", id=visit)[0]["person"] is None
    assert office.entries()[-1]["kind"] == "RejectPerson"
    assert refusal(office, ConfirmPerson(visit=visit), "clerk-1") == "nobody_shown"
    office.identify(visit, "stranger", "clerk-1")  # another person may show their code
    assert face_of(office, visit)[0] == ""


def test_after_a_doubt_the_clerk_decides_neither_alone_nor_by_another_scan(office: SampleOffice) -> None:
    visit = identified(office)
    office.door.perform(DoubtPerson(visit=visit), "clerk-1")
    assert refusal(office, ConfirmPerson(visit=visit), "clerk-1") == "doubted"
    assert refusal(office, SettleDoubt(visit=visit, same=True), "clerk-1") == "same_person"
    office.identify(visit, "mother", "clerk-1")
    assert refusal(office, ConfirmPerson(visit=visit), "clerk-1") == "doubted"


@pytest.mark.parametrize("second", ["clerk-2", "supervisor"])
def test_a_second_person_of_the_site_settles_a_doubt_and_is_recorded(office: SampleOffice, second: str) -> None:
    visit = identified(office)
    office.door.perform(DoubtPerson(visit=visit), "clerk-1")
    office.door.perform(SettleDoubt(visit=visit, same=True), second)
    assert face_of(office, visit)[:2] == ("same", True)
    assert office.entries()[-1]["actor"] == second


def test_a_second_person_may_decide_that_it_is_not_this_person(office: SampleOffice) -> None:
    visit = identified(office)
    office.door.perform(DoubtPerson(visit=visit), "clerk-1")
    office.door.perform(SettleDoubt(visit=visit, same=False), "clerk-2")
    assert face_of(office, visit) == ("other", False, None)


def test_neither_another_site_nor_a_second_account_of_the_clerk_settles_a_doubt(office: SampleOffice) -> None:
    visit = identified(office)
    assert refusal(office, SettleDoubt(visit=visit, same=True), "clerk-2") == "no_doubt"
    office.door.perform(DoubtPerson(visit=visit), "clerk-1")
    for name, organ in (("far", "health"), ("twin", office.select("staff", id="clerk-1")[0]["organ"])):
        account = RegisterStaff(id=name, number=f"77{len(name)}", name=name, role="clerk", pin_hash="", organ=organ)
        office.door.perform(account, SYSTEM)
    assert refusal(office, SettleDoubt(visit=visit, same=True), "far") == "other_site"
    office.door.perform(SetPerson(staff="twin", other="clerk-1"), SYSTEM)
    assert refusal(office, SettleDoubt(visit=visit, same=True), "twin") == "same_person"


def test_a_rejected_person_takes_proofs_and_consents_with_them(office: SampleOffice) -> None:
    visit = identified(office)
    office.door.perform(RejectPerson(visit=visit), "clerk-1")
    assert not office.select("identity_proofs", visit=visit)
    assert not [row for row in office.select("consents", visit=visit) if row["given_at"] is not None]


def test_a_rebuild_gives_the_same_outcomes(office: SampleOffice, tmp_path: Path) -> None:
    doubted = identified(office)
    office.door.perform(DoubtPerson(visit=doubted), "clerk-1")
    office.door.perform(SettleDoubt(visit=doubted, same=True), "clerk-2")
    rejected = office.door.perform(ServeWalkIn(window="w2"), "clerk-2").visit
    office.identify(rejected, "stranger", "clerk-2")
    office.door.perform(RejectPerson(visit=rejected), "clerk-2")
    copy = audit.rebuild_store(office.store, all_rules(), create_empty_store(tmp_path / "again.db"))
    assert audit.list_different_tables(office.store, copy) == []
    copy.close()
