"""The pages of a paper in lines: how many, what they lack, and their text where this machine recognises it."""

from __future__ import annotations

import asyncio

from clerk_app.errors import ClerkError
from clerk_app.locales import _, format_list
from clerk_app.views.page_view import PaperPages
from screens.papers.viewer import PageViewer
from screens.plain.host import LineHost
from screens.plain.reading import fact_lines, with_level


async def read_pages(host: LineHost, viewer: PageViewer) -> bool:
    """Write facts, pages with their findings, and the purpose of a paper; read its text out if that is wanted."""
    pages = viewer.pages
    host.write(viewer.heading, *fact_lines(viewer.facts), pages.watermark)
    try:
        count = await asyncio.to_thread(pages.count_pages)
        await _write_pages(host, pages, count)
    except ClerkError as error:
        host.write(with_level("bad", str(error)))
    finally:
        await asyncio.to_thread(pages.close)
    return True


async def _write_pages(host: LineHost, pages: PaperPages, count: int) -> None:
    host.write(_("Pages: {count}.").format(count=count))
    for number in range(count):
        findings = await asyncio.to_thread(pages.list_findings, number)
        if findings:
            host.write(with_level("warn", format_list((_page_name(number, count), *findings))))
    if pages.offers_original:
        host.write(_("`clerk view CASE MATERIAL --staff NUMBER` opens the file in another program."))
    if not pages.can_be_read:
        host.write(_("The pages cannot be read out: the optional package `text` is not installed on this machine."))
        return
    question = _("This machine can read the pages out; it takes seconds for each, and makes mistakes.")
    if await host.confirm((question,), _("reads them out")):
        for number in range(count):
            lines = await asyncio.to_thread(pages.read_text, number)
            host.write(_page_name(number, count), *(lines or (_("No text was recognised."),)))


def _page_name(number: int, count: int) -> str:
    return _("page {number} of {count}").format(number=number + 1, count=count)
