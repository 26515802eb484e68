"""Makes an A4 PDF of a page, laid out as a letter: title, codes, columns of labels and values, numbered lists.

`letter` finds this structure in the blocks of the page; `data/page.typ` draws it.
"""

from __future__ import annotations

from datetime import datetime

from clerk_app.errors import OutOfReach
from clerk_app.locales import mark, translate_to
from clerk_app.paper.page import PaperPage
from clerk_app.paper.printers.characters import block_texts, can_print_on_a4, replace_missing
from clerk_app.paper.printers.installed_fonts import FontFace, chinese_face, face_with, has_character
from clerk_app.paper.printers.letter import arrange_letter
from clerk_app.paper.printers.pdf import PdfDocument, shared_compiler
from clerk_app.text.characters import is_ignorable

_PAGE_OF_PAGES = mark("Page {page} of {pages}")
_extra_faces: list[FontFace] = []  # faces that characters needed so far, in their order


def render_a4(page: PaperPage, language: str, title: str, created_at: datetime, *, font: str = "") -> bytes:
    """Return `page` as a PDF of A4 sheets, its fonts embedded. `font`: the font file of the settings.

    `language` is that of the page. Title, language and `created_at` (without zone: local) are in the metadata; the same
    arguments make the same bytes. A character that no font has is replaced by its code point, and a sentence at the
    end of the paper names it (`characters.missing_on_a4` for the clerk).

    Raises OutOfReach if typst or a Chinese font is not installed, BadData for a code or logo that cannot be drawn.
    """
    chinese = chinese_face(font)
    if chinese is None:
        raise OutOfReach(
            "A4 papers need a font with Chinese characters, and none is installed. Install one (Debian: apt install"
            " fonts-noto-cjk, 91 MB; or fonts-wqy-zenhei, 16 MB), or name its file in the setting `font`."
        )
    shown, _missing = replace_missing(page, lambda character: can_print_on_a4(character, font))
    data = arrange_letter(shown)
    data["footer"] = title
    data["page_of_pages"] = translate_to(language, _PAGE_OF_PAGES)
    compiler = shared_compiler((chinese, *_faces_for(shown, title, chinese)))
    return compiler.compile(PdfDocument("page.typ", data, language, title, created_at))


def _faces_for(page: PaperPage, title: str, chinese: FontFace) -> tuple[FontFace, ...]:
    """Return the faces that this process has needed besides the Chinese one, those for this page included."""
    texts = [title, *(text for block in page for text in block_texts(block))]
    for char in sorted(set("".join(texts))):
        if char.isspace() or is_ignorable(char) or has_character(chinese, char):
            continue
        face = face_with(char)
        if face is not None and face not in _extra_faces:
            _extra_faces.append(face)
    return tuple(_extra_faces)
