"""Mistakes in a catalogue are reported with file, line, field and a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.catalogue.loader import check_folder, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import BadData
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

pytestmark = pytest.mark.usefixtures("english")


def _line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_good_folder_has_no_mistakes_and_loads(folder: Folder) -> None:
    assert check_folder(folder(HEAD, THINGS)) == []
    assert [matter.id for matter in load_folder(folder(HEAD, THINGS)).matters] == ["first", "second"]


def test_a_mistake_has_the_line_of_its_value(folder: Folder) -> None:
    text = THINGS.replace("organ: office", "organ: ofice", 1)
    (mistake,) = check_folder(folder(HEAD, text))
    assert mistake.line == _line_of(text, "organ: ofice")
    text = THINGS.replace("    statutory_days: 20\n", "", 1)
    (mistake,) = check_folder(folder(HEAD, text))
    assert (mistake.field, mistake.line) == ("matters[0].statutory_days", _line_of(text, "- id: first"))


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("Asia/Shanghai", "Asia/Shangai", "time_zone", "Did you mean Asia/Shanghai?"),
        ("valid_from: 2026-01-01", "valid_from: 2027-01-01", "valid_from", "The year 2027 has no published calendar."),
        ("version: 1", "version: one", "version", "one is not a whole number."),
        ("version: 1\n", "", "version", "This field is missing."),
        ("holidays: [2026-01-01]", "holidays: [2025-01-01]", "calendars[0].holidays[0]", "2025-01-01 is not in 2026."),
        ("holidays: [2026-01-01]", "holidays: [2026-02-30]", "calendars[0].holidays[0]", "is not a date such as"),
        (
            "weekends: [2026-01-04]",
            "weekends: [2026-01-05]",
            "calendars[0].working_weekends[0]",
            "is not a weekend day.",
        ),
        (
            "holidays: [2026-01-01]",
            "holidays: [2026-01-04]",
            "calendars[0].working_weekends[0]",
            "is a holiday as well.",
        ),
        ("level: city}", "level: city, parent: office}", "organs[0].parent", "office > office"),
        ("  - {year: 2026", "  - {year: 2024}\n  - {year: 2026", "calendars[1].year", "The year 2025 has no published"),
    ],
)
def test_mistakes_in_the_head_and_the_calendars_are_reported(
    folder: Folder, old: str, new: str, field: str, words: str
) -> None:
    mistakes = check_folder(folder(HEAD.replace(old, new, 1), THINGS))
    assert [mistake.file for mistake in mistakes if mistake.field == field and words in mistake.sentence] == [
        "catalogue.yaml"
    ]


def test_matters_that_wait_for_each_other_are_reported_as_a_cycle(folder: Folder) -> None:
    circle = THINGS.replace("    produces:", "    after: [{matter: second}]\n    produces:", 1)
    (mistake,) = check_folder(folder(HEAD, circle))
    assert "first > second > first" in mistake.sentence or "second > first > second" in mistake.sentence


def test_invalid_yaml_is_reported_with_its_line(folder: Folder) -> None:
    mistakes = check_folder(folder(HEAD, "materials:\n  - id: [card\nfields: {"))
    assert [mistake.line for mistake in mistakes if mistake.file == "things.yaml"] == [3]


def test_one_broken_item_does_not_make_every_reference_to_it_a_mistake(folder: Folder) -> None:
    text = THINGS.replace("form: original", "form: round", 1)
    assert [mistake.field for mistake in check_folder(folder(HEAD, text))] == ["materials[0].form"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("materials: [\xe9]".encode("latin-1"), "not UTF-8"),
        (b"organs: []\n---\norgans: []\n", "one document only"),
        (b"organs: [\x07]", "not allowed here"),
        (b"[" * 5000, "nested too deeply"),
        (b"- a\n- b\n", "A block of named fields is expected here."),
        (b"? [a, b]\n: c\n", "must be a word"),
        (b"a: &a [*a]\n", "Aliases are not used here"),
    ],
)
def test_a_file_of_another_format_is_a_mistake_and_no_crash(folder: Folder, content: bytes, words: str) -> None:
    place = folder(HEAD, THINGS)
    (place / "odd.yaml").write_bytes(content)
    mistakes = check_folder(place)
    assert {mistake.file for mistake in mistakes} == {"odd.yaml"}
    assert any(words in mistake.sentence for mistake in mistakes)


def test_a_control_character_after_chinese_text_is_reported_with_its_line(folder: Folder) -> None:
    place = folder(HEAD, THINGS)
    (place / "odd.yaml").write_text("# 中文\n# 中文\norgans: [\x07]\n", encoding="utf-8")
    assert [(mistake.file, mistake.line) for mistake in check_folder(place)] == [("odd.yaml", 3)]


def test_a_too_large_file_is_rejected_without_reading_it(folder: Folder) -> None:
    place = folder(HEAD, THINGS)
    (place / "odd.yaml").write_bytes(b"x" * 5_000_001)
    assert ["too large" in mistake.sentence for mistake in check_folder(place)] == [True]


def test_more_values_than_a_catalogue_can_need_are_one_mistake(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("folder", "yaml_file"):
        monkeypatch.setattr(f"clerk_app.catalogue.{module}.MAX_VALUES", 1000)
    place = folder(HEAD, THINGS)
    (place / "odd.yaml").write_text("materials:\n" + "- {id: x}\n" * 2000)
    assert "odd.yaml:1: The catalogue holds more than 1000 values." in map(str, check_folder(place))


def test_a_missing_or_empty_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert [mistake.sentence for mistake in check_folder(tmp_path / "file")] == ["This is not a folder."]
    assert [mistake.sentence for mistake in check_folder(tmp_path / "nowhere")] == ["This is not a folder."]
    (tmp_path / "empty").mkdir()
    assert check_folder(tmp_path / "empty")
    (tmp_path / "tricky" / "catalogue.yaml").mkdir(parents=True)
    assert any(mistake.sentence == "This is not a file." for mistake in check_folder(tmp_path / "tricky"))


def test_control_characters_of_a_file_do_not_reach_the_terminal(folder: Folder) -> None:
    text = THINGS.replace("id: second", 'id: "\\e]0;gotcha\\a"', 1)
    assert all(str(mistake).isprintable() for mistake in check_folder(folder(HEAD, text)))


def test_stored_bytes_give_the_same_catalogue_and_the_same_bytes(city: Catalogue) -> None:
    stored = city.to_bytes()
    again = Catalogue.from_bytes(stored)
    assert again == city
    assert again.to_bytes() == stored


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b"\xff", b'{"format": 1}'])
def test_bytes_that_are_no_catalogue_are_rejected(stored: bytes) -> None:
    with pytest.raises(BadData):
        Catalogue.from_bytes(stored)


def test_a_catalogue_of_a_newer_program_is_rejected_with_that_reason(city: Catalogue) -> None:
    newer = city.to_bytes().replace(b'"format":1', b'"format":2')
    with pytest.raises(BadData, match="newer version"):
        Catalogue.from_bytes(newer)


def test_a_stock_reason_of_an_unknown_matter_is_a_mistake(folder: Folder) -> None:
    reason = "stock_reasons:\n  - {id: a, text: {zh: 甲, en: A}, acts: [refuse], matters: [third], sample: true}\n"
    (mistake,) = check_folder(folder(HEAD, THINGS + reason))
    assert mistake.field == "stock_reasons[0].matters[0]"


@pytest.mark.parametrize(
    ("calendar", "field", "words"),
    [
        ("weekdays: [monday, satuday]", "organ_calendars[0].weekdays[1]", "satuday is not one of: 'monday'"),
        ("weekdays: []", "organ_calendars[0].weekdays", "At least 1 are needed here."),
        ("weekdays: [monday, monday]", "organ_calendars[0].weekdays[1]", "monday is there twice."),
        ("open_days: [2026-02-30]", "organ_calendars[0].open_days[0]", "is not a date such as"),
        ("open_days: [2062-05-09]", "organ_calendars[0].open_days[0]", "The year 2062 has no published calendar."),
        ("closed_days: [2026-05-08, 2026-05-08]", "organ_calendars[0].closed_days[1]", "2026-05-08 is there twice."),
        (
            "open_days: [2026-05-08], closed_days: [2026-05-08]",
            "organ_calendars[0].closed_days[0]",
            "2026-05-08 is an open day as well.",
        ),
        ("closed_day: [2026-05-08]", "organ_calendars[0].closed_day", "Did you mean closed_days?"),
    ],
)
def test_a_mistake_in_the_calendar_of_an_organ_is_reported(
    folder: Folder, calendar: str, field: str, words: str
) -> None:
    head = HEAD.replace("level: city}", "level: city, calendar: own}")
    (mistake,) = check_folder(folder(head, THINGS + f"organ_calendars:\n  - {{id: own, {calendar}}}\n"))
    assert mistake.field == field
    assert words in mistake.sentence


def test_an_organ_names_its_calendar_by_an_id_of_the_list(folder: Folder) -> None:
    head = HEAD.replace("level: city}", "level: city, calendar: owm}")
    own = "organ_calendars:\n  - {id: own, weekdays: [tuesday, saturday], open_days: [2026-05-10]}\n"
    (mistake,) = check_folder(folder(head, THINGS + own))
    assert (mistake.field, mistake.line) == ("organs[0].calendar", _line_of(head, "calendar: owm"))
    assert "Did you mean own?" in mistake.sentence
    loaded = load_folder(folder(head.replace("owm", "own"), THINGS + own))
    assert loaded.organ("office").calendar == "own"
    assert Catalogue.from_bytes(loaded.to_bytes()) == loaded


def test_a_catalogue_without_calendars_of_organs_keeps_its_bytes(city: Catalogue) -> None:
    stored = city.to_bytes()
    assert b'"organ_calendars"' not in stored
    assert b'"calendar"' not in stored
