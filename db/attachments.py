"""Content files: a scan or picture lies beside the store, under the digest of its bytes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from itertools import count
from pathlib import Path
from typing import BinaryIO

from db.errors import StoreUnreadable, StoreUnwritable

_part_numbers = count(1)  # of files on their way in


class AttachmentStore:
    """The folder of content files of one store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, data: bytes) -> str:
        """Keeps `data` durably; its SHA-256 in hex. The same bytes twice are one file. Raises StoreUnwritable."""
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_durable(path, data)
        except OSError as error:
            raise StoreUnwritable("The file cannot be kept: {text}", text=error.strerror or str(error)) from error
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes behind a digest. Raises StoreUnreadable when they are missing or damaged."""
        try:
            data = self._path(digest).read_bytes()
        except OSError:
            raise StoreUnreadable("The picture is not kept here.") from None
        if sha256(data).hexdigest() != digest:
            raise StoreUnreadable("The picture is damaged and is not shown.")
        return data

    def find_verified(self, digest: str) -> Path:
        """The file behind a digest, looked through. Raises StoreUnreadable when it is missing or damaged."""
        path = self._path(digest)
        try:
            with path.open("rb") as file:
                found = file_digest(file, "sha256").hexdigest()
        except OSError:
            raise StoreUnreadable("The picture is not kept here.") from None
        if found != digest:
            raise StoreUnreadable("The picture is damaged and is not shown.")
        return path

    @contextmanager
    def receive(self, digest: str) -> Iterator[IncomingAttachment]:
        """A file that comes piece by piece; what is not kept at the end is thrown away. Raises StoreUnwritable."""
        path = self._path(digest)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{digest}.{os.getpid()}-{next(_part_numbers)}.part")
            try:
                with part.open("wb") as file:
                    yield IncomingAttachment(file, path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnwritable("The file cannot be kept: {text}", text=error.strerror or str(error)) from error

    def copy_from(self, digest: str, source: AttachmentStore) -> None:
        """Keeps a file of another folder too: by a second name where the disk allows that, else by a copy.

        Raises StoreUnreadable when it is missing there or damaged, StoreUnwritable.
        """
        path = self._path(digest)
        if path.exists():
            return
        data = source.read(digest)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.link(source._path(digest), path)
        except OSError:
            self.add(data)

    def remove(self, digest: str) -> None:
        """Takes the file away; one that is not there is away. Raises StoreUnwritable."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnwritable("The file cannot be removed: {text}", text=error.strerror or str(error)) from error

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


class IncomingAttachment:
    """A file on its way in."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._digest = sha256()

    def write(self, chunk: bytes) -> None:
        """Adds the next piece."""
        self._digest.update(chunk)
        self._file.write(chunk)

    def commit(self) -> bool:
        """Keeps it durably; False when it is not what its digest says."""
        if self._digest.hexdigest() != self._path.name:
            return False
        self._file.flush()
        os.fsync(self._file.fileno())
        os.rename(self._file.name, self._path)
        _sync_folder(self._path)
        return True


def _write_durable(path: Path, data: bytes) -> None:
    """All of it or nothing, even when several write the same file at once or the power goes."""
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a power cut may forget the name
    finally:
        os.close(folder)
