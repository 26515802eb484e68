"""The signed lists at a window: fetched from the center when there are others, and put where codes are checked.

Who may sign the trust list was told when the window joined, and is never taken from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from clerk_app.ledger.replication.messages import TrustListFiles
from clerk_app.licences.trust_folder import replace_file

REFRESH_SECONDS = 600.0  # seconds between two looks; revocations that are older than a day are said on the screen
_NAME = re.compile(r"(status/)?[A-Za-z0-9._-]+\.cose")


class TrustListSource(Protocol):
    """What carries the lists (clerk_app.sync.http_transport)."""

    def get_trust_lists(self, tag: str) -> tuple[str, TrustListFiles] | None: ...


class TrustListDownload:
    """The folder of the lists, kept as the center has it."""

    def __init__(self, folder: Path, source: TrustListSource, monotonic: Callable[[], float]) -> None:
        self._folder = folder
        self._source = source
        self._monotonic = monotonic
        self._next_refresh = 0.0
        self._tag = ""

    def refresh(self) -> None:
        """Fetches them when it is time for that. Raises OutOfReach, Refused, OSError."""
        if self._monotonic() < self._next_refresh:
            return
        found = self._source.get_trust_lists(self._tag)
        if found is not None:
            tag, lists = found
            for name, content in lists.files.items():
                if _NAME.fullmatch(name) and ".." not in name:
                    replace_file(self._folder / name, content)
            self._tag = tag
        self._next_refresh = self._monotonic() + REFRESH_SECONDS
