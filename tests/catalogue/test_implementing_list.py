from __future__ import annotations

from typing import get_args

import pytest

from clerk_app.cases.tasks.procedures import PROCEDURES
from clerk_app.catalogue.implementing_list import SpecialStepKind
from clerk_app.catalogue.loader import check_folder, load_folder
from clerk_app.catalogue.model import Catalogue
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

pytestmark = pytest.mark.usefixtures("english")

THEMES = """\
themes:
  - {id: family, name: {zh: 婚育, en: Family}, initials: hy}
life_events:
  - {id: child, name: {zh: 生育, en: A child}}
"""
ITEMS = """\
    number: 310000-1
    themes: [family]
    life_events: [child]
    conditions:
      - {text: {zh: 年满, en: Of age}, basis: {zh: 法, en: Law}, when: {field: sure, is: yes}}
    process: [{name: {zh: 受理, en: Acceptance}, days: 1}]
    special_steps: [{kind: external_wait, name: {zh: 调档, en: File}, days: 10}]
    fees: [{id: print, name: {zh: 工本费, en: Print}, amount: 1000, basis: {zh: 法, en: Law}}]
    scope: city
    consultation_phone: 12345
    complaint_phone: 12345
    applicant_kind: person
    alone: true
    value_sources: {promised_days: S0}
"""
WITH_ITEMS = THINGS.replace("    promised_days: 2\n", "    promised_days: 2\n" + ITEMS) + THEMES


def test_the_items_of_the_implementing_list_are_read_and_stored(folder: Folder) -> None:
    catalogue = load_folder(folder(HEAD, WITH_ITEMS))
    again = Catalogue.from_bytes(catalogue.to_bytes())
    assert again == catalogue
    matter = again.matter("first")
    assert (matter.number, matter.themes, matter.scope, matter.value_sources) == (
        "310000-1",
        ("family",),
        "city",
        {"promised_days": "S0"},
    )
    assert [(line.id, line.amount) for line in matter.fee_lines] == [("print", 1000)]


def test_a_catalogue_without_these_items_keeps_its_bytes(folder: Folder) -> None:
    stored = load_folder(folder(HEAD, THINGS)).to_bytes()
    for name in (b'"themes"', b'"life_events"', b'"alone"', b'"number"', b'"fees"', b'"value_sources"', b'"scope"'):
        assert name not in stored


def test_the_single_fee_of_an_older_catalogue_is_a_fee_line() -> None:
    matter = make_catalogue([make_matter("a", fee=12000)]).matter("a")
    assert [line.amount for line in matter.fee_lines] == [12000]


def test_the_special_steps_are_the_special_procedures_and_the_external_wait() -> None:
    assert {*get_args(SpecialStepKind)} == {*PROCEDURES, "external_wait"}


@pytest.mark.parametrize(
    ("good", "bad", "field", "words"),
    [
        ("themes: [family]", "themes: [famly]", "matters[0].themes[0]", "Did you mean family?"),
        ("life_events: [child]", "life_events: [chidl]", "matters[0].life_events[0]", "Did you mean child?"),
        ("kind: external_wait", "kind: extern_wait", "matters[0].special_steps[0].kind", "Did you mean external_wait?"),
        ("{field: sure, is: yes}}", "{field: sur, is: yes}}", "matters[0].conditions[0].when.field", "Did you mean"),
        ("amount: 1000", "amount: -1", "matters[0].fees[0].amount", "is too small"),
        ("{promised_days: S0}", "{promised_day: S0}", "matters[0].value_sources.promised_day", "promised_days"),
        ("scope: city", "scope: citty", "matters[0].scope", "Did you mean city?"),
        ("initials: hy", "initials: HY!", "themes[0].initials", "does not have the form"),
    ],
)
def test_a_mistake_in_an_item_of_the_list_is_reported(
    folder: Folder, good: str, bad: str, field: str, words: str
) -> None:
    mistakes = check_folder(folder(HEAD, WITH_ITEMS.replace(good, bad, 1)))
    assert (mistakes[0].field, words in mistakes[0].sentence) == (field, True), mistakes


def test_a_fee_or_a_number_that_is_there_twice_is_reported(folder: Folder) -> None:
    line = "{id: print, name: {zh: 工本费, en: Print}, amount: 1000, basis: {zh: 法, en: Law}}"
    (mistake,) = check_folder(folder(HEAD, WITH_ITEMS.replace(line, f"{line}, {line}")))
    assert mistake.field == "matters[0].fees[1].id"
    (mistake,) = check_folder(
        folder(HEAD, WITH_ITEMS.replace("    promised_days: 3\n", "    promised_days: 3\n    number: 310000-1\n"))
    )
    assert mistake.field == "matters[1].number"
    (mistake,) = check_folder(folder(HEAD, WITH_ITEMS.replace("    scope: city\n", "    scope: city\n    fee: 5\n")))
    assert mistake.field == "matters[0].fee"


def test_a_theme_of_a_one_thing_must_exist(folder: Folder) -> None:
    (mistake,) = check_folder(
        folder(HEAD, WITH_ITEMS.replace("    lead: office\n", "    lead: office\n    themes: [x]\n"))
    )
    assert mistake.field == "one_things[0].themes[0]"


def test_a_theme_is_known_by_its_id() -> None:
    catalogue = make_catalogue([make_matter("a")], themes=[{"id": "t", "name": make_text("t")}])
    assert Catalogue.from_bytes(catalogue.to_bytes()).themes == catalogue.themes
