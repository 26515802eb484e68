"""Encodes a page for a receipt printer in ESC/POS, with Chinese as GB 18030, and codes and rare characters as rasters.

python-escpos encodes the commands. Text is added as raw bytes, since python-escpos supports only Western code pages.
"""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import Any

from clerk_app.paper.page import COLUMNS, DOTS, Barcode128, Logo, PaperCut, PaperFeed, PaperPage, PaperWidth, QrCode
from clerk_app.paper.printers.characters import can_print_on_roll, is_in_printer, replace_missing
from clerk_app.paper.printers.layout import PrintedRow, lay_out_rows
from clerk_app.paper.printers.row_picture import row_picture
from clerk_app.paper.printers.symbols import code128_picture, logo_picture, qr_picture

# One generic profile, because parsing the database of all printers takes a third of a second at the first print.
os.environ.setdefault("ESCPOS_CAPABILITIES_FILE", str(Path(__file__).with_name("data") / "capabilities.json"))
_handlers = list(logging.root.handlers)
from escpos import capabilities  # noqa: E402
from escpos.constants import PAPER_FULL_CUT  # noqa: E402
from escpos.printer.dummy import Dummy  # noqa: E402

# The import of escpos adds a log handler for stderr (the screen) and creates a temporary folder: undo both.
for _handler in set(logging.root.handlers) - set(_handlers):
    logging.root.removeHandler(_handler)
if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

_CHINESE_ON = b"\x1c&"  # FS &: select characters of two and four bytes
_CHINESE_SIZE = b"\x1cW"  # FS W n: many printers have a separate size setting for Chinese
_ROWS_TO_CUTTER = 4  # rows of paper between print head and cutter


class _RollProfile(capabilities.Profile):  # type: ignore[misc]  # the base class is created at run time
    """A generic ESC/POS printer with a roll of known width; the default profile makes escpos print a warning."""

    def __init__(self, width_mm: PaperWidth) -> None:
        super().__init__(columns=COLUMNS[width_mm])
        media = {"dpi": 203, "width": {"mm": width_mm, "pixels": DOTS[width_mm]}}
        self.profile_data: dict[str, Any] = self.profile_data | {"media": media}


def encode_escpos(page: PaperPage, width_mm: PaperWidth, *, font: str = "") -> bytes:
    """Return the bytes of `page` for a printer with a roll of `width_mm`.

    Rows with characters that the printer may lack are rasters, drawn in the font file `font` or an installed font.
    Raises BadData for a code or logo that cannot be printed.
    """
    printer = Dummy(profile=_RollProfile(width_mm))
    printer.hw("INIT")
    printer._raw(_CHINESE_ON)
    shown, _missing = replace_missing(page, lambda character: can_print_on_roll(character, font))
    for block in shown:
        match block:
            case Barcode128(text):
                printer.image(code128_picture(text, DOTS[width_mm]))
            case QrCode(text):
                printer.image(qr_picture(text, DOTS[width_mm]))
            case Logo(png):
                printer.image(logo_picture(png, DOTS[width_mm]))
            case PaperFeed(rows):
                printer.print_and_feed(rows)
            case PaperCut():
                printer.print_and_feed(_ROWS_TO_CUTTER)
                printer._raw(PAPER_FULL_CUT)
            case _:
                for row in lay_out_rows(block, COLUMNS[width_mm]):
                    _print_row(printer, row, width_mm, font)
    output: bytes = printer.output
    return output


def _print_row(printer: Dummy, row: PrintedRow, width_mm: PaperWidth, font: str) -> None:
    if not all(map(is_in_printer, row.text)):
        printer.image(row_picture(row, DOTS[width_mm], font))
        return
    size = 2 if row.wide else 1
    printer.set(align=row.align, bold=row.bold, custom_size=True, width=size, height=size)
    printer._raw(_CHINESE_SIZE + bytes([row.wide]))
    printer._raw(row.text.encode("gb18030") + b"\n")
