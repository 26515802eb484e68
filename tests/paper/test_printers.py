"""Printer bytes, previews and pictures, parsed again."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from clerk_app.errors import BadData
from clerk_app.paper.page import (
    COLUMNS,
    DOTS,
    Barcode128,
    HorizontalRule,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    PaperWidth,
    QrCode,
    TextLine,
    mark_reprint,
)
from clerk_app.paper.printers.escpos import encode_escpos
from clerk_app.paper.printers.layout import count_cells, lay_out_rows, printable_text
from clerk_app.paper.printers.preview import preview_lines, render_picture
from clerk_app.paper.printers.symbols import code128_picture
from tests.paper.escpos_reader import codes_in, read_escpos
from tests.paper.samples import NUMBER, PAPERS, RECEIPT, SLIP, pages

WIDTHS: tuple[PaperWidth, ...] = (58, 80)
BOTH = {("Code128", NUMBER), ("QRCode", NUMBER)}
both_widths = pytest.mark.parametrize("width", WIDTHS)


def _picture(page: PaperPage, width: PaperWidth) -> Image.Image:
    return Image.open(io.BytesIO(render_picture(page, width)))


def _is_text(block: PageBlock) -> bool:
    return not isinstance(block, Barcode128 | QrCode | PaperCut | PaperFeed)


@both_widths
@pytest.mark.parametrize("page", pages())
def test_printer_bytes_contain_the_text_of_the_page(page: PaperPage, width: PaperWidth) -> None:
    printed = read_escpos(encode_escpos(page, width))
    rows = [row for block in page if _is_text(block) for row in lay_out_rows(block, COLUMNS[width])]
    assert printed.rows == [row.text for row in rows if not row.wide]
    assert printed.wide_rows == [row.text for row in rows if row.wide]
    assert printed.cuts == 1
    assert [raster.width for raster in printed.rasters] == [DOTS[width]] * len(printed.rasters)


@both_widths
def test_a_receipt_reads_back_from_the_bytes_and_from_the_picture(width: PaperWidth) -> None:
    page = RECEIPT.to_page("zh_CN")
    assert read_escpos(encode_escpos(page, width)).codes() == BOTH
    assert codes_in(_picture(page, width)) == BOTH


@pytest.mark.many_cases
@both_widths
@pytest.mark.parametrize("kind", [kind for kind in PAPERS if kind not in ("slip", "consent", "co-signature")])
def test_the_barcode_of_every_document_of_a_case_is_its_number(kind: str, width: PaperWidth) -> None:
    page = PAPERS[kind].to_page("zh_CN")
    assert ("Code128", NUMBER) in codes_in(_picture(page, width))


@settings(max_examples=20, deadline=None)
@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.sampled_from(WIDTHS))
@example("990000000000", 80)  # python-barcode drops a first pair 99
def test_any_case_number_reads_back_as_code_128(number: str, width: PaperWidth) -> None:
    page = (Barcode128(number), TextLine(number, align="center"))
    assert read_escpos(encode_escpos(page, width)).codes() == {("Code128", number)}
    assert codes_in(_picture(page, width)) == {("Code128", number)}


@both_widths
def test_every_bar_is_a_whole_number_of_dots_between_its_quiet_zones(width: PaperWidth) -> None:
    row = code128_picture(NUMBER, DOTS[width]).crop((0, 0, DOTS[width], 1)).convert("L").tobytes()
    inside = row.strip(b"\xff")
    runs = [
        len(run) for run in inside.replace(b"\x00\xff", b"\x00|\xff").replace(b"\xff\x00", b"\xff|\x00").split(b"|")
    ]
    assert {run % 3 for run in runs} == {0}
    assert len(inside) == 101 * 3
    quiet = len(row) - len(row.lstrip(b"\xff"))
    assert quiet >= 10 * 3


def test_a_longer_number_is_drawn_with_narrower_bars_and_too_long_a_one_is_refused() -> None:
    number = "A261121-00042"  # 167 modules: 62 mm at three dots, so two
    assert read_escpos(encode_escpos((Barcode128(number),), 58)).codes() == {("Code128", number)}
    with pytest.raises(BadData):
        encode_escpos((Barcode128("BJ-HD-20261121-0042-0042"),), 58)


@pytest.mark.parametrize("text", ["", "编号", "12\x1b34", "12\n34"])
def test_text_that_is_not_printable_ascii_is_rejected_as_a_barcode(text: str) -> None:
    with pytest.raises(BadData):
        Barcode128(text)


@both_widths
def test_a_signed_code_of_five_hundred_characters_fits_on_the_paper(width: PaperWidth) -> None:
    text = "EL1:" + "0123456789ABCDEF:+*." * 25
    assert read_escpos(encode_escpos((QrCode(text),), width)).codes() == {("QRCode", text)}
    with pytest.raises(BadData):
        render_picture((QrCode("x" * 4000),), width)


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40), st.sampled_from(WIDTHS))
def test_a_name_contains_no_printer_command(name: str, width: PaperWidth) -> None:
    page = replace(RECEIPT, applicant_masked=name, materials=(name,)).to_page("en")
    printed = read_escpos(encode_escpos(page, width))
    assert printed.cuts == 1
    assert len(printed.rasters) >= 2


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(max_codepoint=0x7F) | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=40),
    st.sampled_from(WIDTHS),
)
def test_a_name_of_characters_of_the_printer_is_printed_as_text(name: str, width: PaperWidth) -> None:
    page = replace(RECEIPT, applicant_masked=name, materials=(name,)).to_page("en")
    printed = read_escpos(encode_escpos(page, width))
    assert (printed.cuts, len(printed.rasters)) == (1, 2)
    assert printable_text(name).replace(" ", "") in "".join(printed.rows).replace(" ", "")


@both_widths
@pytest.mark.parametrize("page", pages())
def test_the_preview_fits_its_columns_and_shows_the_same_rows(page: PaperPage, width: PaperWidth) -> None:
    blocks = "▌▐█▀▄"
    lines = [line for line in preview_lines(page, width) if not set(line) & set(blocks)]
    assert all(count_cells(line) <= COLUMNS[width] for line in lines)
    printed = read_escpos(encode_escpos(page, width))
    assert {row.strip() for row in printed.rows + printed.wide_rows} <= {line.strip() for line in lines}


def test_the_barcode_of_the_preview_is_the_barcode() -> None:
    line = preview_lines((Barcode128(NUMBER),))[0]
    cell = {" ": (1, 1), "▌": (0, 1), "▐": (1, 0), "█": (0, 0)}
    modules = [0xFF * module for block in line for module in cell[block]]
    bars = Image.new("L", (len(modules) + 20, 40), 255)
    for x, module in enumerate(modules, 10):
        bars.paste(module, (x, 0, x + 1, 40))
    assert codes_in(bars.resize((bars.width * 3, 120), Image.Resampling.NEAREST)) == {("Code128", NUMBER)}


def test_the_qr_code_of_the_preview_is_the_qr_code() -> None:
    lines = preview_lines((QrCode(NUMBER),))
    code = Image.new("1", (len(lines[0]) + 8, 2 * len(lines) + 8), 1)
    cell = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            for half, module in enumerate(cell[block]):
                code.putpixel((x + 4, 2 * y + half + 4), module)
    picture = code.resize((code.width * 4, code.height * 4), Image.Resampling.NEAREST)
    assert codes_in(picture) == {("QRCode", NUMBER)}


@both_widths
def test_the_picture_is_the_paper_in_dots(width: PaperWidth) -> None:
    picture = _picture(RECEIPT.to_page("en"), width)
    assert (picture.mode, picture.width) == ("1", width * 8)
    assert picture.getpixel((0, 0)) == 255


def test_a_reprint_is_marked_with_its_number_on_paper_and_screen() -> None:
    page = mark_reprint(RECEIPT.to_page("zh_CN"), 2, SLIP.taken_at)
    assert read_escpos(encode_escpos(page, 58)).wide_rows[0] == "重印 REPRINT 2"
    assert [line.strip() for line in preview_lines(page)[:2]] == ["重印 REPRINT 2", "2026-11-21 09:05"]
    with pytest.raises(ValueError, match="0"):
        mark_reprint(page, 0, SLIP.taken_at)


def test_a_rule_and_a_cut_are_as_wide_as_the_paper() -> None:
    assert preview_lines((HorizontalRule(), PaperCut()), 80) == ("-" * 48, "- " * 24)


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        timeout=60,
    )


def test_without_a_chinese_font_the_picture_has_boxes_and_readable_codes(tmp_path: Path) -> None:
    code = (
        "import sys; from tests.paper.samples import RECEIPT; from clerk_app.paper.page import TextLine;"
        "from clerk_app.paper.printers.preview import render_picture;"
        "sys.stdout.buffer.write(render_picture((TextLine('政务'), *RECEIPT.to_page('zh_CN')), 58))"
    )
    nowhere = str(tmp_path)
    png = _python(code, XDG_DATA_DIRS=nowhere, XDG_DATA_HOME=nowhere, HOME=nowhere, PATH=nowhere).stdout
    picture = Image.open(io.BytesIO(png))
    assert codes_in(picture) == BOTH
    if sys.platform == "linux":  # elsewhere the system's own font folders cannot be hidden
        first, second = (picture.crop((x, 40, x + 24, 64)) for x in (40, 64))
        assert first.tobytes() == second.tobytes() != Image.new("1", (24, 24), 1).tobytes()


def test_printing_writes_no_output_and_leaves_no_files(tmp_path: Path) -> None:
    code = (
        "import logging; from tests.paper.samples import RECEIPT;"
        "from clerk_app.paper.printers.escpos import encode_escpos;"
        "encode_escpos(RECEIPT.to_page('en'), 58); assert not logging.root.handlers"
    )
    done = _python(code, TMPDIR=str(tmp_path))
    assert done.stdout + done.stderr == b""
    assert list(tmp_path.iterdir()) == []
