"""`clerk licence dynamic`: a code as a phone would show it, good once and for about a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.cli.dynamic_codes import make_dynamic
from clerk_app.desks.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.codes import DynamicCode, recognise
from clerk_app.licences.repository import code_digest
from tests.furnishing import MOTHER_NUMBER
from tests.office import SampleOffice


@pytest.fixture
def sample(office_template: Path, tmp_path: Path) -> SampleOffice:
    return SampleOffice.opened(office_template, tmp_path / "office")


def made(office: Office, text: str) -> dict[str, object]:
    found = recognise(text, office.code_policy)
    assert isinstance(found, DynamicCode)
    with office.store.read() as look:
        row = look.row("dynamic_codes", digest=code_digest(found.token))
    assert row is not None
    return row


@pytest.mark.parametrize("digits", [True, False])
def test_a_new_code_is_recognised_and_only_its_digest_is_kept(sample: SampleOffice, digits: bool) -> None:
    office = sample.office
    policy = office.settings.model_copy(update={"code_urls": ("https://code.example.cn/{code}",), "code_seconds": 30})
    office = Office(office.folder, policy, office.store, office.door)
    text = make_dynamic(office, MOTHER_NUMBER, digits=digits)
    row = made(office, text)
    assert row["person"] == "mother"
    assert row["expires_at"] - row["made_at"] == 30 * 1_000_000  # type: ignore[operator]
    sample.close()


def test_nobody_known_gets_no_code(sample: SampleOffice) -> None:
    with pytest.raises(BadData):
        make_dynamic(sample.office, "110101199001011237", digits=True)
    sample.close()
