"""Single mistakes in a good folder, and how each is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.loader import check_folder, load_folder
from clerk_app.errors import BadData
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

pytestmark = pytest.mark.usefixtures("english")

_PRODUCES = "    produces: [{name: {zh: 单, en: Record}, material: record}]\n"


def _exclude(other: str) -> str:
    return f"exclusions: [{{matters: [first, {other}], reason: {{zh: 斥, en: No}}}}]\n    before: {{"


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("organ: office", "organ: ofice", "matters[0].organ", "Did you mean office?"),
        ("materials: [card]", "materials: [crad]", "matters[0].materials[0]", "Did you mean card?"),
        ("materials: [card]", "materials: [card, card]", "matters[0].materials[1]", "card is there twice."),
        ("fields: [called]", "fields: [caled]", "matters[0].fields[0]", "Did you mean called?"),
        ("after: [{matter: first}]", "after: [{matter: fist}]", "matters[1].after[0].matter", "Did you mean first?"),
        ("matters: [first, second]", "matters: [first, seconds]", "one_things[0].matters[1]", "Did you mean second?"),
        ("lead: office", "lead: police", "one_things[0].lead", "police is not in the list organs."),
        (
            "licence_type: 0101",
            "licence_type: 0110",
            "materials[0].licence_type",
            "0110 is not in the list licence_types.",
        ),
        ("statutory_days: 20", "statutory_day: 20", "matters[0].statutory_day", "Did you mean statutory_days?"),
        ("promised_days: 2", "promised_days: two", "matters[0].promised_days", "two is not a whole number."),
        ("promised_days: 2", "promised_days: -2", "matters[0].promised_days", "too small: at least 0."),
        (
            "promised_days: 2",
            "promised_days: 21",
            "matters[0].promised_days",
            "21 days are promised, but the law allows 20.",
        ),
        (
            _PRODUCES,
            "    bulk: true\n    produces: [{name: {zh: 单, en: Record}, material: record, fields: [called]}]\n",
            "matters[0].bulk",
            "The officer fills in called for each application",
        ),
        ("promised_days: 5", "promised_days: 4", "one_things[0].promised_days", "first > second takes 5."),
        ("kind: yes_no", "kind: yesno", "fields[0].kind", "Did you mean yes_no?"),
        ("kind: yes_no", "kind: choice", "fields[0].choices", "needs choices"),
        ("is: yes", "is: maybe", "matters[1].applies.when", "maybe is not an answer of the field sure."),
        ("{field: sure, is: yes}", "{field: sure}", "matters[1].applies.when", "A condition is one test of one field"),
        ("field: sure", "field: shure", "matters[1].applies.when.field", "Did you mean sure?"),
        (
            "licence:card.name",
            "licence:card.nam",
            "fields[1].prefill[0]",
            "card does not state nam. Did you mean name?",
        ),
        ("party:applicant.name", "party:aplicant.name", "fields[1].prefill[1]", "Did you mean applicant?"),
        ("holder: applicant", "holder: mother", "materials[0].holder", "mother is not a role of any one thing."),
        (_PRODUCES, "", "materials[1].origin", "Nobody provides it: no matter produces record."),
        (
            "    after: [{matter: first}]\n",
            "",
            "one_things[0].matters[1]",
            "Nobody provides record before second begins.",
        ),
        (
            "    licence_type: 0101\n",
            "",
            "materials[0].origin",
            "Nobody provides it: what is shared must name its licence_type.",
        ),
        ("applicant: true}]", "applicant: false}]", "one_things[0].parties", "Exactly one role is the applicant."),
        ("id: second", "id: first", "matters[1].id", "first is there twice; the first is things.yaml:22."),
        ("id: called", "id: sure", "fields[1].id", "sure is there twice"),
        ("id: second", "id: Second Matter", "matters[1].id", "does not have the form"),
        ("en: Second", "en: ''", "matters[1].name.en", "This must not be empty."),
        ("en: Second", 'en: "\\e[31m"', "matters[1].name.en", "Control characters are not allowed."),
        (
            "applicant: true",
            "applicant: perhaps",
            "one_things[0].parties[0].applicant",
            "perhaps is neither yes nor no.",
        ),
        ("matters: [first, second]", "matters: first", "one_things[0].matters", "A list is expected here."),
        ("name: {zh: 二, en: Second}", "name: Second", "matters[1].name", "A block of named fields is expected here."),
        ("en: Second", "en: Second, en: Again", "matters[1].name.en", "This field is given twice"),
        ("en: Second", "en: &a Second", None, ""),
        (
            "materials: [card]",
            "materials: &m [card]\n    variants: *m",
            "matters[0].variants",
            "Aliases are not used here",
        ),
        ("en: Second", "en: !!python/name:os.system Second", "matters[1].name.en", "Tags are not used here."),
        ("fields:\n  - id: sure", "feilds:\n  - id: sure", "feilds", "Did you mean fields?"),
        ("before: {", _exclude("second"), "one_things[0].exclusions", "leave nothing of the bundle"),
        (
            "before: {",
            _exclude("second"),
            "one_things[0].exclusions[0].matters",
            "second waits for first, so they cannot exclude each other.",
        ),
        ("before: {", _exclude("third"), "one_things[0].exclusions[0].matters[1]", "third is not one of the matters"),
        (
            "before: {",
            "on_request: [first, second]\n    before: {",
            "one_things[0].on_request",
            "nothing is left of the bundle",
        ),
    ],
)
def test_a_mistake_is_reported_with_file_line_and_field(
    folder: Folder, old: str, new: str, field: str | None, words: str
) -> None:
    assert old in THINGS
    text = THINGS.replace(old, new, 1)
    mistakes = check_folder(folder(HEAD, text))
    if field is None:
        assert mistakes == []
        return
    found = [mistake for mistake in mistakes if mistake.field == field and words in mistake.sentence]
    assert found, [str(mistake) for mistake in mistakes]
    assert found[0].file == "things.yaml"
    assert str(found[0]).startswith(f"things.yaml:{found[0].line}: {field}: ")
    with pytest.raises(BadData):
        load_folder(folder(HEAD, text))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A folder of a good catalogue, two levels below `tmp_path`."""
    path = tmp_path / "catalogues" / "city"
    path.mkdir(parents=True)
    (path / "catalogue.yaml").write_text(HEAD, "utf-8")
    (path / "things.yaml").write_text(THINGS, "utf-8")
    (path / "more").mkdir()
    assert check_folder(path) == []
    return path


@pytest.mark.parametrize("place", ["..", "../..", "more"])
def test_a_folder_near_the_catalogue_names_its_folder(good: Path, place: str) -> None:
    (mistake,) = check_folder((good / place).resolve())
    assert str(mistake).endswith(f"so this is not the folder of a catalogue. Did you mean {good}?")


def test_a_catalogue_below_hundreds_of_folders_is_found(good: Path) -> None:
    for number in range(300):
        (good.parent / f"folder-{number:03d}" / "empty").mkdir(parents=True)
    (mistake,) = check_folder(good.parent)
    assert str(mistake).endswith(f"Did you mean {good}?")


def test_a_folder_without_any_catalogue_has_one_mistake(good: Path) -> None:
    (good / "catalogue.yaml").unlink()
    (mistake,) = check_folder(good)
    assert str(mistake).endswith("so this is not the folder of a catalogue.")


def test_a_head_field_in_another_file_is_not_compared_with_itself(good: Path) -> None:
    (good / "more" / "more.yaml").write_text("id: other\n", "utf-8")
    (mistake,) = check_folder(good)
    assert str(mistake) == "more/more.yaml:1: id: This field belongs in catalogue.yaml only."
