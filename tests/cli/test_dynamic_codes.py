"""`clerk licence dynamic`: a dynamic code, valid once and for about a minute."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.cli.licence_issue import create_dynamic_code
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.code_formats import recognise_code
from clerk_app.licences.recognised_code import RecognisedDynamicCode
from clerk_app.licences.repository import digest_dynamic_code
from tests.office import SampleOffice
from tests.sample_data import MOTHER_NUMBER


@pytest.fixture
def sample(office_template: Path, tmp_path: Path) -> SampleOffice:
    return SampleOffice.open_copy(office_template, tmp_path / "office")


def made(office: Office, text: str) -> dict[str, object]:
    found = recognise_code(text, office.code_policy)
    assert isinstance(found, RecognisedDynamicCode)
    with office.store.read() as tx:
        row = tx.get("dynamic_codes", digest=digest_dynamic_code(found.token))
    assert row is not None
    return row


@pytest.mark.parametrize("digits", [True, False])
def test_a_new_code_is_recognised_and_only_its_digest_is_stored(sample: SampleOffice, digits: bool) -> None:
    office = sample.office
    policy = replace(office.settings, code_urls=("https://code.example.cn/{code}",), code_seconds=30)
    office = Office(office.folder, policy, office.store, office.door)
    text = create_dynamic_code(office, MOTHER_NUMBER, digits=digits)
    row = made(office, text)
    assert row["person"] == "mother"
    assert row["expires_at"] - row["made_at"] == 30 * 1_000_000  # type: ignore[operator]
    sample.close()


def test_an_unknown_person_gets_no_code(sample: SampleOffice) -> None:
    with pytest.raises(BadData):
        create_dynamic_code(sample.office, "110101199001011237", digits=True)
    sample.close()
