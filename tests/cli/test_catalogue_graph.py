"""`clerk catalogue graph`: the drawing of a one thing in the terminal, as JSON and for Graphviz."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from clerk_app.catalogue.loader import SAMPLE_CITY
from tests.cli.conftest import Clerk
from tests.office import SampleOffice


@pytest.mark.many_cases
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [80, 140])
def test_the_chart_fits_the_terminal(clerk: Clerk, monkeypatch: pytest.MonkeyPatch, width: int, language: str) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    ran = clerk("--language", language, "catalogue", "graph", "birth", "--folder", SAMPLE_CITY)
    assert (ran.code, ran.err) == (0, "")
    chart = [line for line in ran.lines if any(symbol in line for symbol in "█▒")]
    assert len(chart) >= 9 + 9 - 2 + 1  # the first matter takes no time and has another symbol; the legend
    assert max(map(cell_len, chart)) <= width


def test_parallel_and_serial_days_and_the_deciding_organ_are_named(clerk: Clerk) -> None:
    ran = clerk("catalogue", "graph", "birth", "--folder", SAMPLE_CITY)
    assert "In parallel: 5 working days; promised: 5" in ran.lines
    assert "One after another: 13 working days" in ran.lines
    assert any(line.startswith("The date is decided by Human resources and social security") for line in ran.lines)
    marked = [line for line in ran.lines if line.startswith("* ") and "█" in line]
    assert any("Household registration" in line for line in marked)
    assert not any("Vaccination" in line for line in marked)


@pytest.mark.wide
def test_answers_and_chosen_matters_change_the_graph(clerk: Clerk) -> None:
    words = ("catalogue", "graph", "road-excavation", "--folder", SAMPLE_CITY, "--json")
    whole = clerk(*words).json["one_things"][0]
    assert (whole["days"], whole["serial_days"], len(whole["decided_by"])) == (5, 14, 2)
    chosen = clerk(*words, "--matter", whole["matters"][0]["id"]).json["one_things"][0]
    assert len(chosen["matters"]) == 1
    refused = clerk(*words, "--answer", "colour=red").refused
    assert "colour=red is no answer" in refused


@pytest.mark.wide
def test_the_graph_of_the_published_catalogue_needs_no_folder(clerk: Clerk, office: SampleOffice) -> None:
    ran = clerk("--office", office.office.folder, "catalogue", "graph", "--json")
    ids = [one_thing["id"] for one_thing in ran.json["one_things"]]
    assert ids == [one_thing.id for one_thing in office.office.catalogue().one_things]
    assert "birth" in clerk("--office", office.office.folder, "catalogue", "graph", "bith").refused


@pytest.mark.wide
def test_graphviz_text_has_each_matter_and_each_arrow(clerk: Clerk) -> None:
    ran = clerk("catalogue", "graph", "birth", "--folder", SAMPLE_CITY, "--dot")
    assert ran.lines[0].startswith("digraph ")
    assert sum("->" in line for line in ran.lines) == 7
    assert sum("[label=" in line for line in ran.lines) == 9
