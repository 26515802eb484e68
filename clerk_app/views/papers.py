"""Contract of taking in papers: pages from a camera, a file, a scanner's folder or a phone, and the paper made of them.

The counter, a department and a reception take papers in with the same dialogs. A role names the paper by its owner and
its material; a page is saved as soon as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from clerk_app.views.shared import Option, Picture

View_co = TypeVar("View_co", covariant=True)
SourceKind = Literal["camera", "file", "folder", "phone", "reception"]


@dataclass(frozen=True)
class PaperTarget:
    """The paper that is taken in: `owner` is `draft/ID`, `case/NUMBER` or `ticket/ID`, `name` that of its material."""

    owner: str
    material: str
    name: str


@dataclass(frozen=True)
class TakenPage:
    """A page that was taken. `findings` are warnings in words: blank, cut off, unsharp."""

    number: int  # from 1
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakenPaper:
    """The pages of a paper so far. `warnings` are sentences about the whole paper, such as that it is an exact copy.

    `photo_findings` names what the check of a portrait photo found, if a reason for taking it is still to be stated.
    """

    target: PaperTarget
    pages: tuple[TakenPage, ...] = ()
    warnings: tuple[str, ...] = ()
    message: str = ""  # what the last act did, or why a part of it failed
    photo_findings: str = ""


@dataclass(frozen=True)
class FileRow:
    """A file or folder that may be chosen; `path` is what is typed for it."""

    path: str
    name: str
    is_folder: bool = False
    size: str = ""
    changed: str = ""  # local date and time of the last change


@dataclass(frozen=True)
class PhoneLink:
    """The link that the citizen's phone opens: lines of its QR code, black on white, and the local time of its end."""

    code: tuple[str, ...]
    ends_at: str


@dataclass(frozen=True)
class PageCameraView:
    """The live picture of a document camera. `outlines` are the pages in it, as fractions of its width and height.

    `stillness` is the share of the time for which a page has to lie still; `waiting` the number of pages that were
    taken by themselves and are to be saved.
    """

    picture: Picture | None
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()
    guidance: str = ""
    error: str = ""
    stillness: float = 0.0
    waiting: int = 0


class PaperTakingService(Protocol):
    """Takes papers in. Methods raise ClerkError; what was taken before is kept."""

    def list_paper_sources(self) -> tuple[Option, ...]:
        """Return the sources of this machine, of SourceKind; their keys are numbers."""
        ...

    def open_paper(self, target: PaperTarget) -> TakenPaper:
        """Return what was taken of a paper: before a crash, or when it was taken in first."""
        ...

    def list_files(self, typed: str) -> tuple[FileRow, ...]:
        """Return the folders and files that a typed path may be completed to; empty if there are none."""
        ...

    def list_scanned_files(self) -> tuple[FileRow, ...]:
        """Return the files in the scanner's folder, the newest first; files that are still written are left out."""
        ...

    def add_file(self, target: PaperTarget, path: str, on_page: Callable[[int], None]) -> TakenPaper:
        """Append the pages of a file; `on_page` is called with the number of pages so far, on another thread."""
        ...

    def add_scanned_file(self, target: PaperTarget, path: str, on_page: Callable[[int], None]) -> TakenPaper:
        """Append the pages of a file of the scanner's folder; then keep, move or remove it, by `scan_folder_after`."""
        ...

    def add_content(
        self, target: PaperTarget, content: bytes, how: SourceKind, on_page: Callable[[int], None]
    ) -> TakenPaper:
        """Append the pages of a file that came another way, such as from a phone."""
        ...

    def open_phone_link(self) -> PhoneLink:
        """Return the link by which the phone of the citizen who is served sends files; a new one if it has ended.

        Raises Refused where the city does not allow it, OutOfReach.
        """
        ...

    def list_arrived(self, kind: SourceKind) -> tuple[FileRow, ...]:
        """Return what has come from the phone of the citizen, or from the reception, the oldest first."""
        ...

    def add_arrived(
        self, target: PaperTarget, kind: SourceKind, path: str, on_page: Callable[[int], None]
    ) -> TakenPaper:
        """Append the pages of a file of `list_arrived`; after a cut line it may be repeated."""
        ...

    def start_page_camera(self, on_view: Callable[[PageCameraView], None], *, is_whole: bool = False) -> None:
        """Show the live picture of the document camera; `on_view` is called on another thread.

        A page is taken by itself when it lies still, unless `is_whole`.
        """
        ...

    def add_camera_pages(self, target: PaperTarget) -> TakenPaper:
        """Append the pages that the camera has taken by itself."""
        ...

    def take_photograph(self, target: PaperTarget, *, is_whole: bool = False) -> TakenPaper:
        """Append the page that is in view now; with `is_whole`, all of the picture."""
        ...

    def stop_page_camera(self) -> None: ...

    def draw_page(self, target: PaperTarget, number: int, side: int) -> Picture:
        """Return a page whose longest side has at most `side` pixels."""
        ...

    def turn_page(self, target: PaperTarget, number: int) -> TakenPaper:
        """Turn a page by a quarter, clockwise."""
        ...

    def remove_page(self, target: PaperTarget, number: int) -> TakenPaper: ...

    def move_page(self, target: PaperTarget, number: int, to: int) -> TakenPaper:
        """Move a page to another place; `to` is its number afterwards."""
        ...

    def list_photo_reasons(self) -> tuple[Option, ...]:
        """Return the reasons for overruling findings on a photo; one with a `hint` needs own words."""
        ...

    def overrule_photo(self, target: PaperTarget, code: str, reason: str = "") -> TakenPaper:
        """Record the reason for overruling the findings on a photo. Raises Refused."""
        ...

    def drop_paper(self, target: PaperTarget) -> TakenPaper:
        """Drop everything that was taken of a paper since it was opened."""
        ...


class PaperService(Protocol[View_co]):
    """Acts of a window on the papers of its draft, or of the open case. Acts return the view after them."""

    @property
    def paper_taking(self) -> PaperTakingService:
        """Takes the pages in."""
        ...

    def find_paper_target(self, material: str) -> PaperTarget:
        """Return the paper of a material of the open case, otherwise of the draft. Raises Refused."""
        ...

    def list_open_papers(self) -> Mapping[str, str]:
        """Return the papers whose pages are being taken in, by material, with how many there are, in words."""
        ...

    def finish_paper(self, material: str, code: str = "", reason: str = "") -> View_co:
        """Make one paper of the pages that were taken; it counts as handed in for the draft.

        For an open case it waits until it is taken in with the other papers. `code` and `reason` are why paper is taken
        although the city holds it. Raises Refused, BadData.
        """
        ...
