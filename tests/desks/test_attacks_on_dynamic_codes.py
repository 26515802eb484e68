"""Dynamic codes and presented licences, attacked at the window: screenshots, guesses, look-alikes, other people's."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from clerk_app.desk import CounterDesk, CounterView, Refused
from clerk_app.desks import open_desks, open_office
from clerk_app.desks.office import KEYS, Office
from clerk_app.ledger import proof
from clerk_app.ledger.door import Door
from clerk_app.licences import IssuerKey, TrustList, new_dynamic_digits, new_dynamic_token, new_issuer_key, present
from clerk_app.licences.keys import KeyFolder
from clerk_app.licences.registered import registered_licence
from clerk_app.licences.repository import CODE_SECONDS, MakeCode, code_digest
from clerk_app.people import SYSTEM, authorise
from tests.desks.conftest import NoCamera

Code = Callable[[str], str]
SECOND = 1_000_000
MOTHER, TRAVELLER = "P01", "P08"


def url(office: Office, token: str) -> str:
    return office.settings.code_urls[0].replace("{code}", token)


def made(office: Office, subject: str, token: str = "", seconds_ago: int = 0) -> str:
    """The token of a code that the citizen's phone shows since then."""
    token = token or new_dynamic_token()
    door = Door(office.store, office.door.rules, authorise, clock=lambda: office.now - seconds_ago * SECOND)
    door.perform(MakeCode(digest=code_digest(token), subject=subject), SYSTEM)
    return token


def resolved(office: Office) -> list[bytes]:
    """Every question about a dynamic code that reached the authority, refused ones too."""
    return [row["command"] for row in proof.entries(office.store) if row["kind"] == "ResolveCode"]


def red(view: CounterView, *words: str) -> None:
    assert all(word in view.say for word in words), view.say
    assert view.applicant is None or view.applicant.check.result == "red" or not view.applicant.name


@pytest.fixture
def other_counter(office: Office) -> Iterator[CounterDesk]:
    """The window beside."""
    beside = open_office(office.folder, window="w2")
    found = open_desks(beside, NoCamera()).sign_in("1002", "1234").counter
    assert found is not None
    yield found
    beside.store.close()


# screenshots


def test_a_copied_code_is_worthless_at_another_counter_once_it_was_shown(
    counter: CounterDesk, other_counter: CounterDesk, office: Office
) -> None:
    token = made(office, MOTHER)
    counter.walk_in()
    shown = counter.present(url(office, token))
    assert shown.applicant is not None
    assert shown.applicant.check.result == "green"
    other_counter.walk_in()
    red(other_counter.present(url(office, token)), "used before")


@pytest.mark.parametrize(("age", "believed"), [(CODE_SECONDS - 5, True), (CODE_SECONDS + 1, False), (3600, False)])
def test_a_screenshot_is_worthless_after_a_minute(
    counter: CounterDesk, office: Office, age: int, believed: bool
) -> None:
    counter.walk_in()
    view = counter.present(url(office, made(office, MOTHER, seconds_ago=age)))
    if believed:
        assert view.applicant is not None
        assert view.applicant.check.result == "green"
    else:
        red(view, "too old")


def test_a_code_that_was_too_old_once_does_not_come_back(counter: CounterDesk, office: Office) -> None:
    token = made(office, MOTHER, seconds_ago=CODE_SECONDS + 1)
    counter.walk_in()
    for _ in range(2):
        red(counter.present(url(office, token)), "too old")
    with office.store.read() as look:
        row = look.row("dynamic_codes", digest=code_digest(token))
    assert row is not None
    assert row["used_at"] is None


# guesses and other people


def test_a_guessed_code_is_unknown_and_every_guess_is_on_record(counter: CounterDesk, office: Office) -> None:
    counter.walk_in()
    for _ in range(3):
        red(counter.present(url(office, new_dynamic_token())), "does not know this code")
    red(counter.present(new_dynamic_digits(office.code_policy)), "does not know this code")
    assert len(resolved(office)) == 4


def test_the_code_itself_is_nowhere_on_record(counter: CounterDesk, office: Office) -> None:
    token = made(office, MOTHER)
    counter.walk_in()
    counter.present(url(office, token))
    for row in proof.entries(office.store):
        assert token.encode() not in row["command"] + (row["personal"] or b"") + (row["decision"] or b"")


def test_a_look_up_says_for_which_visit_and_purpose_at_which_window(counter: CounterDesk, office: Office) -> None:
    counter.walk_in()
    counter.present(url(office, made(office, MOTHER)))
    (command,) = resolved(office)
    said = msgspec.json.decode(command)
    assert {"visit", "window", "purpose", "digest"} <= set(said)
    assert all(said[name] for name in ("visit", "window", "purpose"))


def test_another_persons_dynamic_code_needs_a_delegation(counter: CounterDesk, office: Office) -> None:
    counter.walk_in()
    counter.present(url(office, made(office, MOTHER)))
    view = counter.present(url(office, made(office, TRAVELLER)))
    red(view, "delegation")


def test_a_dynamic_code_and_a_signed_code_of_two_people_do_not_mix(
    counter: CounterDesk, office: Office, code: Code
) -> None:
    counter.walk_in()
    counter.present(url(office, made(office, TRAVELLER)))
    red(counter.present(code("mother")), "delegation")


def test_nothing_is_accepted_before_the_clerk_has_compared_person_and_photo(
    counter: CounterDesk, office: Office
) -> None:
    counter.walk_in()
    counter.present(url(office, made(office, MOTHER)))
    counter.begin("birth")
    with pytest.raises(Refused) as caught:
        counter.accept()
    assert "Compare the person" in str(caught.value)


def test_digits_are_a_dynamic_code_too(counter: CounterDesk, office: Office) -> None:
    digits = new_dynamic_digits(office.code_policy)
    made(office, MOTHER, digits)
    counter.walk_in()
    view = counter.present(digits)
    assert view.applicant is not None
    assert view.applicant.check.result == "green"
    red(counter.present(digits), "used before")


# addresses


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
def test_an_address_that_only_looks_like_ours_is_never_asked_about(
    counter: CounterDesk, office: Office, change: Callable[[str], str]
) -> None:
    address = url(office, made(office, MOTHER))
    assert change(address) != address
    counter.walk_in()
    view = counter.present(change(address))
    assert view.say
    assert view.applicant is None
    assert resolved(office) == []


def test_no_scanned_address_is_ever_opened(
    counter: CounterDesk, office: Office, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    counter.walk_in()
    for text in (url(office, made(office, MOTHER)), "https://evil.example/", "http://127.0.0.1/x", code("mother")):
        counter.present(text)


@pytest.mark.parametrize("text", ["1" * 10_240, "https://" + "a" * 10_240, "EL1:" + "A" * 10_240, "EL2:" + "A" * 9000])
def test_ten_kilobytes_from_a_wedge_are_named_and_forgotten(counter: CounterDesk, office: Office, text: str) -> None:
    counter.walk_in()
    view = counter.present(text)
    assert view.say
    assert all(len(row["command"]) < 300 for row in proof.entries(office.store) if row["kind"] == "RefuseCode")
    assert resolved(office) == []


# presented by a phone


@pytest.fixture
def phone() -> IssuerKey:
    return new_issuer_key()


@pytest.fixture
def bound(office: Office, phone: IssuerKey) -> str:
    """The mother's identity card as a code that belongs to `phone`."""
    trust, _status = office.trust()
    assert isinstance(trust, TrustList)
    with office.store.read() as look:
        row = look.rows("licences", holder=MOTHER, kind="0101")[0]
        licence = replace(registered_licence(look, row), device=phone.public)
    key = KeyFolder(office.folder / KEYS).signing(trust, licence.issuer_code, office.utc)
    return KeyFolder(office.folder / KEYS).sign(licence, key, office.utc, timedelta(hours=1))


def test_a_presented_licence_is_green_and_its_copy_elsewhere_is_red(
    counter: CounterDesk, other_counter: CounterDesk, office: Office, phone: IssuerKey, bound: str
) -> None:
    text = present(bound, phone, office.utc)
    counter.walk_in()
    view = counter.present(text)
    assert view.applicant is not None
    assert view.applicant.check.result == "green"
    other_counter.walk_in()
    red(other_counter.present(text), "already shown")


def test_a_photograph_of_a_presented_licence_is_too_old_or_another_phones(
    counter: CounterDesk, office: Office, phone: IssuerKey, bound: str
) -> None:
    counter.walk_in()
    red(counter.present(present(bound, phone, office.utc - timedelta(minutes=2))), "2 minutes ago")
    red(counter.present(present(bound, new_issuer_key(), office.utc)), "another phone")
    view = counter.present(bound)
    assert view.applicant is not None
    assert view.applicant.check.result == "amber"
    formats = [
        msgspec.json.decode(row["command"]) for row in proof.entries(office.store) if row["kind"] == "RefuseCode"
    ]
    assert [(said["format"], said["reason"]) for said in formats] == [
        ("EL2", "presentation-old"),
        ("EL2", "wrong-device"),
    ]


def test_codes_of_other_issuers_are_explained_or_judged_as_the_city_says(office: Office, tmp_path: Path) -> None:
    from tests.licences.test_foreign import health

    said: list[str] = []
    for line in ("", 'foreign_codes = ["HC1"]\n'):
        folder = tmp_path / f"city{len(said)}"
        shutil.copytree(office.folder, folder)
        settings = folder / "office.toml"
        settings.write_text(line + settings.read_text("utf-8"), "utf-8")
        opened = open_office(folder)
        desk = open_desks(opened, NoCamera()).sign_in("1001", "1234").counter
        assert desk is not None
        desk.walk_in()
        said.append(desk.present(health()).say)
        opened.store.close()
    assert "not switched these on" in said[0]
    assert "Nobody on the list" in said[1]
