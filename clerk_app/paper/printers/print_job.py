"""Makes a job from a page: encoded for the printer that gets it."""

from __future__ import annotations

from datetime import datetime

from clerk_app.locales import current_language
from clerk_app.paper.page import PaperPage
from clerk_app.paper.printers.printer import Printer, PrintJob
from clerk_app.paper.printers.spool import format_paper_name


def make_job(
    printer: Printer,
    page: PaperPage,
    *,
    id: str,
    kind: str,
    number: str,
    at: datetime,
    language: str = "",
    title: str = "",
    font: str = "",
) -> PrintJob:
    """Encode `page` for `printer`: as ESC/POS, or as a PDF for A4.

    `kind` and `number` are those of `format_paper_name`, `at` the local time. `language` is that of the page (empty:
    the current one), `title` its title in the PDF, `font` the font file of the settings. Raises BadData if a code does
    not fit on the paper, OutOfReach if what a PDF needs is not installed, ValueError for a kind or number that is no
    part of a file name.
    """
    return PrintJob(
        id=id,
        name=format_paper_name(kind, number, at, suffix=".pdf" if printer.media == "a4" else ".bin"),
        data=_encode(printer, page, language or current_language(), title or kind, at, font),
        media=printer.media,
    )


def _encode(printer: Printer, page: PaperPage, language: str, title: str, at: datetime, font: str) -> bytes:
    if printer.media == "a4":
        from clerk_app.paper.printers.a4 import render_a4  # loads typst

        return render_a4(page, language, title, at, font=font)
    from clerk_app.paper.printers.escpos import encode_escpos  # loads python-escpos

    return encode_escpos(page, printer.paper_mm, font=font)
