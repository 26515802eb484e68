"""The lifetime of codes on a phone is a setting of the city."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.cli.licence_verify import check_code
from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office, open_office
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import create_presentation_code
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.registered_licence import build_licence_data
from clerk_app.licences.trust_list import TrustList
from clerk_app.roles.workstation import open_workstation
from tests.roles.conftest import NoCamera
from tests.sample_data import CITY_PIN

OpenCity = Callable[[str], Office]


@pytest.fixture
def city(office: Office, tmp_path: Path) -> Iterator[OpenCity]:
    """Open copies of the sample city with another line in the settings."""
    with ExitStack() as opened:

        def open_city(line: str) -> Office:
            folder = tmp_path / f"city {line}"
            shutil.copytree(office.folder, folder)
            settings = folder / "office.toml"
            settings.write_text(line + "\n" + settings.read_text("utf-8"), "utf-8")
            copy = open_office(folder)
            opened.callback(copy.store.close)
            return copy

        yield open_city


def make_bound_code(office: Office, phone: IssuerKey) -> str:
    """Return the mother's identity card as a code that is bound to `phone`."""
    trust, _status = office.read_trust_lists()
    assert isinstance(trust, TrustList)
    with office.store.read() as tx:
        row = tx.select("licences", holder="P01", kind="0101")[0]
        licence = replace(build_licence_data(tx, row), device=phone.public)
    keys = KeyFolder(office.folder / KEYS_FOLDER)
    key = keys.find_signing_key(trust, licence.issuer_code, office.utc)
    return keys.sign_code(licence, key, office.utc, timedelta(hours=1))


@pytest.mark.many_cases
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
def test_a_presentation_is_accepted_within_the_configured_lifetime(
    city: OpenCity, line: str, age: int, result: str
) -> None:
    office, phone = city(line), new_issuer_key()
    code = make_bound_code(office, phone)
    shown = create_presentation_code(code, phone, office.utc - timedelta(seconds=age))
    service = open_workstation(office, NoCamera()).sign_in("1001", CITY_PIN).counter
    assert service is not None
    service.serve_walk_in()
    applicant = service.process_scan(shown).applicant
    assert applicant is not None
    assert applicant.check.result == result
    signed_at = office.utc - timedelta(seconds=age, milliseconds=1500)  # another presentation: none is accepted twice
    again = create_presentation_code(code, phone, signed_at)
    assert check_code(again, office.folder, office.folder / TRUST_FOLDER, None).json_fields["result"] == result
