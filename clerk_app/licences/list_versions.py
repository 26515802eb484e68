"""Loading of the trust lists with protection against rollback.

A signature does not prove that a list is the newest one. An old trust list may contain a key that was stolen later; an
old status list lacks the latest revocations. Therefore the highest version of the trust list and the newest issue time
of each status list are stored in a file outside the folder of the lists.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from clerk_app.errors import BadData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import load_public_key
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.status_list import StatusList
from clerk_app.licences.trust_folder import StatusLists, TrustFolder, read_limited
from clerk_app.licences.trust_list import TrustList
from db.files import create_folder, replace_file

ROOT_KEY_FILE = "root.pem"
"""File of the authority's public key, in the folder of the lists."""

_Files = tuple[tuple[Path, bytes], ...]


class NewestLists(msgspec.Struct, frozen=True):
    """The newest lists loaded so far: version of the trust list, and issue time of each status list by URI."""

    trust_version: int = 0
    status_times: dict[str, datetime] = msgspec.field(default_factory=dict)


class TrustListReader:
    """Reads the lists in a folder at every call, and verifies them again only if a file has changed.

    The files are compared byte by byte, so that a list is never used that is no longer in the folder.
    """

    def __init__(self, folder: Path, versions_file: Path) -> None:
        self._folder, self._versions_file = folder, versions_file
        self._last: tuple[_Files, tuple[TrustList, StatusLists]] | None = None

    def read(self) -> tuple[TrustList | ListFault, StatusLists]:
        """Return the lists, as `load_trust_lists` does. Never raises."""
        files = self._read_files()
        last = self._last
        if files is not None and last is not None and files == last[0]:
            return last[1]
        trust, status = load_trust_lists(self._folder, self._versions_file)
        self._last = None
        has_fault = any(isinstance(listed, ListFault) for listed in status.lists.values())
        if files is not None and not isinstance(trust, ListFault) and not has_fault:
            self._last = files, (trust, status)
        return trust, status

    def _read_files(self) -> _Files | None:
        """Return all files on which the result depends, with their contents; None if one cannot be read."""
        try:
            return tuple(
                (file, read_limited(file))
                for file in (self._folder / ROOT_KEY_FILE, self._versions_file, *TrustFolder(self._folder).list_files())
            )
        except OSError:
            return None


def load_trust_lists(folder: Path, versions_file: Path | None = None) -> tuple[TrustList | ListFault, StatusLists]:
    """Load the trust list and the status lists in `folder`; update `versions_file`, which stores the newest versions.

    A list that is older than one loaded before is rejected. If the trust list or the root key is missing or
    unusable, or if `versions_file` is unusable, a ListFault is returned in place of the trust list, and no status
    lists. A missing `versions_file` is created. Never raises.
    """
    lists = TrustFolder(folder)
    try:
        newest = load_newest_versions(versions_file) if versions_file else NewestLists()
        trust = lists.load_trust_list(load_root_key(folder), newest.trust_version)
        status = lists.load_status_lists(trust, newest.status_times)
        if versions_file:
            _save_newest(versions_file, newest, trust, status)
    except ListFault as fault:
        return fault, StatusLists({})
    return trust, status


def load_root_key(folder: Path) -> cose.PublicKey:
    """Return the root key in the folder of the lists. Raises ListFault if it is missing or unreadable."""
    root = folder / ROOT_KEY_FILE
    if not root.exists():  # without the root key no list can be verified
        raise ListFault(Reason.TRUST_MISSING)
    try:
        return load_public_key(root)
    except (BadData, OSError) as fault:
        raise ListFault(Reason.ROOT_UNREADABLE, path=root) from fault


def load_newest_versions(versions_file: Path) -> NewestLists:
    """Load the newest versions; return empty NewestLists if the file does not exist. Raises ListFault."""
    try:
        stored = json.loads(versions_file.read_text("utf-8"))
        newest = {str(uri): datetime.fromtimestamp(int(second), UTC) for uri, second in stored["status"].items()}
        return NewestLists(int(stored["trust"]), newest)
    except FileNotFoundError:
        return NewestLists()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise ListFault(Reason.VERSIONS_UNUSABLE, path=versions_file) from fault


def _save_newest(versions_file: Path, stored: NewestLists, trust: TrustList, status: StatusLists) -> None:
    # Older lists were rejected while loading, so these times are never older than the stored ones.
    times = {uri: listed.issued_at for uri, listed in status.lists.items() if isinstance(listed, StatusList)}
    newest = NewestLists(max(stored.trust_version, trust.version), stored.status_times | times)
    if newest == stored:
        return
    seconds = {uri: int(moment.timestamp()) for uri, moment in sorted(newest.status_times.items())}
    try:
        create_folder(versions_file.parent)
        replace_file(versions_file, json.dumps({"trust": newest.trust_version, "status": seconds}).encode())
    except OSError as fault:
        raise ListFault(Reason.VERSIONS_UNUSABLE, path=versions_file) from fault
