"""The kiosk follows every change of the size of its terminal, on each page."""

from __future__ import annotations

from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import CASE_KEYS, KioskTester, running_kiosk

PAGES = {
    "home": (),
    "slip in Chinese": ("2", "*"),
    "second factor": ("4", "260000000017", "enter", "12", "*"),
    "state": CASE_KEYS,
    "staff": ("f12", "90"),
}
SIZES = ((200, 60), (50, 16), (80, 24))


async def read_pages(corner: KioskTester, sizes: tuple[tuple[int, int], ...]) -> dict[tuple[str, tuple[int, int]], str]:
    """Open each page, resize the terminal to each size in turn, and return what is then shown."""
    texts = {}
    for name, page_keys in PAGES.items():
        await press(corner.pilot, *page_keys)
        for size in sizes:
            await corner.pilot.resize_terminal(*size)
            await wait_until_idle(corner.pilot)
            await wait_until_idle(corner.pilot)  # a page may lay itself out again when it has its size
            texts[name, size] = corner.text
            assert "failed" not in corner.text
        await press(corner.pilot, "escape")
    return texts


async def test_every_page_follows_a_resize_of_the_terminal() -> None:
    expected: dict[tuple[str, tuple[int, int]], str] = {}
    for size in SIZES:
        async with running_kiosk(size) as corner:
            expected |= await read_pages(corner, (size,))
    async with running_kiosk(SIZES[-1]) as corner:
        assert await read_pages(corner, SIZES) == expected


async def test_the_countdown_follows_a_resize_of_the_terminal() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "26")
        await corner.advance(46)
        await corner.pilot.resize_terminal(140, 40)
        await wait_until_idle(corner.pilot)
        assert corner.app.screen.query_one("#countdown").size == (140 - 4, 40 - 4)
        assert "Are you still there?" in corner.text
        await press(corner.pilot, "9")
        assert "26__ ____ ____" in corner.text
