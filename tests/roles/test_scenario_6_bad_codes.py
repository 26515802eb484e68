"""Scenario 6 at the counter: invalid codes. Each is recorded, none identifies a person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import ModuleType

import pytest

from clerk_app.composition.office import TRUST_FOLDER, Office
from clerk_app.composition.revocation import revoke_licence
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.ledger.door import Door
from clerk_app.licences.issuance import new_dynamic_token
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.licences.repository import DEFAULT_CODE_SECONDS, CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM, authorise
from clerk_app.roles.counter import identification, scan
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from tests.roles.conftest import NoCamera
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]


def _refusals(office: Office) -> list[str]:
    return [row["kind"] for row in audit.read_entries(office.store) if row["kind"] in ("RefuseCode", "ResolveCode")]


@pytest.mark.many_cases
@pytest.mark.parametrize("name", ["expired", "forged", "revoked"])
def test_an_invalid_code_is_red_with_a_sentence_and_recorded(
    counter: CounterService, code: Code, office: Office, name: str
) -> None:
    counter.call_next()
    view = counter.process_scan(code(name))
    assert view.applicant is not None
    assert view.applicant.check.result == "red"
    assert view.applicant.name == ""
    assert view.message == view.applicant.check.headline != ""
    assert _refusals(office) == ["RefuseCode"]


def test_the_record_of_a_refused_code_has_no_personal_data(counter: CounterService, code: Code, office: Office) -> None:
    counter.call_next()
    counter.process_scan(code("forged"))
    entry = next(row for row in audit.read_entries(office.store) if row["kind"] == "RefuseCode")
    assert entry["personal"] is None
    assert b"EL1" in entry["command"]
    assert len(entry["command"]) < 200


@pytest.mark.wide
def test_another_persons_code_does_not_replace_the_person_served(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    mother = counter.confirm_person().applicant
    view = counter.process_scan(code("traveller"))
    assert "choose the one thing first" in view.message
    assert mother is not None
    assert view.applicant is not None
    assert (view.applicant.name, view.applicant.confirmed) == (mother.name, True)
    assert "is being served" in view.applicant.notes[0]


@pytest.mark.wide
def test_a_refused_code_leaves_nobody_to_compare_and_the_person_identified_before_unchanged(
    counter: CounterService, code: Code
) -> None:
    counter.call_next()
    refused = counter.process_scan(code("forged")).applicant
    assert refused is not None
    assert not refused.needs_confirmation
    with pytest.raises(Refused):
        counter.confirm_person()
    mother = counter.process_scan(code("mother")).applicant
    again = counter.process_scan(code("forged")).applicant
    assert mother is not None
    assert again is not None
    assert (again.name, again.check.result, again.needs_confirmation) == (mother.name, "green", True)


def test_a_valid_code_after_an_invalid_one_is_accepted(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("forged"))
    view = counter.process_scan(code("mother"))
    assert view.applicant is not None
    assert view.applicant.check.result == "green"


@pytest.mark.wide
def test_a_code_shown_twice_a_day_is_amber(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.call_next()
    view = counter.process_scan(code("mother"))
    assert view.applicant is not None
    assert view.applicant.check.result == "amber"
    assert view.applicant.check.warnings


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "text", ["hello", "https://evil.example/l/aaaaaaaaaaaaaaaaaaaa", "mdoc:abc", "1" * 3000, "\x1b[2J"]
)
def test_an_unknown_text_has_an_explanation_and_identifies_nobody(counter: CounterService, text: str) -> None:
    counter.call_next()
    view = counter.process_scan(text)
    assert view.message
    assert view.applicant is None


@pytest.mark.wide
def test_the_aim_identifier_of_a_hand_scanner_is_removed(counter: CounterService, code: Code) -> None:
    counter.call_next()
    view = counter.process_scan("]Q1" + code("mother"))
    assert view.applicant is not None
    assert view.applicant.check.result == "green"


@pytest.mark.wide
def test_a_scan_with_caps_lock_is_explained(counter: CounterService, code: Code) -> None:
    counter.call_next()
    assert "Caps Lock" in counter.process_scan(("]Q1" + code("mother")).swapcase()).message


def _dynamic_code(office: Office, subject: str) -> str:
    token = new_dynamic_token()
    office.door.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject=subject), SYSTEM)
    return office.settings.code_urls[0].replace("{code}", token)


def test_a_dynamic_code_is_resolved_once(counter: CounterService, office: Office) -> None:
    url = _dynamic_code(office, "P01")
    counter.call_next()
    view = counter.process_scan(url)
    assert view.applicant is not None
    assert view.applicant.name == "林晓雯"
    view = counter.process_scan(url)
    assert "used before" in view.message


@pytest.mark.wide
def test_a_dynamic_code_older_than_a_minute_is_refused(counter: CounterService, office: Office) -> None:
    early = Door(
        office.store, office.door.rules, authorise, clock=lambda: office.now - (DEFAULT_CODE_SECONDS + 1) * 1_000_000
    )
    token = new_dynamic_token()
    early.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject="P01"), SYSTEM)
    counter.call_next()
    view = counter.process_scan(office.settings.code_urls[0].replace("{code}", token))
    assert "too old" in view.message


@pytest.mark.wide
def test_a_scanned_code_is_recognised_once_and_verified_once(
    counter: CounterService, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def count_calls(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        def call(*arguments: object, **options: object) -> object:
            calls.append(name)
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, call)

    count_calls(scan, "recognise_code")
    count_calls(identification, "verify_licence_code")
    counter.call_next()
    view = counter.process_scan(code("mother"))
    assert view.applicant is not None
    assert view.applicant.check.facts
    assert calls == ["recognise_code", "verify_licence_code"]


@pytest.fixture
def behind(office: Office) -> Callable[[str], CounterService]:
    """Return a counter whose lists are older than those of its authority, which has revoked a licence."""

    def open_counter(licence: str) -> CounterService:
        older, newer = office.folder / "older", office.folder / "newer"
        shutil.copytree(office.folder / TRUST_FOLDER, older)
        revoke_licence(office, licence, "lost")
        (office.folder / TRUST_FOLDER).rename(newer)
        older.rename(office.folder / TRUST_FOLDER)
        read_trust = partial(load_trust_lists, newer)
        door = Door(office.store, office.door.rules, authorise, clock=office.door.clock, read_trust=read_trust)
        counter = open_workstation(replace(office, door=door), NoCamera()).sign_in("1001", CITY_PIN).counter
        assert counter is not None
        counter.call_next()
        return counter

    return open_counter


def test_a_code_that_only_the_center_knows_as_revoked_identifies_nobody(
    behind: Callable[[str], CounterService], code: Code, office: Office
) -> None:
    view = behind("L01").process_scan(code("mother"))
    assert view.message == "The center does not confirm this code (revoked). Ask for a fresh one."
    assert view.applicant is not None
    assert (view.applicant.check.result, view.applicant.name) == ("red", "")
    assert _refusals(office) == ["RefuseCode"]


@pytest.mark.wide
def test_a_code_that_only_the_center_knows_as_revoked_makes_nobody_a_party(
    behind: Callable[[str], CounterService], code: Code
) -> None:
    counter = behind("L02")
    counter.process_scan(code("mother"))
    counter.begin_draft("birth")
    counter.process_scan(code("father"))
    view = counter.assign_party("father")
    assert "does not confirm this code (revoked)" in view.message
    assert view.intake is not None
    assert not {party.role: party.identified for party in view.intake.parties}["father"]
