"""Characters that receipt printers or fonts lack, on a roll."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.paper.page import Barcode128, PaperCut, PaperPage, QrCode, TextLine, TwoColumnLine
from clerk_app.paper.printers.characters import is_in_printer, missing_on_roll, missing_sentence
from clerk_app.paper.printers.escpos import encode_escpos
from clerk_app.paper.printers.installed_fonts import FontFace, ascii_face, chinese_face, face_with, has_character
from clerk_app.paper.printers.layout import PrintedRow
from clerk_app.paper.printers.preview import preview_lines, render_picture
from clerk_app.paper.printers.row_picture import row_picture
from tests.paper.escpos_reader import read_escpos

IN_NO_FONT = "\U0003fffd"  # not assigned
IN_FONTS = "ñ"  # four bytes in GB 18030, and in every Chinese font


@pytest.mark.parametrize(("character", "there"), [("A", True), ("李", True), ("繁", True), ("ñ", False), ("𠮷", False)])
def test_a_printer_has_ascii_and_the_characters_of_two_bytes(character: str, there: bool) -> None:
    assert is_in_printer(character) is there


def test_a_row_with_a_character_that_printers_lack_is_a_raster_and_the_others_are_text() -> None:
    printed = read_escpos(encode_escpos((TextLine("政务服务"), TwoColumnLine("申请人", f"李{IN_FONTS}")), 80))
    assert printed.rows == ["政务服务"]
    (raster,) = printed.rasters
    assert raster.width == 576
    right = raster.crop((576 - 24, 0, 576, raster.height))
    assert right.getextrema() == (0, 255)
    assert raster.tobytes() == row_picture(PrintedRow("申请人" + " " * 38 + f"李{IN_FONTS}"), 576).tobytes()


def test_a_character_that_no_font_has_is_named_in_its_place_and_before_the_cut() -> None:
    page: PaperPage = (TextLine(f"李{IN_NO_FONT}"), Barcode128("1"), QrCode(IN_NO_FONT), PaperCut())
    printed = read_escpos(encode_escpos(page, 80))
    assert printed.rows[0] == "李[U+3FFFD]"
    assert "请在上文标有代码处手写：U+3FFFD" in "".join(printed.rows)
    assert {text for _symbology, text in printed.codes()} == {"1", IN_NO_FONT}
    assert any("李[U+3FFFD]" in line for line in preview_lines(page, 80))
    assert render_picture(page, 80)


def test_the_clerk_reads_which_characters_are_missing() -> None:
    page = (TextLine(f"李{IN_NO_FONT}{IN_FONTS}"), TextLine("\U0003fffc"), TextLine(IN_NO_FONT))
    assert missing_on_roll(page) == (IN_NO_FONT, "\U0003fffc")
    assert "U+3FFFD, U+3FFFC" in missing_sentence(missing_on_roll(page))
    assert missing_sentence(()) == ""


def test_fonts_are_found_by_their_characters() -> None:
    chinese = chinese_face()
    assert chinese is not None
    assert has_character(chinese, "政")
    assert not has_character(chinese, IN_NO_FONT)
    assert (face_with("政") is None, face_with(IN_NO_FONT)) == (False, None)


def test_a_face_without_letters_is_supplemented_by_one_that_has_all_of_ascii(tmp_path: Path) -> None:
    face = ascii_face(FontFace(tmp_path / "no font"))
    assert face is not None
    assert all(has_character(face, chr(point)) for point in range(0x21, 0x7F))
    assert ascii_face(face) == face


def test_the_font_of_the_settings_comes_first_and_one_that_is_no_font_is_ignored() -> None:
    chinese = chinese_face()
    assert chinese is not None
    assert chinese_face(str(chinese.path)) == FontFace(chinese.path)
    assert chinese_face(__file__) == chinese
    assert chinese_face("/nowhere.ttf") == chinese


@pytest.mark.parametrize("text", ["ཨོཾ བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ", "ئۇيغۇر تىلى", "e\u0301\u0302", "ক্ষ"])
def test_letters_that_join_stay_inside_the_row(text: str) -> None:
    for wide in (False, True):
        row = row_picture(PrintedRow(text, bold=True, wide=wide), 576)
        assert row.size == (576, 30 + 24 * wide)
        assert row.getextrema()[0] == 0  # something is drawn
