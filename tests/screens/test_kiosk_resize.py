"""The kiosk follows every change of the size of its terminal, on each page."""

from __future__ import annotations

import pytest

from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import CASE_KEYS, KioskTester, running_kiosk

pytestmark = pytest.mark.wide

PAGES = {
    "home": (),
    "slip in Chinese": ("2", "*"),
    "second factor": ("4", "260000000017", "enter", "12", "*"),
    "state": CASE_KEYS,
    "staff": ("f12", "90"),
}
SIZES = ((200, 60), (50, 16), (80, 24))
Sizes = tuple[tuple[int, int], ...]


async def read_pages(
    corner: KioskTester, pages: tuple[str, ...], sizes: Sizes
) -> dict[tuple[str, tuple[int, int]], str]:
    """Open each page, resize the terminal to each size in turn, and return what is then shown."""
    texts = {}
    for name in pages:
        await press(corner.pilot, *PAGES[name])
        for size in sizes:
            await corner.pilot.resize_terminal(*size)
            await wait_until_idle(corner.pilot)
            await wait_until_idle(corner.pilot)  # a page may lay itself out again when it has its size
            texts[name, size] = corner.text
            assert "failed" not in corner.text
        await press(corner.pilot, "escape")
    return texts


@pytest.mark.parametrize(
    ("pages", "sizes"),
    [
        pytest.param(("home", "state"), SIZES[:2], id="two"),
        pytest.param(tuple(PAGES), SIZES, id="all", marks=pytest.mark.wide),
    ],
)
async def test_every_page_follows_a_resize_of_the_terminal(pages: tuple[str, ...], sizes: Sizes) -> None:
    expected: dict[tuple[str, tuple[int, int]], str] = {}
    for size in sizes:
        async with running_kiosk(size) as corner:
            expected |= await read_pages(corner, pages, (size,))
    async with running_kiosk(sizes[-1]) as corner:
        assert await read_pages(corner, pages, sizes) == expected


async def test_the_countdown_follows_a_resize_of_the_terminal() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "26")
        await corner.advance(46)
        await corner.pilot.resize_terminal(140, 40)
        await wait_until_idle(corner.pilot)
        assert corner.app.screen.query_one("#countdown").size == (140 - 4, 40 - 4)
        assert "Are you still there?" in corner.text
        await press(corner.pilot, "9")
        assert "26__ ____ ____" not in corner.text  # it is in large characters here
        await corner.pilot.resize_terminal(80, 24)
        await wait_until_idle(corner.pilot)
        assert "26__ ____ ____" in corner.text
