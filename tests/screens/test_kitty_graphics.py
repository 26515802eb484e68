"""Pictures in pixels: sent once, placed as text, and removed from the memory of the terminal."""

from __future__ import annotations

import re
from base64 import b64decode
from random import Random
from zlib import decompress

from clerk_app.views.shared import Picture
from screens.widgets.kitty_graphics import MARKS, PLACEHOLDER, next_picture_number, transmission
from screens.widgets.picture import PictureWidget
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.stage import on_stage, painted_lines, screen_text, wait_until_idle

PICTURE = Picture(60, 40, bytes(range(240)) * 30)


def test_the_messages_of_a_picture_contain_its_pixels_and_ask_for_no_answer() -> None:
    messages = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b.", transmission(PICTURE, 0x010201, 30, 10))
    assert messages[0][0] == "a=T,U=1,q=2,i=66049,f=24,o=z,s=60,v=40,c=30,r=10,m=0"
    assert decompress(b64decode("".join(data for _head, data in messages))) == PICTURE.rgb
    noise = Picture(60, 40, Random(1).randbytes(7200))
    heads = re.findall("\x1b_G([^;]*);", transmission(noise, 1, 30, 10))
    assert heads[1:] == ["q=2,m=1"] * (len(heads) - 2) + ["q=2,m=0"]


def test_the_marks_and_numbers_are_those_of_the_protocol() -> None:
    assert (MARKS[0], MARKS[1], MARKS[17], MARKS[128]) == ("\u0305", "\u030d", "\u0363", "\u082d")
    number = next_picture_number()
    assert number.to_bytes(3, "big") == number.to_bytes(3, "little")


async def test_a_picture_is_placed_as_characters_and_removed_when_another_is_shown() -> None:
    async with on_stage(lambda: [PictureWidget()]) as (app, pilot):
        app.drawing_service = SampleDrawing(sends_pixels=True)
        widget = app.screen.query_one(PictureWidget)
        widget.show_picture(PICTURE)
        await wait_until_idle(pilot)
        assert PLACEHOLDER in screen_text(app)
        assert len(app.sent_graphics) == 1
        assert all(line.cell_length == 80 for line in painted_lines(app))
        widget.show_picture(None)
        await wait_until_idle(pilot)
        assert PLACEHOLDER not in screen_text(app)
        assert "a=d,d=I" in app.sent_graphics[-1]
