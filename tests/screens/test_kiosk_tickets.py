"""Tickets of the green lane and of appointments at the kiosk, by keys, touches and scans."""

from __future__ import annotations

import pytest
from textual import events

from clerk_app.errors import Refused
from screens.kiosk.button_grid import MIN_BUTTON_SIZE, ButtonGrid
from screens.kiosk.buttons import BigButton
from screens.scan_receiver import Scan
from tests.screens.sample_kiosk import APPOINTMENT
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import KioskTester, running_kiosk


async def scan(corner: KioskTester, text: str) -> None:
    corner.app.use_scan(Scan(text, text))
    await wait_until_idle(corner.pilot)


async def test_a_ticket_of_the_green_lane_is_three_keys_and_names_what_is_shown() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, "4")
        assert "disability certificate" in corner.text
        await press(corner.pilot, "2")
        assert "Green lane, Disabled: what do you need?" in corner.text
        assert "Pick-up" not in corner.text  # a category without the class
        await press(corner.pilot, "1")
        assert corner.asked == ["take_ticket A disabled"]
        assert "Have ready at the window: disability certificate." in corner.text


@pytest.mark.wide
async def test_a_slip_of_which_nobody_knows_is_explained_with_its_number() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.slip_is_unknown = True
        await press(corner.pilot, "1")
        assert "If no slip came out, note it and ask our staff" in corner.text
        assert "Take your slip" not in corner.text


@pytest.mark.wide
async def test_the_classes_of_the_green_lane_change_their_language() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, "4", "*")
        assert "残疾人证" in corner.text
        await press(corner.pilot, "2", "*")
        assert "Green lane, Disabled" in corner.text


async def test_the_code_of_an_appointment_is_typed() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, "5", APPOINTMENT, "enter")
        assert corner.asked == [f"take_ticket_by_code {APPOINTMENT}"]
        assert "B007" in corner.text


@pytest.mark.wide
async def test_the_code_of_an_appointment_is_scanned_on_the_front_page() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await scan(corner, APPOINTMENT)
        assert "B007" in corner.text


async def test_a_wrong_code_is_explained_and_gives_no_ticket() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, "5", "11112222", "enter")
        assert "x No appointment has this code." in corner.text
        assert "You have no ticket." in corner.text


@pytest.mark.wide
async def test_a_hall_that_cannot_give_out_tickets_offers_neither() -> None:
    async with running_kiosk(other_tickets=True) as corner:
        corner.workstation.service.is_connected = False
        corner.app.refresh_hall()
        await wait_until_idle(corner.pilot)
        assert "Green lane" not in corner.text
        assert "I have an appointment" not in corner.text


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("can_print", "Nothing can be printed here now"), ("is_connected", "cannot give out tickets right now")],
)
async def test_the_front_page_states_beforehand_what_does_not_work(missing: str, sentence: str) -> None:
    async with running_kiosk(other_tickets=True) as corner:
        setattr(corner.workstation.service, missing, False)
        corner.app.refresh_hall()
        await wait_until_idle(corner.pilot)
        assert sentence in corner.text
        assert "at a window" in corner.text
        setattr(corner.workstation.service, missing, True)
        corner.app.refresh_hall()
        await wait_until_idle(corner.pilot)
        assert sentence not in corner.text


@pytest.mark.wide
async def test_the_green_lane_is_on_the_first_page_of_many_categories() -> None:
    async with running_kiosk(categories=6, other_tickets=True) as corner:
        buttons = corner.app.screen.query_one(ButtonGrid).buttons
        assert [button.id for button in buttons][3:] == ["green", "appointment", "turn"]
        await press(corner.pilot, "6", "4")
        assert "Case number" in corner.text


@pytest.mark.wide
@pytest.mark.parametrize("page", [(), ("4",), ("4", "1")])
async def test_the_buttons_of_each_page_are_as_large_as_a_finger_needs(page: tuple[str, ...]) -> None:
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, *page)
        for button in corner.app.screen.query_one(ButtonGrid).buttons:
            assert button.size.width >= MIN_BUTTON_SIZE[0]
            assert button.size.height >= MIN_BUTTON_SIZE[1]


@pytest.mark.wide
async def test_too_many_tickets_are_refused_with_the_wait_and_not_with_the_staff() -> None:
    async with running_kiosk() as corner:
        corner.workstation.service.refusal = Refused("tickets", "Please wait {seconds} seconds.", seconds=9)
        await press(corner.pilot, "1")
        assert "x Please wait 9 seconds." in corner.text
        assert "You have no ticket yet." in corner.text


async def test_a_burst_of_taps_takes_one_ticket() -> None:
    """ZMSKVR-1363: two touches in quick succession print one slip."""
    async with running_kiosk() as corner:
        button = corner.app.screen.query_one("#category-A", BigButton)
        button.action_press()
        button.action_press()
        await wait_until_idle(corner.pilot)
        await wait_until_idle(corner.pilot)
        assert corner.asked == ["take_ticket A"]


@pytest.mark.wide
async def test_a_slip_of_the_finger_does_not_lock_the_kiosk() -> None:
    """ZMS-2756: touches outside the buttons and a drag do not lock the kiosk; the next touch takes a ticket."""
    async with running_kiosk() as corner:
        region = corner.app.screen.query_one("#category-A").region
        for x, y in ((0, 0), (79, 23), (region.right + 1, region.y + 2), (region.x + 2, region.y - 1)):
            await corner.touch(x, y)
        assert corner.at_home
        for kind, (x, y) in ((events.MouseDown, (region.x + 2, region.y + 2)), (events.MouseUp, (79, 23))):
            corner.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await wait_until_idle(corner.pilot)
        await corner.tap("category-B")
        assert corner.asked == ["take_ticket B"]


@pytest.mark.wide
@pytest.mark.parametrize("page", [(), ("6", "1"), ("4",), ("4", "1"), ("5",)])
async def test_each_page_of_a_ticket_is_in_both_languages(page: tuple[str, ...]) -> None:
    """ZMSKVR-2528: languages of the kiosk; the office's name is data, the other words change."""
    async with running_kiosk(other_tickets=True) as corner:
        await press(corner.pilot, *page)
        english = corner.text
        assert not any("\u4e00" <= character <= "\u9fff" for character in english.replace("中文", ""))
        await press(corner.pilot, "*")
        words = {word for word in english.split() if word.isalpha() and len(word) > 3}
        same = words & set(corner.text.split())
        assert same <= {*corner.workstation.office.split(), "Enter"}


@pytest.mark.wide
async def test_a_slip_says_what_to_do_next() -> None:
    async with running_kiosk() as corner:
        await press(corner.pilot, "1")
        assert "Please take a seat. When the board shows your number" in corner.text
