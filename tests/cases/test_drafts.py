"""Drafts: every change is saved, and a draft exists until its case does. Scenario 5: a case number is final."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from clerk_app.cases.intake.drafts import DiscardDraft, DraftContent, SaveDraft, decode_draft
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import BLOCK_SIZE, LendNumbers, is_case_number
from clerk_app.people import SYSTEM
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import NODE, sample_city


def save_draft(office: SampleOffice, draft: str, clerk: str = "clerk-1", **values: str) -> str:
    city = sample_city()
    command = SaveDraft(
        draft=draft,
        visit="",
        window="w1",
        one_thing="birth",
        catalogue=city.id,
        catalogue_version=city.version,
        personal=DraftContent(values=values),
    )
    return office.door.perform(command, clerk).draft


def test_a_draft_is_saved_at_every_change(office: SampleOffice) -> None:
    draft = save_draft(office, "")
    for name in ("李", "李一", "李一诺"):
        assert save_draft(office, draft, child_name=name) == draft
        (row,) = office.select("drafts")
        assert decode_draft(row).values == {"child_name": name}
    assert row["started_at"] < row["saved_at"]
    assert find_faults(office.store) == []


def test_two_drafts_have_different_ids(office: SampleOffice) -> None:
    assert save_draft(office, "") != save_draft(office, "")
    assert len(office.select("drafts")) == 2


def test_a_draft_belongs_to_its_clerk(office: SampleOffice) -> None:
    draft = save_draft(office, "")
    with pytest.raises(Refused) as refused:
        save_draft(office, draft, "clerk-2", child_name="X")
    assert refused.value.reason == "other_draft"
    with pytest.raises(Refused):
        office.door.perform(DiscardDraft(draft=draft, reason="not mine"), "clerk-2")
    office.door.perform(DiscardDraft(draft=draft, reason="went home"), "clerk-1")
    assert office.select("drafts") == []


@both_engines
def test_a_draft_exists_until_its_case_does(office: SampleOffice) -> None:
    command = office.prepare_birth()
    assert [row["id"] for row in office.select("drafts")] == [command.draft]
    office.accept(command)
    assert office.select("drafts") == []
    assert len(office.select("cases")) == 1
    for late in (partial(save_draft, office, command.draft), partial(office.accept, command)):
        with pytest.raises(Refused) as refused:
            late()
        assert refused.value.reason == "no_draft"
    assert len(office.select("cases")) == 1


def test_the_case_number_on_the_receipt_never_changes(office: SampleOffice) -> None:
    """Scenario 5: the number comes from the window's own block."""
    office.take_ticket()
    accepted = office.door.perform(office.prepare_birth(), "clerk-1")
    number = accepted.number
    assert is_case_number(number)
    (block, reserve) = office.select("number_blocks", order=("first",))
    assert block["first"] <= accepted.serial <= block["last"]
    assert (block["next"], reserve["next"]) == (accepted.serial + 1, reserve["first"])
    office.move_ticket("finish")
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    assert [row["number"] for row in office.select("cases")] == [number]
    assert {row["case_number"] for table in ("tasks", "notices", "issuances") for row in office.select(table)} == {
        number
    }


@both_engines
def test_case_numbers_are_consecutive_and_contain_the_year(office: SampleOffice) -> None:
    first = office.accept_road()
    office.clock.set("2027-01-04 09:00")
    second = office.accept_road()
    assert (first[:2], second[:2]) == ("26", "27")
    assert int(second[2:11]) == int(first[2:11]) + 1


def test_without_a_case_number_nothing_is_accepted_and_the_draft_stays(office: SampleOffice) -> None:
    command = office.prepare_birth()
    with office.store.write() as tx:
        for block in tx.select("number_blocks"):
            tx.update("number_blocks", {"first": block["first"]}, next=block["last"] + 1)
    with pytest.raises(Refused) as refused:
        office.accept(command)
    assert refused.value.reason == "no_numbers"
    assert [row["id"] for row in office.select("drafts")] == [command.draft]
    lent = office.door.perform(LendNumbers(node=NODE, incarnation=1), SYSTEM)
    assert lent.last - lent.first + 1 == BLOCK_SIZE
    number = office.accept(command)
    assert int(number[2:11]) == lent.first


def test_without_an_applicant_nothing_is_accepted(office: SampleOffice) -> None:
    command = office.prepare_birth()
    assert command.personal is not None
    without_parties = replace(command, personal=replace(command.personal, parties=()))
    with pytest.raises(Refused) as refused:
        office.accept(without_parties)
    assert refused.value.reason == "no_applicant"


@pytest.mark.parametrize("change", ["twice", "material"])
def test_unknown_and_repeated_materials_are_refused(office: SampleOffice, change: str) -> None:
    command = office.prepare_birth()
    first = command.materials[0]
    extra = first if change == "twice" else replace(first, material="a cat")
    with pytest.raises(Refused) as refused:
        office.accept(replace(command, materials=(*command.materials, extra)))
    assert refused.value.reason == change


def test_an_expired_licence_is_not_accepted(office: SampleOffice) -> None:
    command = office.prepare_birth()
    office.clock.set("2037-01-05 09:00")  # the mother's card ended in 2036
    with pytest.raises(Refused) as refused:
        office.accept(command)
    assert (refused.value.reason, refused.value.facts["what"]) == ("incomplete", "mother-id")
