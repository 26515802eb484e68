"""Papers that are being taken in: their pages so far, each saved before the next one is taken.

Each paper has a file of its own in the office's folder, named by the digest of its owner and material. The pages are
attachments; only their digests and findings are in it. After a crash, the paper is continued from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.cases.overruled_photos import OverruledPhoto
from clerk_app.catalogue.publication import read_policy
from db.errors import StoreUnwritable
from db.files import create_folder, replace_file

if TYPE_CHECKING:
    from db.engines import Transaction

OPEN_PAPERS_FOLDER = "papers"
DRAFT_OWNER, CASE_OWNER, TICKET_OWNER = "draft/", "case/", "ticket/"
_KEPT_DRAFTLESS = 900  # seconds after the last change; a discarded draft can be restored for two minutes
_SECONDS_PER_DAY = 86_400


class OpenPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page: the digest of its picture, the file it came from (empty: a camera), and the codes of its findings."""

    content: str
    source: str = ""
    findings: tuple[str, ...] = ()


class OpenPaper(msgspec.Struct, frozen=True, kw_only=True):
    """The pages of a paper so far.

    `owner` is `draft/ID`, `case/NUMBER` or `ticket/ID`, `file` the paper once it is complete. `photo` are the overruled
    findings on a portrait photo, with the reason.
    """

    owner: str
    material: str
    pages: tuple[OpenPage, ...] = ()
    how: str = ""  # of the first page: camera | file | folder | phone | reception
    file: PaperFile | None = None
    photo: OverruledPhoto | None = None

    @property
    def digests(self) -> set[str]:
        """The attachments to which it refers."""
        return {page.content for page in self.pages} | ({self.file.content} if self.file is not None else set())


class OpenPapers:
    """The papers that are being taken in at one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OPEN_PAPERS_FOLDER

    def find(self, owner: str, material: str) -> OpenPaper | None:
        """Return a paper; None if nothing was taken of it, or its file is damaged."""
        return _decode(self._path(owner, material))

    def save(self, paper: OpenPaper) -> None:
        """Save a paper durably. Raises StoreUnwritable."""
        try:
            create_folder(self._folder)
            replace_file(self._path(paper.owner, paper.material), msgspec.json.encode(paper))
        except OSError as error:
            text = error.strerror or str(error)
            raise StoreUnwritable("The file cannot be kept: {text}", text=text) from error

    def drop(self, owner: str, material: str) -> None:
        """Drop a paper: it is complete, or not wanted. Its pages are removed once nothing refers to them."""
        with suppress(OSError):
            self._path(owner, material).unlink(missing_ok=True)

    def list_of(self, owner: str) -> list[OpenPaper]:
        """Return the papers of a draft or case, by material."""
        return sorted((paper for paper in self.list_all() if paper.owner == owner), key=lambda paper: paper.material)

    def list_all(self) -> list[OpenPaper]:
        """Return all papers that can be read."""
        return [paper for _path, paper in self._read_all()]

    def move(self, owner: str, new_owner: str) -> None:
        """Give the papers of a discarded draft to the draft that restores it. Raises StoreUnwritable."""
        for paper in self.list_of(owner):
            self.save(msgspec.structs.replace(paper, owner=new_owner))
            self.drop(owner, paper.material)

    def drop_orphans(self, tx: Transaction, now: float) -> None:
        """Drop papers whose draft or ticket is gone, and those that nobody has continued for the days of the policy.

        `now` is in seconds since the epoch, by the clock of this machine.
        """
        days = read_policy(tx).draft_days
        for path, paper in self._read_all():
            age = now - path.stat().st_mtime if path.exists() else 0.0
            is_of_draft = paper.owner.startswith(DRAFT_OWNER)
            is_gone = is_of_draft and tx.get("drafts", id=paper.owner.removeprefix(DRAFT_OWNER)) is None
            if paper.owner.startswith(TICKET_OWNER):
                ticket = tx.get("tickets", id=paper.owner.removeprefix(TICKET_OWNER))
                is_gone = ticket is None or ticket["state"] not in ("waiting", "held")
            if (is_gone and age > _KEPT_DRAFTLESS) or (not is_of_draft and days and age > days * _SECONDS_PER_DAY):
                self.drop(paper.owner, paper.material)

    def _read_all(self) -> Iterator[tuple[Path, OpenPaper]]:
        for path in sorted(self._folder.glob("*.json")):
            paper = _decode(path)
            if paper is not None:
                yield path, paper

    def _path(self, owner: str, material: str) -> Path:
        name = sha256("\n".join((owner, material)).encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"


def _decode(path: Path) -> OpenPaper | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=OpenPaper)
    except (OSError, ValueError, RecursionError):
        return None
