"""The top line at 80 columns keeps who works where, the connection and the clock, whatever else there is to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from clerk_app.views.shared import ListAge
from screens.widgets.paint import cell_width
from screens.widgets.top_line import TopLine
from tests.screens.sample_data import NOW, localized, status
from tests.screens.stage import on_stage

OLD = (ListAge("trust list", "25 hours", "warn"), ListAge("catalogue and staff", "8 days", "bad"))

OFFLINE = {"en": "offline", "zh_CN": "离线"}


def _line(top: TopLine) -> str:
    return "".join(text for text, _style in top.spans())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_every_state_fits_80_columns_with_place_person_connection_and_clock(language: str) -> None:
    async with on_stage(language=language) as (app, _pilot):
        top = app.screen.query_one(TopLine)
        lost = replace(
            status(),
            place=localized("District Public Security Bureau", "区公安分局城东派出所"),
            person=localized("Wang Xiaoming", "王小明"),
            connection=localized("center out of reach since 11-28 09:12", "自11-28 09:12起无法连接市级中心"),
            connection_level="warn",
            connection_forms=(
                localized("offline since 11-28 09:12", "11-28 09:12起离线"),
                localized("offline", "离线"),
            ),
            unsent=12,
        )
        for lists, rejected, papers, clock_wrong, ticket in product(
            ((), OLD), (0, 3), (0, 2), (False, True), ("", "A023")
        ):
            state = replace(lost, lists=lists, rejected=rejected, papers=papers, clock_wrong=clock_wrong)
            top.show_status(state, ticket, NOW - timedelta(hours=17, minutes=40) if ticket else None)
            line = _line(top)
            assert cell_width([(line, "")]) <= 80
            for part in (state.place[:5], state.person[:3], OFFLINE[language], ticket, "09:30"):
                assert part in line


async def test_old_lists_become_one_warning_before_a_name_is_cut() -> None:
    async with on_stage() as (app, _pilot):
        top = app.screen.query_one(TopLine)
        state = replace(status(), place="Civil Affairs Bureau", connection_forms=("alone",), lists=OLD)
        top.show_status(state)
        line = _line(top)
        assert "Civil Affairs Bureau  Li Mei" in line
        assert "2 warnings ^O" in line
        assert "25 hours" not in line
