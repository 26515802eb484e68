"""Pages as they are stored, and the blocks for logo, watermark and signature."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from clerk_app.errors import BadData
from clerk_app.paper.page import Logo, PaperPage, SignatureField, Watermark, decode_page, encode_page
from clerk_app.paper.printers.escpos import encode_escpos
from clerk_app.paper.printers.preview import preview_lines, render_picture
from tests.paper.escpos_reader import read_escpos
from tests.paper.samples import pages


def logo_png(width: int, height: int) -> bytes:
    """Return a picture with a black square in its middle, transparent around it."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (width // 4, height // 4, 3 * width // 4, 3 * height // 4))
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()


LETTER: PaperPage = (
    Logo(logo_png(80, 60)),
    Watermark("仅供户口登记使用"),
    SignatureField("市公安局", ("2031", "2026-11-23"), "（盖章）"),
)


@pytest.mark.parametrize("page", [*pages(), LETTER])
def test_a_stored_page_is_read_back_equal(page: PaperPage) -> None:
    assert decode_page(encode_page(page)) == page


@pytest.mark.parametrize(
    "data", ["", "{}", '[{"block":"poem"}]', '[{"block":"text"}]', '[{"block":"barcode","text":""}]']
)
def test_data_that_is_no_stored_page_is_refused(data: str) -> None:
    with pytest.raises(BadData):
        decode_page(data)


def test_a_roll_has_the_logo_as_a_raster_and_watermark_and_signature_as_text() -> None:
    printed = read_escpos(encode_escpos(LETTER, 80))
    (logo,) = printed.rasters
    assert logo.size == (576, 60)
    assert [logo.getpixel((288, y)) for y in (2, 30, 57)] == [255, 0, 255]
    assert [row for row in printed.rows if row] == ["仅供户口登记使用", "市公安局", "2031", "2026-11-23", "（盖章）"]


def test_a_large_logo_is_reduced_to_the_size_on_a_roll() -> None:
    (logo,) = read_escpos(encode_escpos((Logo(logo_png(1200, 400)),), 58)).rasters
    assert logo.size == (384, 85)


def test_the_previews_show_logo_and_watermark() -> None:
    lines = preview_lines(LETTER, 80)
    assert (lines[4].strip(), len(lines[4]) - len(lines[4].lstrip())) == ("█" * 12, 18)
    assert "仅供户口登记使用" in "".join(lines)
    assert Image.open(io.BytesIO(render_picture(LETTER, 80))).getpixel((320, 62)) == 0


@pytest.mark.parametrize("png", [b"", b"GIF89a", logo_png(2001, 1), logo_png(1, 2001), logo_png(9, 9) + b"\0" * 40_000])
def test_a_logo_that_is_no_png_or_too_large_is_refused(png: bytes) -> None:
    with pytest.raises(BadData):
        Logo(png)


def test_a_damaged_logo_is_refused_when_it_is_printed() -> None:
    damaged = Logo(logo_png(80, 60)[:60])
    for make in (encode_escpos, preview_lines, render_picture):
        with pytest.raises(BadData):
            make((damaged,), 80)
