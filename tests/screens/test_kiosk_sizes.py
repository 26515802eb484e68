"""Every page of the kiosk: size and distance of what is touched, reach from a wheelchair, and the keys for it."""

from __future__ import annotations

from itertools import combinations

import pytest

from screens.kiosk.buttons import BigButton
from screens.kiosk.focus import shown_buttons
from screens.kiosk.sizes import TARGET_GAP, Mount, reachable_rows, target_rows
from screens.kiosk.text_pages import split_pages
from screens.widgets.paint import Line
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import CASE_KEYS, KioskTester, running_kiosk

SIZES = ((80, 24), (100, 30), (140, 40), (60, 50))
STATE = ("6", "1")  # the button of a case, on the second page of buttons
PAGES = {
    "home": (),
    "language": ("*",),
    "second page": ("6",),
    "case number": (*STATE, "26"),
    "second factor": (*STATE, "260000000017", "enter"),
    "state of a case": (*STATE, *CASE_KEYS[1:]),
    "green lane": ("4",),
    "class": ("4", "1"),
    "appointment": ("5",),
    "ticket": ("1",),
    "staff": ("f12",),
}


async def open_page(corner: KioskTester, page: str) -> None:
    await press(corner.pilot, "escape", *PAGES[page])
    for _round in range(3):  # buttons are laid out again when the rows above the reach are known
        await wait_until_idle(corner.pilot)


def gap_between(one: BigButton, other: BigButton) -> tuple[int, int]:
    """Return the columns and rows between two buttons; negative where they overlap."""
    a, b = one.region, other.region
    return max(a.x, b.x) - min(a.right, b.right), max(a.y, b.y) - min(a.bottom, b.bottom)


@pytest.mark.many_cases
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_target_is_a_twelfth_of_the_height_and_three_cells_from_the_next(size: tuple[int, int]) -> None:
    """Across, the distance is three columns. A row is about two columns high, so two rows are the distance down."""
    wrong = []
    async with running_kiosk(size, other_tickets=True) as corner:
        for page in PAGES:
            await open_page(corner, page)
            buttons = shown_buttons(corner.app.screen)
            wrong += [
                f"{page}: {button.id} {button.region}"
                for button in buttons
                if button.region.height < target_rows(size[1])
                or button.region.width < 2 * target_rows(size[1])
                or not corner.app.screen.region.contains_region(button.region)
            ]
            for one, other in combinations(buttons, 2):
                across, down = gap_between(one, other)
                if across < TARGET_GAP[0] and down < TARGET_GAP[1]:
                    wrong.append(f"{page}: {one.id} and {other.id} are {across}, {down} apart")
    assert wrong == []


@pytest.mark.many_cases
@pytest.mark.parametrize("mount", [(0, 0), (60, 150), (20, 130)])
async def test_every_button_of_an_upright_screen_is_within_reach_of_a_seated_person(mount: tuple[int, int]) -> None:
    wrong = []
    async with running_kiosk((60, 50), other_tickets=True, mount=mount) as corner:
        above, below = reachable_rows(60, 50, Mount(*mount))
        for page in PAGES:
            await open_page(corner, page)
            wrong += [
                f"{page}: {button.id} {button.region}"
                for button in shown_buttons(corner.app.screen)
                if button.region.y < above or button.region.bottom > 50 - below
            ]
    assert wrong == []


def test_the_rows_within_reach_follow_from_the_heights_of_the_screen() -> None:
    assert reachable_rows(60, 50, None) == (15, 0)  # 70 to 140 cm
    assert reachable_rows(80, 24, None) == (0, 0)
    assert reachable_rows(60, 50, Mount(60, 160)) == (20, 0)
    assert reachable_rows(60, 50, Mount(20, 120)) == (0, 10)
    assert reachable_rows(80, 24, Mount(90, 120)) == (0, 0)
    assert reachable_rows(60, 50, Mount(150, 200)) == (25, 0)  # out of reach: as low as possible


async def test_arrows_and_enter_reach_every_button_and_typing_leaves_it() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, "6", "1")
        reached = set()
        for key in ("right", *["down"] * 6, *["left"] * 3, *["up"] * 6, *["right"] * 3, *["down"] * 3, "home", "end"):
            await press(corner.pilot, key)
            assert isinstance(corner.app.screen.focused, BigButton)
            reached.add(corner.app.screen.focused.id)
        assert {"pad-1", "pad-2", "pad-3", "pad-6", "pad-9", "pad-backspace", "go-on", "back"} <= reached
        await press(corner.pilot, "home", "enter", "enter")
        assert "11__ ____ ____" in corner.text
        await press(corner.pilot, "2")
        assert corner.app.screen.focused is None  # Enter continues, and does not press the key of the screen


@pytest.mark.wide
@pytest.mark.parametrize("page", PAGES)
async def test_the_keys_of_a_number_pad_reach_every_button(page: str) -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await open_page(corner, page)
        buttons = {button.id for button in shown_buttons(corner.app.screen)}
        reached = set()
        for _button in buttons:
            await press(corner.pilot, "+")
            assert isinstance(corner.app.screen.focused, BigButton)
            reached.add(corner.app.screen.focused.id)
        assert reached == buttons


async def test_a_case_is_found_with_the_keys_of_a_number_pad_alone() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "260000000118", ".", ".", ".", "017", "enter", "123")
        await press(corner.pilot, "+")
        while (focused := corner.app.screen.focused) is not None and focused.id != "pad-X":
            await press(corner.pilot, "+")
        await press(corner.pilot, "enter")
        while (focused := corner.app.screen.focused) is not None and focused.id != "go-on":
            await press(corner.pilot, "+")
        await press(corner.pilot, "enter")
        assert corner.asked == ["find_case_status 260000000017 123X"]
        await press(corner.pilot, "/")
        assert corner.at_home


@pytest.mark.wide
def test_a_page_begins_with_a_line_that_is_not_indented() -> None:
    part: list[Line] = [[("+ part", "")], [("  its organ", "")]]
    assert split_pages([*part, *part, *part], 3) == [part, part, part]
    assert split_pages([[("  long", "")]] * 5, 2) == [
        [[("  long", "")]] * 2,
        [[("  long", "")]] * 2,
        [[("  long", "")]],
    ]
    assert split_pages([], 2) == [[]]


async def test_staff_are_called_from_every_page_and_what_was_typed_stays() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "26")
        await corner.tap("call-staff")
        assert "26__ ____ ____" in corner.text
        assert "Our staff were called to this machine." in corner.text
        await press(corner.pilot, "f1")
        assert "Our staff were called already" in corner.text
        corner.workstation.service.is_connected = False
        await press(corner.pilot, "f1")
        assert "Nobody could be called from here. Please go to the reception" in corner.text
