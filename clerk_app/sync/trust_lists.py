"""Downloads the trust lists (signed lists of issuers and revocations) from the center to the folder of a window.

The public key of the signer is received at enrolment, or with the first lists if the center had none then. A download
replaces it only by a successor that is signed with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from clerk_app.errors import BadData
from clerk_app.ledger.replication.messages import TrustListFiles
from clerk_app.licences.list_versions import ROOT_KEY_FILE
from clerk_app.licences.root_succession import advance_root
from db.files import create_folder, replace_file

REFRESH_SECONDS = 600.0  # between two downloads; the screens warn of revocation lists older than a day
_NAME = re.compile(r"(status/)?[A-Za-z0-9._-]+\.cose")


class TrustListSource(Protocol):
    """Source of the trust lists (implemented by clerk_app.sync.http_transport)."""

    def get_trust_lists(self, tag: str) -> tuple[str, TrustListFiles] | None: ...


class TrustListDownload:
    """Updates the trust lists in a folder from the center."""

    def __init__(self, folder: Path, source: TrustListSource, monotonic: Callable[[], float]) -> None:
        self._folder = folder
        self._source = source
        self._monotonic = monotonic
        self._next_refresh = 0.0
        self._tag = ""

    def refresh(self) -> None:
        """Download changed lists, at most every `REFRESH_SECONDS`. Raises OutOfReach, Refused, OSError."""
        if self._monotonic() < self._next_refresh:
            return
        found = self._source.get_trust_lists(self._tag)
        if found is not None:
            tag, lists = found
            root = self._folder / ROOT_KEY_FILE
            if lists.root and not root.exists():
                create_folder(self._folder)
                replace_file(root, lists.root.encode())
            for name, content in lists.files.items():
                if _NAME.fullmatch(name) and ".." not in name:
                    path = self._folder / name
                    create_folder(path.parent)
                    replace_file(path, content)
            if root.exists():
                with suppress(BadData):  # a root key or successor that is not genuine: reading the lists names it
                    advance_root(self._folder, ROOT_KEY_FILE)
            self._tag = tag
        self._next_refresh = self._monotonic() + REFRESH_SECONDS
