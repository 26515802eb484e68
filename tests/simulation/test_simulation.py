"""Tests of simulated cities without and with faults, and of violations that the checks must detect."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from tests.simulation.__main__ import main
from tests.simulation.application_invariant import check_applications
from tests.simulation.city import SimulatedCity, open_city
from tests.simulation.city_files import CityTemplates
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.invariants import check_invariants
from tests.simulation.registry_invariant import check_registry
from tests.simulation.runner import run_scenario, shrink_failure
from tests.simulation.scenario import HOUR, CitySize, ScenarioEvent, build_scenario

SMALL = CitySize(windows=3, departments=2, hours=0.5)


@pytest.fixture(scope="module")
def templates() -> Iterator[CityTemplates]:
    with closing(CityTemplates()) as made:
        yield made


def test_a_seed_always_gives_the_same_scenario() -> None:
    assert build_scenario(SMALL, 5) == build_scenario(SMALL, 5)
    assert build_scenario(SMALL, 5) != build_scenario(SMALL, 6)


@pytest.mark.wide
def test_a_city_without_faults_keeps_every_invariant(templates: CityTemplates) -> None:
    assert run_scenario(templates, SMALL, 1, build_scenario(SMALL, 1)) is None


@pytest.mark.many_cases
@pytest.mark.parametrize("seed", range(1, 5))
def test_a_city_with_faults_keeps_every_invariant(templates: CityTemplates, seed: int) -> None:
    size = replace(SMALL, faults=True)
    assert run_scenario(templates, size, seed, build_scenario(size, seed)) is None


@pytest.mark.wide
def test_a_case_deleted_at_the_center_is_detected(templates: CityTemplates) -> None:
    with open_city(templates, SMALL) as city:
        city.perform(ScenarioEvent(1, "n1", "birth", 4))
        city.heal()
        city.sync_until_quiet()
        check_invariants(city)
        with city.center.store.write() as tx:
            tx.delete("ledger_entries", kind="AcceptCase")
        with pytest.raises(InvariantViolation, match="no accepted case is lost"):
            check_invariants(city)


def test_an_application_that_the_center_lost_is_detected(templates: CityTemplates) -> None:
    with open_city(templates, SMALL) as city:
        for seed in range(6):
            city.perform(ScenarioEvent(1 + seed, "g1", "send", seed))
            city.perform(ScenarioEvent(2 + seed, "n1", "application", seed))
        city.heal()
        city.sync_until_quiet()
        check_applications(city)
        with city.center.store.write() as tx:
            tx.delete("applications", reference="P-1")
        with pytest.raises(InvariantViolation, match="each application is kept once"):
            check_applications(city)


def attack_with(city: SimulatedCity, seeds: Iterable[int]) -> None:
    for seed in seeds:
        city.perform(ScenarioEvent(2 + seed, ("xw", "xd", "xk")[seed % 3], "hostile", seed))


def test_hostile_machines_change_nothing(templates: CityTemplates) -> None:
    with open_city(templates, SMALL) as city:
        city.perform(ScenarioEvent(1, "n2", "birth", 4))
        attack_with(city, range(60))
        city.sync_until_quiet()
        check_invariants(city)


def test_a_hostile_entry_that_is_taken_is_detected(templates: CityTemplates) -> None:
    with open_city(templates, SMALL) as city:
        with city.center.store.write() as tx:
            tx.update("nodes", {"id": "xw"}, public_key="")  # as if the center did not verify its entries
        with pytest.raises(InvariantViolation, match="a hostile entry is rejected"):
            attack_with(city, range(60))


def test_a_row_of_a_feed_that_the_center_lost_is_detected(templates: CityTemplates) -> None:
    with open_city(templates, SMALL) as city:
        for seed in range(40):
            city.perform(ScenarioEvent(2 + seed, ("f1", "f2")[seed % 2], ("send", "repeat")[seed % 3 == 0], seed))
        assert city.truth.registry
        check_registry(city)
        with city.center.store.write() as tx:
            tx.delete("registry_items", identifier="r3")
        with pytest.raises(InvariantViolation, match="the last accepted row"):
            check_registry(city)


def correct_registry(city: SimulatedCity) -> None:
    for seed in range(160):
        target = ("f1", "f2", "a1", "a2")[seed % 4]
        action = "send" if target.startswith("f") else ("correct", "decide")[seed // 4 % 2]
        city.perform(ScenarioEvent(2 + seed, target, action, seed))


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("changed", "invariant"),
    [
        ({"state": "requested"}, "corrections meet rows by the table"),
        ({"decided_by": "admin-1", "asked_by": "admin-1"}, "a correction needs a second person"),
    ],
)
def test_a_correction_that_breaks_the_rules_is_detected(
    templates: CityTemplates, changed: dict[str, str], invariant: str
) -> None:
    with open_city(templates, SMALL) as city:
        correct_registry(city)
        check_registry(city)
        corrections = city.center.rows("registry_corrections")
        (first, *_) = [row["id"] for row in corrections if row["decided_by"] and row["state"] != "declined"]
        with city.center.store.write() as tx:
            tx.update("registry_corrections", {"id": first}, **changed)
        with pytest.raises(InvariantViolation, match=invariant):
            check_registry(city)


def test_a_correction_that_a_history_lacks_is_detected(templates: CityTemplates) -> None:
    with open_city(templates, SMALL) as city:
        correct_registry(city)
        with city.center.store.write() as tx:
            tx.delete("ledger_entries", kind="ApproveCorrection")
        with pytest.raises(InvariantViolation, match="a history names each change"):
            check_registry(city)


@pytest.mark.wide
def test_a_failing_scenario_is_shrunk(templates: CityTemplates) -> None:
    acts = [
        *build_scenario(SMALL, 1),
        ScenarioEvent(HOUR, "center", "no such misfortune", 0),
    ]  # this event makes the program fail
    found = run_scenario(templates, SMALL, 1, acts)
    assert found is not None
    assert len(found.story) > 20
    story = shrink_failure(templates, SMALL, found, acts, 30.0)
    assert story.invariant == found.invariant
    assert story.story == []


@pytest.mark.wide
def test_the_command_prints_the_number_of_violations(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["city", "--windows", "2", "--departments", "1", "--hours", "0.2", "--seeds", "2", "--json"])
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert last == {"seeds": 2, "violations": 0, "first_failing_seed": None}
