"""Contract of the page viewer: the pages of one paper that was opened."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from clerk_app.views.shared import Picture

MAX_PAGE_SIDE = 4096  # pixels of the longest side in which a page is drawn


class PagePart(NamedTuple):
    """A part of a page, as fractions of the width and height of the page as it is turned."""

    left: float
    top: float
    width: float
    height: float


class PaperPages(Protocol):
    """The pages of a paper whose opening was recorded. Each method is slow and needs no store: call it from any thread
    but that of the event loop. Pages are counted from 0, quarters are turns by 90 degrees clockwise.

    Each method raises ClerkError, with a sentence on what to do: the file has not arrived, cannot be read, or the time
    for which the paper was opened is over.
    """

    @property
    def watermark(self) -> str:
        """Text across the page: purpose, time until which it is shown, who opened it. It does no I/O."""
        ...

    def count_pages(self) -> int:
        """Fetch the file, from the center if this machine lacks it, and return the number of its pages."""
        ...

    def measure_page(self, page: int) -> tuple[int, int]:
        """Return width and height of a page, before it is turned; only their ratio matters."""
        ...

    def draw_part(self, page: int, quarters: int, part: PagePart, width: int, height: int) -> Picture:
        """Return a part of the turned page in `width` x `height` pixels."""
        ...

    def list_findings(self, page: int) -> tuple[str, ...]:
        """Return what the page lacks, in words: blank, cut off, unsharp; empty for a good page."""
        ...

    @property
    def can_be_read(self) -> bool:
        """Whether this machine recognises text: the extra `text` is installed. No I/O."""
        ...

    def read_text(self, page: int) -> tuple[str, ...]:
        """Return the lines of text on a page, as this machine recognises them; it takes seconds."""
        ...

    @property
    def offers_original(self) -> bool:
        """Whether the file may be opened in another program: it is of a case, and the city allows it. No I/O."""
        ...

    def open_original(self) -> str:
        """Open the file in the program of the desktop, record that, and return a sentence. Call it with `host.ask`."""
        ...

    def close(self) -> None:
        """Drop the file and the pages from memory."""
        ...
