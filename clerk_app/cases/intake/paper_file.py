"""The file of a paper that was taken in: a JPEG of one page, or a PDF of page pictures."""

from __future__ import annotations

from clerk_app.cases.overruled_photos import OverruledPhoto
from clerk_app.ledger.commands import MessagePart

CAMERA, FILE, FOLDER, PHONE, RECEPTION = "camera", "file", "folder", "phone", "reception"
"""Ways in which a paper is taken in (`PaperFile.how`)."""


class PaperFile(MessagePart, frozen=True, kw_only=True):
    """The file of a paper of a draft. Its bytes are an attachment of the office, addressed by `content`.

    `sources` are the digests of the files as they came, without those of a camera: they show exact copies. `findings`
    has the codes of what was found on each page (blank, cut off), in the order of the pages. `photo` is what the check
    of a portrait photo found, and why it is taken; None if nothing was found.
    """

    content: str  # SHA-256 in hex
    media_type: str  # image/jpeg | application/pdf
    pages: int
    size: int = 0  # bytes
    sources: tuple[str, ...] = ()
    how: str = ""  # camera | file | folder | phone | reception
    taken_at: int = 0  # microseconds UTC
    findings: tuple[tuple[str, ...], ...] = ()
    photo: OverruledPhoto | None = None

    @property
    def source(self) -> str:
        """Digest of the file as it came, if the whole paper came as one file; else empty."""
        return self.sources[0] if len(self.sources) == 1 else ""

    def is_copy_of(self, other: PaperFile) -> bool:
        """Return whether both are the same file, or came from the same file."""
        return self.content == other.content or not set(self.sources).isdisjoint(other.sources)
