"""Content files: a scan or picture lies beside the store, under the digest of its bytes."""

from __future__ import annotations

import os
import threading
from hashlib import sha256
from pathlib import Path

from db.errors import StoreUnreadable, StoreUnwritable


class Contents:
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
            _write_durably(path, data)
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

    def take_over(self, digest: str, source: Contents) -> None:
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


def _write_durably(path: Path, data: bytes) -> None:
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a power cut may forget the name
    finally:
        os.close(folder)
