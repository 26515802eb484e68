"""A4 papers: their text, codes and metadata, read from the PDF by another library."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from clerk_app.errors import BadData
from clerk_app.paper.documents.kinds import FACTS_BY_KIND
from clerk_app.paper.documents.samples import load_samples
from clerk_app.paper.page import (
    Barcode128,
    FillInLine,
    HorizontalRule,
    Logo,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    QrCode,
    SignatureField,
    TextLine,
    TwoColumnLine,
    Watermark,
    mark_reprint,
)
from clerk_app.paper.printers.a4 import draw_a4, render_a4
from clerk_app.paper.printers.characters import block_texts, clean_text, missing_on_a4
from tests.paper.escpos_reader import codes_in
from tests.paper.pdf_reader import ReadPdf, squeeze
from tests.paper.samples import HAND_OVER, NUMBER, RECEIPT
from tests.paper.test_page import logo_png

pytest.importorskip("typst")

AT = datetime(2026, 11, 29, 9, 0, 30, 250_000, tzinfo=timezone(timedelta(hours=8)))
SUPPLEMENT = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")  # Chinese without ASCII
IN_NO_FONT = "\U0003fffd"  # not assigned
MARKUP = (
    '#read("/etc/passwd")', "$x^2$", "\\", "@label", "<label>", "*a* _b_ `c`", "#panic()", "= heading", "- item", "//",
    "/* a */", '"', "#{", "]", "---", "~", "'quoted' \"text\"", "https://example.cn", "#import \"@preview/x:1.0.0\"",
)  # fmt: skip


def read(page: PaperPage, language: str = "zh_CN") -> ReadPdf:
    """Render and read a page."""
    return ReadPdf(render_a4(page, language, "标题", AT))


def texts(page: PaperPage) -> list[str]:
    """Return the texts that a reader must find."""
    return [squeeze(clean_text(text)) for block in page for text in block_texts(block)]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("language", "most"),
    [
        ("zh_CN", 1),
        pytest.param("zh_CN", None, marks=pytest.mark.wide),
        pytest.param("en", None, marks=pytest.mark.wide),
    ],
)
@pytest.mark.parametrize("kind", FACTS_BY_KIND)
def test_a_pdf_of_every_kind_of_paper_has_its_text_and_its_codes(kind: str, language: str, most: int | None) -> None:
    for sample in load_samples(kind)[:most]:
        page = sample.to_page(language)
        pdf = read(page, language)
        assert [text for text in texts(page) if text not in pdf.text] == []
        codes = {block.text for block in page if isinstance(block, Barcode128 | QrCode)}
        assert {text for _symbology, text in codes_in(pdf.picture(0))} == codes


def test_title_language_date_and_profile_are_in_the_metadata() -> None:
    data = render_a4(RECEIPT.to_page("zh_CN"), "zh_CN", "收件凭证 261234567893", AT)
    metadata = ReadPdf(data).document.get_metadata_dict()
    assert (metadata["Title"], metadata["CreationDate"]) == ("收件凭证 261234567893", "D:20261129010030Z")
    assert b"/Lang(zh-CN)" in data
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in data


def test_the_preview_has_a_picture_of_each_sheet() -> None:
    page = tuple(TextLine(f"{number}. 材料") for number in range(60))
    sheets = [Image.open(io.BytesIO(sheet)) for sheet in draw_a4(page, "en", "x", AT, dots_per_inch=72)]
    assert [sheet.size for sheet in sheets] == [(595, 842)] * 2


def test_equal_papers_are_equal_files() -> None:
    page = RECEIPT.to_page("en")
    assert render_a4(page, "en", "x", AT) == render_a4(page, "en", "x", AT)


@pytest.mark.parametrize(("language", "label"), [("zh_CN", "第2页共3页"), ("en", "Page2of3")])
def test_every_sheet_has_its_number_and_title_and_number_of_the_paper(language: str, label: str) -> None:
    page: PaperPage = (Barcode128(NUMBER), *(TextLine(f"{number}. 材料") for number in range(100)))
    sheets = read(page, language).pages
    assert len(sheets) == 3
    assert label in squeeze(sheets[1])
    assert all(f"标题{NUMBER}" in squeeze(sheet) for sheet in sheets)


def test_a_long_list_has_every_row_once_and_in_order() -> None:
    rows = [TwoColumnLine(f"项目{number:03}", f"值{number:03}" + "长" * (number % 60)) for number in range(300)]
    found = re.findall(r"项目(\d{3})值(\d{3})", read(tuple(rows)).text)
    assert found == [(f"{number:03}", f"{number:03}") for number in range(300)]


@pytest.mark.parametrize(
    "page", [(), (PaperCut(),), (PaperFeed(9), HorizontalRule(), TwoColumnLine("", ""), TextLine(""))]
)
def test_a_page_without_text_is_one_sheet(page: PaperPage) -> None:
    assert len(read(page).pages) == 1


def test_a_text_longer_than_a_sheet_is_printed_whole() -> None:
    characters = [chr(0x4E00 + number) for number in range(800)]
    long = "".join(characters * 4)
    page = (
        TextLine(long),
        TextLine(f"1. {long}"),
        TextLine(long, indent=2),
        TwoColumnLine(long, long),
        TwoColumnLine("", ""),
    )
    counts = Counter(read(page).text)
    assert [char for char in characters if counts[char] != 4 * 5] == []


def test_no_item_and_its_lines_are_on_two_sheets() -> None:
    page = tuple(
        block
        for number in range(60)
        for block in (TextLine(f"{number}. 事项", bold=True), TextLine(f"机关{number:02}完", indent=2))
    )
    for sheet in map(squeeze, read(page).pages):
        assert sheet.count("事项") == sheet.count("完")


@pytest.mark.parametrize("word", ["m" * 300, pytest.param("-/é" * 130, marks=pytest.mark.wide)])
def test_a_long_word_stays_inside_the_margins(word: str) -> None:
    page = (TwoColumnLine(word, word), TextLine(f"1. {word}"), FillInLine(word[:90]), TextLine(word, wide=True))
    pdf = read(page)
    assert pdf.text.count(word) >= 4
    for number in range(len(pdf.pages)):
        picture = pdf.picture(number)
        edge = 2 * 60  # 21 mm; the margin has 24 mm
        assert picture.crop((picture.width - edge, 0, picture.width, picture.height)).getextrema() == (255, 255)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_a_name_is_printed_as_it_is(text: str) -> None:
    page: PaperPage = (
        TextLine("标题", wide=True, align="center"), TextLine(text), TextLine(f"1. {text}", bold=True),
        TwoColumnLine(text, text), FillInLine(text), Watermark(text), SignatureField(text, (text,), text),
    )  # fmt: skip
    pdf = ReadPdf(render_a4(page, "en", text, AT))
    assert pdf.text.count(squeeze(text)) >= 8
    assert pdf.document.get_metadata_dict()["Title"] == text


def _any_blocks(text: str) -> PaperPage:
    return (
        TextLine(text, wide=True, align="center"), TextLine(text, align="center"), TextLine(text, bold=True),
        TwoColumnLine(text, text), TextLine(text, indent=4), Watermark(text), FillInLine(text), QrCode("x"),
        SignatureField(text, (text, text), text), PaperCut(),
    )  # fmt: skip


@given(st.text(st.characters(codec=None), max_size=30))
@example("\x00\ud800\u202e\ufdd0\U0010ffff")
@example("a\u0300\u0301\u0302\u0303ཨོཾ ᠮᠣᠩ\u180bᠭᠣᠯ ئۇيغۇر ক্ষ 👩‍👩‍👧")
def test_any_text_makes_a_paper_that_shows_it_or_names_what_it_lacks(text: str) -> None:
    page = _any_blocks(text)
    pdf = read(page)
    for char in missing_on_a4(page):
        assert f"U+{ord(char):04X}" in pdf.text
    letters = [char for char in clean_text(text) if char.isascii() and char.isalnum()]
    assert [char for char in letters if char not in pdf.text] == []


def test_a_character_in_no_font_is_named_in_its_place_and_in_a_sentence() -> None:
    page = (TwoColumnLine("申请人", f"李{IN_NO_FONT}"), PaperCut())
    text = read(page).text
    assert "李[U+3FFFD]" in text
    assert "请在上文标有代码处手写：U+3FFFD" in text
    assert missing_on_a4(page) == (IN_NO_FONT,)


@pytest.mark.skipif(not SUPPLEMENT.is_file(), reason="the font is not installed")
def test_a_chinese_font_without_letters_and_digits_is_supplemented() -> None:
    page: PaperPage = (TextLine("标题", wide=True), TwoColumnLine("编号", "A-1"), TextLine("1. 李𠮷é"), PaperCut())
    text = ReadPdf(render_a4(page, "zh_CN", "x", AT, font=str(SUPPLEMENT))).text
    assert [part in text for part in ("标题", "A-1", "1.李")] == [True] * 3


def test_a_watermark_is_on_every_sheet_and_the_codes_are_read_before_it() -> None:
    page: PaperPage = (Watermark("仅供户口登记使用，2026-12-31 前有效"), *HAND_OVER.to_page("zh_CN"))
    pages = (*page[:-1], *(TextLine(f"{number}. 材料") for number in range(60)))
    pdf = read(pages)
    assert len(pdf.pages) >= 2
    assert all("仅供户口登记使用" in squeeze(sheet) for sheet in pdf.pages)
    assert codes_in(pdf.picture(0)) == {("Code128", NUMBER), ("QRCode", NUMBER)}


def test_a_logo_a_mark_of_a_reprint_and_a_signature_are_drawn() -> None:
    page = mark_reprint((Logo(logo_png(80, 60)), SignatureField("市公安局", ("2031",), "（盖章）")), 2, AT)
    pdf = read(page)
    assert "REPRINT2" in pdf.text
    assert "市公安局2031（盖章）" in pdf.text
    assert pdf.picture(0).crop((540, 140, 650, 250)).getextrema()[0] == 0


@pytest.mark.parametrize("block", [Barcode128("A" * 90), QrCode("x" * 4000), Logo(logo_png(80, 60)[:60])])
def test_a_code_or_logo_that_cannot_be_drawn_is_refused(block: PageBlock) -> None:
    with pytest.raises(BadData):
        render_a4((block,), "en", "x", AT)


def test_lines_to_fill_in_are_side_by_side() -> None:
    document: Any = read((FillInLine("签名"), FillInLine("日期"))).document
    textpage = document[0].get_textpage()
    tops = [textpage.get_charbox(textpage.search(word).get_next()[0])[3] for word in ("签名", "日期")]
    assert all(abs(first - second) < 2 for first, second in pairwise(tops))


def _run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()


_RENDER = (
    "import sys; from datetime import datetime; from clerk_app.errors import OutOfReach;"
    "from clerk_app.paper.page import TextLine; from clerk_app.paper.printers.a4 import render_a4\n"
    "from clerk_app.locales import set_language; set_language('en')\n{before}\n"
    "try: render_a4((TextLine('a'),), 'en', 'x', datetime.now())\n"
    "except OutOfReach as error: print(error)"
)


def test_without_typst_the_sentence_names_the_extra_and_its_size() -> None:
    before = "print('typst' in sys.modules); sys.modules['typst'] = None"
    assert _run(_RENDER.format(before=before)).splitlines() == [
        "False",
        "A4 papers need the package typst (81 MB), which is not installed: pip install 'clerk[a4]'",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the system's font folders cannot be hidden")
def test_without_a_chinese_font_the_sentence_names_how_to_install_one(tmp_path: Path) -> None:
    nowhere = str(tmp_path)
    hidden = {"XDG_DATA_DIRS": nowhere, "XDG_DATA_HOME": nowhere, "HOME": nowhere, "PATH": nowhere}
    assert "apt install fonts-noto-cjk" in _run(_RENDER.format(before=""), **hidden)
