"""The line with the load of an organ: what came in today and what was decided."""

from __future__ import annotations

from screens.department.load_line import LoadLine
from tests.screens.sample_plots import sample_hall_plots
from tests.screens.stage import on_stage, screen_text, wait_until_idle


async def test_the_load_of_a_day_is_one_line_with_both_sums() -> None:
    line = LoadLine(id="load")
    async with on_stage(lambda: [line], size=(100, 30)) as (app, pilot):
        line.show_plot(sample_hall_plots().organs["police"])
        await wait_until_idle(pilot)
        assert "Today  came in 105 ▃▆▇▄   decided 101 ▂▅▇▆   8:00 to 12:00" in screen_text(app)
