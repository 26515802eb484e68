"""Makes an A4 PDF of a page, laid out as a letter: title, codes, columns of labels and values, numbered lists.

`letter` finds this structure in the blocks of the page; `data/page.typ` draws it.
"""

from __future__ import annotations

from datetime import datetime

from clerk_app.locales import mark, translate_to
from clerk_app.paper.page import Barcode128, PaperPage, QrCode
from clerk_app.paper.printers.characters import can_print_on_a4, clean_text, replace_missing
from clerk_app.paper.printers.letter import arrange_letter
from clerk_app.paper.printers.pdf import PdfDocument, compile_pdf, draw_sheets

_PAGE_OF_PAGES = mark("Page {page} of {pages}")
_LONGEST_NUMBER = 24  # characters; a longer code is no number that people read


def render_a4(page: PaperPage, language: str, title: str, created_at: datetime, *, font: str = "") -> bytes:
    """Return `page` as a PDF of A4 sheets, its fonts embedded. `font`: the font file of the settings.

    `language` is that of the page. Title, language and `created_at` (without zone: local) are in the metadata; the same
    arguments make the same bytes. A character that no font has is replaced by its code point, and a sentence at the
    end of the paper names it (`characters.missing_on_a4` for the clerk).

    Raises OutOfReach if typst or a Chinese font is not installed, BadData for a code or logo that cannot be drawn.
    """
    return compile_pdf(_make_document(page, language, title, created_at, font))


def draw_a4(
    page: PaperPage, language: str, title: str, created_at: datetime, *, font: str = "", dots_per_inch: int = 96
) -> tuple[bytes, ...]:
    """Return the sheets of `render_a4` as PNG pictures, for a preview. Raises like `render_a4`."""
    return draw_sheets(_make_document(page, language, title, created_at, font), dots_per_inch)


def _make_document(page: PaperPage, language: str, title: str, created_at: datetime, font: str) -> PdfDocument:
    shown, _missing = replace_missing(page, lambda character: can_print_on_a4(character, font))
    data = arrange_letter(shown)
    data["footer"] = _name_sheet(shown, clean_text(title))
    data["page_of_pages"] = translate_to(language, _PAGE_OF_PAGES)
    return PdfDocument("page.typ", data, language, clean_text(title), created_at, font)


def _name_sheet(page: PaperPage, title: str) -> str:
    """Return what every sheet has at its foot: the title, and the number of the paper, that of its first code."""
    codes = (block.text for block in page if isinstance(block, Barcode128 | QrCode))
    number = next((clean_text(code) for code in codes if len(code) <= _LONGEST_NUMBER), "")
    return title if number in title else f"{title}  {number}"
