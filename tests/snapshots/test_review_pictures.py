"""Snapshots of the pre-review of a paper, with a cut-out whose characters are bars, so that they need no font."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageDraw
from textual.pilot import Pilot

from clerk_app.locales import set_language
from clerk_app.views.paper_review import PaperReview
from clerk_app.views.shared import Picture
from screens.papers.review import PaperReviewDialog
from tests.screens.sample_data import localized
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.sample_paper_reviews import sample_review
from tests.screens.stage import Stage, press, wait_until_idle


def draw_line(_value: str, width: int, height: int) -> Picture:
    """Return a line of twelve characters and its label on paper."""
    image = Image.new("RGB", (width, min(height, width // 9)), (248, 246, 238))
    draw, side = ImageDraw.Draw(image), width // 15
    for place in range(14):
        left, top = side // 2 + place * side, image.height // 2 - side // 3
        if place != 4:
            draw.rectangle((left, top, left + side * 2 // 3, top + side // 8), fill=(40, 40, 45))
            draw.rectangle((left + side // 4, top, left + side // 3, top + side * 2 // 3), fill=(40, 40, 45))
    return Picture(image.width, image.height, image.tobytes())


def with_reason(review: PaperReview) -> PaperReview:
    """Return a review whose first finding was set aside."""
    first, *others = review.findings
    why = localized(
        "Another document or the register explains it: No. 12 of 2026", "另有证件或登记信息可以证明: 2026年第12号"
    )
    return replace(review, findings=(replace(first, is_ignored=True, reason=why), *others))


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("size", "language", "keys"),
    [
        ((80, 24), "zh_CN", ()),
        ((80, 24), "en", ("down", "down", "down")),
        ((140, 40), "zh_CN", ("down", "down", "down")),
        ((140, 40), "en", ("down", "down", "down", "down")),
    ],
)
def test_the_pre_review_looks_as_it_did(
    snap_compare: Callable[..., bool], size: tuple[int, int], language: str, keys: tuple[str, ...]
) -> None:
    set_language(language)
    app = Stage(tuple)
    app.drawing_service = SampleDrawing()
    review = sample_review() if keys else with_reason(sample_review())

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        app.show_dialog(lambda: PaperReviewDialog(review, draw_line))
        await wait_until_idle(pilot)
        await press(pilot, *keys)
        await pilot.pause(1.0)
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)
