"""How long what a phone shows is believed is for the city to say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from clerk_app.cli.licence_verify import check_code
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office, open_office
from clerk_app.composition.settings import read_settings
from clerk_app.errors import BadData
from clerk_app.licences import IssuerKey, TrustList, create_presentation_code, new_issuer_key
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.registered_licence import build_licence_data
from clerk_app.roles.workstation import open_workstation
from tests.roles.conftest import NoCamera

OpenCity = Callable[[str], Office]


@pytest.fixture
def city(office: Office, tmp_path: Path) -> Iterator[OpenCity]:
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


def make_bound_code(office: Office, phone: IssuerKey) -> str:
    """The mother's identity card as a code that belongs to `phone`."""
    trust, _status = office.read_trust_lists()
    assert isinstance(trust, TrustList)
    with office.store.read() as tx:
        row = tx.select("licences", holder="P01", kind="0101")[0]
        licence = replace(build_licence_data(tx, row), device=phone.public)
    keys = KeyFolder(office.folder / KEYS_FOLDER)
    key = keys.find_signing_key(trust, licence.issuer_code, office.utc)
    return keys.sign_code(licence, key, office.utc, timedelta(hours=1))


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
def test_a_presentation_is_believed_for_as_long_as_the_city_says(
    city: OpenCity, line: str, age: int, result: str
) -> None:
    office, phone = city(line), new_issuer_key()
    code = make_bound_code(office, phone)
    shown = create_presentation_code(code, phone, office.utc - timedelta(seconds=age))
    desk = open_workstation(office, NoCamera()).sign_in("1001", "1234").counter
    assert desk is not None
    desk.serve_walk_in()
    applicant = desk.process_scan(shown).applicant
    assert applicant is not None
    assert applicant.check.result == result
    again = create_presentation_code(
        code, phone, office.utc - timedelta(seconds=age, milliseconds=1500)
    )  # another one: none is reused
    assert check_code(again, office.folder, office.folder / TRUST_FOLDER, None).json_fields["result"] == result


@pytest.mark.parametrize("seconds", ["0", "9", "601", "-60"])
def test_a_life_that_makes_no_sense_is_refused_with_its_place(city: OpenCity, office: Office, seconds: str) -> None:
    with pytest.raises(BadData, match="code_seconds"):
        city(f"code_seconds = {seconds}")
    assert read_settings(office.folder).code_seconds == 60
