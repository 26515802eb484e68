"""Characters that a paper cannot show: each is replaced by its code point in brackets, and a sentence names it.

A character is missing on a roll if neither the printer has it nor a font of this machine, on A4 if no font has it.
Codes are not concerned: they contain the character itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from msgspec.structs import replace

from clerk_app.locales import _
from clerk_app.paper.page import (
    FillInLine,
    PageBlock,
    PaperCut,
    PaperPage,
    SignatureField,
    TextLine,
    TwoColumnLine,
    Watermark,
)
from clerk_app.paper.printers.installed_fonts import chinese_face, face_with, has_character
from clerk_app.text.characters import is_ignorable, is_space
from clerk_app.text.display import display_text

_IDEOGRAPHIC_SPACE = "\u3000"


def clean_text(text: str) -> str:
    """Return text that can be printed: `display_text`, with U+3000 kept, because it aligns Chinese text."""
    return _IDEOGRAPHIC_SPACE.join(display_text(part) for part in text.split(_IDEOGRAPHIC_SPACE))


def is_in_printer(character: str) -> bool:
    """Return whether every printer of GB 18030 has the character: ASCII, or two bytes long (the characters of GBK).

    Printers often lack the characters of four bytes (CJK Extension A and later, scripts of minorities).
    """
    if character.isascii():
        return True
    return len(character.encode("gb18030")) == 2 and unicodedata.category(character) != "Co"


def can_print_on_roll(character: str, font: str = "") -> bool:
    """Return whether a roll shows the character: from the printer, or as a raster from an installed font."""
    return is_in_printer(character) or can_print_on_a4(character, font)


def can_print_on_a4(character: str, font: str = "") -> bool:
    """Return whether the Chinese font of this machine (`font`: the file of the settings) or another one has it."""
    face = chinese_face(font)
    return (face is not None and has_character(face, character)) or face_with(character) is not None


def missing_on_roll(page: PaperPage, font: str = "") -> tuple[str, ...]:
    """Return the characters of the page that a roll cannot show, in their order."""
    return replace_missing(page, lambda character: can_print_on_roll(character, font))[1]


def missing_on_a4(page: PaperPage, font: str = "") -> tuple[str, ...]:
    """Return the characters of the page that an A4 paper cannot show, in their order."""
    return replace_missing(page, lambda character: can_print_on_a4(character, font))[1]


def missing_characters(page: PaperPage, media: str, font: str = "") -> tuple[str, ...]:
    """Return the characters of the page that a printer of the media "roll" or "a4" cannot show."""
    return missing_on_a4(page, font) if media == "a4" else missing_on_roll(page, font)


def missing_sentence(characters: tuple[str, ...]) -> str:
    """Return the sentence for the clerk, in the language of the screen; empty if no character is missing."""
    if not characters:
        return ""
    return _("No font has these characters: {codes}. Write them by hand where the paper has the code.").format(
        codes=", ".join(map(format_code_point, characters))
    )


def format_code_point(character: str) -> str:
    """Return the code point as U+XXXX."""
    return f"U+{ord(character):04X}"


def replace_missing(page: PaperPage, can_print: Callable[[str], bool]) -> tuple[PaperPage, tuple[str, ...]]:
    """Return the page with a code point in place of each character that cannot be printed, and these characters.

    A sentence in both languages before the end of the paper names them. Without any, the page is returned unchanged.
    """
    missing: dict[str, None] = {}

    def mark_missing(text: str) -> str:
        lacking = [char for char in dict.fromkeys(clean_text(text)) if _is_lacking(char, can_print)]
        for char in lacking:
            text = text.replace(char, f"[{format_code_point(char)}]")
        missing.update(dict.fromkeys(lacking))
        return text

    replaced = tuple(_map_texts(block, mark_missing) for block in page)
    if not missing:
        return page, ()
    at = len(page) - 1 if page[-1:] == (PaperCut(),) else len(page)
    return (*replaced[:at], *_missing_lines(tuple(missing)), *replaced[at:]), tuple(missing)


def _is_lacking(character: str, can_print: Callable[[str], bool]) -> bool:
    if character.isascii() or is_space(character) or is_ignorable(character):
        return False
    return not can_print(character)


def _map_texts(block: PageBlock, change: Callable[[str], str]) -> PageBlock:
    """Return the block with its texts changed; codes and pictures are kept."""
    match block:
        case TextLine() | Watermark():
            return replace(block, text=change(block.text))
        case TwoColumnLine():
            return replace(block, label=change(block.label), value=change(block.value))
        case FillInLine():
            return replace(block, label=change(block.label))
        case SignatureField():
            lines = tuple(map(change, block.lines))
            return replace(block, organ=change(block.organ), lines=lines, seal=change(block.seal))
        case _:
            return block


def block_texts(block: PageBlock) -> tuple[str, ...]:
    """Return the texts of the block that are drawn as characters."""
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return text

    _map_texts(block, collect)
    return tuple(texts)


def _missing_lines(characters: tuple[str, ...]) -> tuple[PageBlock, ...]:
    codes = ", ".join(map(format_code_point, characters))
    return (
        TextLine(f"本机字库缺少下列字符，请在上文标有代码处手写：{codes}", bold=True),
        TextLine(f"These characters are in no font here. Write them by hand where their code is: {codes}"),
    )
