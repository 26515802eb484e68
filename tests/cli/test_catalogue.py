"""`clerk catalogue`: mistakes by file, line and field; publishing; showing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from tests.cli.conftest import Clerk
from tests.office import SampleOffice


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The sample city's catalogue, to be changed."""
    return Path(shutil.copytree(SAMPLE_CITY, tmp_path / "city"))


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_a_good_catalogue_has_no_mistakes(clerk: Clerk, city: Path) -> None:
    assert clerk("catalogue", "check", city).code == 0
    assert clerk("catalogue", "check", city, "--json").json == {"mistakes": []}


def test_every_mistake_is_named_by_file_line_and_field(clerk: Clerk, city: Path) -> None:
    rewrite(city / "organs.yaml", "level: city", "level: cty")
    rewrite(city / "catalogue.yaml", "version: 4", "version: one")
    ran = clerk("catalogue", "check", city)
    assert (ran.code, ran.err) == (1, "")
    assert any(line.startswith("organs.yaml:4: organs[0].level: ") for line in ran.lines)
    (version,) = (line for line in ran.lines if ": version: " in line)
    assert version.startswith("catalogue.yaml:")
    found = clerk("catalogue", "check", city, "--json")
    assert found.code == 1
    assert [
        f"{mistake['file']}:{mistake['line']}: {mistake['field']}: {mistake['sentence']}"
        for mistake in found.json["mistakes"]
    ] == ran.lines


def test_a_folder_that_is_none_is_a_mistake(clerk: Clerk, tmp_path: Path) -> None:
    assert clerk("catalogue", "check", tmp_path / "nowhere").code == 1
    assert clerk("catalogue", "check", tmp_path).code == 1


def test_a_newer_version_is_put_in_force_with_its_organs(clerk: Clerk, office: SampleOffice, city: Path) -> None:
    folder = office.office.folder
    assert "not newer" in clerk("--office", folder, "catalogue", "publish", city).refused
    rewrite(city / "catalogue.yaml", "version: 4", "version: 5")
    rewrite(city / "organs.yaml", "en: Police", "en: Public security")
    ran = clerk("--office", folder, "catalogue", "publish", city)
    assert (ran.code, ran.err) == (0, "")
    assert office.office.catalogue().version == 5
    assert {row["name_en"] for row in office.select("organs", id="police")} == {"Public security"}
    assert "version 5" in clerk("--office", folder, "catalogue", "show").lines[0]


def test_a_broken_catalogue_is_not_published(clerk: Clerk, office: SampleOffice, city: Path) -> None:
    rewrite(city / "organs.yaml", "level: city", "level: cty")
    assert "organs.yaml:4" in clerk("--office", office.office.folder, "catalogue", "publish", city).refused
    assert office.office.catalogue().version == 4


def test_what_is_offered_is_shown_in_the_language_spoken(clerk: Clerk, office: SampleOffice) -> None:
    folder = office.office.folder
    shown = clerk("--office", folder, "catalogue", "show")
    assert shown.code == 0
    assert {line.split()[0] for line in shown.lines[2:]} == {
        one_thing.id for one_thing in office.office.catalogue().one_things
    }
    ship = next(line.split() for line in shown.lines if line.startswith("ship-sailing"))
    assert " ".join(ship) == "ship-sailing 10 15 35 15 20 > 2 35 > 15 54 > 5 14 > 1 A ship sails"
    birth = clerk("--office", folder, "catalogue", "show", "birth")
    assert "Household registration of the child" in birth.out
    chinese = clerk("--office", folder, "--language", "zh_CN", "catalogue", "show", "birth")
    assert office.office.catalogue().matter("household-registration").name.zh in chinese.out


@pytest.mark.wide
def test_an_unknown_one_thing_is_a_sentence_with_those_that_are(clerk: Clerk, office: SampleOffice) -> None:
    assert "birth" in clerk("--office", office.office.folder, "catalogue", "show", "bith").refused


@pytest.mark.wide
def test_a_new_calendar_changes_the_dates_of_open_cases(clerk: Clerk, office: SampleOffice, city: Path) -> None:
    number = office.accept_road()
    before = office.case(number)["promised_at"]
    rewrite(city / "catalogue.yaml", "version: 4", "version: 5")
    rewrite(city / "calendar-2026.yaml", "      - 2026-06-19", "      - 2026-05-07\n      - 2026-06-19")
    ran = clerk("--office", office.office.folder, "catalogue", "publish", city)
    assert (ran.code, ran.err) == (0, "")
    assert "1" in ran.lines[-1]
    assert office.case(number)["promised_at"] > before
