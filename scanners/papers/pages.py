"""Pages of papers, what is wrong with them, limits, and errors of reading. Uses the standard library only."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from scanners.errors import ScanError

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_PAPER_BYTES = 32 * 1024 * 1024
"""Bytes of the file of a paper: the largest attachment that a center takes."""

MAX_PAGES = 50
PAGE_SECONDS = 10.0
MAX_DRAWN_SIDE = 4096

Corners = tuple[tuple[float, float], ...]
"""Four points in the order top left, top right, bottom right, bottom left of the page; empty if none are known."""


class PageFinding(StrEnum):
    """A possible fault of a page, shown to a person as a warning. It does not prevent the use of the page."""

    BLANK = "blank"
    UNSHARP = "unsharp"
    DARK = "dark"
    SMALL = "small"
    CUT_OFF = "cut_off"
    COVERED = "covered"
    TWO_PAGES = "two_pages"
    NO_PAGE = "no_page"


class Page(NamedTuple):
    """One page as a JPEG without metadata. `corners` are fractions of the picture that it was taken from, or empty."""

    jpeg: bytes
    width: int
    height: int
    findings: tuple[PageFinding, ...] = ()
    corners: Corners = ()


class PaperError(ScanError):
    """A file or a photograph that is not read. `code` is a stable identifier for programs."""

    def __init__(self, sentence: str, /, *, code: str, **facts: str | int) -> None:
        super().__init__(sentence, **facts)
        self.code = code


def empty_file() -> PaperError:
    return PaperError("The file is empty.", code="empty")


def file_too_large() -> PaperError:
    return PaperError(
        "The file is larger than {limit} MB. Scan it with fewer dots per inch; 200 are enough.",
        code="too_large",
        limit=MAX_FILE_BYTES >> 20,
    )


def paper_too_large() -> PaperError:
    return PaperError(
        "The pages together are larger than {limit} MB. Take them as two papers.",
        code="paper_too_large",
        limit=MAX_PAPER_BYTES >> 20,
    )


def not_supported() -> PaperError:
    return PaperError(
        "This kind of file is not accepted. Accepted are PDF, JPEG, PNG, TIFF, WebP and HEIC.", code="not_supported"
    )


def damaged_file() -> PaperError:
    return PaperError("The file is damaged or incomplete. Ask for it again, or scan the paper.", code="damaged")


def file_with_password() -> PaperError:
    return PaperError(
        "The file is protected by a password. Ask for one without a password, or scan the paper.", code="password"
    )


def too_many_pages(pages: int) -> PaperError:
    return PaperError(
        "The file has {pages} pages; at most {limit} are taken as one paper.",
        code="too_many_pages",
        pages=pages,
        limit=MAX_PAGES,
    )


def too_many_pixels(width: int, height: int) -> PaperError:
    return PaperError(
        "A page has {width} x {height} pixels, which is too many. Scan it with fewer dots per inch; 200 are enough.",
        code="too_many_pixels",
        width=width,
        height=height,
    )


def heic_not_installed() -> PaperError:
    return PaperError(
        "Photographs in HEIC cannot be read on this machine. Have it sent as JPEG, or scan the paper.",
        code="heic_missing",
    )


def no_such_page(number: int) -> PaperError:
    return PaperError("The file has no page {number}.", code="no_such_page", number=number)


def out_of_memory() -> PaperError:
    return PaperError("The file needs more memory than is allowed. Scan the paper.", code="too_much_memory")


def page_too_slow(number: int) -> PaperError:
    return PaperError(
        "Page {number} cannot be read within {seconds} seconds. Scan the paper.",
        code="too_slow",
        number=number,
        seconds=round(PAGE_SECONDS),
    )


def reading_stopped() -> PaperError:
    return PaperError("Reading the file failed. Try again, or scan the paper.", code="stopped")
