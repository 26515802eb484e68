"""Papers that are read while `feel` measures, as pre-review does at a window."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from clerk_app.errors import BadData
from scanners import ScanError, TextClient


@contextmanager
def read_papers_meanwhile() -> Iterator[None]:
    """Read a drawn A4 page again and again, with the priority that the program gives this. Raises BadData."""
    from benchmarks.papers.conditions import to_jpeg
    from benchmarks.papers.drawn_contracts import draw_lease

    if not TextClient.is_installed():
        raise BadData("The extra text is needed for this benchmark.")
    page = to_jpeg(draw_lease(Random(1)).image)  # noqa: S311 - one page, always the same
    client, is_over = TextClient(), threading.Event()
    pages = 0

    def read() -> None:
        nonlocal pages
        while not is_over.is_set():
            try:
                client.read(page)
                pages += 1
            except ScanError:  # closed below, or the machine is too busy
                is_over.wait(1.0)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield
    finally:
        is_over.set()
        client.close()
        reader.join()
        print(f"{pages} pages were read meanwhile", file=sys.stderr)
