"""Every class of bad catalogue is named by a sentence at its place; none passes and none stops the program."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from clerk_app.catalogue.consistency import MAX_HANDLING_ITEMS
from clerk_app.catalogue.loader import check_folder
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS
from tests.catalogue.large_folder import write_large_folder

pytestmark = pytest.mark.usefixtures("english")

_MATTER = "organ: office, kind: permit, statutory_days: 3, promised_days: 3"
_MEGABYTE = 1024  # KiB, the unit of ru_maxrss


def _check(folder: Folder, old: str, new: str) -> list[str]:
    assert old in THINGS
    return [str(mistake) for mistake in check_folder(folder(HEAD, THINGS.replace(old, new, 1)))]


def test_each_cycle_is_named_with_its_matters(folder: Folder) -> None:
    pair = "".join(
        f"  - {{id: {name}, name: {{zh: 甲, en: A}}, {_MATTER}, after: [{{matter: {other}}}]}}\n"
        for name, other in (("left", "right"), ("right", "left"), ("self", "self"))
    )
    text = THINGS.replace("one_things:", pair + "one_things:").replace(
        "    produces:", "    after: [{matter: second}]\n    produces:", 1
    )
    sentences = sorted(mistake.sentence.partition(": ")[2] for mistake in check_folder(folder(HEAD, text)))
    assert len(sentences) == 3
    assert "self > self." in sentences
    assert {frozenset(sentence.rstrip(".").split(" > ")) for sentence in sentences} == {
        frozenset({"first", "second"}),
        frozenset({"left", "right"}),
        frozenset({"self"}),
    }


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("\torgan: office", "A line is indented with a tab: use spaces."),
        ("    organ：office", "There are full-width signs (：): type the half-width ones (:)."),
        ("    organ: ｛a: b｝", "type the half-width ones ({ })."),
        ("    organ:office", "After the colon of a field there must be a space."),
        ("      organ: office", "a line is indented differently from those above it"),
        ("    organ: office: police", "there is a second colon, or a field is indented too far"),
        ("    organ: [office", "a bracket is not closed, or a comma is missing"),
    ],
)
def test_what_is_no_yaml_is_the_only_mistake_with_its_cause(folder: Folder, line: str, hint: str) -> None:
    (mistake,) = _check(folder, "    organ: office", line)
    assert hint in mistake
    assert 24 <= int(mistake.split(":")[1]) <= 27


def test_a_full_width_sign_in_quotes_or_in_a_comment_is_no_cause(folder: Folder) -> None:
    (mistake,) = _check(folder, "    organ: office", '    # 说明：无\n    organ: [office, "甲：乙"')
    assert "full-width" not in mistake


@pytest.mark.parametrize(("given", "meant"), [("promised_days: ２", "2"), ("promised_days: １０", "10")])
def test_full_width_digits_are_named_with_the_digits_meant(folder: Folder, given: str, meant: str) -> None:
    (mistake,) = _check(folder, "promised_days: 2", given)
    assert mistake.endswith(f"is not a whole number. Did you mean {meant}?")


def test_a_full_width_comma_between_fields_is_named(folder: Folder) -> None:
    mistakes = _check(folder, "{zh: 二, en: Second}", "{zh：二，en：Second}")
    assert any("Its name contains a full-width sign" in mistake for mistake in mistakes)


@pytest.mark.parametrize(("encoding", "name"), [("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_another_encoding_is_named(folder: Folder, encoding: str, name: str) -> None:
    place = folder(HEAD, THINGS)
    (place / "odd.yaml").write_bytes("organs:\n  - id: 局\n".encode(encoding))
    (mistake,) = check_folder(place)
    assert mistake.sentence == f"The file is not UTF-8 text. It seems to be {name}: save it as UTF-8."


@pytest.mark.parametrize("name", ["more.yaml.txt", "more.YAML", "more.Yml"])
def test_a_file_that_would_be_left_out_for_its_name_is_a_mistake(folder: Folder, name: str) -> None:
    place = folder(HEAD, THINGS)
    (place / name).write_text("organs: []\n", "utf-8")
    (mistake,) = check_folder(place)
    assert (mistake.file, "must end in .yaml" in mistake.sentence) == (name, True)


def test_references_into_a_file_that_cannot_be_read_are_no_further_mistakes(folder: Folder) -> None:
    place = folder(HEAD, THINGS.replace("organ: office", "organ: police"))
    (place / "organs.yaml").write_text("organs:\n  - {id: police\n", "utf-8")
    assert {mistake.file for mistake in check_folder(place)} == {"organs.yaml"}


def test_a_bomb_of_aliases_is_read_in_no_time(folder: Folder) -> None:
    place = folder(HEAD, THINGS)
    bomb = "a: &a [x, x, x, x, x, x, x, x]\n"
    bomb += "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 8)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (place / "odd.yaml").write_text(bomb, "utf-8")
    start = time.monotonic()
    mistakes = check_folder(place)
    assert time.monotonic() - start < 2
    assert any("Aliases are not used here" in mistake.sentence for mistake in mistakes)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("kind: date", "sure (things.yaml:13) has the same name 问, but is of kind yes_no."),
        ("kind: yes_no", "sure (things.yaml:13) has the same name 问: one form would ask it twice."),
    ],
)
def test_two_fields_of_one_name_are_a_mistake(folder: Folder, second: str, words: str) -> None:
    again = f"  - {{id: again, name: {{zh: 问, en: Again}}, {second}, party: applicant}}\nmatters:"
    text = THINGS.replace("matters:", again, 1).replace("fields: [called]", "fields: [called, again]")
    (mistake,) = check_folder(folder(HEAD, text))
    assert mistake.sentence == words


def test_the_same_question_to_two_parties_or_in_two_forms_is_no_mistake(folder: Folder) -> None:
    other_party = "  - {id: again, name: {zh: 问, en: Again}, kind: date}\nmatters:"
    assert _check(folder, "matters:", other_party) == []
    other_form = "  - {id: again, name: {zh: 问, en: Again}, kind: yes_no, party: applicant}\nmatters:"
    assert _check(folder, "matters:", other_form) == []


def _exclude(when: str) -> str:
    third = f"  - {{id: third, name: {{zh: 三, en: Third}}, {_MATTER}}}\none_things:"
    text = THINGS.replace("one_things:", third).replace("matters: [first, second]", "matters: [first, third]")
    exclusion = f"exclusions: [{{matters: [first, third], reason: {{zh: 斥, en: No}}{when}}}]\n    before: {{"
    return text.replace("before: {", exclusion)


@pytest.mark.parametrize(
    "when",
    [
        "",
        ", when: {any: [{field: sure, is: yes}, {field: sure, is: no}]}",
        ", when: {not: {all: [{field: sure, is: yes}, {field: sure, is: no}]}}",
        ", when: {any: [{field: called, is: x}, {field: called, not_in: [x]}]}",
    ],
)
def test_an_exclusion_that_holds_for_every_answer_empties_the_bundle(folder: Folder, when: str) -> None:
    sentences = [mistake.sentence for mistake in check_folder(folder(HEAD, _exclude(when)))]
    assert "No two matters can go together: the exclusions leave nothing of the bundle." in sentences


def test_an_exclusion_for_some_answers_leaves_a_choice(folder: Folder) -> None:
    assert check_folder(folder(HEAD, _exclude(", when: {field: sure, is: yes}"))) == []


@pytest.mark.parametrize("wrong", ["no answer makes its condition true"])
def test_a_matter_that_never_applies_is_a_mistake(folder: Folder, wrong: str) -> None:
    never = "when: {all: [{field: sure, is: yes}, {field: sure, is: no}]}"
    (mistake,) = _check(folder, "when: {field: sure, is: yes}", never)
    assert wrong in mistake


def test_matters_that_wait_for_each_other_through_a_third_cannot_exclude_each_other(folder: Folder) -> None:
    third = f"  - {{id: third, name: {{zh: 三, en: Third}}, {_MATTER}, after: [{{matter: second}}]}}\none_things:"
    text = THINGS.replace("one_things:", third).replace("matters: [first, second]", "matters: [first, second, third]")
    text = text.replace("promised_days: 5\n    before", "promised_days: 8\n    before")
    assert check_folder(folder(HEAD, text)) == []
    exclusion = "exclusions: [{matters: [first, third], reason: {zh: 斥, en: No}}]\n    before: {"
    (mistake,) = check_folder(folder(HEAD, text.replace("before: {", exclusion)))
    assert mistake.sentence == "third waits for first, so they cannot exclude each other."


def test_a_material_that_only_a_matter_on_request_provides_is_a_mistake(folder: Folder) -> None:
    (mistake,) = _check(folder, "    before:", "    on_request: [first]\n    before:")
    assert mistake.endswith("Nobody provides record before second begins. (unless the matters on request are chosen)")


def test_what_is_still_to_be_written_is_named_once(folder: Folder) -> None:
    mistakes = _check(folder, "promised_days: 2", "promised_days: ____")
    assert mistakes == ["things.yaml:29: matters[0].promised_days: This is still to be filled in."]
    mistakes = _check(folder, "organ: office", "organ: ____")
    assert mistakes == ["things.yaml:24: matters[0].organ: This is still to be filled in."]


@pytest.mark.wide
def test_a_city_of_35000_handling_items_is_checked_and_40000_are_too_many(tmp_path: Path) -> None:
    start = time.monotonic()
    write_large_folder(tmp_path, 3_500, 10)
    assert check_folder(tmp_path) == []
    write_large_folder(tmp_path, 4_000, 10)
    (mistake,) = check_folder(tmp_path)
    assert str(MAX_HANDLING_ITEMS) in mistake.sentence
    assert "40000 handling items" in mistake.sentence
    assert time.monotonic() - start < 120  # measured: 12 s
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_500 * _MEGABYTE


def test_too_many_handling_items_of_one_matter_are_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clerk_app.catalogue.consistency.MAX_HANDLING_ITEMS", 1)
    items = "".join(
        f"      - {{id: {name}, name: {{zh: 项, en: Item}}, when: {{field: sure, is: {name}}}, sample: true}}\n"
        for name in ("yes", "no")
    )
    (mistake,) = _check(folder, "    fields: [called]\n", f"    fields: [called]\n    variants:\n{items}")
    assert mistake.endswith("The catalogue has 2 handling items (variants), at most 1 are possible.")
