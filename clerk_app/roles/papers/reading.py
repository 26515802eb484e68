"""Reads the file of a paper in child processes, and returns what a draft keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.paper_readings import PaperReading, ReadValue
from clerk_app.composition.office import Office
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.viewing import read_stored_file
from clerk_app.roles.text_client import TEXT_CLIENT
from scanners import PaperError, ScanError

if TYPE_CHECKING:
    from clerk_app.pre_review.kinds import PaperKind
    from scanners import PageText

MAX_READ_PAGES = 10
"""Pages of a paper that are read; what is compared is on the first pages of a contract."""
FILE_FAILURE, TEXT_FAILURE = "file", "text"
"""Values of `PaperReading.failure`: the file cannot be read, or the child that reads text has failed."""


def can_read_papers() -> bool:
    """Return whether the extra for reading papers is installed on this machine."""
    return TEXT_CLIENT.is_installed()


def load_paper_kinds(office: Office) -> tuple[PaperKind, ...]:
    """Return the kinds of papers that are recognised, with those of the city. Raises BadData for a mistake in them."""
    from clerk_app.pre_review.kinds import CITY_FILE, load_kinds

    return load_kinds(office.folder / CITY_FILE)


def read_stored_paper(office: Office, digest: str) -> PaperReading:
    """Read a stored paper. Takes seconds for each page, and needs no store: call it in a thread of its own.

    A paper that cannot be read gives a reading with a failure. Raises what `read_stored_file` raises.
    """
    kinds = load_paper_kinds(office)
    content = read_stored_file(office, digest)
    try:
        pages = _read_pages(content)
    except PaperError:
        return PaperReading(content=digest, is_readable=False, failure=FILE_FAILURE)
    except ScanError:
        return PaperReading(content=digest, is_readable=False, failure=TEXT_FAILURE)
    return build_reading(digest, pages, kinds)


def _read_pages(content: bytes) -> list[PageText]:
    count = min(PAPER_CLIENT.count_pages(content), MAX_READ_PAGES)
    return [TEXT_CLIENT.read(PAPER_CLIENT.page_jpeg(content, number)) for number in range(1, count + 1)]


def build_reading(digest: str, pages: Sequence[PageText], kinds: Sequence[PaperKind]) -> PaperReading:
    """Return what a draft keeps of the text of a paper's pages."""
    from clerk_app.pre_review.paper_reader import read_paper

    found = read_paper(pages, kinds)
    kind = next((kind for kind in kinds if kind.id == found.kind), None)
    return PaperReading(
        content=digest,
        kind=found.kind,
        is_readable=found.is_readable,
        turned=tuple(page.turned for page in pages),
        values=tuple(
            ReadValue(
                id=field.id,
                value=field.value,
                certainty=round(field.score * 1000),
                is_sure=field.is_sure,
                page=field.page,
                corners=tuple(round(1000 * place) for corner in field.corners for place in corner),
                fact=(kind.field(field.id).holder or "") if kind is not None else "",
            )
            for field in found.fields
        ),
    )
