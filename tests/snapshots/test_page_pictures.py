"""Snapshots of the page viewer, with a page whose lines of text are bars, so that they need no font."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw
from textual.pilot import Pilot

from clerk_app.locales import set_language
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.views.shared import LabelledValue
from screens.papers.viewer import PageViewer
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.sample_pages import open_pages
from tests.screens.stage import Stage, press, wait_until_idle


@pytest.fixture(autouse=True, scope="module")
def _ended_child() -> Iterator[None]:
    yield
    PAPER_CLIENT.close()


def draw_bars() -> bytes:
    """Return a page of the shape of A4 as PNG."""
    image = Image.new("RGB", (630, 891), (248, 246, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((220, 50, 410, 75), fill=(30, 30, 35))
    for row in range(12):
        for word in range(1 + row % 4, 8):
            draw.rectangle((word * 72, 140 + row * 50, word * 72 + 50, 155 + row * 50), fill=(60, 60, 66))
    draw.ellipse((400, 700, 520, 820), outline=(200, 30, 40), width=8)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("size", "language", "keys"),
    [((80, 24), "en", ("+",)), ((140, 40), "zh_CN", ()), ((80, 24), "zh_CN", ("+", "+", "r"))],
)
def test_the_page_viewer_looks_as_it_did(
    snap_compare: Callable[..., bool], size: tuple[int, int], language: str, keys: tuple[str, ...]
) -> None:
    set_language(language)
    app = Stage(tuple)
    app.drawing_service = SampleDrawing()
    facts = (LabelledValue("申请号", "1126-0042-0917"), LabelledValue("收件", "2026-11-30 09:12"))

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        app.show_dialog(lambda: PageViewer("租赁合同", open_pages(draw_bars, purpose="居住证办理"), facts))
        await wait_until_idle(pilot)
        await press(pilot, *keys)
        await pilot.pause(1.0)
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)
