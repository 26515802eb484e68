"""Snapshots of the check of an enterprise name, and of two similar texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from screens.counter.enterprise_names import make_name_dialog
from screens.department.similar import SimilarDialog
from screens.widgets.dialogs import Dialog
from tests.screens.sample_data import localized
from tests.screens.sample_names import NAME, TAKEN
from tests.screens.sample_similar import sample_similar
from tests.screens.stage import Stage, press, wait_until_idle

SIZES = pytest.mark.parametrize(("size", "language"), [((80, 24), "zh_CN"), ((140, 40), "en")], ids=["80x24", "140x40"])


def check_picture(
    snap_compare: Callable[..., bool], size: tuple[int, int], make: Callable[[], Dialog[Any]], *keys: str
) -> bool:
    app = Stage(tuple)

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        app.show_dialog(make)
        await wait_until_idle(pilot)
        await press(pilot, *keys)
        await wait_until_idle(pilot)

    return snap_compare(app, terminal_size=size, run_before=lead_there)


@pytest.mark.many_cases
@SIZES
def test_the_check_of_a_name_looks_as_it_did(
    snap_compare: Callable[..., bool], size: tuple[int, int], language: str
) -> None:
    set_language(language)
    finding = localized(
        f"海州市[华联]科技有限公司: the same core and trade at the same place: {NAME} (in use)",
        f"海州市[华联]科技有限公司：同一地区字号和行业相同：{NAME}（在用）",
    )
    checked = replace(TAKEN, verdict=localized("cannot be used", "不能使用"), findings=(finding,))
    assert check_picture(snap_compare, size, lambda: make_name_dialog(checked))


@pytest.mark.many_cases
@SIZES
def test_two_similar_texts_look_as_they_did(
    snap_compare: Callable[..., bool], size: tuple[int, int], language: str
) -> None:
    set_language(language)
    assert check_picture(snap_compare, size, lambda: SimilarDialog(sample_similar()), "n", "n")
