"""How long what a phone shows is believed is for the city to say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from clerk_app.cli.verifying import check
from clerk_app.desks import open_desks, open_office
from clerk_app.desks.office import KEYS, TRUST, Office
from clerk_app.desks.settings import read_settings
from clerk_app.errors import BadData
from clerk_app.licences import IssuerKey, TrustList, new_issuer_key, present
from clerk_app.licences.keys import KeyFolder
from clerk_app.licences.registered import registered_licence
from tests.desks.conftest import NoCamera

Said = Callable[[str], Office]


@pytest.fixture
def city(office: Office, tmp_path: Path) -> Iterator[Said]:
    """The sample city with one more line in its settings."""
    with ExitStack() as opened:

        def said(line: str) -> Office:
            folder = tmp_path / f"city {line}"
            shutil.copytree(office.folder, folder)
            settings = folder / "office.toml"
            settings.write_text(line + "\n" + settings.read_text("utf-8"), "utf-8")
            made = open_office(folder)
            opened.callback(made.store.close)
            return made

        yield said


def code_of(office: Office, phone: IssuerKey) -> str:
    """The mother's identity card as a code that belongs to `phone`."""
    trust, _status = office.trust()
    assert isinstance(trust, TrustList)
    with office.store.read() as look:
        row = look.rows("licences", holder="P01", kind="0101")[0]
        licence = replace(registered_licence(look, row), device=phone.public)
    keys = KeyFolder(office.folder / KEYS)
    key = keys.signing(trust, licence.issuer_code, office.utc)
    return keys.sign(licence, key, office.utc, timedelta(hours=1))


@pytest.mark.parametrize(
    ("line", "age", "result"),
    [
        ("", 55, "green"),
        ("", 65, "red"),
        ("code_seconds = 20", 15, "green"),
        ("code_seconds = 20", 25, "red"),
        ("code_seconds = 180", 175, "green"),
        ("code_seconds = 180", 185, "red"),
    ],
)
def test_a_presentation_is_believed_for_as_long_as_the_city_says(city: Said, line: str, age: int, result: str) -> None:
    office, phone = city(line), new_issuer_key()
    code = code_of(office, phone)
    shown = present(code, phone, office.utc - timedelta(seconds=age))
    desk = open_desks(office, NoCamera()).sign_in("1001", "1234").counter
    assert desk is not None
    desk.walk_in()
    applicant = desk.present(shown).applicant
    assert applicant is not None
    assert applicant.check.result == result
    again = present(code, phone, office.utc - timedelta(seconds=age, milliseconds=1500))  # another one: none is reused
    assert check(again, office.folder, office.folder / TRUST, None).plain["result"] == result


@pytest.mark.parametrize("seconds", ["0", "9", "601", "-60"])
def test_a_life_that_makes_no_sense_is_refused_with_its_place(city: Said, office: Office, seconds: str) -> None:
    with pytest.raises(BadData, match="code_seconds"):
        city(f"code_seconds = {seconds}")
    assert read_settings(office.folder).code_seconds == 60
