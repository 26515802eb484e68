"""Papers brought at a kiosk over HTTP, on a line that is cut: nothing is lost, claimed, or kept at the kiosk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import structs

from clerk_app.citizen.papers import TakeInAtKiosk
from clerk_app.errors import OutOfReach, Refused
from clerk_app.roles.kiosk.papers import KioskPapers
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.sync.connection import WindowConnection
from tests.citizen.matter_acts import MATTER
from tests.citizen.test_kiosk_papers_service import case as case
from tests.citizen.test_kiosk_papers_service import desk as desk
from tests.citizen.test_kiosk_papers_service import watch
from tests.office import SampleOffice, find_faults
from tests.sample_data import MOTHER_NUMBER
from tests.sample_node import RunningCenter
from tests.sync.disturbed_line import DisturbedLine, disturbed_line
from tests.sync.test_registry_over_http import joined

pytestmark = pytest.mark.usefixtures("english")

REQUESTS = ("POST /v1/ask", "GET /v1/content", "PUT /v1/content", "POST /v1/ask")
"""Requests of one paper that is handed in: announced, asked how much has arrived, uploaded, taken in."""


@pytest.fixture
def line(served: RunningCenter) -> Iterator[DisturbedLine]:
    with disturbed_line(served.client.base_url.port or 0) as made:
        yield made


@contextmanager
def bring_page(
    served: RunningCenter, line: DisturbedLine, folder: Path, case: str, desk: Path
) -> Iterator[KioskPapers]:
    """Yield the papers of a kiosk at the end of a line; one page was taken in, and is not handed in yet."""
    with joined(served, folder, "kiosk", url=line.url) as machine:
        with_camera = replace(machine, settings=structs.replace(machine.settings, page_camera=str(desk)))
        with machine.store.read() as tx:
            own = tx.query_one("ledger.own_node")
        assert own is not None
        sessions = OfficeSessions(with_camera, own["id"])
        sessions.open_by_receipt(case, MOTHER_NUMBER[-4:])
        papers = KioskPapers(with_camera, sessions, own["id"])
        papers.choose(papers.list_requests()[0].id)
        watch(papers, lambda view: view.waiting > 0)
        papers.take_page()
        papers.keep_page()
        papers.stop_camera()
        try:
            yield papers
        finally:
            papers.discard()


def list_brought(office: SampleOffice, case: str) -> list[str]:
    """Return the digests of the papers of a case that were brought later."""
    return [row["content"] for row in office.select("materials", case_number=case) if row["version"] > 1]


def require_nothing_claimed(papers: KioskPapers, office: SampleOffice, case: str) -> None:
    """Assert that a paper does not count as brought, and that no receipt is printed for it."""
    assert list_brought(office, case) == []
    with pytest.raises(Refused):
        papers.print_receipt()


def require_brought_once(office: SampleOffice, case: str, folder: Path) -> None:
    """Assert that the center has the paper once, with its file, and that no file of the kiosk has a page."""
    (digest,) = list_brought(office, case)
    assert sha256(office.office.attachments.read(digest)).hexdigest() == digest
    assert office.task_states(case) == {MATTER: "pooled"}
    assert office.select("kiosk_papers") == []
    assert find_faults(office.store) == []
    require_no_page(folder)


def require_no_page(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file() and "spool" not in path.parts]
    assert [path.name for path in files if b"\xff\xd8\xff" in path.read_bytes()] == []


def test_a_page_whose_upload_is_cut_is_sent_again(
    served: RunningCenter, line: DisturbedLine, office: SampleOffice, tmp_path: Path, case: str, desk: Path
) -> None:
    with bring_page(served, line, tmp_path / "k1", case, desk) as papers:
        line.cut = (2, "in")
        with pytest.raises(OutOfReach):
            papers.hand_in()
        assert [path[: len(REQUESTS[2])] for path in line.disturbed] == [REQUESTS[2]]
        require_nothing_claimed(papers, office, case)
        assert papers.hand_in().continues
        require_brought_once(office, case, tmp_path / "k1")


@pytest.mark.wide
@pytest.mark.parametrize("where", ["before", "in", "after"])
@pytest.mark.parametrize("request_number", range(len(REQUESTS)))
def test_a_line_cut_at_any_request_brings_the_paper_once(
    served: RunningCenter,
    line: DisturbedLine,
    office: SampleOffice,
    tmp_path: Path,
    case: str,
    desk: Path,
    request_number: int,
    where: str,
) -> None:
    with bring_page(served, line, tmp_path / "k1", case, desk) as papers:
        line.cut = (request_number, where)
        try:
            handed = papers.hand_in()
        except OutOfReach:
            if where != "after":
                require_nothing_claimed(papers, office, case)
            handed = papers.hand_in()
        assert (handed.case, handed.pages, handed.continues) == (case, 1, True)
        assert line.disturbed[0].startswith(REQUESTS[request_number])
        require_brought_once(office, case, tmp_path / "k1")


@pytest.mark.wide
def test_while_the_center_is_away_nothing_is_claimed_and_the_page_is_kept_in_memory(
    served: RunningCenter, line: DisturbedLine, office: SampleOffice, tmp_path: Path, case: str, desk: Path
) -> None:
    with bring_page(served, line, tmp_path / "k1", case, desk) as papers:
        line.is_away = True
        for _attempt in range(3):
            with pytest.raises(OutOfReach):
                papers.hand_in()
            require_nothing_claimed(papers, office, case)
        require_no_page(tmp_path / "k1")
        line.is_away = False
        papers.hand_in()
        require_brought_once(office, case, tmp_path / "k1")


@pytest.mark.wide
def test_another_kiosk_can_neither_send_nor_take_in_the_file(
    served: RunningCenter, line: DisturbedLine, office: SampleOffice, tmp_path: Path, case: str, desk: Path
) -> None:
    with (
        bring_page(served, line, tmp_path / "k1", case, desk) as papers,
        joined(served, tmp_path / "k2", "kiosk") as other,
    ):
        line.cut = (2, "before")
        with pytest.raises(OutOfReach):
            papers.hand_in()
        (announced,) = office.select("kiosk_papers")
        connection = other.connection
        assert isinstance(connection, WindowConnection)
        for content in (b"\xff\xd8\xff of another", b"x"):
            with pytest.raises(Refused):
                connection.upload(content)
        response = served.client.get(f"/v1/content/{announced['content']}/pieces")
        assert response.status_code == 401
        with connection.client.store.read() as tx:
            own = tx.query_one("ledger.own_node")
        assert own is not None
        (session,) = [row["id"] for row in office.select("citizen_sessions", case_number=case)]
        with pytest.raises(Refused, match="has ended"):
            other.door.perform(TakeInAtKiosk(session=session, case=case, materials=()), own["id"])
        papers.hand_in()
        require_brought_once(office, case, tmp_path / "k1")


def test_a_full_disk_at_the_center_is_one_sentence_at_the_kiosk(
    served: RunningCenter,
    line: DisturbedLine,
    office: SampleOffice,
    tmp_path: Path,
    case: str,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with bring_page(served, line, tmp_path / "k1", case, desk) as papers:
        with monkeypatch.context() as full:
            full.setattr("db.attachments.publish_file", fail)
            with pytest.raises(OutOfReach, match=r"Nothing was handed in: try again, or go to a window\.$"):
                papers.hand_in()
        require_nothing_claimed(papers, office, case)
        papers.hand_in()
        require_brought_once(office, case, tmp_path / "k1")
