"""The kiosk: a ticket, the state of a case, two languages, the idle countdown, and the lock-down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot

from clerk_app.errors import OutOfReach
from clerk_app.locales import current_language, set_language
from clerk_app.views.workstation import Workstation
from screens.kiosk.app import KioskApp
from screens.kiosk.button_grid import MIN_BUTTON_SIZE, ButtonGrid
from screens.kiosk.pages import HomePage
from tests.screens.sample_kiosk import Clock, SampleKioskWorkstation
from tests.screens.stage import press, screen_text, wait_until_idle

CASE_KEYS = ("4", "260000000017", "enter", "123x", "enter")


class KioskTester:
    """A kiosk with its service and clock, and the actions of a citizen."""

    def __init__(self, categories: int = 3) -> None:
        self.workstation = SampleKioskWorkstation(categories)
        self.clock = Clock()
        self.app = KioskApp(self.connect, clock=self.clock)
        self.broken = False
        self.pilot: Pilot[None]

    def connect(self) -> Workstation:
        if self.broken:
            raise OutOfReach("The store is locked by another program.")
        return self.workstation

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def asked(self) -> list[str]:
        return self.workstation.service.asked

    @property
    def at_home(self) -> bool:
        return bool(self.app.screen.query(HomePage))

    async def advance(self, seconds: float) -> None:
        """Advance the clock; nothing sleeps."""
        self.clock.now += seconds
        self.app.update_idle_state()
        await wait_until_idle(self.pilot)

    async def tap(self, button: str) -> None:
        region = self.app.screen.query_one(f"#{button}").region
        await self.touch(region.x + region.width // 2, region.y + region.height // 2)

    async def open(self, button: str) -> None:
        """Touch a button, on whichever page of the buttons it is."""
        for _page in range(4):
            if self.app.screen.query(f"#{button}"):
                break
            await self.tap("turn")
        await self.tap(button)

    async def touch(self, x: int, y: int) -> None:
        """Touch a cell: mouse down and up, as the terminal reports them."""
        for kind in (events.MouseDown, events.MouseUp):
            self.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await wait_until_idle(self.pilot)


@asynccontextmanager
async def running_kiosk(
    size: tuple[int, int] = (80, 24),
    *,
    categories: int = 3,
    broken: bool = False,
    other_tickets: bool = False,
    mount: tuple[int, int] = (0, 0),
) -> AsyncIterator[KioskTester]:
    """Run a kiosk in English."""
    before = current_language()
    set_language("en")
    corner = KioskTester(categories)
    corner.broken = broken
    corner.workstation.service.gives_other_tickets = other_tickets
    corner.workstation.service.screen_mount = mount
    try:
        async with corner.app.run_test(size=size) as pilot:
            corner.pilot = pilot
            await wait_until_idle(pilot)
            await wait_until_idle(pilot)
            yield corner
    finally:
        set_language(before)


async def test_a_digit_takes_a_ticket_and_shows_its_number_large() -> None:
    async with running_kiosk() as corner:
        assert "8 before you" in corner.text
        await press(corner.pilot, "1")
        assert corner.asked == ["take_ticket A"]
        assert "A031  Family matters" in corner.text
        assert "8 before you." in corner.text


@pytest.mark.wide
async def test_a_touch_does_what_the_digit_does() -> None:
    async with running_kiosk() as corner:
        await corner.tap("category-C")
        assert corner.asked == ["take_ticket C"]
        assert "C023" in corner.text
        await corner.tap("back")
        assert corner.at_home


@pytest.mark.wide
async def test_arrows_and_enter_do_it_too() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "right", "right", "down", "up", "enter")
        assert corner.asked == ["take_ticket B"]


async def test_without_a_printed_slip_there_is_no_ticket() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.paper = False
        await press(corner.pilot, "1")
        assert "x The printer is out of paper." in corner.text
        assert "You have no ticket. Please ask our staff." in corner.text
        assert "A031" not in corner.text
        await press(corner.pilot, "*")
        assert "x 打印机缺纸。" in corner.text
        assert "您没有取到号" in corner.text


@pytest.mark.wide
async def test_the_page_of_a_slip_goes_home_by_itself() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "2")
        await corner.advance(19)
        assert "B026" in corner.text
        await corner.advance(2)
        assert corner.at_home
        assert "B026" not in corner.text


async def test_number_and_second_factor_show_the_state_of_a_case() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, *CASE_KEYS)
        assert corner.asked == ["find_case_status 260000000017 123X"]
        for words in ("A child is born", "promised by 2026-11-27", "as of 09:30", "Please bring:"):
            assert words in corner.text
        await press(corner.pilot, "pagedown")
        assert "in review" in corner.text


@pytest.mark.wide
async def test_a_state_that_needs_two_pages_has_buttons_that_turn_them() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, *CASE_KEYS, "pagedown", "pagedown")
        assert "Page 2 of 2" in corner.text
        await corner.tap("up")
        assert "What you do now:" in corner.text
        await corner.pilot.resize_terminal(140, 40)
        await wait_until_idle(corner.pilot)
        assert "Page 1 of 2" not in corner.text
        assert "dropped at the window" in corner.text


@pytest.mark.wide
async def test_full_width_digits_and_separators_of_an_input_method_show_the_state_of_a_case() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, CASE_KEYS[0], "２６００　００００－００１７", "enter", "１２３ｘ", "enter")
        assert corner.asked == ["find_case_status 260000000017 123X"]


@pytest.mark.wide
async def test_the_keys_on_the_screen_are_enough() -> None:
    async with running_kiosk((100, 30)) as corner:
        await corner.tap("state")
        for digit in "2600000000177":
            await corner.tap(f"pad-{digit}")
        await corner.tap("pad-backspace")
        for digit in "7":
            await corner.tap(f"pad-{digit}")
        await corner.tap("go-on")
        for key in "123X":
            await corner.tap(f"pad-{key}")
        await corner.tap("go-on")
        assert corner.asked == ["find_case_status 260000000017 123X"]


async def test_a_wrong_second_factor_shows_one_error_and_is_typed_again() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "260000000017", "enter", "9999")
        assert "9999" not in corner.text
        assert "****" in corner.text
        await press(corner.pilot, "enter")
        assert "x These do not belong together." in corner.text
        assert "****" not in corner.text
        await press(corner.pilot, "123X", "enter")
        assert "A child is born" in corner.text


@pytest.mark.wide
async def test_an_unfinished_number_is_not_sent_and_backspace_goes_back_to_it() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "26", "enter", "0000000017", "enter", "1", "backspace", "backspace", "backspace")
        assert "2600 0000 001_" in corner.text
        assert corner.asked == []


async def test_idle_counts_down_large_and_clears_everything_in_the_first_language() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, *CASE_KEYS)
        await press(corner.pilot, "*")
        assert "小孩出生一件事" in corner.text
        await corner.advance(44)
        assert "小孩出生一件事" in corner.text
        await corner.advance(2)
        assert corner.app.screen.query_one("#countdown").display
        assert "小孩出生一件事" not in corner.text
        await corner.advance(20)
        assert corner.at_home
        assert current_language() == "en"
        kept = "\n".join(f"{vars(widget)}" for widget in corner.app.screen.walk_children()) + f"{vars(corner.app)}"
        assert "260000000017" not in kept
        assert "123X" not in kept


@pytest.mark.wide
@pytest.mark.parametrize("touch", ["key", "finger"])
async def test_any_key_or_touch_stops_the_countdown_and_does_nothing_else(touch: str) -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "2600")
        await corner.advance(50)
        if touch == "key":
            await press(corner.pilot, "9")
        else:
            await corner.touch(10, 22)
        assert not corner.app.screen.query_one("#countdown").display
        assert "2600 ____ ____" in corner.text
        await corner.advance(44)
        assert "2600 ____ ____" in corner.text


async def test_another_page_of_the_front_and_another_language_go_back_without_a_warning() -> None:
    async with running_kiosk(categories=6) as corner:
        await press(corner.pilot, "6", "*")
        assert "其他事项" in corner.text
        await corner.advance(46)
        assert "Family matters" in corner.text


@pytest.mark.wide
async def test_more_than_six_services_turn_the_page() -> None:
    async with running_kiosk(categories=6) as corner:
        assert [button.key for button in corner.app.screen.query_one(ButtonGrid).buttons] == list("123456")
        assert "Everything else" not in corner.text
        await press(corner.pilot, "6")
        assert "Everything else" in corner.text
        await press(corner.pilot, "2")
        assert corner.asked == ["take_ticket F"]


@pytest.mark.wide
@pytest.mark.parametrize("categories", [1, 4, 6, *(pytest.param(count, marks=pytest.mark.wide) for count in (2, 3, 5))])
async def test_buttons_are_as_large_as_a_finger_needs_at_80_by_24(categories: int) -> None:
    async with running_kiosk(categories=categories) as corner:
        for button in corner.app.screen.query_one(ButtonGrid).buttons:
            assert button.size.width >= MIN_BUTTON_SIZE[0]
            assert button.size.height >= MIN_BUTTON_SIZE[1]


@pytest.mark.wide
async def test_a_small_terminal_gets_rows_that_work_the_same() -> None:
    async with running_kiosk((50, 13)) as corner:
        lines = corner.text.split("\n")
        assert any("1" in line and "Family matters" in line and "8 before you" in line for line in lines)
        assert "Status of my case" in corner.text
        await press(corner.pilot, "1")
        assert "A031" in corner.text


async def test_the_language_is_one_key_or_touch_away_on_every_page() -> None:
    async with running_kiosk() as corner:
        await corner.tap("language")
        assert "婚育户籍" in corner.text
        await press(corner.pilot, "4", "2600")
        await corner.tap("language")
        assert "2600 ____ ____" in corner.text
        assert "Case number" in corner.text
        await press(corner.pilot, "00000017", "enter", "123X", "enter", "ctrl+l")
        assert "请携带" in corner.text or "父亲身份证" in corner.text


async def test_no_key_leaves_the_kiosk() -> None:
    async with running_kiosk() as corner:
        for key in ("ctrl+c", "ctrl+z", "ctrl+backslash", "ctrl+p", "ctrl+d", "ctrl+q", "f1", "f10", "ctrl+t"):
            await press(corner.pilot, key)
        assert corner.app.is_running
        assert corner.at_home
        assert len(corner.app.screen_stack) == 2


async def test_staff_leave_with_number_and_pin_and_nobody_else_does() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "f12", "9001", "enter", "0000")
        assert "0000" not in corner.text
        await press(corner.pilot, "enter")
        assert "Only a supervisor opens this machine." in corner.text
        assert not corner.workstation.closed
        await press(corner.pilot, "1357")
        await corner.pilot.press("enter")
        await corner.pilot.pause()
    assert corner.workstation.closed


async def test_a_store_that_cannot_be_opened_is_reported_and_tried_again() -> None:
    async with running_kiosk(broken=True) as corner:
        assert "This machine is getting ready." in corner.text
        assert "The store is locked by another program." in corner.text
        await press(corner.pilot, "1", "f12")
        assert corner.asked == []
        corner.broken = False
        corner.app.refresh_hall()
        await wait_until_idle(corner.pilot)
        await wait_until_idle(corner.pilot)
        assert "Family matters" in corner.text
        assert "locked" not in corner.text


@pytest.mark.wide
async def test_a_digit_after_the_twelfth_is_refused_with_a_sentence() -> None:
    async with running_kiosk((100, 30)) as corner:
        await press(corner.pilot, "4", "2600000000175")
        assert "2600 0000 0017" in corner.text
        assert "the last one was not taken" in corner.text
        await press(corner.pilot, "backspace", "7")
        assert "not taken" not in corner.text
        assert "Complete." in corner.text
        await press(corner.pilot, "enter", "123X9")
        assert "Only the last 4 characters are needed" in corner.text
        await press(corner.pilot, "enter")
        assert corner.asked == ["find_case_status 260000000017 123X"]


@pytest.mark.wide
async def test_an_unfinished_or_wrong_number_says_what_is_wrong_before_the_next_field() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "4", "26", "enter")
        assert "Characters still missing here: 10" in corner.text
        await press(corner.pilot, "a")
        assert "Only digits belong here." in corner.text
        await press(corner.pilot, "0000000018", "enter")
        assert "x One of the 12 digits is wrong." in corner.text
        await press(corner.pilot, "backspace", "7", "enter")
        assert "One of the 12 digits" not in corner.text
        await press(corner.pilot, "enter")
        assert "Characters still missing here: 4" in corner.text
        assert corner.asked == []


@pytest.mark.wide
async def test_the_state_of_a_case_says_what_to_do_now() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, *CASE_KEYS)
        lines = corner.text.split("\n")
        todo = next(index for index, line in enumerate(lines) if "What you do now:" in line)
        assert "Bring the papers named below to any window" in lines[todo + 1]
        assert todo < next(index for index, line in enumerate(lines) if "Please bring:" in line)


async def test_without_the_center_the_front_page_refers_to_a_window_and_counts_nobody() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.is_connected = False
        corner.app.refresh_hall()
        await wait_until_idle(corner.pilot)
        assert "This machine cannot give out tickets right now." in corner.text
        assert "at a window" in corner.text
        assert "waiting" not in corner.text


@pytest.mark.wide
async def test_a_closed_hall_is_said_on_the_front_page_and_cases_can_still_be_looked_up() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.is_open = False
        corner.app.refresh_hall()
        await wait_until_idle(corner.pilot)
        assert "The hall is closed now: there are no tickets." in corner.text
        assert "closed now" in corner.text
        assert "waiting" not in corner.text
        await press(corner.pilot, *CASE_KEYS)
        assert "What you do now:" in corner.text
