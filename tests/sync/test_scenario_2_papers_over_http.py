"""Scenario 2 with a real page: a missing lease is named once, then photographed, and read at another machine.

A window and a machine of the department are two offices that reach the center over HTTP.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from benchmarks.papers.photographs import Conditions, take_photograph
from clerk_app.composition.office import Office
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.views.counter import CounterService
from clerk_app.views.department import DepartmentService
from clerk_app.views.drawing import DrawingService
from clerk_app.views.page_view import PagePart
from screens.department.screen import DepartmentScreen
from screens.papers.viewer import PageViewer
from screens.papers.viewer_page import PageWidget
from screens.widgets.row_list import RowList
from tests.roles.conftest import built_city
from tests.roles.test_certificates import ANSWERS
from tests.roles.test_paper_validity import FACTS
from tests.sample_data import CITY_PIN
from tests.sample_node import RunningCenter
from tests.scanners.papers.samples import decode, encode
from tests.screens.sample_pages import draw_lease, open_pages
from tests.screens.stage import ScreenApp, press, screen_text, wait_for, wait_until_idle
from tests.sync.paper_machines import machine, served
from tests.sync.test_http_sync import wait_until

__all__ = ["built_city", "served"]
LEASE = "lease"
RENTED = {**ANSWERS, "housing_kind": "rented"}
INNER_PART = PagePart(0.05, 0.05, 0.9, 0.9)  # without edges, at which a straightened photograph shows the desk


class OfficerApp(ScreenApp):
    """The department screen of a real machine, with the child process that draws."""

    def __init__(self, service: DepartmentService, drawing: DrawingService) -> None:
        super().__init__(DepartmentScreen(service))
        self._drawing = drawing

    @property
    def drawing(self) -> DrawingService:
        return self._drawing


def begin_permit(counter: CounterService, code: str) -> None:
    counter.call_next("finish")
    counter.process_scan(code)
    counter.confirm_person()
    counter.begin_draft("residence-permit")
    for field, value in RENTED.items():
        counter.fill_field(field, value)


def photograph_lease() -> bytes:
    """Return the JPEG of a photograph of the lease on a desk, askew, with a falling light."""
    conditions = Conditions(turn=6, tilt=4, falloff=0.2)
    return encode(take_photograph(decode(draw_lease()), 3, conditions).picture)


def take_in_lease(counter: CounterService) -> None:
    page = PAPER_CLIENT.straighten(photograph_lease())
    assert page.findings == ()
    target = counter.find_paper_target(LEASE)
    counter.paper_taking.add_content(target, page.jpeg, "file", lambda _pages: None)
    counter.finish_paper(LEASE)
    counter.describe_paper(LEASE, FACTS)


def accept(counter: CounterService) -> str:
    """Take the other papers as they are, and accept; return the case number."""
    intake = counter.read_view().intake
    assert intake is not None
    for row in intake.materials:
        if row.id != LEASE and row.state not in ("produced", "paper", "held"):
            counter.toggle_paper(row.id, "unavailable" if row.paper_needs_reason else "")
    receipt = counter.accept_case().receipt
    assert receipt is not None
    return receipt.id[:12]


@pytest.mark.wide
def test_a_missing_lease_is_named_once_then_photographed_and_read_by_the_officer_of_another_machine(
    served: RunningCenter, tmp_path: Path
) -> None:
    code = (tmp_path / "city" / "codes" / "traveller.txt").read_text().strip()
    with ExitStack() as running:
        place = {"window": "w1", "organs": ("centre",)}
        window, workstation = running.enter_context(machine(served, tmp_path / "w1", **place))
        counter = workstation.sign_in("1001", CITY_PIN).counter
        assert counter is not None
        begin_permit(counter, code)
        missing = counter.print_missing().intake
        assert missing is not None
        assert any("Registered lease" in gap or "lease" in gap.lower() for gap in missing.gaps)

        counter.call_next("finish")  # the return visit
        counter.reopen_draft(counter.list_drafts()[0].id)
        counter.process_scan(code)
        counter.confirm_person()
        take_in_lease(counter)
        number = accept(counter)

        with window.store.read() as tx:
            (material,) = tx.select("materials", case_number=number, material=LEASE)
        digest = material["content"]
        assert (material["media_type"], material["pages"]) == ("image/jpeg", 1)
        wait_until(lambda: _has_case(served, number))

        place = {"window": "d1", "organs": ("community",), "kind": "department"}
        department, officers = running.enter_context(machine(served, tmp_path / "d1", **place))
        wait_until(lambda: _is_at(department, number))
        session = officers.sign_in("2010", CITY_PIN)
        assert session.department is not None
        assert officers.drawing is not None
        asyncio.run(_read_in_viewer(session.department, officers.drawing))
        assert department.attachments.read(digest) == window.attachments.read(digest)


def _has_case(served: RunningCenter, number: str) -> bool:
    with served.service.authority.store.read() as tx:
        return tx.get("cases", number=number) is not None


def _is_at(office: Office, number: str) -> bool:
    with office.store.read() as tx:
        return tx.get("cases", number=number) is not None


def measure_likeness(first: bytes, second: bytes) -> float:
    """Return the correlation of two pictures of one size."""
    one, other = (np.frombuffer(rgb, np.uint8).astype(float) for rgb in (first, second))
    return float(np.corrcoef(one, other)[0, 1])


async def _read_in_viewer(service: DepartmentService, drawing: DrawingService) -> None:
    """Claim the task, open the lease with Enter, and find the page with its watermark on the screen."""
    app = OfficerApp(service, drawing)
    async with app.run_test(size=(140, 40)) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "f2")
        await wait_for(pilot, lambda: "Registered lease" in screen_text(app))
        await press(pilot, "tab")
        rows = app.focused
        assert isinstance(rows, RowList)
        for _line in range(30):
            if rows.current_row is not None and rows.current_row.key.startswith(f"material:{LEASE}"):
                break
            await press(pilot, "down")
        await press(pilot, "enter")
        viewer = app.screen
        assert isinstance(viewer, PageViewer), rows.current_row
        page = viewer.query_one(PageWidget)
        for _try in range(10):
            await wait_for(pilot, lambda: page.is_drawn)
        assert viewer.problem == ""
        text = screen_text(app)
        assert text.count("For Residence permit only, until ") == 4
        assert "opened by 2010" in text
        assert len([sign for sign in text if sign in "▘▝▀▖▌▞▛"]) > 200
        await press(pilot, "+", "+", "+")
        await wait_for(pilot, lambda: "4 times the width" in screen_text(app))
        lease = open_pages(draw_lease).draw_part(0, 0, INNER_PART, 45, 64)
        seen = viewer.pages.draw_part(0, 0, INNER_PART, 45, 64)
        assert measure_likeness(lease.rgb, seen.rgb) > 0.8
