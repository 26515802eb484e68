"""The portal of `docs/applications.md` enrols at a running center, sends an application and reads what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clerk_app.cases.applications.answers import AnswerApplication
from tests.docs.code_blocks import DOCS, load_module, read_blocks
from tests.office import SampleOffice
from tests.sample_data import CLERKS
from tests.sample_node import RunningCenter, run_center
from tests.sample_scans import build_png

CLIENT, APPLY = read_blocks(DOCS / "applications.md", "python")
SCAN = build_png()


@pytest.fixture
def served(office: SampleOffice) -> Iterator[RunningCenter]:
    with run_center(office.office) as running:
        yield running


def test_the_portal_of_the_page_applies_and_reads_the_answer(
    served: RunningCenter, office: SampleOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("certificate.png").write_bytes(SCAN)
    names: dict[str, Any] = vars(load_module(CLIENT, monkeypatch))
    names |= {"URL": str(served.client.base_url), "CODE": served.invite(window="", hall="", kind="portal")}
    exec(APPLY.text, names)
    answer, portal = names["answer"], names["portal"]
    assert (answer["state"], answer["missing_content"]) == ("received", [])
    assert "home_address" in {finding["id"] for finding in answer["report"]}
    assert office.office.attachments.read(hashlib.sha256(SCAN).hexdigest()) == SCAN
    refuse = AnswerApplication(application=answer["number"], outcome="refused", reason="本市不办理")
    office.door.perform(refuse, CLERKS[0])
    assert portal.read(answer["number"])["reasons"] == [{"zh": "本市不办理", "en": "本市不办理"}]
    portal.http.close()
