"""The mark `kiosk` of a matter, and what the check of a catalogue refuses for it."""

from __future__ import annotations

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY, check_folder, load_folder
from clerk_app.catalogue.model import Catalogue
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

pytestmark = pytest.mark.usefixtures("english")

_ALONE = """\
    number: "6901000100700300"
    themes: [residence]
    life_events: [moving]
    conditions: [{text: {zh: 有, en: Held}}]
    process: [{name: {zh: 受理, en: Acceptance}, days: 0}, {name: {zh: 决定, en: Decision}, days: 2}]
    scope: city
    consultation_phone: "12345"
    complaint_phone: "12345"
    applicant_kind: person
    alone: true
    kiosk: true
"""
_FIRST = "    promised_days: 2\n    produces"
_LISTS = """\
themes: [{id: residence, name: {zh: 居, en: Residence}, sample: true}]
life_events: [{id: moving, name: {zh: 迁, en: Moving}, sample: true}]
"""
_MARKED = THINGS.replace(_FIRST, f"    promised_days: 2\n{_ALONE}    produces", 1) + _LISTS


def _mistakes(folder: Folder, *changes: tuple[str, str]) -> list[str]:
    text = _MARKED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return [f"{mistake.field}: {mistake.sentence}" for mistake in check_folder(folder(HEAD, text))]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    licence_type: 0101\n", "", "materials[0]: card is a paper that a window takes in"),
        ("    alone: true\n", "", "A matter that a kiosk accepts can be chosen alone"),
        ("    kiosk: true\n", "    kiosk: true\n    bulk: true\n", "A kiosk accepts one application at a time"),
        ("    kiosk: true\n", "    kiosk: true\n    fee: 100\n", "It has a fee, which is paid at a window."),
        ("    kiosk: true\n", "    kiosk: true\n    commitment_allowed: true\n", "A commitment is explained"),
        ("    kiosk: true\n", "    kiosk: true\n    in_person: [applicant]\n", "in_person: A further person signs"),
        ("    kiosk: true\n", "    kiosk: true\n    after: [{matter: second}]\n", "It waits for another matter"),
        ("applicant_kind: person", "applicant_kind: organisation", "A kiosk accepts applications of persons only."),
        (
            "    prefill: [licence:card.name, party:applicant.name]\n",
            "",
            "fields[0]: called is a text without",
        ),
        ("    kind: text\n", "    kind: text\n    check: enterprise_name\n", "called is examined at a window"),
    ],
)
@pytest.mark.many_cases
def test_a_matter_that_needs_a_window_cannot_have_the_mark(folder: Folder, old: str, new: str, words: str) -> None:
    found = _mistakes(folder, (old, new))
    assert any(words in mistake for mistake in found), found


def test_a_matter_whose_materials_the_city_holds_has_the_mark(folder: Folder) -> None:
    assert _mistakes(folder) == []


def test_a_matter_of_two_parties_cannot_have_the_mark(folder: Folder) -> None:
    parties = "parties: [{id: applicant, name: {zh: 人, en: Person}, applicant: true}"
    other = "{id: other, name: {zh: 另, en: Other}}"
    found = _mistakes(
        folder, (parties, f"{parties}, {other}"), ("    kind: text\n", "    kind: text\n    party: other\n")
    )
    assert any("It concerns several parties (applicant, other)" in mistake for mistake in found), found


def test_the_sample_city_has_two_matters_for_kiosks() -> None:
    marked = [matter.id for matter in load_folder(SAMPLE_CITY).matters if matter.kiosk]
    assert sorted(marked) == ["medical-payment", "residence-change-address"]


def test_a_catalogue_without_the_mark_keeps_its_bytes(folder: Folder) -> None:
    catalogue = load_folder(folder(HEAD, THINGS))
    assert b"kiosk" not in catalogue.to_bytes()
    marked = load_folder(folder(HEAD, _MARKED))
    assert Catalogue.from_bytes(marked.to_bytes()).matter("first").kiosk
