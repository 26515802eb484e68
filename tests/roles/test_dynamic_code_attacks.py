"""Attacks with dynamic codes and presented licences at a window: copies, guesses, look-alikes, other persons."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from clerk_app.composition.office import KEYS_FOLDER, Office, open_office
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.ledger.door import Door
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import create_presentation_code, new_dynamic_digits, new_dynamic_token
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.registered_licence import build_licence_data
from clerk_app.licences.repository import DEFAULT_CODE_SECONDS, CreateDynamicCode, digest_dynamic_code
from clerk_app.licences.trust_list import TrustList
from clerk_app.people import SYSTEM, authorise
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.conftest import NoCamera
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]
SECOND = 1_000_000
MOTHER, TRAVELLER = "P01", "P08"


def code_url(office: Office, token: str) -> str:
    return office.settings.code_urls[0].replace("{code}", token)


def make_code(office: Office, subject: str, token: str = "", seconds_ago: int = 0) -> str:
    """Make a code on the citizen's phone `seconds_ago`; return its token."""
    token = token or new_dynamic_token()
    door = Door(office.store, office.door.rules, authorise, clock=lambda: office.now - seconds_ago * SECOND)
    door.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject=subject), SYSTEM)
    return token


def resolution_requests(office: Office) -> list[bytes]:
    """Return the commands that reached the authority to resolve a dynamic code, also refused ones."""
    return [row["command"] for row in audit.read_entries(office.store) if row["kind"] == "ResolveCode"]


def assert_unchanged(view: CounterView, name: str, reason: str) -> None:
    """Assert that a second code was refused with this reason, and that the person served is still on the screen."""
    assert reason in view.message
    assert view.applicant is not None
    assert (view.applicant.name, view.applicant.check.result) == (name, "green")


def assert_red(view: CounterView, *words: str) -> None:
    assert all(word in view.message for word in words), view.message
    assert view.applicant is None or view.applicant.check.result == "red" or not view.applicant.name


@pytest.fixture
def other_counter(office: Office) -> Iterator[CounterService]:
    """The counter service of another window."""
    other_office = open_office(office.folder, window="w2")
    service = open_workstation(other_office, NoCamera()).sign_in("1002", CITY_PIN).counter
    assert service is not None
    yield service
    other_office.store.close()


# screenshots


def test_a_copied_code_is_rejected_at_another_counter_after_its_use(
    counter: CounterService, other_counter: CounterService, office: Office
) -> None:
    token = make_code(office, MOTHER)
    counter.serve_walk_in()
    shown = counter.process_scan(code_url(office, token))
    assert shown.applicant is not None
    assert shown.applicant.check.result == "green"
    other_counter.serve_walk_in()
    assert_red(other_counter.process_scan(code_url(office, token)), "used before")


@pytest.mark.wide
@pytest.mark.parametrize(
    ("age", "believed"), [(DEFAULT_CODE_SECONDS - 5, True), (DEFAULT_CODE_SECONDS + 1, False), (3600, False)]
)
def test_a_screenshot_is_rejected_after_a_minute(
    counter: CounterService, office: Office, age: int, believed: bool
) -> None:
    counter.serve_walk_in()
    view = counter.process_scan(code_url(office, make_code(office, MOTHER, seconds_ago=age)))
    if believed:
        assert view.applicant is not None
        assert view.applicant.check.result == "green"
    else:
        assert_red(view, "too old")


def test_an_expired_code_stays_expired(counter: CounterService, office: Office) -> None:
    token = make_code(office, MOTHER, seconds_ago=DEFAULT_CODE_SECONDS + 1)
    counter.serve_walk_in()
    for _ in range(2):
        assert_red(counter.process_scan(code_url(office, token)), "too old")
    with office.store.read() as tx:
        row = tx.get("dynamic_codes", digest=digest_dynamic_code(token))
    assert row is not None
    assert row["used_at"] is None


# guesses and other people


def test_a_guessed_code_is_unknown_and_every_guess_is_recorded(counter: CounterService, office: Office) -> None:
    counter.serve_walk_in()
    for _ in range(3):
        assert_red(counter.process_scan(code_url(office, new_dynamic_token())), "does not know this code")
    assert_red(counter.process_scan(new_dynamic_digits(office.code_policy)), "does not know this code")
    assert len(resolution_requests(office)) == 4


@pytest.mark.wide
def test_the_code_itself_is_not_recorded(counter: CounterService, office: Office) -> None:
    token = make_code(office, MOTHER)
    counter.serve_walk_in()
    counter.process_scan(code_url(office, token))
    for row in audit.read_entries(office.store):
        assert token.encode() not in row["command"] + (row["personal"] or b"") + (row["decision"] or b"")


@pytest.mark.wide
def test_a_resolution_has_visit_purpose_and_window(counter: CounterService, office: Office) -> None:
    counter.serve_walk_in()
    counter.process_scan(code_url(office, make_code(office, MOTHER)))
    (command,) = resolution_requests(office)
    request = msgspec.json.decode(command)
    assert {"visit", "window", "purpose", "digest"} <= set(request)
    assert all(request[name] for name in ("visit", "window", "purpose"))


@pytest.mark.wide
def test_another_persons_dynamic_code_does_not_replace_the_person_served(
    counter: CounterService, office: Office
) -> None:
    counter.serve_walk_in()
    counter.process_scan(code_url(office, make_code(office, MOTHER)))
    view = counter.process_scan(code_url(office, make_code(office, TRAVELLER)))
    assert_unchanged(view, "林晓雯", "is being served")


@pytest.mark.wide
def test_a_dynamic_code_and_a_signed_code_of_two_people_do_not_mix(
    counter: CounterService, office: Office, code: Code
) -> None:
    counter.serve_walk_in()
    counter.process_scan(code_url(office, make_code(office, TRAVELLER)))
    assert_unchanged(counter.process_scan(code("mother")), "孙浩然", "is being served")


def test_nothing_is_accepted_before_the_clerk_confirms_the_person(counter: CounterService, office: Office) -> None:
    counter.serve_walk_in()
    counter.process_scan(code_url(office, make_code(office, MOTHER)))
    counter.begin_draft("birth")
    with pytest.raises(Refused) as caught:
        counter.accept_case()
    assert "Compare the person" in str(caught.value)


@pytest.mark.wide
def test_digits_are_a_dynamic_code_too(counter: CounterService, office: Office) -> None:
    digits = new_dynamic_digits(office.code_policy)
    make_code(office, MOTHER, digits)
    counter.serve_walk_in()
    view = counter.process_scan(digits)
    assert view.applicant is not None
    assert view.applicant.check.result == "green"
    assert_unchanged(counter.process_scan(digits), "林晓雯", "used before")


# addresses


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("https://", "http://"),
        lambda address: address.replace("https://", "https://user@"),
        lambda address: address.replace("https://", "https://evil.example/"),
        lambda address: address.replace(".example/", ".example.evil.example/"),
        lambda address: address.replace(".example/", ".example:8443/"),
        lambda address: address.replace(".example/", ".example@evil.example/"),
        lambda address: address.replace("https://", "https://xn--"),
        lambda address: address.replace("e", "\u0435", 1),
        lambda address: address + "?next=https://evil.example",
        lambda address: address + "#" + "a" * 20,
        lambda address: address + "/../admin",
        lambda address: address[:-4] + "\x1b[2J",
    ],
)
def test_a_look_alike_address_is_never_resolved(
    counter: CounterService, office: Office, change: Callable[[str], str]
) -> None:
    address = code_url(office, make_code(office, MOTHER))
    assert change(address) != address
    counter.serve_walk_in()
    view = counter.process_scan(change(address))
    assert view.message
    assert view.applicant is None
    assert resolution_requests(office) == []


def test_no_scanned_address_is_ever_opened(
    counter: CounterService, office: Office, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    counter.serve_walk_in()
    for text in (
        code_url(office, make_code(office, MOTHER)),
        "https://evil.example/",
        "http://127.0.0.1/x",
        code("mother"),
    ):
        counter.process_scan(text)


@pytest.mark.many_cases
@pytest.mark.parametrize("text", ["1" * 10_240, "https://" + "a" * 10_240, "EL1:" + "A" * 10_240, "EL2:" + "A" * 9000])
def test_ten_kilobytes_from_a_wedge_are_rejected_and_not_recorded(
    counter: CounterService, office: Office, text: str
) -> None:
    counter.serve_walk_in()
    view = counter.process_scan(text)
    assert view.message
    assert all(len(row["command"]) < 300 for row in audit.read_entries(office.store) if row["kind"] == "RefuseCode")
    assert resolution_requests(office) == []


# presented by a phone


@pytest.fixture
def phone() -> IssuerKey:
    return new_issuer_key()


@pytest.fixture
def bound(office: Office, phone: IssuerKey) -> str:
    """The mother's identity card as a code that is bound to `phone`."""
    trust, _status = office.read_trust_lists()
    assert isinstance(trust, TrustList)
    with office.store.read() as tx:
        row = tx.select("licences", holder=MOTHER, kind="0101")[0]
        licence = replace(build_licence_data(tx, row), device=phone.public)
    key = KeyFolder(office.folder / KEYS_FOLDER).find_signing_key(trust, licence.issuer_code, office.utc)
    return KeyFolder(office.folder / KEYS_FOLDER).sign_code(licence, key, office.utc, timedelta(hours=1))


def test_a_presented_licence_is_green_and_its_copy_elsewhere_is_red(
    counter: CounterService, other_counter: CounterService, office: Office, phone: IssuerKey, bound: str
) -> None:
    text = create_presentation_code(bound, phone, office.utc)
    counter.serve_walk_in()
    view = counter.process_scan(text)
    assert view.applicant is not None
    assert view.applicant.check.result == "green"
    other_counter.serve_walk_in()
    assert_red(other_counter.process_scan(text), "already shown")


@pytest.mark.wide
def test_a_photograph_of_a_presented_licence_is_rejected(
    counter: CounterService, office: Office, phone: IssuerKey, bound: str
) -> None:
    counter.serve_walk_in()
    assert_red(
        counter.process_scan(create_presentation_code(bound, phone, office.utc - timedelta(minutes=2))), "2 minutes ago"
    )
    assert_red(counter.process_scan(create_presentation_code(bound, new_issuer_key(), office.utc)), "another phone")
    view = counter.process_scan(bound)
    assert view.applicant is not None
    assert view.applicant.check.result == "amber"
    refusals = [
        msgspec.json.decode(row["command"]) for row in audit.read_entries(office.store) if row["kind"] == "RefuseCode"
    ]
    assert [(refusal["format"], refusal["reason"]) for refusal in refusals] == [
        ("EL2", "presentation-old"),
        ("EL2", "wrong-device"),
    ]


@pytest.mark.wide
def test_foreign_codes_are_verified_if_the_city_enables_them(office: Office, tmp_path: Path) -> None:
    from tests.licences.test_foreign import health_code

    messages: list[str] = []
    for line in ("", 'foreign_codes = ["HC1"]\n'):
        folder = tmp_path / f"city{len(messages)}"
        shutil.copytree(office.folder, folder)
        settings = folder / "office.toml"
        settings.write_text(line + settings.read_text("utf-8"), "utf-8")
        opened = open_office(folder)
        service = open_workstation(opened, NoCamera()).sign_in("1001", CITY_PIN).counter
        assert service is not None
        service.serve_walk_in()
        messages.append(service.process_scan(health_code()).message)
        opened.store.close()
    assert "not switched these on" in messages[0]
    assert "No issuer on the list" in messages[1]
