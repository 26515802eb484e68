"""A still picture while its cells for another size are computed."""

from __future__ import annotations

from threading import Event

from clerk_app.views.shared import Picture
from screens.widgets.picture import PictureWidget
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.stage import Stage, on_stage, screen_text, wait_for

PICTURE = Picture(60, 40, bytes(range(240)) * 30)
QUADRANTS = set("▘▝▖▌▞▛")


class SlowDrawing(SampleDrawing):
    """Draws cells when `is_free` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.is_free = Event()
        self.is_free.set()

    def draw_cells(self, picture: Picture, columns: int, rows: int) -> bytes:
        self.is_free.wait()
        return super().draw_cells(picture, columns, rows)


async def test_a_larger_picture_is_painted_in_half_blocks_until_its_cells_are_computed() -> None:
    drawing = SlowDrawing()
    async with on_stage(lambda: [PictureWidget()]) as (app, pilot):
        app.drawing_service = drawing
        app.screen.query_one(PictureWidget).show_picture(PICTURE)
        await wait_for(pilot, lambda: has_quadrants(app))
        assert has_quadrants(app)
        drawing.is_free.clear()
        try:
            await pilot.resize_terminal(140, 40)
            await wait_for(pilot, lambda: "▀" in screen_text(app) and not has_quadrants(app))
            assert "▀" in screen_text(app)
            assert not has_quadrants(app)
        finally:
            drawing.is_free.set()
        await wait_for(pilot, lambda: has_quadrants(app))
        assert has_quadrants(app)


def has_quadrants(app: Stage) -> bool:
    return not QUADRANTS.isdisjoint(screen_text(app))
