"""Attachments: scans and pictures, each in a file of the store's folder named by the SHA-256 digest of its bytes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from db.errors import StoreUnreadable, StoreUnwritable
from db.files import create_folder, open_locked, open_private, part_path, publish_file, replace_file

LEFTOVER_SECONDS = 86_400  # age from which an incomplete file is a leftover


class AttachmentStore:
    """Folder of the attachments of one store: `ab/ab12...` for the digest `ab12...` in hex."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, data: bytes) -> str:
        """Store `data` durably and return its digest. Equal bytes share one file. Raises StoreUnwritable."""
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        try:
            create_folder(path.parent)
            replace_file(path, data)
        except OSError as error:
            raise _unwritable(error) from error
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of an attachment. Raises StoreUnreadable when it is missing or damaged."""
        try:
            data = self._path(digest).read_bytes()
        except OSError:
            raise StoreUnreadable("The picture is not kept here.") from None
        if sha256(data).hexdigest() != digest:
            raise StoreUnreadable("The picture is damaged and is not shown.")
        return data

    def is_kept(self, digest: str) -> bool:
        """Return whether there is a file for an attachment; it may be damaged."""
        return self._path(digest).exists()

    def find_verified(self, digest: str) -> Path:
        """Return the path of an attachment after checking its digest. Raises StoreUnreadable when it is missing or
        damaged."""
        path = self._path(digest)
        try:
            with path.open("rb") as file:
                actual = file_digest(file, "sha256").hexdigest()
        except OSError:
            raise StoreUnreadable("The picture is not kept here.") from None
        if actual != digest:
            raise StoreUnreadable("The picture is damaged and is not shown.")
        return path

    @contextmanager
    def receive(self, digest: str) -> Iterator[IncomingAttachment]:
        """Open an attachment that arrives in chunks; it is discarded unless committed. Raises StoreUnwritable."""
        path = self._path(digest)
        try:
            create_folder(path.parent)
            part = part_path(path)
            try:
                with open_private(part, "wb") as file:
                    yield IncomingAttachment(file, part, path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from error

    def read_range(self, digest: str, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from an offset, without a check of the digest. Raises StoreUnreadable."""
        try:
            with self._path(digest).open("rb") as file:
                file.seek(offset)
                return file.read(size)
        except OSError:
            raise StoreUnreadable("The picture is not kept here.") from None

    def append_piece(self, digest: str, offset: int, piece: bytes) -> int:
        """Append a piece to an attachment that arrives in pieces; return how many bytes of it have arrived.

        A piece that does not begin where the last one ended changes nothing. The pieces survive a restart; they are a
        leftover LEFTOVER_SECONDS after the last one. Raises StoreUnwritable.
        """
        try:
            create_folder(self._path(digest).parent)
            with open_locked(self._pieces_path(digest)) as file:
                received = file.seek(0, os.SEEK_END)
                if received == offset:
                    self._append(file, piece, received)
                    received += len(piece)
                return received
        except OSError as error:
            raise _unwritable(error) from error

    @staticmethod
    def _append(file: BinaryIO, piece: bytes, received: int) -> None:
        """Append a piece whole or not at all: after half of one, the sender has no piece that begins there."""
        try:
            left = memoryview(piece)
            while left:  # unbuffered: a buffer would be written once more when the file is closed
                left = left[os.write(file.fileno(), left) :]
        except OSError:
            os.ftruncate(file.fileno(), received)
            raise

    def read_pieces(self, digest: str) -> bytes:
        """Return what has arrived of an attachment in pieces; empty if nothing has."""
        try:
            return self._pieces_path(digest).read_bytes()
        except OSError:
            return b""

    def count_received(self, digest: str) -> int:
        """Return how many bytes of an attachment have arrived in pieces."""
        try:
            return self._pieces_path(digest).stat().st_size
        except OSError:
            return 0

    def open_pieces(self, digest: str) -> BinaryIO:
        """Open what has arrived of an attachment for reading; the caller closes it. Raises StoreUnreadable."""
        try:
            return self._pieces_path(digest).open("rb")
        except OSError:
            raise StoreUnreadable("The picture is not kept here.") from None

    def complete_pieces(self, digest: str) -> bool:
        """Store an attachment all of whose pieces have arrived.

        Returns False, and drops the pieces, if they do not match the digest. Raises StoreUnwritable.
        """
        path = self._pieces_path(digest)
        try:
            with open_locked(path) as file:
                file.seek(0)
                if file_digest(file, "sha256").hexdigest() != digest:
                    path.unlink()
                    return False
                publish_file(path, self._path(digest))
                return True
        except OSError as error:
            raise _unwritable(error) from error

    def drop_pieces(self, digest: str) -> None:
        """Delete what has arrived of an attachment in pieces. Raises StoreUnwritable."""
        try:
            self._pieces_path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from error

    def copy_from(self, digest: str, source: AttachmentStore) -> None:
        """Copy an attachment of another folder, as a hard link where the file system allows it.

        Raises StoreUnreadable when it is missing or damaged in `source`, StoreUnwritable.
        """
        path = self._path(digest)
        if path.exists():
            return
        data = source.read(digest)
        try:
            create_folder(path.parent)
            os.link(source._path(digest), path)
        except OSError:
            self.add(data)

    def remove(self, digest: str) -> None:
        """Delete an attachment, if it exists. Raises StoreUnwritable."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnwritable("The file cannot be removed: {text}", text=error.strerror or str(error)) from error

    def remove_leftovers(self) -> None:
        """Remove incomplete files that a crash left. Recent ones are kept: another program may be writing them."""
        for path in self._folder.glob("*/*.part"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                    path.unlink()

    def _pieces_path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.part"

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


class IncomingAttachment:
    """An attachment that is being received into a temporary file."""

    def __init__(self, file: BinaryIO, part: Path, path: Path) -> None:
        self._file = file
        self._part = part
        self._path = path
        self._digest = sha256()

    def write(self, chunk: bytes) -> None:
        """Append the next chunk."""
        self._digest.update(chunk)
        self._file.write(chunk)

    def received(self) -> BinaryIO:
        """Return the file with the bytes so far, for reading; the caller closes it."""
        self._file.flush()
        return self._part.open("rb")

    def commit(self) -> bool:
        """Store the attachment durably. Returns False, and stores nothing, when the bytes do not match the digest."""
        if self._digest.hexdigest() != self._path.name:
            return False
        self._file.flush()
        publish_file(self._part, self._path)
        return True


def _unwritable(error: OSError) -> StoreUnwritable:
    return StoreUnwritable("The file cannot be kept: {text}", text=error.strerror or str(error))
