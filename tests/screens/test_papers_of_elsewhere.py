"""Papers of the citizen's phone, of the reception and at a department, driven by keys at 80x24."""

from __future__ import annotations

import pytest

from clerk_app.views.papers import FileRow
from screens.papers.arrived import ArrivedDialog, CodeWidget
from tests.screens.officer_stage import signed_in_officer
from tests.screens.sample_taking import SampleTaking
from tests.screens.stage import flowing_text, on_stage, press, screen_text, wait_for


@pytest.mark.wide
async def test_the_code_fits_a_small_terminal_and_files_appear_by_themselves() -> None:
    taking = SampleTaking()
    for language, empty in (("zh_CN", "尚未收到文件"), ("en", "Nothing has arrived yet.")):
        taking.arrived["phone"] = []
        async with on_stage(language=language) as (app, pilot):
            app.show_dialog(lambda: ArrivedDialog(taking, "phone", (), link=taking.open_phone_link()))
            await press(pilot)
            code = app.screen.query_one(CodeWidget)
            assert (code.size.width, code.size.height) == (len(taking.code[0]), len(taking.code))
            assert code.region.bottom <= 24
            assert empty in flowing_text(app)
            assert "10:15" in flowing_text(app)
            taking.arrived["phone"] = [FileRow("1", "File 1", size="640 KB", changed="JPEG")]
            await wait_for(pilot, lambda: "File 1" in screen_text(app))
            await press(pilot, "enter")
            assert app.answers == ["1"]


async def test_an_officer_takes_in_a_requested_paper_by_f8_61() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f8", "61", "enter")
        text = flowing_text(app)
        assert "what does the citizen hand in?" in text
        await press(pilot, "space", "enter")
        assert "Take in: Traffic plan" in screen_text(app)
        await press(pilot, "1", "enter")
        await wait_for(pilot, lambda: "File or PDF" in screen_text(app))
        folder = screen_text(app)
        await press(pilot, "enter")
        await wait_for(pilot, lambda: screen_text(app) != folder)
        await press(pilot, "enter")
        await wait_for(pilot, lambda: "Traffic plan  1 of 1" in screen_text(app))
        await press(pilot, "f9")
        await wait_for(pilot, lambda: bool(app.service.requested_papers.asked))
        assert app.service.requested_papers.asked[-1] == "take_in 260000000016 traffic-plan []"
