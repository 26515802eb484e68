"""Finds the parts of a letter in the blocks of a page, which are laid out for a roll.

The parts are plain values for the template of A4: title, codes side by side, rows of labels and values, list items with
the lines below them, lines to fill in side by side.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from clerk_app.errors import BadData
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
)
from clerk_app.paper.printers.characters import clean_text
from clerk_app.paper.printers.layout import count_cells
from clerk_app.paper.printers.symbols import code128_modules, qr_modules, read_logo

Part = dict[str, Any]

_ITEM = re.compile(r"(\d{1,4}[.、]|[-•·])\s*(?=\S)")
_REPRINT = " REPRINT "
_MODULES_128 = (0.375, 0.25)  # mm, as on a roll: the wider if it fits; the template keeps the quiet zones free
_WIDTH_128 = 110.0  # mm beside the QR code
_BAR_UNITS = 30
_MODULE_QR, _LEAST_QR, _MOST_QR = 0.5, 20.0, 80.0  # mm
_LABEL_CELLS = (12, 34)  # width of the column of labels
_MOST_EMPTY_ROWS = 8
_UNBROKEN = 24  # letters; a longer word may be broken anywhere, since it may be wider than its column
_BREAK = "\u200b"
_KEPT_TOGETHER = 700  # characters; a longer list item may be broken between pages


def arrange_letter(page: PaperPage) -> Part:
    """Return the parts of the page for the template. Raises BadData for a code or logo that cannot be drawn."""
    watermarks = [_text(block.text) for block in page if isinstance(block, Watermark)]
    reader = _BlockReader(tuple(block for block in page if not isinstance(block, Watermark)))
    parts = _drop_needless_rules(list(reader.read_parts()))
    items = [line for part in parts if part["kind"] == "item" for line in part["lines"]]
    return {
        "watermarks": watermarks,
        "parts": parts,
        "label_cells": _label_cells(parts),
        "item_label_cells": _label_cells(items),
        "mark_cells": max([2, *(count_cells(part["mark"]) for part in parts if part["kind"] == "item")]),
    }


def _label_cells(parts: list[Part]) -> int:
    """Return the width of the column of labels for all rows, so that values are aligned on the whole paper."""
    labels = [count_cells(row["label"]) for part in parts if part["kind"] == "rows" for row in part["rows"]]
    least, most = _LABEL_CELLS
    return min(most, max([least, *labels]))


class _BlockReader:
    """Reads blocks from the first to the last and makes parts of them."""

    def __init__(self, blocks: PaperPage) -> None:
        self._blocks = blocks
        self._at = 0
        self._has_title = False

    def read_parts(self) -> Iterator[Part]:
        while self._at < len(self._blocks):
            part = self._read_part()
            if part is not None:
                yield part

    def _peek(self) -> PageBlock | None:
        return self._blocks[self._at] if self._at < len(self._blocks) else None

    def _read_part(self) -> Part | None:
        if (codes := self._read_codes()) is not None:
            return codes
        block = self._blocks[self._at]
        match block:
            case TwoColumnLine():
                rows = self._read_rows(0)
                return {"kind": "rows", "rows": rows, "together": len(str(rows)) < _KEPT_TOGETHER}
            case FillInLine():
                return {"kind": "fill_in", "labels": self._read_fill_ins()}
            case TextLine():
                return self._read_text(block)
        self._at += 1
        match block:
            case HorizontalRule():
                return {"kind": "rule"}
            case PaperFeed(count):
                return {"kind": "space", "rows": min(count, _MOST_EMPTY_ROWS)}
            case PaperCut():
                return {"kind": "break"} if self._peek() is not None else None
            case Logo(png):
                return {"kind": "logo", "svg": _logo_svg(png)}
            case SignatureField(organ, lines, seal):
                return {"kind": "signature", "organ": _text(organ), "lines": [*map(_text, lines)], "seal": _text(seal)}
            case _:
                raise TypeError(block)

    def _read_codes(self) -> Part | None:
        """Read codes of one text and the lines that repeat this text; None if no code follows."""
        end, barcode, qr, number, wide = self._at, "", "", "", False
        for block in self._blocks[self._at :]:
            match block:
                case Barcode128(text) if not barcode and text == (qr or number or text):
                    barcode = text
                case QrCode(text) if not qr and text == (barcode or number or text):
                    qr = text
                case TextLine(text) if not number and text == (barcode or qr or text) and block.align == "center":
                    number, wide = text, block.wide
                case PaperFeed():
                    pass
                case _:
                    break
            end += 1
        if not (barcode or qr) or (number and number != (barcode or qr)):
            return None
        self._at = end
        part: Part = {
            "kind": "codes",
            "number": _text(number),
            "alt": _text(barcode or qr),
            "wide": wide,
            "barcode": "",
            "qr": "",
        }
        if barcode:
            part["barcode"], part["barcode_mm"] = _barcode_svg(barcode)
        if qr:
            part["qr"], part["qr_mm"] = _qr_svg(qr)
        return part

    def _read_text(self, line: TextLine) -> Part:
        self._at += 1
        text = _text(line.text)
        if line.align == "center" and line.wide and not self._has_title:
            if _REPRINT in line.text:
                return {"kind": "stamp", "lines": [text, *self._read_centered()]}
            self._has_title = True
            return {"kind": "title", "text": text, "lines": self._read_centered()}
        if line.align == "left" and not line.wide and (item := _ITEM.match(text)) is not None:
            return self._read_item(line, item)
        heading = line.bold and line.align == "left" and not line.wide
        return {
            "kind": "heading" if heading else "text",
            "text": text,
            "bold": line.bold,
            "wide": line.wide,
            "align": line.align,
            "indent": line.indent,
        }

    def _read_centered(self) -> list[str]:
        """Read the plain centred line below a title."""
        match self._peek():
            case TextLine(text, False, False, "center"):
                self._at += 1
                return [_text(text)]
        return []

    def _read_item(self, line: TextLine, item: re.Match[str]) -> Part:
        """Read the lines below a list item: texts and rows that are indented more."""
        text = _text(line.text)
        lines: list[Part] = []
        while (block := self._peek()) is not None:
            match block:
                case TextLine(align="left", wide=False) if block.indent > line.indent:
                    if _ITEM.match(_text(block.text)):
                        break
                    lines.append({"kind": "text", "text": _text(block.text), "bold": block.bold})
                    self._at += 1
                case TwoColumnLine() if block.indent > line.indent:
                    lines.append({"kind": "rows", "rows": self._read_rows(line.indent + 1)})
                case _:
                    break
        size = len(text) + sum(len(str(part)) for part in lines)
        return {
            "kind": "item",
            "mark": item[1],
            "text": text[item.end() :],
            "bold": line.bold,
            "indent": line.indent,
            "lines": lines,
            "together": size < _KEPT_TOGETHER,
        }

    def _read_rows(self, least_indent: int) -> list[Part]:
        rows: list[Part] = []
        while isinstance(block := self._peek(), TwoColumnLine) and block.indent >= least_indent:
            rows.append({"label": _text(block.label), "value": _text(block.value), "bold": block.bold})
            self._at += 1
        return rows

    def _read_fill_ins(self) -> list[str]:
        """Read lines to fill in, without the empty rows between them."""
        labels: list[str] = []
        at = self._at
        for block in self._blocks[self._at :]:
            at += 1
            if isinstance(block, FillInLine):
                labels.append(_text(block.label))
                self._at = at
            elif not isinstance(block, PaperFeed):
                break
        return labels


def _drop_needless_rules(parts: list[Part]) -> list[Part]:
    """Return the parts without rules next to a title, codes, rows or another rule, and without space at both ends."""
    own_lines = {"title", "codes", "rows", "rule", "break", "heading"}
    kept: list[Part] = []
    for position, part in enumerate(parts):
        before = kept[-1]["kind"] if kept else "break"
        after = next((later["kind"] for later in parts[position + 1 :] if later["kind"] != "space"), "break")
        if part["kind"] == "rule" and (before in own_lines or after in own_lines):
            continue
        if part["kind"] == "space" and (before in ("break", "title", "codes") or after == "break"):
            continue
        kept.append(part)
    return kept


def _text(text: str) -> str:
    """Return the text as it is drawn: without controls, and with places where long words may be broken."""
    pieces: list[str] = []
    run = 0
    for char in clean_text(text):
        run = 0 if char == " " or unicodedata.east_asian_width(char) in "WF" else run + 1
        if run > _UNBROKEN and not unicodedata.combining(char):
            pieces.append(_BREAK)
        pieces.append(char)
    return "".join(pieces)


def _barcode_svg(text: str) -> tuple[str, float]:
    """Return the bars as SVG, one unit a module, and their width in mm. Raises BadData if they are too wide."""
    modules = code128_modules(text)
    size = next((size for size in _MODULES_128 if len(modules) * size <= _WIDTH_128), None)
    if size is None:
        raise BadData("This code is too wide for the paper.")
    return _svg(len(modules), _BAR_UNITS, "".join(_bars(modules, 0, _BAR_UNITS))), len(modules) * size


def _qr_svg(text: str) -> tuple[str, float]:
    """Return the modules as SVG, one unit each, and the width in mm. Raises BadData if the text is too long."""
    rows = qr_modules(text)
    lines = ("".join("1" if module else "0" for module in row) for row in rows)
    runs = "".join(bar for y, line in enumerate(lines) for bar in _bars(line, y, 1))
    return _svg(len(rows), len(rows), runs), min(_MOST_QR, max(_LEAST_QR, len(rows) * _MODULE_QR))


def _bars(modules: str, y: int, height: int) -> Iterator[str]:
    """Yield the path of each run of black modules in a row."""
    for run in re.finditer("1+", modules):
        yield f"M{run.start()} {y}h{len(run[0])}v{height}h-{len(run[0])}z"


def _logo_svg(png: bytes) -> str:
    """Return an SVG around the picture, since the input of the template is text. Raises BadData if it is damaged."""
    width, height = read_logo(png).size
    picture = base64.b64encode(png).decode()
    return _svg_frame(
        width, height, f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/>'
    )


def _svg(width: int, height: int, path: str) -> str:
    return _svg_frame(width, height, f'<path d="{path}"/>')


def _svg_frame(width: int, height: int, content: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{content}</svg>'
