"""The pages of a paper in lines: how many, what they lack, and how to see them."""

from __future__ import annotations

import asyncio

from clerk_app.errors import ClerkError
from clerk_app.locales import _, format_list
from screens.papers.viewer import PageViewer
from screens.plain.host import LineHost
from screens.plain.reading import fact_lines, with_level


async def read_pages(host: LineHost, viewer: PageViewer) -> bool:
    """Write the facts of a paper, its pages with their findings, and the purpose for which it was opened."""
    pages = viewer.pages
    host.write(viewer.heading, *fact_lines(viewer.facts))
    try:
        count = await asyncio.to_thread(pages.count_pages)
        host.write(_("Pages: {count}. This mode cannot read them out.").format(count=count))
        for number in range(count):
            findings = await asyncio.to_thread(pages.list_findings, number)
            name = _("page {number} of {count}").format(number=number + 1, count=count)
            if findings:
                host.write(with_level("warn", format_list((name, *findings))))
    except ClerkError as error:
        host.write(with_level("bad", str(error)))
    finally:
        await asyncio.to_thread(pages.close)
    host.write(pages.watermark)
    if pages.offers_original:
        host.write(_("`clerk view CASE MATERIAL --staff NUMBER` opens the file in another program."))
    return True
