"""Rules across fields that cannot be right are named by the check of a catalogue."""

from __future__ import annotations

import pytest

from clerk_app.catalogue.loader import check_folder
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

pytestmark = pytest.mark.usefixtures("english")
FIELDS = """\
  - {id: begins, name: {zh: 始, en: Begins}, kind: date}
  - {id: ends, name: {zh: 终, en: Ends}, kind: date}
  - {id: area, name: {zh: 积, en: Area}, kind: number}
  - {id: paid, name: {zh: 付, en: Paid}, kind: money}
  - {id: note, name: {zh: 注, en: Note}, kind: text, required: false}
  - {id: holder, name: {zh: 号, en: Holder}, kind: id_number}
"""
THINGS_WITH_FIELDS = THINGS.replace("matters:\n  - id: first", FIELDS + "matters:\n  - id: first", 1).replace(
    "fields: [called]", "fields: [called, begins, ends, area, paid, note, holder]", 1
)
RATE = "{divide: [{field: paid}, {field: area}]}"


def with_rule(must: str, more: str = "") -> str:
    rule = f"    rules: [{{id: r, must: {must}, reason: {{zh: 由, en: Why}}{more}}}]\n"
    return THINGS_WITH_FIELDS.replace("    statutory_days: 20\n", rule + "    statutory_days: 20\n", 1)


def compare(left: str, test: str, right: str) -> str:
    return f"{{compare: {{left: {left}, is: {test}, right: {right}}}}}"


GUARD = ", when: " + compare("{field: area}", "more", "{value: 0}")


@pytest.mark.parametrize(
    ("must", "more"),
    [
        (compare("{field: ends}", "at_least", "{field: begins}"), ""),
        (compare("{field: begins}", "at_most", "{add: [{today: true}, {value: 30}]}"), ""),
        (compare(RATE, "at_most", "{value: 9.5}"), GUARD),
        (f"{{all: [{compare('{field: area}', 'at_least', '{value: 1}')}, {compare(RATE, 'less', '{value: 9}')}]}}", ""),
        (compare("{age: [{born: holder}, {today: true}]}", "at_least", "{value: 18}"), ""),
        ("{field: begins, known: true}", ""),
        (compare("{field: note}", "different", "{field: called}"), ", effect: warn"),
    ],
)
def test_a_rule_that_fits_is_no_mistake(folder: Folder, must: str, more: str) -> None:
    assert check_folder(folder(HEAD, with_rule(must, more))) == []


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("must", "more", "field", "words"),
    [
        (compare("{field: ednds}", "more", "{field: begins}"), "", "must.compare.left", "Did you mean ends?"),
        (compare("{field: ends}", "more", "{field: area}"), "", "must.compare.is", "more does not fit"),
        (compare("{field: called}", "less", "{value: 3}"), "", "must.compare.is", "less does not fit"),
        (compare("{field: area}", "same", "{value: 3}"), "", "must.compare.is", "same does not fit"),
        (compare(RATE, "less", "{value: 3}"), "", "must.compare.left", "divides by zero if area is 0"),
        (compare(RATE, "less", "{value: 3}"), ", when: {field: sure, is: yes}", "must.compare.left", "if area is 0"),
        (compare("{divide: [{field: paid}, {value: 0}]}", "less", "{value: 3}"), "", "left", "This divides by zero."),
        (
            compare("{divide: [{field: paid}, {subtract: [{value: 2}, {value: 2.0}]}]}", "less", "{value: 3}"),
            "",
            "left",
            "This divides by zero.",
        ),
        (compare("{days: [{field: begins}, {field: area}]}", "less", "{value: 3}"), "", "left.days", "two dates"),
        (compare("{add: [{field: called}, {value: 1}]}", "less", "{value: 3}"), "", "left.add", "numbers"),
        (compare("{born: area}", "less", "{today: true}"), "", "left.born", "no date of birth"),
        (compare("{}", "less", "{value: 3}"), "", "left", "A value is one of"),
        (compare("{field: note}", "same", "{value: x}"), "", "effect", "note may stay unanswered"),
        ("{field: sure, is: yes}", "", "rules[0]", "The form does not ask for sure."),
        (compare("{field: ends}", "later", "{field: begins}"), "", "is", "later"),
    ],
)
def test_what_cannot_be_right_is_named(folder: Folder, must: str, more: str, field: str, words: str) -> None:
    mistakes = check_folder(folder(HEAD, with_rule(must, more)))
    assert any(field in mistake.field and words in str(mistake) for mistake in mistakes), list(map(str, mistakes))


def test_today_is_only_known_in_rules(folder: Folder) -> None:
    condition = compare("{field: begins}", "less", "{today: true}")
    (mistake,) = check_folder(folder(HEAD, THINGS_WITH_FIELDS.replace("{field: sure, is: yes}", condition)))
    assert "today is known only in rules" in str(mistake)


def test_a_rule_of_a_one_thing_uses_the_fields_of_its_matters(folder: Folder) -> None:
    must = compare("{field: ends}", "more", "{field: begins}")
    rule = f"    rules: [{{id: r, must: {must}, reason: {{zh: 由, en: W}}}}]\n"
    text = THINGS_WITH_FIELDS.replace("    promised_days: 5\n", rule + "    promised_days: 5\n")
    assert check_folder(folder(HEAD, text)) == []
    without = text.replace("begins, ends, ", "")
    assert any("does not ask for begins" in str(mistake) for mistake in check_folder(folder(HEAD, without)))
