"""A plot: columns in eighths, numbers and names placed by cells, limit, compared values, one row in a table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from clerk_app.locales import set_language
from screens.widgets.plot import Plot, nice_top, plot_lines, spark
from tests.screens.sample_plots import sample_plot
from tests.screens.stage import on_stage, painted_lines, screen_text, wait_until_idle

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e6, allow_subnormal=False)), max_size=60)


def text_lines(width: int, height: int, **changes: object) -> list[str]:
    lines = plot_lines(replace(sample_plot(), **changes), width, height)  # type: ignore[arg-type]
    return ["".join(text for text, _style in line) for line in lines]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_limit_names_and_hours_are_in_words_and_the_axis_has_numbers(language: str) -> None:
    set_language(language)
    text = "\n".join(text_lines(100, 14))
    words = ("promised 30 min", "longest wait", "usual") if language == "en" else ("承诺30分", "最长等候", "往日")
    for word in (*words, " 50│", " 25│", "12", "17"):
        assert word in text


@settings(max_examples=25)
@given(values=VALUES, dots=VALUES, width=st.integers(12, 220), height=st.integers(3, 40))
def test_a_plot_of_any_values_fills_its_lines_and_no_more(
    values: list[float | None], dots: list[float | None], width: int, height: int
) -> None:
    lines = text_lines(width, height, bars=tuple(values), dots=tuple(dots))
    assert len(lines) == height or height < 3
    assert all(cell_len(line) <= width for line in lines[1:])


@given(value=st.floats(0.001, 1e9))
def test_the_top_of_the_axis_is_a_round_number_not_far_above_the_largest_value(value: float) -> None:
    assert value * 0.99999 <= nice_top(value) <= value * 2.001


@given(values=VALUES, cells=st.integers(0, 30))
def test_a_row_of_blocks_has_the_width_that_was_asked_for(values: list[float | None], cells: int) -> None:
    row = spark(values, cells)
    assert cell_len(row) == cells
    assert set(row) <= set(" .▁▂▃▄▅▆▇")  # no full block, which would touch the row above


async def test_each_part_has_a_style_so_that_a_terminal_without_colours_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    plot = Plot()
    async with on_stage(lambda: [plot], size=(100, 30)) as (app, pilot):
        plot.show_plot(sample_plot())
        await wait_until_idle(pilot)
        assert "promised 30 min" in screen_text(app)
        assert all(segment.style is not None for line in painted_lines(app) for segment in line)
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert "promised 30 min" in screen_text(app)
        plot.show_plot(None)
        await wait_until_idle(pilot)
        assert "Nothing is known yet." in screen_text(app)
