"""Links by which a phone sends pictures of papers to one visit at a window, and the files that have arrived.

A window opens a link for a visit; its secret is in the address that the phone opens. The files are kept in a folder of
the center, not in its store, until the window has fetched them. They are deleted when the window closes the link, when
its visit ends, and KEPT_AFTER_END after the link has ended, also after a crash. The folder of a link is named by the
digest of its secret, so that nobody who lists the folder learns a secret.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from clerk_app.cases.media_types import JPEG, MEDIA_TYPES, PDF, PNG, find_media_type
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.ledger.replication.upload_messages import MAX_UPLOADED_FILE_BYTES
from db.attachments import LEFTOVER_SECONDS
from db.errors import StoreUnreadable, StoreUnwritable
from db.files import create_folder, open_private, part_path, publish_file, replace_file

UPLOAD_FOLDER = "phone-uploads"
VALID_FOR = 15 * 60_000_000  # microseconds in which a phone may send
KEPT_AFTER_END = 15 * 60_000_000  # microseconds in which a window may fetch what has arrived
REPORTED_FOR = 24 * 3600_000_000  # microseconds in which a phone learns that its link has ended
MAX_FILE_BYTES = MAX_UPLOADED_FILE_BYTES
MAX_FILES = 50  # of a link, with those that the window has fetched
MAX_BYTES = 100 * 1024 * 1024  # of the files of a link, with those that the window has fetched
_SECRET_BYTES = 16
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")
_ID = re.compile(r"[0-9a-f]{32}")
_ENDINGS = {JPEG: "jpg", PNG: "png", PDF: "pdf"}
_TYPES = {ending: media_type for media_type, ending in _ENDINGS.items()}
_FETCHED = "fetched"
_TERMS_FILE = "link.json"
_FILE = re.compile(r"(\d{3})\.([0-9]{1,10})\.([0-9a-f]{64})\.(jpg|png|pdf|fetched)")
assert _ENDINGS.keys() == set(MEDIA_TYPES)


class _Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a link; times are microseconds UTC."""

    node: str
    window: str
    visit: str
    opened_at: int
    ends_at: int
    closed: bool = False


class PhoneUpload(NamedTuple):
    """A link. `ends_at` is in microseconds UTC."""

    id: str
    node: str
    window: str
    visit: str
    ends_at: int


class PhoneFile(NamedTuple):
    """A file that has arrived; `number` counts from 1 within its link."""

    number: int
    size: int
    digest: str  # SHA-256 in hex
    media_type: str  # empty: the window has fetched it
    path: Path


class NewPhoneUpload(NamedTuple):
    """A new link and its secret, which is not stored."""

    upload: PhoneUpload
    secret: str


def no_upload() -> Refused:
    """Return the error for a link that does not exist."""
    return Refused("no_upload", "There is no such link.")


def upload_ended() -> Refused:
    """Return the error for a link that has ended."""
    return Refused("upload_ended", "This link has ended.")


@dataclass(frozen=True)
class PhoneUploadPlace:
    """Where a center takes files of phones: its public address, its names by language, and its links."""

    address: str
    names: Mapping[str, str]
    uploads: PhoneUploads


class PhoneUploads:
    """The links of one center. Thread-safe, and safe for several processes that share the folder."""

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        """`clock` returns microseconds UTC."""
        self._folder = folder
        self._clock = clock

    def open(self, node: str, window: str, visit: str) -> NewPhoneUpload:
        """Open a link for a visit; an earlier link of the same node is closed. Raises StoreUnwritable."""
        for earlier, terms in self._links():
            if terms.node == node and not terms.closed:
                self.close(earlier)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        name, now = _id_of(secret), self._clock()
        terms = _Terms(node=node, window=window, visit=visit, opened_at=now, ends_at=now + VALID_FOR)
        with _as_store_errors():
            create_folder(self._folder / name)
            self._write_terms(name, terms)
        return NewPhoneUpload(PhoneUpload(name, node, window, visit, terms.ends_at), secret)

    def find_by_secret(self, secret: str) -> PhoneUpload:
        """Return the open link with a secret. Raises Refused ("no_upload", "upload_ended")."""
        if not _SECRET.fullmatch(secret):
            raise no_upload()
        name = _id_of(secret)
        terms = self._read_terms(name)
        if terms.closed or self._clock() >= terms.ends_at:
            raise upload_ended()
        return _describe(name, terms)

    def find_of_node(self, name: str, node: str) -> PhoneUpload:
        """Return a link of a node whose files may still be fetched. Raises Refused ("no_upload", "upload_ended")."""
        if not _ID.fullmatch(name):
            raise no_upload()
        terms = self._read_terms(name)
        if terms.node != node:
            raise no_upload()
        if terms.closed or self._clock() >= terms.ends_at + KEPT_AFTER_END:
            raise upload_ended()
        return _describe(name, terms)

    def list_files(self, upload: PhoneUpload) -> list[PhoneFile]:
        """Return the files that have arrived, in order, with those that the window has fetched."""
        with suppress(FileNotFoundError):
            found = (_FILE.fullmatch(path.name) for path in (self._folder / upload.id).iterdir())
            return sorted(_parse_file(self._folder / upload.id, match) for match in found if match)
        return []

    def get_file(self, upload: PhoneUpload, number: int) -> PhoneFile:
        """Return a file that was not fetched yet. Raises Refused ("no_upload")."""
        for file in self.list_files(upload):
            if file.number == number and file.media_type:
                return file
        raise Refused("no_upload", "There is no such file.")

    def remove_file(self, upload: PhoneUpload, number: int) -> None:
        """Delete a file that the window has fetched; what was sent stays counted. Repeated, it does nothing."""
        with _as_store_errors(), self._locked(upload.id):
            for file in self.list_files(upload):
                if file.number == number and file.media_type:
                    open_private(file.path.with_suffix(f".{_FETCHED}"), "wb").close()
                    file.path.unlink()

    @contextmanager
    def receive(self, upload: PhoneUpload) -> Iterator[IncomingPhoneFile]:
        """Open a file that arrives in pieces; it is discarded unless committed. Raises StoreUnwritable."""
        with _as_store_errors():
            part = part_path(self._folder / upload.id / "file")
            try:
                with open_private(part, "wb") as file:
                    yield IncomingPhoneFile(self, upload, file, part)
            finally:
                part.unlink(missing_ok=True)

    def keep(self, upload: PhoneUpload, part: Path, digest: str, size: int) -> PhoneFile:
        """Keep a file that has arrived; one with the same bytes is kept once.

        Raises Refused: "media_type", "upload_full" (too many or too large together), "upload_ended".
        """
        with part.open("rb") as file:
            media_type = find_media_type(file)
        if not media_type:
            raise Refused("media_type", "This is not a picture (JPEG, PNG) or a PDF file, or it did not arrive whole.")
        with self._locked(upload.id):
            if self._read_terms(upload.id).closed:
                raise upload_ended()
            files = self.list_files(upload)
            known = next((file for file in files if file.digest == digest), None)
            if known is not None:
                return known
            if len(files) >= MAX_FILES or sum(file.size for file in files) + size > MAX_BYTES:
                raise Refused(
                    "upload_full",
                    "A link takes {count} files of {limit} MB together.",
                    count=MAX_FILES,
                    limit=MAX_BYTES >> 20,
                )
            number = max((file.number for file in files), default=0) + 1
            path = self._folder / upload.id / f"{number:03d}.{size}.{digest}.{_ENDINGS[media_type]}"
            publish_file(part, path)
        return PhoneFile(number, size, digest, media_type, path)

    def close(self, name: str) -> None:
        """End a link and delete its files. Repeated, it does nothing. Raises StoreUnwritable."""
        with _as_store_errors(), suppress(Refused), self._locked(name):
            terms = self._read_terms(name)
            if not terms.closed:
                self._write_terms(name, msgspec.structs.replace(terms, closed=True))
            for path in (self._folder / name).iterdir():
                if _FILE.fullmatch(path.name) or path.name.endswith(".part"):
                    path.unlink(missing_ok=True)

    def remove_ended(self, is_visit_open: Callable[[str, str], bool]) -> None:
        """Delete the files of links that have ended, or whose visit has; `is_visit_open` gets its id and window."""
        now = self._clock()
        for name, terms in self._links():
            if now >= terms.ends_at + REPORTED_FOR:
                shutil.rmtree(self._folder / name, ignore_errors=True)
            elif now >= terms.ends_at + KEPT_AFTER_END or (
                not terms.closed and not is_visit_open(terms.visit, terms.window)
            ):
                self.close(name)
        for path in self._folder.glob("*"):  # a crash came before the link was stored
            with suppress(OSError):
                if not (path / _TERMS_FILE).exists() and time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                    shutil.rmtree(path, ignore_errors=True)

    def _links(self) -> Iterator[tuple[str, _Terms]]:
        for path in sorted(self._folder.glob("*")):
            with suppress(Refused):
                yield path.name, self._read_terms(path.name)

    def _read_terms(self, name: str) -> _Terms:
        """Return the terms of a link. Raises Refused ("no_upload") without them."""
        try:
            return msgspec.json.decode((self._folder / name / _TERMS_FILE).read_bytes(), type=_Terms)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise no_upload() from None

    def _write_terms(self, name: str, terms: _Terms) -> None:
        replace_file(self._folder / name / _TERMS_FILE, msgspec.json.encode(terms))

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold the lock of a link. Raises Refused ("no_upload") if it does not exist."""
        try:
            file = os.open(self._folder / name, os.O_RDONLY)
        except FileNotFoundError:
            raise no_upload() from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)


class IncomingPhoneFile:
    """A file that is being received into a temporary file."""

    def __init__(self, uploads: PhoneUploads, upload: PhoneUpload, file: BinaryIO, part: Path) -> None:
        self._uploads, self._upload = uploads, upload
        self._file, self._part = file, part
        self._digest = sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Append the next bytes. Raises Refused ("too_large")."""
        self.size += len(piece)
        if self.size > MAX_FILE_BYTES:
            raise Refused("too_large", "A file has at most {limit} MB.", limit=MAX_FILE_BYTES >> 20)
        self._digest.update(piece)
        self._file.write(piece)

    def commit(self) -> PhoneFile:
        """Keep the file. Raises Refused like `PhoneUploads.keep`."""
        self._file.flush()
        return self._uploads.keep(self._upload, self._part, self._digest.hexdigest(), self.size)


def _id_of(secret: str) -> str:
    return sha256(secret.encode("ascii")).hexdigest()[:32]


def _describe(name: str, terms: _Terms) -> PhoneUpload:
    return PhoneUpload(name, terms.node, terms.window, terms.visit, terms.ends_at)


def _parse_file(folder: Path, match: re.Match[str]) -> PhoneFile:
    number, size, digest, ending = match.groups()
    return PhoneFile(int(number), int(size), digest, _TYPES.get(ending, ""), folder / match[0])


@contextmanager
def _as_store_errors() -> Iterator[None]:
    """Raise OSError of the block as StoreUnwritable, or StoreUnreadable where a file vanished."""
    try:
        yield
    except FileNotFoundError as error:
        raise StoreUnreadable("The file is not kept here any more.") from error
    except OSError as error:
        raise StoreUnwritable("The file cannot be kept: {text}", text=error.strerror or str(error)) from error


def make_phone_upload_place(office: Office) -> PhoneUploadPlace | None:
    """Return where the center of an office takes files of phones; None if its settings do not allow it."""
    settings = office.settings
    if settings.phone_upload is None:
        return None
    names = {"zh_CN": settings.name.zh, "en": settings.name.en}
    uploads = PhoneUploads(office.folder / UPLOAD_FOLDER, office.door.clock)
    return PhoneUploadPlace(settings.phone_upload.address, names, uploads)
