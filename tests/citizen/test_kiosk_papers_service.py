"""Papers brought at a kiosk: the service, with pictures under its document camera, and no file that stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec import structs

from clerk_app.errors import OutOfReach, Refused
from clerk_app.roles.kiosk.papers import KioskPapers
from clerk_app.roles.kiosk.session import OfficeSessions
from clerk_app.views.papers import PageCameraView
from tests.citizen.matter_acts import MATTER, MatterActs
from tests.citizen.sessions import open_session
from tests.office import SampleOffice
from tests.sample_data import MOTHER_NUMBER
from tests.scanners.papers.samples import draw_page, encode

pytestmark = pytest.mark.usefixtures("english")

SECONDS = 30.0  # for a busy machine
PAPER = "applicant-id"


@pytest.fixture
def case(office: SampleOffice) -> str:
    """A case whose department waits for the identity card."""
    number = MatterActs(office, open_session(office.door, "mother")).accept().number
    office.return_task(number, MATTER, PAPER, reason="Not readable")
    return number


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the picture of a page that lies on a dark desk."""
    picture = np.full((1500, 2000, 3), (50, 70, 90), np.uint8)
    picture[150:1350, 560:1408] = cv2.resize(draw_page(2), (848, 1200), interpolation=cv2.INTER_AREA)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "page.jpg").write_bytes(encode(picture))
    return tmp_path / "desk"


@pytest.fixture
def papers(office: SampleOffice, case: str, desk: Path) -> Iterator[KioskPapers]:
    with_camera = replace(office.office, settings=structs.replace(office.office.settings, page_camera=str(desk)))
    sessions = OfficeSessions(with_camera, "kiosk")
    sessions.open_by_receipt(case, MOTHER_NUMBER[-4:])
    service = KioskPapers(with_camera, sessions, "kiosk")
    yield service
    service.discard()


def watch(papers: KioskPapers, holds: Callable[[PageCameraView], bool]) -> PageCameraView:
    """Start the camera and wait for such a view."""
    found, arrived = list[PageCameraView](), threading.Event()

    def receive(view: PageCameraView) -> None:
        if holds(view):
            found.append(view)
            arrived.set()

    papers.start_camera(receive)
    assert arrived.wait(SECONDS)
    return found[0]


def list_files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "content").rglob("*") if path.is_file()}


def test_what_is_asked_for_is_named_with_its_reason(papers: KioskPapers, case: str) -> None:
    (request,) = papers.list_requests()
    assert (request.name, request.case, request.reason) == ("Applicant's identity card", case, "Not readable")


def test_a_page_under_the_camera_is_shown_kept_and_handed_in(
    papers: KioskPapers, office: SampleOffice, case: str
) -> None:
    papers.choose(papers.list_requests()[0].id)
    watch(papers, lambda view: view.waiting > 0)
    page = papers.take_page()
    assert page is not None
    assert page.picture.height > 1.3 * page.picture.width  # the page, not the desk
    assert list_files(office.office.folder) == set()
    assert papers.keep_page() == 1
    handed = papers.hand_in()
    assert (handed.case, handed.pages, handed.continues) == (case, 1, True)
    assert office.task_states(case) == {MATTER: "pooled"}
    assert papers.print_receipt().is_printed
    assert papers.list_requests() == ()


@pytest.mark.wide
def test_a_page_that_is_taken_again_is_not_kept(papers: KioskPapers, office: SampleOffice) -> None:
    papers.choose(papers.list_requests()[0].id)
    watch(papers, lambda view: view.picture is not None)
    papers.take_now()
    papers.drop_page()
    assert papers.keep_page() == 0
    with pytest.raises(Refused, match="No page was taken in yet"):
        papers.hand_in()
    assert list_files(office.office.folder) == set()


@pytest.mark.wide
def test_a_camera_that_is_away_is_one_sentence(papers: KioskPapers, desk: Path) -> None:
    papers.choose(papers.list_requests()[0].id)
    (desk / "page.jpg").unlink()
    desk.rmdir()
    assert watch(papers, lambda view: bool(view.error)).error
    with pytest.raises(OutOfReach, match="no picture yet"):
        papers.take_now()


@pytest.mark.wide
def test_nothing_is_left_of_a_citizen_who_walks_away(papers: KioskPapers, office: SampleOffice) -> None:
    papers.choose(papers.list_requests()[0].id)
    watch(papers, lambda view: view.picture is not None)
    papers.take_now()
    papers.keep_page()
    papers.discard()
    with pytest.raises(Refused, match="Nothing is being taken in"):
        papers.hand_in()
    assert list_files(office.office.folder) == set()
    jpegs = [
        path for path in office.office.folder.rglob("*") if path.is_file() and b"\xff\xd8\xff" in path.read_bytes()
    ]
    assert jpegs == []


def test_the_end_of_the_session_removes_the_pages(office: SampleOffice, case: str) -> None:
    sessions = OfficeSessions(office.office, "kiosk")
    sessions.open_by_receipt(case, MOTHER_NUMBER[-4:])
    papers = KioskPapers(office.office, sessions, "kiosk")
    papers.choose(papers.list_requests()[0].id)
    sessions.end()
    with pytest.raises(Refused, match="Nothing is being taken in"):
        papers.hand_in()
