"""Reads the pages of a file of any accepted format, recognised by its first bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scanners.opencv import Picture, cv2
from scanners.papers.findings import find_faults
from scanners.papers.pages import (
    MAX_FILE_BYTES,
    MAX_PAGES,
    Corners,
    Page,
    PageFinding,
    empty_file,
    file_too_large,
    no_such_page,
    not_supported,
    out_of_memory,
    too_many_pages,
)
from scanners.papers.pdf_files import PdfFile
from scanners.papers.picture_files import PictureFile, is_picture

JPEG_QUALITY = 82
"""50 pages of A4 at 200 dots per inch stay below the largest attachment, and small print stays clear."""

_PDF_SIGN, _PDF_SEARCH_BYTES = b"%PDF-", 1024  # readers of PDF look for the start of a file in so many bytes


@contextmanager
def open_file(content: bytes, is_kept: bool = False) -> Iterator[PdfFile | PictureFile]:
    """Open a file; one that is not kept yet has to be within the limits. Raises PaperError if it cannot be read."""
    if not content:
        raise empty_file()
    if len(content) > MAX_FILE_BYTES and not is_kept:
        raise file_too_large()
    try:
        file = _open(content)
        try:
            if file.count > MAX_PAGES and not is_kept:
                raise too_many_pages(file.count)
            yield file
        finally:
            file.close()
    except MemoryError:
        raise out_of_memory() from None


def _open(content: bytes) -> PdfFile | PictureFile:
    if _PDF_SIGN in content[:_PDF_SEARCH_BYTES]:
        return PdfFile(content)
    if is_picture(content):
        return PictureFile(content)
    raise not_supported()


def read_pages(content: bytes) -> Iterator[Page]:
    """Yield each page of a file with its faults. Raises PaperError."""
    with open_file(content) as file:
        for number in range(1, file.count + 1):
            picture = file.draw(number)
            yield make_page(picture, find_faults(picture))


def count_pages(content: bytes) -> int:
    """Return the number of pages of a file. Raises PaperError."""
    with open_file(content, is_kept=True) as file:
        return file.count


def draw_page(content: bytes, number: int, side: int | None = None) -> Picture:
    """Return a page (BGR), its longest side at most `side` pixels. Raises PaperError."""
    with open_file(content, is_kept=True) as file:
        if not 1 <= number <= file.count:
            raise no_such_page(number)
        return file.draw(number) if side is None else file.draw(number, side)


def make_page(picture: Picture, findings: tuple[PageFinding, ...] = (), corners: Corners = ()) -> Page:
    """Return a picture (BGR) as a page."""
    jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
    return Page(jpeg, picture.shape[1], picture.shape[0], findings, corners)
