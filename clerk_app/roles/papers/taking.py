"""Taking in papers: pages from files and cameras, each saved before it is shown, and the file that is made of them.

The pages are in `Office.open_papers` until the paper is complete; a crash loses none that was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256

import msgspec

from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.cases.media_types import JPEG, PDF
from clerk_app.cases.overruled_photos import PHOTO_REASONS, OverruledPhoto, PhotoFlaw, is_photo_reason
from clerk_app.catalogue.publication import load_materials
from clerk_app.composition.office import Office
from clerk_app.composition.open_papers import OpenPage, OpenPaper
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import _, plural_form, translate
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers import paper_files
from clerk_app.roles.papers.copies import list_copies
from clerk_app.roles.papers.page_camera import PageCamera
from clerk_app.roles.papers.page_findings import describe_findings
from clerk_app.roles.papers.photo_check import advise_on_material, find_flaws, name_flaws
from clerk_app.roles.papers.sources import SOURCES
from clerk_app.views.papers import (
    FileRow,
    PageCameraView,
    PaperTarget,
    PhoneLink,
    SourceKind,
    TakenPage,
    TakenPaper,
)
from clerk_app.views.shared import Option, Picture
from db.errors import StoreError, StoreUnwritable
from scanners import Page, PaperError, ScanError

_MAX_PAGES = 50


class PaperTaking:
    """Implements views.PaperTakingService for the office of this machine."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._camera = PageCamera(office)

    def list_paper_sources(self) -> tuple[Option, ...]:
        found = [source for source in SOURCES if source.is_available(self._office)]
        return tuple(
            Option(source.kind, source.name(), key=str(key), hint=source.hint(self._office))
            for key, source in enumerate(found, 1)
        )

    def open_paper(self, target: PaperTarget) -> TakenPaper:
        paper = self._find(target)
        message = ""
        if paper.pages and paper.file is None:
            count = len(paper.pages)
            message = plural_form(
                count,
                _("{count} page was taken before and is kept."),
                _("{count} pages were taken before and are kept."),
            ).format(count=count)
        return self._view(target, paper, message)

    def list_files(self, typed: str) -> tuple[FileRow, ...]:
        return paper_files.list_files(self._office, typed)

    def list_scanned_files(self) -> tuple[FileRow, ...]:
        return paper_files.list_scanned_files(self._office)

    def add_file(self, target: PaperTarget, path: str, on_page: Callable[[int], None]) -> TakenPaper:
        return self.add_content(target, paper_files.read_file(path), "file", on_page)

    def add_scanned_file(self, target: PaperTarget, path: str, on_page: Callable[[int], None]) -> TakenPaper:
        before = len(self._find(target).pages)
        taken = self.add_content(target, paper_files.read_file(path), "folder", on_page)
        if len(taken.pages) > before and not taken.message:  # a file that was read in part stays where it is
            paper_files.put_away(self._office, path)
        return taken

    def add_content(
        self, target: PaperTarget, content: bytes, how: SourceKind, on_page: Callable[[int], None]
    ) -> TakenPaper:
        paper, source = self._find(target), sha256(content).hexdigest()
        begun = len(paper.pages)

        def save_page(page: Page) -> None:
            nonlocal paper
            paper = self._append(paper, page, source, how)
            on_page(len(paper.pages) - begun)

        try:
            PAPER_CLIENT.read_file(content, on_page=save_page)
        except PaperError as error:
            if len(paper.pages) == begun:
                raise BadData(error.sentence, **error.facts) from error
            sentence = _("{count} pages of the file were taken and are kept. {why}")
            why = str(BadData(error.sentence, **error.facts))
            return self._view(target, paper, sentence.format(count=len(paper.pages) - begun, why=why))
        return self._view(target, paper)

    def open_phone_link(self) -> PhoneLink:
        raise Refused("uploads_off", "Phones send pictures to the window that serves a citizen only.")

    def list_arrived(self, kind: SourceKind) -> tuple[FileRow, ...]:
        return tuple(row for source, row in self._find_arrived() if source == kind)

    def add_arrived(
        self, target: PaperTarget, kind: SourceKind, path: str, on_page: Callable[[int], None]
    ) -> TakenPaper:
        content, paper = self._read_arrived(kind, path), self._find(target)
        if any(page.source == sha256(content).hexdigest() for page in paper.pages):  # added before the line was cut
            taken = self._view(target, paper)
        else:
            taken = self.add_content(target, content, kind, on_page)
        if not taken.message:  # a file that was read in part stays
            self._drop_arrived(kind, path)
        return taken

    def _find_arrived(self) -> list[tuple[SourceKind, FileRow]]:
        """Return what has arrived from elsewhere; a window adds it."""
        return []

    def _read_arrived(self, kind: SourceKind, path: str) -> bytes:
        """Return a file that has arrived. Raises Refused, OutOfReach."""
        raise Refused("no_file", "This file is not here any more.", kind=kind, path=path)

    def _drop_arrived(self, kind: SourceKind, path: str) -> None:
        """Remove a file that has arrived and whose pages are saved."""

    def start_page_camera(self, on_view: Callable[[PageCameraView], None], *, is_whole: bool = False) -> None:
        self._camera.start(on_view, is_whole=is_whole)

    def stop_page_camera(self) -> None:
        self._camera.stop()

    def add_camera_pages(self, target: PaperTarget) -> TakenPaper:
        paper = self._find(target)
        for page in self._camera.pop_pages():
            paper = self._append(paper, page, "", "camera")
        return self._view(target, paper)

    def take_photograph(self, target: PaperTarget, *, is_whole: bool = False) -> TakenPaper:
        with _paper_errors():
            page = PAPER_CLIENT.straighten(self._camera.copy_picture(), whole=is_whole)
        return self._view(target, self._append(self._find(target), page, "", "camera"))

    def draw_page(self, target: PaperTarget, number: int, side: int) -> Picture:
        jpeg = self._read_page(self._find(target), number)
        with _paper_errors():
            return Picture(*PAPER_CLIENT.draw_page(jpeg, 1, side))

    def turn_page(self, target: PaperTarget, number: int) -> TakenPaper:
        paper = self._find(target)
        with _paper_errors():
            turned = PAPER_CLIENT.turn(self._read_page(paper, number), 1)
        page = paper.pages[number - 1]
        with _disk_errors():
            content = self._office.taken_files.add(turned.jpeg)
        changed = msgspec.structs.replace(page, content=content)
        return self._save(target, paper, (*paper.pages[: number - 1], changed, *paper.pages[number:]))

    def remove_page(self, target: PaperTarget, number: int) -> TakenPaper:
        paper = self._find(target)
        _require_page(paper, number)
        return self._save(target, paper, (*paper.pages[: number - 1], *paper.pages[number:]))

    def move_page(self, target: PaperTarget, number: int, to: int) -> TakenPaper:
        paper = self._find(target)
        _require_page(paper, number)
        pages = list(paper.pages)
        pages.insert(max(1, min(to, len(pages))) - 1, pages.pop(number - 1))
        return self._save(target, paper, tuple(pages))

    def list_photo_reasons(self) -> tuple[Option, ...]:
        return tuple(
            Option(code, translate(name), key=str(key), hint="" if is_photo_reason(code, "") else _("in own words"))
            for key, (code, name) in enumerate(PHOTO_REASONS.items(), 1)
        )

    def overrule_photo(self, target: PaperTarget, code: str, reason: str = "") -> TakenPaper:
        if not is_photo_reason(code, reason):
            raise Refused("reason", "A reason is needed, in writing where the list asks for it.")
        paper = self._find(target)
        flaws = self._find_flaws(paper)
        if flaws:
            photo = OverruledPhoto(flaws=flaws, code=code, reason=reason.strip())
            paper = msgspec.structs.replace(paper, photo=photo, file=None)
            with _disk_errors():
                self._office.open_papers.save(paper)
        return self._view(target, paper)

    def drop_paper(self, target: PaperTarget) -> TakenPaper:
        self._office.open_papers.drop(target.owner, target.material)
        return self.open_paper(target)

    def complete(self, owner: str, material: str) -> PaperFile:
        """Make the file of a paper of its pages, and keep it with the paper.

        Raises Refused without a page, or without a reason for a photo with findings; BadData.
        """
        paper = self._office.open_papers.find(owner, material)
        if paper is None or not paper.pages:
            raise Refused("no_pages", "No page was taken in yet.")
        if paper.file is not None:
            return paper.file
        flaws = self._find_flaws(paper)
        if flaws and paper.photo is None:
            raise Refused(
                "photo_reason",
                "The check of the photo found: {findings}. Open its pages and state why it is taken nevertheless.",
                findings=name_flaws(flaws),
            )
        jpegs = [self._read_page(paper, number) for number in range(1, len(paper.pages) + 1)]
        with _paper_errors():
            joined = PAPER_CLIENT.join(jpegs)
        with _disk_errors():
            content = self._office.taken_files.add(joined)
            file = PaperFile(
                content=content,
                media_type=JPEG if len(jpegs) == 1 else PDF,
                pages=len(jpegs),
                size=len(joined),
                sources=tuple(dict.fromkeys(page.source for page in paper.pages if page.source)),
                how=paper.how,
                taken_at=self._office.corrected_now,
                findings=tuple(page.findings for page in paper.pages),
                photo=paper.photo if flaws else None,
            )
            self._office.open_papers.save(msgspec.structs.replace(paper, file=file))
        return file

    def _find(self, target: PaperTarget) -> OpenPaper:
        """Return the paper as it was taken so far; of one that is complete in its draft, the pages of its file."""
        paper = self._office.open_papers.find(target.owner, target.material)
        if paper is not None:
            return paper
        paper = OpenPaper(owner=target.owner, material=target.material)
        file = self._find_file(target)
        return paper if file is None else self._take_apart(paper, file)

    def _find_file(self, target: PaperTarget) -> PaperFile | None:
        from clerk_app.roles.papers.copies import read_draft_files

        return read_draft_files(self._office, target.owner).get(target.material)

    def _take_apart(self, paper: OpenPaper, file: PaperFile) -> OpenPaper:
        """Return an open paper with the pages of a file that was made before. It is saved with the next change."""
        try:
            content = self._office.attachments.read(file.content)
        except StoreError as error:
            raise OutOfReach("The pages of this paper are not kept here any more. Take it in again.") from error
        pages = []
        for number in range(1, file.pages + 1):
            with _paper_errors(), _disk_errors():
                digest = self._office.taken_files.add(PAPER_CLIENT.page_jpeg(content, number))
            findings = file.findings[number - 1] if number <= len(file.findings) else ()
            pages.append(OpenPage(content=digest, source=file.source, findings=findings))
        return msgspec.structs.replace(paper, pages=tuple(pages), how=file.how, file=file, photo=file.photo)

    def _append(self, paper: OpenPaper, page: Page, source: str, how: SourceKind) -> OpenPaper:
        """Save a page durably and return the paper with it. Raises Refused, OutOfReach (full disk)."""
        if len(paper.pages) >= _MAX_PAGES:
            raise Refused("too_many", "A paper has at most {limit} pages. Take the rest as another paper.", limit=50)
        with _disk_errors():
            content = self._office.taken_files.add(page.jpeg)
            taken = OpenPage(content=content, source=source, findings=tuple(str(code) for code in page.findings))
            changed = msgspec.structs.replace(
                paper, pages=(*paper.pages, taken), how=paper.how or how, file=None, photo=None
            )
            self._office.open_papers.save(changed)
        return changed

    def _save(self, target: PaperTarget, paper: OpenPaper, pages: Sequence[OpenPage]) -> TakenPaper:
        changed = msgspec.structs.replace(paper, pages=tuple(pages), file=None, photo=None)
        with _disk_errors():
            self._office.open_papers.save(changed)
        return self._view(target, changed)

    def _read_page(self, paper: OpenPaper, number: int) -> bytes:
        _require_page(paper, number)
        try:
            return self._office.attachments.read(paper.pages[number - 1].content)
        except StoreError as error:
            raise OutOfReach(
                "Page {number} is damaged or gone. Remove it, and take it again.", number=number
            ) from error

    def _view(self, target: PaperTarget, paper: OpenPaper, message: str = "") -> TakenPaper:
        pages = tuple(TakenPage(number, describe_findings(page.findings)) for number, page in enumerate(paper.pages, 1))
        warnings = (*list_copies(self._office, paper), *self._check_photo(paper))
        unstated = self._find_flaws(paper) if paper.photo is None else ()
        return TakenPaper(target, pages, warnings, message, name_flaws(unstated))

    def _check_photo(self, paper: OpenPaper) -> tuple[str, ...]:
        """Return what a portrait photo lacks, as advice; empty for another material, or while its page is not here."""
        with suppress(OutOfReach):
            if kind := self._find_type(paper):
                return advise_on_material(kind, self._read_page(paper, 1))
        return ()

    def _find_flaws(self, paper: OpenPaper) -> tuple[PhotoFlaw, ...]:
        """Return what a portrait photo lacks; empty if it is no photo, or it cannot be checked."""
        with suppress(OutOfReach, BadData):
            if kind := self._find_type(paper):
                return find_flaws(kind, self._read_page(paper, 1))
        return ()

    def _find_type(self, paper: OpenPaper) -> str:
        """Return the licence type of the material of a paper of one page; empty for another."""
        with self._office.store.read() as tx:
            material = load_materials(tx, [paper.material]).get(paper.material)
        return (material.licence_type or "") if material is not None and len(paper.pages) == 1 else ""


def _require_page(paper: OpenPaper, number: int) -> None:
    if not 1 <= number <= len(paper.pages):
        raise Refused("no_page", "This paper has no page {number}.", number=number)


@contextmanager
def _paper_errors() -> Iterator[None]:
    """Convert an error of the reading process to BadData with the same sentence."""
    try:
        yield
    except ScanError as error:
        raise BadData(error.sentence, **error.facts) from error


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Raise OutOfReach instead of errors of the disk: the page could not be saved."""
    try:
        yield
    except StoreUnwritable as error:
        raise OutOfReach(
            "This page could not be saved: {text}. What was taken before is kept. Make room on the disk, then take the "
            "page again.",
            text=error.facts.get("text", error),
        ) from error
