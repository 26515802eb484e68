"""Mutual exclusion discovered after the acceptance: named with the best choice, and never both are approved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations
from random import Random

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.tasks.answer_corrections import AnswerCorrected, CorrectAnswer, CorrectedValue
from clerk_app.cases.tasks.claims import ReleaseTask
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.doubtful_exclusions import (
    MAY_EXCLUDE,
    find_doubtful_exclusions,
    list_unfounded_fields,
)
from clerk_app.cases.tasks.matter_withdrawals import WithdrawMatters
from clerk_app.cases.tasks.unsettled_exclusions import EXCLUDED
from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.roles.objection_view import describe_objection
from tests.cases.bundles import ORGANS, acceptance_command, publish
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text, make_yes_no_fields
from tests.office import SampleOffice, find_faults
from tests.sample_data import sample_city

NAMES = ("one", "two", "three", "four")
WHEN = {"field": "paid", "is": "yes"}


def catalogue_with(groups: Sequence[Sequence[str]], after: dict[str, str] | None = None) -> Catalogue:
    matters = [
        make_matter(
            name,
            organ=ORGANS[number],
            fields=["note"],
            after=[{"matter": after[name]}] if after and name in after else [],
        )
        for number, name in enumerate(NAMES)
    ]
    exclusions = [{"matters": list(group), "reason": make_text("paid elsewhere"), "when": WHEN} for group in groups]
    fields = [*make_yes_no_fields("paid"), {"id": "note", "name": make_text("note"), "kind": "text"}]
    calendars = [calendar.model_dump() for calendar in sample_city().calendars]
    return make_catalogue(matters, {"exclusions": exclusions}, fields=fields, calendars=calendars)


def accept(office: SampleOffice, catalogue: Catalogue) -> str:
    publish(office, catalogue)
    command = acceptance_command(office, catalogue)
    assert command.personal is not None
    details = replace(command.personal, values={"paid": "no", "note": "first"})
    return office.door.perform(replace(command, personal=details), "clerk-1").number


def correct(office: SampleOffice, number: str, value: str = "yes", actor: str = "clerk-1") -> AnswerCorrected:
    personal = CorrectedValue(value=value, reason="the statement of the fund")
    return office.door.perform(CorrectAnswer(case=number, field="paid", personal=personal), actor)


def withdraw(office: SampleOffice, number: str, *matters: str) -> None:
    command = WithdrawMatters(case=number, matters=matters, reason="the applicant agrees, by telephone")
    office.door.perform(command, "clerk-1")


def refusal_of(office: SampleOffice, number: str, matter: str) -> str:
    """Return why an approval is refused, empty if it is not; the task goes back to its queue."""
    held = office.claim_of(number, matter)
    with suppress(Refused):
        office.decide(held, "approved")
        return ""
    command = DecideTask(task=held.task, fence=held.fence, outcome="approved")
    with pytest.raises(Refused) as refused:
        office.door.perform(command, held.staff)
    office.door.perform(ReleaseTask(task=held.task, fence=held.fence), held.staff)
    return str(refused.value.reason)


def test_an_exclusion_that_holds_after_a_correction_is_reported_with_the_choice(office: SampleOffice) -> None:
    number = accept(office, catalogue_with([("one", "two"), ("one", "three")]))
    found = correct(office, number)
    assert (found.excluded, found.proposed) == (("one", "two", "three"), ("one",))
    (objection,) = office.select("objections", case_number=number, reason=EXCLUDED)
    assert json.loads(objection["facts"])["drop"] == "one"
    with office.store.read() as tx:
        sentence = describe_objection(tx, objection, "Asia/Shanghai")
    assert "paid elsewhere" in sentence
    for matter in ("one", "two", "three"):
        assert refusal_of(office, number, matter) == EXCLUDED
    office.approve(number, "four")
    withdraw(office, number, "one")
    (objection,) = office.select("objections", case_number=number, reason=EXCLUDED)
    assert objection["settled_by"] == "clerk-1"
    office.approve(number, "two", "three")
    assert office.case(number)["state"] == "closed"
    assert office.task_states(number)["one"] == "withdrawn"
    assert find_faults(office.store) == []


def test_a_fact_of_a_revoked_licence_names_what_may_exclude_each_other_and_what_to_withdraw(
    office: SampleOffice,
) -> None:
    publish(office, catalogue := catalogue_with([("one", "two")]))
    command = acceptance_command(office, catalogue)
    assert command.personal is not None
    details = replace(command.personal, values={"paid": "no", "note": "first"})
    command = replace(command, personal=details, sources={"paid": "licence:statement.paid"})
    number = office.door.perform(command, "clerk-1").number
    with office.store.read() as tx:
        case = read_case(tx, number)
        assert list_unfounded_fields(tx, number, {"another"}) == ()
        fields = list_unfounded_fields(tx, number, {"statement"})
        assert find_doubtful_exclusions(tx, case, ("note",)) is None
        objection = find_doubtful_exclusions(tx, case, fields)
    assert fields == ("paid",)
    assert objection is not None
    assert (objection.facts["matters"], objection.facts["drop"]) == ("one,two", "two")
    office.door.perform(objection, SYSTEM)
    (row,) = office.select("objections", case_number=number, reason=MAY_EXCLUDE)
    with office.store.read() as tx:
        sentence = describe_objection(tx, row, "Asia/Shanghai")
    assert "not founded" in sentence or "依据" in sentence
    office.approve(number, "one", "two")  # nothing is blocked: a person decides


def test_a_refusal_settles_an_exclusion_too(office: SampleOffice) -> None:
    number = accept(office, catalogue_with([("one", "two")]))
    correct(office, number, actor="health-1")
    assert refusal_of(office, number, "one") == EXCLUDED
    office.refuse(number, "two")
    office.approve(number, "one")


def test_approved_matters_are_checked_again_and_only_one_is_approved_again(office: SampleOffice) -> None:
    number = accept(office, catalogue_with([("one", "two")]))
    office.approve(number, "one", "two")
    found = correct(office, number)
    assert len(found.rechecks) == 2
    assert refusal_of(office, number, "one") == EXCLUDED
    with pytest.raises(Refused):
        withdraw(office, number, "one")
    office.refuse(number, "two", "the other one is paid")
    office.approve(number, "one")
    assert (office.task_states(number)["one"], office.task_states(number)["two"]) == ("approved", "refused")
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_what_depends_on_a_withdrawn_matter_lapses(office: SampleOffice) -> None:
    number = accept(office, catalogue_with([("one", "two")], after={"three": "one"}))
    correct(office, number)
    withdraw(office, number, "one")
    assert office.task_states(number)["three"] == "lapsed"
    office.approve(number, "two", "four")
    assert office.case(number)["state"] == "closed"
    assert find_faults(office.store) == []


def test_what_is_not_a_correction_is_refused(office: SampleOffice) -> None:
    number = accept(office, catalogue_with([("one", "two")]))
    with pytest.raises(Refused):
        correct(office, number, value="no")
    with pytest.raises(Refused):
        correct(office, number, actor="clerk-5")
    with pytest.raises(Refused):
        withdraw(office, number, *NAMES)
    assert office.select("objections", case_number=number) == []


@pytest.mark.many_cases
@pytest.mark.parametrize("seed", range(6))
def test_no_excluded_pair_is_ever_both_approved(office: SampleOffice, seed: int) -> None:
    chance = Random(seed)
    groups = [chance.sample(NAMES, chance.choice((2, 2, 3))) for _ in range(chance.randint(1, 3))]
    number = accept(office, catalogue_with(groups))
    pairs = {frozenset(pair) for group in groups for pair in combinations(group, 2)}
    for act in chance.sample((*NAMES, "correct"), 5):
        if act == "correct":
            correct(office, number)
            continue
        assert refusal_of(office, number, act) in ("", EXCLUDED)
    approved = {matter for matter, state in office.task_states(number).items() if state == "approved"}
    assert not any(pair <= approved for pair in pairs)
    assert find_faults(office.store) == []
