"""The pages of a paper that was opened: fetched, drawn in parts, shown for a limited time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.locales import _
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.page_findings import describe_findings
from clerk_app.roles.papers.photo_check import find_flaws, name_flaws
from clerk_app.roles.text_client import TEXT_CLIENT
from clerk_app.sync.transport import RetryLater
from clerk_app.text.cleaning import clean_text
from clerk_app.views.page_view import MAX_PAGE_SIDE, PagePart
from clerk_app.views.shared import Picture
from db.errors import StoreError
from scanners import ScanError

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDES = (1024, 2048, MAX_PAGE_SIDE)  # pixels of the longest side in which pages are drawn and kept
_PAGES_KEPT = 3  # drawn pages, of up to 36 MB each
_QUARTER_TURNS = 4
_SHARPENING = (1, 200, 0)  # radius, percent, threshold: in cells, digits were readable at half the size with it


@dataclass(frozen=True)
class ViewTerms:
    """For which purpose a paper was opened, by whom (the staff number), and until when it is shown."""

    purpose: str
    staff: str
    until: datetime

    @property
    def watermark(self) -> str:
        """The terms in one line, in the current language."""
        sentence = _("For {purpose} only, until {until}, opened by {staff}")
        return sentence.format(purpose=self.purpose, until=f"{self.until:%Y-%m-%d %H:%M}", staff=self.staff)


def make_terms(office: Office, purpose: str, staff: str) -> ViewTerms:
    """Return the terms of a paper that is opened now, for the minutes that the city sets."""
    with office.store.read() as tx:
        minutes = read_policy(tx).paper_view_minutes
    return ViewTerms(purpose, staff, office.local_time() + timedelta(minutes=minutes))


class FilePages:
    """Implements views.PaperPages for a file that `read` returns. `now` is the local time.

    `open_original` opens the file in another program and returns a sentence; None where that is not offered.
    `findings` are those of the pages when they were taken in, if that is known here. A file of the licence type
    `photo_type` is checked as a portrait photo.
    """

    def __init__(
        self,
        read: Callable[[], bytes],
        terms: ViewTerms,
        now: Callable[[], datetime],
        open_original: Callable[[], str] | None = None,
        findings: Sequence[Sequence[str]] = (),
        photo_type: str = "",
    ) -> None:
        self._read, self.terms, self._now, self._open_original = read, terms, now, open_original
        self._findings = dict(enumerate(findings))  # codes by page; of others they are looked for
        self._photo_type = photo_type
        self._lock = threading.Lock()
        self._content = b""
        self._drawn: OrderedDict[tuple[int, int], Image] = OrderedDict()  # by page and side, the newest last

    @property
    def watermark(self) -> str:
        return self.terms.watermark

    def count_pages(self) -> int:
        with self._opened() as content:
            return PAPER_CLIENT.count_pages(content)

    def measure_page(self, page: int) -> tuple[int, int]:
        with self._opened() as content:
            width, height = self._draw_page(content, page, _SIDES[0]).size
        return width, height

    def draw_part(self, page: int, quarters: int, part: PagePart, width: int, height: int) -> Picture:
        from PIL.Image import Resampling, Transpose  # not before the first page
        from PIL.ImageFilter import UnsharpMask

        turns = {1: Transpose.ROTATE_270, 2: Transpose.ROTATE_180, 3: Transpose.ROTATE_90}  # they turn to the left
        quarters %= _QUARTER_TURNS
        upright = turn_back(part, quarters)
        size = (width, height) if quarters % 2 == 0 else (height, width)
        needed = max(size[0] / upright.width, size[1] / upright.height)
        with self._opened() as content:
            image = self._draw_page(content, page, next((side for side in _SIDES if side >= needed), MAX_PAGE_SIDE))
        box = (
            upright.left * image.width,
            upright.top * image.height,
            min(1.0, upright.left + upright.width) * image.width,
            min(1.0, upright.top + upright.height) * image.height,
        )
        drawn = image.resize(size, Resampling.LANCZOS, box=box).filter(UnsharpMask(*_SHARPENING))
        if quarters:
            drawn = drawn.transpose(turns[quarters])
        return Picture(drawn.width, drawn.height, drawn.tobytes())

    def list_findings(self, page: int) -> tuple[str, ...]:
        with self._opened() as content:
            if page not in self._findings:
                read = PAPER_CLIENT.read_file(PAPER_CLIENT.page_jpeg(content, page + 1))
                self._findings[page] = tuple(finding.value for finding in read[0].findings)
            photo = self._check_photo(content) if page == 0 and self._photo_type else ""
        found = describe_findings(self._findings[page])
        return (*found, _("photo check: {findings}").format(findings=photo)) if photo else found

    @property
    def can_be_read(self) -> bool:
        return TEXT_CLIENT.is_installed()

    def read_text(self, page: int) -> tuple[str, ...]:
        with self._opened() as content:
            jpeg = PAPER_CLIENT.page_jpeg(content, page + 1)
        try:
            return tuple(clean_text(line.text) for line in TEXT_CLIENT.read(jpeg).lines)
        except ScanError as error:
            raise BadData(error.sentence, **error.facts) from error

    @property
    def offers_original(self) -> bool:
        return self._open_original is not None

    def open_original(self) -> str:
        if self._open_original is None:
            raise Refused("originals", "The city does not allow papers to be opened in another program.")
        return self._open_original()

    def close(self) -> None:
        with self._lock:
            self._content = b""
            self._drawn.clear()

    def _check_photo(self, content: bytes) -> str:
        """Return what a portrait photo lacks, in a few words; empty for a good one, or one that cannot be checked."""
        with suppress(BadData):
            return name_flaws(find_flaws(self._photo_type, content))
        return ""

    @contextmanager
    def _opened(self) -> Iterator[bytes]:
        """Yield the file; one thread draws at a time. Raises Refused when the time is over, and what `read` raises."""
        with self._lock:
            if self._now() >= self.terms.until:
                self._content = b""
                self._drawn.clear()
                raise Refused(
                    "view_ended", "The time for which this paper was opened is over. Close it and open it again."
                )
            self._content = self._content or self._read()
            try:
                yield self._content
            except ScanError as error:
                raise BadData(error.sentence, **error.facts) from error

    def _draw_page(self, content: bytes, page: int, side: int) -> Image:
        """Return a page in RGB; the newest ones are kept."""
        from PIL import Image

        image = self._drawn.get((page, side))
        if image is None:
            width, height, rgb = PAPER_CLIENT.draw_page(content, page + 1, side)
            image = self._drawn[page, side] = Image.frombytes("RGB", (width, height), rgb)
        self._drawn.move_to_end((page, side))
        while len(self._drawn) > _PAGES_KEPT:
            self._drawn.popitem(last=False)
        return image


def turn_back(part: PagePart, quarters: int) -> PagePart:
    """Return a part of a page that is turned clockwise by quarters as the same part of the page before the turn."""
    for _turn in range(quarters % _QUARTER_TURNS):
        part = PagePart(part.top, 1.0 - part.left - part.width, part.height, part.width)
    return part


def open_stored_pages(
    office: Office,
    digest: str,
    terms: ViewTerms,
    open_original: Callable[[], str] | None = None,
    photo_type: str = "",
) -> FilePages:
    """Return the pages of a file of the attachment store. The caller must record the access before the call."""
    return FilePages(
        lambda: read_stored_file(office, digest), terms, office.local_time, open_original, photo_type=photo_type
    )


def read_stored_file(office: Office, digest: str) -> bytes:
    """Return a file of the attachment store; a machine that lacks it fetches it from the center.

    Raises OutOfReach with a sentence on why it is not here and when it comes, BadData if it is damaged.
    """
    try:
        return office.attachments.read(digest)
    except StoreError as error:
        if office.attachments.is_kept(digest) and office.connection is None:
            raise BadData(error.sentence) from error
    if office.connection is None:
        raise OutOfReach("The file of this paper is not kept here. Ask for the original.")
    try:
        return office.connection.fetch(digest)
    except (Refused, BadData, RetryLater) as error:
        raise OutOfReach(
            "The file has not reached the center yet: it comes when the machine that took it in is connected. "
            "Try again later, or ask for the original."
        ) from error
    except ClerkError as error:
        office.connection.prefetch(digest)
        raise OutOfReach(
            "The file is not on this machine, and the center does not answer: it is fetched when the connection is "
            "back. Try again then."
        ) from error
