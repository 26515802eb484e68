"""`clerk catalogue new, preview, diff, publish` as an author uses them, from the first file to the second person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from clerk_app.catalogue.loader import SAMPLE_CITY
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from tests.cli.conftest import Clerk
from tests.cli.test_catalogue import city as city
from tests.cli.test_catalogue import rewrite
from tests.office import SampleOffice
from tests.sample_data import PIN, pin_hash

BLANK = re.compile(r"_{3,}")


def fill_blanks(file: Path, values: dict[str, str]) -> None:
    """Replace each blank by the value for the name of its field; blanks of names get a text."""
    lines = []
    for line in file.read_text("utf-8").splitlines():
        name = line.strip().removeprefix("- ").partition(":")[0]
        text, hash_sign, comment = line.partition("  #")
        lines.append(BLANK.sub(values.get(name, "7"), text) + hash_sign + comment)
    file.write_text("\n".join(lines) + "\n", "utf-8")


VALUES = {
    "name": "读者证",
    "city": "示范市",
    "id": "city",
    "{id": "culture",
    "source": "law",
    "lead": "culture",
    "organ": "culture",
    "legal_basis": "法",
    "materials": "card",
    "fields": "remark",
    "before": "14",
    "statutory_days": "9",
    "promised_days": "7",
    "valid_from": "2026-01-01",
    "initials": "dzz",
    "{year": "2026",
}


def test_a_new_file_has_only_blanks_as_mistakes_and_passes_when_they_are_filled(clerk: Clerk, tmp_path: Path) -> None:
    folder = tmp_path / "from-nothing"
    written = clerk("catalogue", "new", "办理读者证", folder)
    assert (written.code, written.err) == (0, "")
    file = folder / "one_things" / "ban-li-du-zhe-zheng.yaml"
    assert yaml.safe_load(file.read_text("utf-8"))["one_things"][0]["initials"] == "bldzz"
    checked = clerk("catalogue", "check", folder)
    assert checked.lines
    assert all(line.endswith("This is still to be filled in.") for line in checked.lines)
    fill_blanks(folder / "catalogue.yaml", VALUES)
    head = folder / "catalogue.yaml"
    head.write_text(
        head.read_text("utf-8").replace("holidays: [2026], working_weekends: [2026]", "holidays: []"), "utf-8"
    )
    fill_blanks(file, VALUES)
    rewrite(file, "promised_days: 7", "promised_days: 14")
    extra = (
        "materials: [{id: card, name: {zh: 证, en: Card}, form: original, origin: applicant}]\n"
        "fields: [{id: remark, name: {zh: 说明, en: Remark}, kind: text}]\n"
    )
    (folder / "more.yaml").write_text(extra, "utf-8")
    checked = clerk("catalogue", "check", folder)
    assert (checked.code, checked.err) == (0, ""), checked.out
    graph = clerk("catalogue", "graph", "--folder", folder, "--json").json["one_things"][0]
    assert (graph["days"], graph["serial_days"]) == (14, 14)


@pytest.mark.wide
def test_a_file_that_exists_is_not_written_again(clerk: Clerk, city: Path) -> None:
    assert "is there already" in clerk("catalogue", "new", "birth", city).refused
    assert "is no name for a one thing" in clerk("catalogue", "new", "???", city).refused


@pytest.mark.wide
def test_the_shape_of_an_existing_one_thing_is_copied_without_its_names(clerk: Clerk, city: Path) -> None:
    assert clerk("catalogue", "new", "second-child", city, "--like", "birth").code == 0
    file = city / "one_things" / "second-child.yaml"
    checked = clerk("catalogue", "check", city)
    assert checked.lines
    assert all(line.endswith("This is still to be filled in.") for line in checked.lines)
    content = file.read_text("utf-8").replace("____", "abc")
    assert "zh: 出生医学证明\n" not in content.partition("one_things:")[2]
    file.write_text(content, "utf-8")
    assert clerk("catalogue", "check", city).lines[0].endswith("has no mistakes.")
    shapes = [
        [(matter["begins"], matter["issued"], matter["critical"]) for matter in one_thing["matters"]]
        for one_thing in clerk("catalogue", "graph", "--folder", city, "--json").json["one_things"]
        if one_thing["id"] in ("birth", "second-child")
    ]
    assert shapes[0] == shapes[1]
    assert "bith" in clerk("catalogue", "new", "third", city, "--like", "bith").refused


def test_a_preview_shows_what_answers_change_and_publishes_nothing(clerk: Clerk, city: Path) -> None:
    words = ("catalogue", "preview", city, "birth")
    usual, insured = clerk(*words), clerk(*words, "--answer", "mother_insured=否", "--answer", "register_with=mother")
    assert (usual.code, usual.err) == (0, "")
    assert any("Maternity benefit" in line and "only for some answers" in line for line in usual.lines)
    assert any(line.startswith("  Maternity benefit does not apply: ") for line in insured.lines)
    assert any("[mother_insured] (yes_no) = no" in line for line in insured.lines)
    assert any("held by the city" in line for line in usual.lines)
    assert any("Service guide" in line for line in usual.lines)
    assert "mother_insured" in clerk(*words, "--answer", "insured=no").refused
    assert "Answer yes or no." in clerk(*words, "--answer", "mother_insured=perhaps").refused


def test_a_diff_names_changes_in_the_words_of_citizens_and_the_cases_under_way(
    clerk: Clerk, office: SampleOffice, city: Path
) -> None:
    office.accept_road()
    folder = office.office.folder
    same = clerk("--office", folder, "catalogue", "diff", city)
    assert same.lines[0] == "Version 4 > version 4: 0 differences."
    assert same.lines[-1] == "  version 4: 1 open cases, 0 drafts"
    road = city / "one_things" / "road-excavation.yaml"
    rewrite(road, "promised_days: 5", "promised_days: 6")
    passport = city / "one_things" / "passport.yaml"
    rewrite(passport, "fee: 12000", "fee: 16000")
    rewrite(passport, "materials: [applicant-id, ", "materials: [")
    ran = clerk("--office", folder, "catalogue", "diff", city)
    assert "    Fee: 120.00 yuan > 160.00 yuan" in ran.lines
    assert any(line.startswith("    Materials: - ") and "dentity card" in line for line in ran.lines)
    assert "    Promised working days: 5 > 6" in ran.lines
    assert ran.lines[-1] == "  version 4: 1 open cases, 0 drafts; of these with something that changes: 1"
    two = clerk("catalogue", "diff", SAMPLE_CITY, city, "--json").json
    assert {(found["section"], found["id"]) for found in two["differences"]} == {
        ("one_things", "road-excavation"),
        ("matters", "passport-issue"),
    } | {(found["section"], found["id"]) for found in two["differences"] if found["section"] == "matters"}


def test_two_people_publish_and_the_second_sees_digest_and_changes(
    clerk: Clerk, office: SampleOffice, city: Path, tmp_path: Path
) -> None:
    folder, pin = office.office.folder, tmp_path / "pin"
    pin.write_text(PIN, "utf-8")
    add = RegisterStaff(id="second", number="9002", name="李", role="administrator", pin_hash=pin_hash(), organ=None)
    office.door.perform(add, SYSTEM)
    first = office.select("staff", id="admin")[0]["number"]
    rewrite(city / "catalogue.yaml", "version: 4", "version: 5")
    rewrite(city / "one_things" / "passport.yaml", "fee: 12000", "fee: 16000")
    digest = clerk("catalogue", "check", city).lines[-1].rpartition(" ")[2]
    publish = ("--office", folder, "catalogue", "publish", city, "--admin", first, "--admin-pin-file", pin)
    reference = clerk(*publish).refused.split("confirm ")[1].split()[0]
    confirm = ("--office", folder, "staff", "confirm", reference, "--pin-file", pin, "--admin")
    own = clerk(*confirm, first)
    assert own.code == 1
    assert "asked for this yourself" in own.err
    second = clerk(*confirm, "9002")
    assert (second.code, second.err) == (0, "")
    assert digest in second.out
    assert "    Fee: 120.00 yuan > 160.00 yuan" in second.lines
    rewrite(city / "one_things" / "passport.yaml", "fee: 16000", "fee: 26000")
    assert "second administrator" in clerk(*publish).refused  # not what was confirmed
    rewrite(city / "one_things" / "passport.yaml", "fee: 26000", "fee: 16000")
    published = clerk(*publish)
    assert (published.code, published.err) == (0, "")
    assert any(digest in line for line in published.lines)
    assert office.office.catalogue().version == 5
