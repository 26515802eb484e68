"""Papers that were asked for, brought to the kiosk: camera, page by page, date, handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from clerk_app.errors import OutOfReach
from tests.screens.sample_kiosk_papers import SamplePapers
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import KioskTester
from tests.screens.test_kiosk_session import opened_session


@asynccontextmanager
async def camera(**faults: object) -> AsyncIterator[tuple[KioskTester, SamplePapers]]:
    """Run a kiosk in which a citizen has chosen the requested paper."""
    async with opened_session() as corner:
        papers = corner.workstation.service.papers
        for name, value in faults.items():
            setattr(papers, name, value)
        await corner.tap("flow-papers")
        assert "Which paper do you bring?" in corner.text
        await press(corner.pilot, "1")
        await wait_until_idle(corner.pilot)
        yield corner, papers


async def test_two_pages_are_taken_by_themselves_and_handed_in_with_the_day_of_the_paper() -> None:
    async with camera() as (corner, papers):
        assert "Lay page 1 under the camera." in corner.text
        assert "Hold still, please" in corner.text
        papers.lay_still()
        await wait_until_idle(corner.pilot)
        assert "Can everything be read?" in corner.text
        await press(corner.pilot, "1")
        assert "Does the paper have another page?" in corner.text
        await press(corner.pilot, "1", "1", "1", "2")  # another page, now, right, that was all
        assert "Until which day is it valid?" in corner.text
        await press(corner.pilot, "20300101", "enter")
        assert "Handed in: Lease" in corner.text
        assert "The department continues with your case." in corner.text
        assert "The receipt is printed: please take it." in corner.text
        assert corner.asked.count("hand_in") == 1


async def test_a_page_with_a_finding_is_taken_again() -> None:
    async with camera(findings=("The page is not sharp.",)) as (corner, _papers):
        await press(corner.pilot, "1")
        assert "! The page is not sharp." in corner.text
        assert "Better take it again." in corner.text
        await press(corner.pilot, "2")
        assert "Lay page 1 under the camera." in corner.text
        assert corner.asked[-2:] == ["drop_page", "start_camera"]


@pytest.mark.wide
async def test_a_camera_that_is_away_is_explained_with_what_to_do() -> None:
    async with camera(camera_error="The camera is not connected.") as (corner, _papers):
        assert "x The camera is" in corner.text
        assert "Without the camera" in corner.text
        await press(corner.pilot, "1")
        assert "No page stays at this machine." in corner.text


async def test_a_line_that_is_cut_while_handing_in_claims_nothing() -> None:
    async with camera(refusal=OutOfReach("The center is out of reach.")) as (corner, _papers):
        await press(corner.pilot, "1", "1", "2", "20300101", "enter")
        assert "x The center is out of reach." in corner.text
        assert "Handed in" not in corner.text


@pytest.mark.wide
async def test_nothing_to_bring_is_one_sentence() -> None:
    async with opened_session() as corner:
        corner.workstation.service.papers.is_asked = False
        await corner.tap("flow-papers")
        assert "No department waits for a paper of yours." in corner.text


@pytest.mark.wide
async def test_leaving_the_camera_page_stops_the_camera() -> None:
    async with camera() as (corner, _papers):
        await press(corner.pilot, "escape")
        await wait_until_idle(corner.pilot)
        assert "stop_camera" in corner.asked


@pytest.mark.wide
async def test_the_pages_change_their_language() -> None:
    async with camera() as (corner, _papers):
        await press(corner.pilot, "*")
        assert "请把第1页放到摄像头下" in corner.text.replace(" ", "")
