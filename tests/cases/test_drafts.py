"""Drafts: nothing typed is lost, and a draft exists exactly when its case does not. Scenario 5: a receipt is final."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from clerk_app.cases.drafts import DiscardDraft, DraftContent, KeepDraft, draft_content
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import BLOCK, LendNumbers, is_case_number
from clerk_app.people import SYSTEM
from tests.furnishing import NODE, sample_city
from tests.office import SampleOffice, faults


def keep(office: SampleOffice, draft: str, clerk: str = "clerk-1", **values: str) -> str:
    city = sample_city()
    command = KeepDraft(
        draft=draft,
        visit="",
        window="w1",
        one_thing="birth",
        catalogue=city.id,
        catalogue_version=city.version,
        personal=DraftContent(values=values),
    )
    return office.door.perform(command, clerk).draft


def test_a_draft_is_kept_at_every_change(office: SampleOffice) -> None:
    draft = keep(office, "")
    for name in ("李", "李一", "李一诺"):
        assert keep(office, draft, child_name=name) == draft
        (row,) = office.rows("drafts")
        assert draft_content(row).values == {"child_name": name}
    assert row["started_at"] < row["saved_at"]
    assert faults(office.store) == []


def test_two_drafts_have_two_names(office: SampleOffice) -> None:
    assert keep(office, "") != keep(office, "")
    assert len(office.rows("drafts")) == 2


def test_a_draft_belongs_to_its_clerk(office: SampleOffice) -> None:
    draft = keep(office, "")
    with pytest.raises(Refused) as refused:
        keep(office, draft, "clerk-2", child_name="X")
    assert refused.value.reason == "other_draft"
    with pytest.raises(Refused):
        office.door.perform(DiscardDraft(draft=draft, reason="not mine"), "clerk-2")
    office.door.perform(DiscardDraft(draft=draft, reason="went home"), "clerk-1")
    assert office.rows("drafts") == []


def test_a_draft_exists_exactly_when_its_case_does_not(office: SampleOffice) -> None:
    command = office.accepting_birth()
    assert [row["id"] for row in office.rows("drafts")] == [command.draft]
    office.accept(command)
    assert office.rows("drafts") == []
    assert len(office.rows("cases")) == 1
    for late in (partial(keep, office, command.draft), partial(office.accept, command)):
        with pytest.raises(Refused) as refused:
            late()
        assert refused.value.reason == "no_draft"
    assert len(office.rows("cases")) == 1


def test_the_number_on_the_receipt_is_final(office: SampleOffice) -> None:
    """Scenario 5: it comes from the window's own block, and nothing that happens later changes it."""
    office.take_ticket()
    made = office.door.perform(office.accepting_birth(), "clerk-1")
    number = made.number
    assert is_case_number(number)
    (block, reserve) = office.rows("number_blocks", order=("first",))
    assert block["first"] <= made.serial <= block["last"]
    assert (block["next"], reserve["next"]) == (made.serial + 1, reserve["first"])
    office.move("finish")
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    assert [row["number"] for row in office.rows("cases")] == [number]
    assert {row["case_number"] for table in ("tasks", "notices", "issuances") for row in office.rows(table)} == {number}


def test_numbers_follow_one_another_and_carry_the_year(office: SampleOffice) -> None:
    first = office.accept_road()
    office.clock.set("2027-01-04 09:00")
    second = office.accept_road()
    assert (first[:2], second[:2]) == ("26", "27")
    assert int(second[2:11]) == int(first[2:11]) + 1


def test_without_a_number_nothing_is_accepted_and_nothing_typed_is_lost(office: SampleOffice) -> None:
    command = office.accepting_birth()
    with office.store.write() as tx:
        for block in tx.rows("number_blocks"):
            tx.change("number_blocks", {"first": block["first"]}, next=block["last"] + 1)
    with pytest.raises(Refused) as refused:
        office.accept(command)
    assert refused.value.reason == "no_numbers"
    assert [row["id"] for row in office.rows("drafts")] == [command.draft]
    lent = office.door.perform(LendNumbers(node=NODE, incarnation=1), SYSTEM)
    assert lent.last - lent.first + 1 == BLOCK
    number = office.accept(command)
    assert int(number[2:11]) == lent.first


def test_without_an_applicant_nothing_is_accepted(office: SampleOffice) -> None:
    command = office.accepting_birth()
    assert command.personal is not None
    nobody = replace(command, personal=replace(command.personal, parties=()))
    with pytest.raises(Refused) as refused:
        office.accept(nobody)
    assert refused.value.reason == "no_applicant"


@pytest.mark.parametrize("change", ["twice", "material"])
def test_materials_that_make_no_sense_are_refused(office: SampleOffice, change: str) -> None:
    command = office.accepting_birth()
    first = command.materials[0]
    strange = first if change == "twice" else replace(first, material="a cat")
    with pytest.raises(Refused) as refused:
        office.accept(replace(command, materials=(*command.materials, strange)))
    assert refused.value.reason == change


def test_an_expired_licence_is_not_accepted(office: SampleOffice) -> None:
    command = office.accepting_birth()
    office.clock.set("2037-01-05 09:00")  # the mother's card ended in 2036
    with pytest.raises(Refused) as refused:
        office.accept(command)
    assert (refused.value.reason, refused.value.facts["what"]) == ("incomplete", "mother-id")
