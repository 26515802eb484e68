"""Panels: title, count and state in the frame, the focus visible without colours, sizes, the colourless theme."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Vertical
from textual.widget import Widget

from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.fields import FormInput
from tests.screens.stage import on_stage, painted_lines, press, screen_text, wait_until_idle

WIDE = (140, 40)


def two_panels() -> Iterable[Widget]:
    first = Vertical(FormInput(id="first"), classes="panel")
    second = Vertical(FormInput(id="second"), classes="panel")
    title_panel(first, "Waiting [12]", key="1", count=61, state="3 overdue", level="warn")
    show_panel_keys(first, "s sorts")
    title_panel(second, "Windows", count="14/20")
    return (first, second)


async def test_the_frame_names_key_title_count_state_and_keys() -> None:
    async with on_stage(two_panels, size=WIDE) as (app, _pilot):
        text = screen_text(app)
        assert "1 Waiting [12] 61  ! 3 overdue" in text
        assert "s sorts" in text


async def test_the_panel_with_the_focus_has_a_heavy_frame() -> None:
    async with on_stage(two_panels, size=WIDE) as (app, pilot):
        app.screen.set_focus(app.screen.query_one("#first"))
        await press(pilot, "tab")
        lines = screen_text(app).splitlines()
        assert next(line for line in lines if "Waiting" in line).startswith("╭")
        assert next(line for line in lines if "Windows" in line).startswith("┏")


async def test_a_panel_of_a_narrow_screen_has_an_upper_edge_only() -> None:
    async with on_stage(two_panels) as (app, _pilot):
        text = screen_text(app)
        assert "Waiting [12] 61" in text
        assert "│" not in text
        assert "s sorts" not in text


async def test_the_theme_without_colours_sends_none_and_marks_the_focus_by_its_frame() -> None:
    async with on_stage(two_panels, size=WIDE) as (app, pilot):
        app.theme = "no-colour"
        await press(pilot, "tab")
        styles = [segment.style for strip in painted_lines(app) for segment in strip if segment.style]
        assert not any(style.color or style.bgcolor for style in styles)
        assert "┏" in screen_text(app)


async def test_a_panel_on_a_line_of_tabs_has_an_edge_only_for_its_state() -> None:
    async with on_stage(two_panels) as (app, pilot):
        for panel in app.screen.query(".panel"):
            panel.add_class("-tabbed")
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert "3 overdue" in text
        assert "Windows" not in text
