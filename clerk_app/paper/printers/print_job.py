"""Makes a job from a page: encoded for the printer that gets it."""

from __future__ import annotations

from datetime import datetime

from clerk_app.paper.page import PaperPage
from clerk_app.paper.printers.printer import Printer, PrintJob
from clerk_app.paper.printers.spool import format_paper_name


def make_job(printer: Printer, page: PaperPage, *, id: str, kind: str, number: str, at: datetime) -> PrintJob:
    """Encode `page` for `printer`. `kind` and `number` are those of `format_paper_name`, `at` the local time.

    Raises BadData if a code does not fit on the paper, ValueError for a kind or number that is no part of a file name.
    """
    from clerk_app.paper.printers.escpos import encode_escpos  # loads python-escpos

    data = encode_escpos(page, printer.paper_mm)
    return PrintJob(id=id, name=format_paper_name(kind, number, at), data=data, media=printer.media)
