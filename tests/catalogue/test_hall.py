"""The section `hall` of a catalogue: each mistake is one sentence, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.loader import check_folder, load_folder
from clerk_app.catalogue.model import Catalogue
from tests.catalogue.good_folder import HEAD, THINGS

CLASSES = "  classes: [{id: ordinary, name: {zh: 普, en: Ordinary}}, {id: elderly, name: {zh: 老, en: Elderly}}]\n"
NAME = "name: {zh: 类, en: Kind}"


def write_folder(folder: Path, *categories: str, classes: str = CLASSES, more: str = "") -> Path:
    (folder / "catalogue.yaml").write_text(HEAD, "utf-8")
    (folder / "things.yaml").write_text(THINGS, "utf-8")
    lines = "".join(f"    - {{{NAME}, {category}}}\n" for category in categories)
    (folder / "hall.yaml").write_text(f"hall:\n{classes}  categories:\n{lines}{more}", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("categories", "field", "sentence"),
    [
        (["letter: A, last: 500", "letter: B, prefix: A, first: 500"], "categories[1].first",
         "B has numbers of the category A too: A 500 to 500."),
        (["letter: A, last: 99", "letter: B, prefix: A, first: 100"], "categories[1].last",
         "B and A have the prefix A with different numbers of digits."),
        (["letter: A", "letter: A, prefix: B"], "categories[1]", "A is there twice."),
        (["letter: A, classes: [ordinary, eldery]"], "categories[0].classes[1]", None),
        (["letter: A, classes: [pregnant]"], "categories[0].classes[0]", "pregnant is not in the list hall.classes."),
        (["letter: A, bands: [{from: '12:00', to: '09:00'}]"], "categories[0].bands[0].to",
         "The band ends at 09:00, not after its begin at 12:00."),
        (["letter: A, bands: [{from: '08:00', to: '12:00'}, {from: '11:00', to: '13:00'}]"],
         "categories[0].bands[1].from", "The band begins at 11:00, before the end of the band before it at 12:00."),
        (["letter: A, quota: 0"], "categories[0].quota", "0 is too small: at least 1."),
        (["letter: A, first: 1, last: 9, quota: 10"], "categories[0].quota",
         "The quota 10 is larger than the 9 numbers of the range."),
        (["letter: A, first: 9, last: 3"], "categories[0].last", "The last number 3 is before the first number 9."),
        (["letter: O"], "categories[0].letter", "The letter O looks like a digit: give the category a prefix."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_field(
    tmp_path: Path, english: None, categories: list[str], field: str, sentence: str | None
) -> None:
    (mistake,) = check_folder(write_folder(tmp_path, *categories))
    assert (mistake.file, mistake.field) == ("hall.yaml", f"hall.{field}")
    assert sentence in (None, mistake.sentence)


def test_the_class_of_tickets_without_priority_is_needed(tmp_path: Path, english: None) -> None:
    folder = write_folder(tmp_path, "letter: A", classes="  classes: [{id: elderly, name: {zh: 老, en: Elderly}}]\n")
    (mistake,) = check_folder(folder)
    assert mistake.sentence == "The class ordinary is missing: a ticket without a priority belongs to it."


def test_a_section_is_given_once(tmp_path: Path, english: None) -> None:
    folder = write_folder(tmp_path, "letter: A")
    (folder / "other.yaml").write_bytes((folder / "hall.yaml").read_bytes())
    (mistake,) = check_folder(folder)
    assert (mistake.file, mistake.sentence) == ("other.yaml", "hall is there twice; the first is hall.yaml:1.")


def test_the_section_survives_publication(tmp_path: Path) -> None:
    catalogue = load_folder(write_folder(tmp_path, "letter: A, quota: 7, bands: [{from: '08:00', to: '12:00'}]"))
    assert Catalogue.from_bytes(catalogue.to_bytes()) == catalogue
    assert catalogue.hall is not None
    assert catalogue.hall.categories[0].format_number(7) == "A007"
