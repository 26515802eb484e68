"""A case of the sample city with the file of a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clerk_app.composition.office import Office
from clerk_app.views.counter import CounterService
from tests.roles.papers.desktop import SampleDesktop
from tests.roles.workflows import accept_birth
from tests.screens.sample_pages import draw_lease

PAPER = "mother-id"


@dataclass(frozen=True)
class PaperCase:
    """The number of a case, and the file of its material PAPER, which has no other content."""

    number: str
    file: bytes
    digest: str


@pytest.fixture
def paper_case(office: Office, counter: CounterService, code: Callable[[str], str]) -> PaperCase:
    number = accept_birth(counter, code("mother"))
    file = draw_lease()
    digest = office.attachments.add(file)
    with office.store.write() as tx:
        given = {"how": "paper", "licence": None, "claims": "{}", "content": digest}
        tx.update("materials", {"case_number": number, "material": PAPER}, **given)
    return PaperCase(number, file, digest)


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleDesktop:
    return SampleDesktop(tmp_path, monkeypatch)
