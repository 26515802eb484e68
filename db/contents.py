"""Content files: a scan or picture lies beside the store, under the digest of its bytes."""

from __future__ import annotations

import os
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
            part = path.with_suffix(f".{os.getpid()}.part")
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
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

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
