"""Better promises proposed from a quarter's measured performance, and the draft of a catalogue that has them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.measured.figures import FEW_CASES
from clerk_app.cases.measured.promises import (
    PromiseKey,
    PromiseProposal,
    apply_proposals,
    propose_days,
    propose_promises,
)
from clerk_app.cases.measured.report import QueryReductions, is_full_quarter
from clerk_app.cli import main
from clerk_app.composition.catalogue_files import load_catalogue, read_and_check
from clerk_app.roles.reductions import build_rows
from tests.cases.test_measured_reductions import finish_road
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.sample_data import sample_city

pytestmark = pytest.mark.usefixtures("english")
SECOND_QUARTER = ("2026-04-01", "2026-06-30")


@given(st.integers(0, 60), st.integers(0, 20), st.lists(st.integers(0, 60), max_size=60))
def test_a_proposal_is_kept_by_nine_of_ten_and_lower_than_the_promise(
    promised: int, floor: int, days: list[int]
) -> None:
    proposed = propose_days(promised, floor, days)
    if proposed is None:
        enough = len(days) >= FEW_CASES
        lower = max(floor, 1, *([0] if not days else sorted(days)[: -(-9 * len(days) // 10)]))
        assert not enough or lower >= promised
    else:
        assert len(days) >= FEW_CASES
        assert max(floor, 1) <= proposed < promised
        assert 10 * sum(each <= proposed for each in days) >= 9 * len(days)


def test_only_a_quarter_that_has_ended_gives_proposals() -> None:
    assert is_full_quarter(*SECOND_QUARTER, date(2026, 7, 1))
    assert not is_full_quarter(*SECOND_QUARTER, date(2026, 6, 30))
    assert not is_full_quarter("2026-04-01", "2026-06-29", date(2026, 9, 1))


def test_a_variant_a_matter_and_its_one_thing_are_changed_with_their_source() -> None:
    city = sample_city()
    bus = city.one_thing("school-bus")
    matter = city.matter(bus.matters[0])
    proposals = [
        PromiseProposal(section="matters", id=matter.id, promised=matter.promised_days, proposed=1, count=20, p90=1),
        PromiseProposal(section="one_things", id=bus.id, promised=10, proposed=9, count=20, p90=9),
    ]
    better = apply_proposals(city, proposals, "measured 2026-Q2")
    assert better.matter(matter.id).promised_days == 1
    assert better.matter(matter.id).value_sources["promised_days"] == "measured 2026-Q2"
    assert better.one_thing(bus.id).promised_days == 9
    assert proposals[1].key == PromiseKey("one_things", "school-bus")


@pytest.mark.wide
@sqlite_only
def test_a_quick_quarter_proposes_better_promises_in_a_draft_that_is_checked(
    office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _number in range(FEW_CASES):
        finish_road(office, days=0.05)
    with office.store.read() as tx:
        proposals = {proposal.id: proposal for proposal in propose_promises(tx, *SECOND_QUARTER)}
    assert proposals["excavation-planning"].proposed == 1
    assert proposals["road-excavation"].promised == 5
    assert proposals["road-excavation"].count == FEW_CASES
    office.clock.set("2026-07-02 09:00")
    asked = office.door.perform(QueryReductions(first_day=SECOND_QUARTER[0], last_day=SECOND_QUARTER[1]), "supervisor")
    assert {each.id for each in asked.proposals} == {*proposals}
    with office.store.read() as tx:
        (row,) = build_rows(tx, asked)
    assert any("instead of 5 working days" in line for line in row.lines)

    draft = tmp_path / "draft"
    words = ["--language", "en", "--office", str(office.office.folder), "catalogue", "promises"]
    assert main([*words, "--quarter", "2026-Q2", "--write", str(draft)]) == 0
    assert "Better promises from 2026-Q2" in capsys.readouterr().out
    found, mistakes = read_and_check(draft)
    assert (mistakes, found is not None and found.version) == ([], office.office.catalogue().version + 1)
    better = load_catalogue(draft)
    assert better.one_thing("road-excavation").promised_days == proposals["road-excavation"].proposed
    assert main([*words[:-1], "diff", str(draft)]) == 0
    assert "excavation" in capsys.readouterr().out
    assert main([*words, "--quarter", "2026-Q2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["promises"]["one_things/road-excavation"] == [5]
    assert main([*words, "--quarter", "2030-Q1"]) == 1


@sqlite_only
def test_too_few_cases_propose_nothing_and_nothing_is_written(office: SampleOffice, tmp_path: Path) -> None:
    finish_road(office)
    with office.store.read() as tx:
        assert propose_promises(tx, *SECOND_QUARTER) == ()
    words = ["--office", str(office.office.folder), "catalogue", "promises", "--write", str(tmp_path / "draft")]
    office.clock.set("2026-07-02 09:00")
    assert main([*words, "--quarter", "2026-Q2"]) == 1
    assert not (tmp_path / "draft").exists()
