"""Colours and large text of the kiosk: what is painted can be read by citizens, in each of its themes."""

from __future__ import annotations

import pytest
from textual.strip import Strip
from textual.theme import Theme

from screens.kiosk.large_names import ABOUT_ROWS, NameForm, NameSize, find_form, name_lines
from screens.theme.themes import CITIZEN_THEMES, CONTRAST_PAIRS, NO_COLOUR
from screens.widgets.large_text import font_pixels, glyph_dots, large_lines
from tests.screens.contrast import contrast_of
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.stage import painted_lines, press, wait_until_idle
from tests.screens.test_kiosk import CASE_KEYS, running_kiosk

QUICK = CITIZEN_THEMES[:1]
PAGES = (("tab",), ("1",), ("escape", "4", "2600"), ("escape", *CASE_KEYS), ("escape", "f12", "90", "enter"))


@pytest.mark.parametrize("theme", CITIZEN_THEMES, ids=lambda theme: theme.name)
def test_every_colour_of_a_citizen_theme_has_a_contrast_of_seven_to_one_on_every_ground(theme: Theme) -> None:
    colours, (roles, grounds) = theme.variables, CONTRAST_PAIRS
    pairs = [*((role, ground) for role in roles for ground in grounds), ("on-lit", "lit"), ("lit", "page")]
    ratios = {pair: contrast_of(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 7.0} == {}


@pytest.mark.wide
@pytest.mark.parametrize(
    "theme",
    [pytest.param(theme, id=theme.name, marks=() if theme in QUICK else pytest.mark.wide) for theme in CITIZEN_THEMES],
)
async def test_every_text_of_the_kiosk_has_a_contrast_of_seven_to_one(theme: Theme) -> None:
    poor: dict[str, float] = {}
    async with running_kiosk((140, 40)) as corner:
        corner.app.theme = theme.name
        for keys in PAGES:
            await press(corner.pilot, *keys)
            await wait_until_idle(corner.pilot)
            poor |= {text: ratio for text, ratio in _contrasts(painted_lines(corner.app)) if ratio < 7.0}
    assert poor == {}


def _contrasts(lines: list[Strip]) -> list[tuple[str, float]]:
    """Return each painted text that has colours, with its contrast."""
    return [
        (segment.text, contrast_of(style.color.name, style.bgcolor.name))
        for line in lines
        for segment in line
        if segment.text.strip() and (style := segment.style) and style.color and style.bgcolor
    ]


async def test_without_colours_each_button_has_a_frame_and_no_colour_is_sent() -> None:
    async with running_kiosk() as corner:
        corner.app.theme = NO_COLOUR.name
        await press(corner.pilot, "tab")
        await wait_until_idle(corner.pilot)
        assert _contrasts(painted_lines(corner.app)) == []
        assert "╭" in corner.text
        assert "┏" in corner.text  # the button with the focus


@pytest.mark.wide
async def test_in_a_tall_terminal_what_to_do_is_drawn_large_from_the_font() -> None:
    async with running_kiosk((140, 40)) as corner:
        await press(corner.pilot, "1", "*")
        await wait_until_idle(corner.pilot)
        assert "█▀▀" not in corner.text  # there is no font; the sentence is in the text
        assert "请就座等候。屏幕显示您的号码时" in corner.text
        corner.workstation.drawing = SampleDrawing()
        await press(corner.pilot, "*", "*")
        await wait_until_idle(corner.pilot)
        assert "█▀▀" in corner.text


def test_a_text_is_as_large_as_fits_and_never_below_what_can_be_read() -> None:
    assert font_pixels("请到3号窗口", 90, 10) == 16
    assert font_pixels("请到3号窗口", 80, 10) == 0
    assert font_pixels("请到3号窗口", 200, 7) == 0
    assert len(large_lines("A031", 80, 7)) == 7
    assert len(large_lines("A031", 40, 7)) == 4
    assert glyph_dots("A号", 200, 20) is None
    assert [[text for text, _style in line] for line in large_lines("A031", 10, 7)] == [["   ", "A031"]]


@pytest.mark.wide
def test_names_of_buttons_are_large_only_where_all_of_a_page_fit() -> None:
    chinese = ("个人事务", "企业事务", "领证补件", "办件进度")
    english = ("Personal affairs", "Enterprises", "Pick up, bring papers", "Status of my case")
    form = find_form(chinese, 67, 14)
    assert form is not None
    assert [name_lines(name, 67, 14, form) for name in chinese] == [[name] for name in chinese]
    assert find_form(english, 67, 14) is None  # the longest name would need three lines
    assert find_form(english, 137, 6) is not None  # one column
    assert find_form(chinese, 25, 7) is None  # 80x24


def test_two_lines_of_own_glyphs_have_a_row_between_them() -> None:
    form = NameForm(NameSize(32, 2), key_beside=True)
    rows = 2 * 7 + 1  # of two lines with the gap
    assert name_lines("LEFT RIGHT", 80, rows + ABOUT_ROWS, form) == ["LEFT", "RIGHT"]
    assert name_lines("LEFT RIGHT", 80, rows + ABOUT_ROWS - 1, form) == []
