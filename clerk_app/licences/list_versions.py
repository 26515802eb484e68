"""The lists of a machine that remembers the newest ones it ever saw.

A signature does not tell that a list is the newest: an old trust list still believes a key that was stolen, an old
status list does not know the last revocations. So the highest version and the newest times are kept in a file of their
own, outside the folder that lists are put into.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import load_public_key
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.status_list import StatusList
from clerk_app.licences.trust_folder import StatusLists, TrustFolder, replace_file
from clerk_app.licences.trust_list import TrustList

ROOT_KEY_FILE = "root.pem"
"""The authority's public key, in the folder of the lists."""


@dataclass(frozen=True)
class NewestLists:
    """The newest lists seen: the trust list's version, and when each status list was written, by its address."""

    trust_version: int = 0
    status_times: dict[str, datetime] = field(default_factory=dict)


def load_trust_lists(folder: Path, versions_file: Path | None = None) -> tuple[TrustList | ListFault, StatusLists]:
    """The trust list and status lists in `folder`, read anew, and remembered in the file `memory`.

    Older ones than those remembered are refused. What is wrong with the trust list, a missing root.pem or a memory that
    cannot be used comes back as the ListFault that `verify` takes in the list's place. Never raises.
    """
    lists = TrustFolder(folder)
    try:
        seen = _load_newest(versions_file) if versions_file else NewestLists()
        trust = lists.load_trust_list(_load_root_key(folder), seen.trust_version)
        status = lists.load_status_lists(trust, seen.status_times)
        if versions_file:
            _save_newest(versions_file, seen, trust, status)
    except ListFault as fault:
        return fault, StatusLists({})
    return trust, status


def _load_root_key(folder: Path) -> cose.PublicKey:
    root = folder / ROOT_KEY_FILE
    if not root.exists():  # without the authority's key there is nobody to believe
        raise ListFault(Reason.TRUST_MISSING)
    try:
        return load_public_key(root)
    except (BadData, OSError) as fault:
        raise ListFault(Reason.ROOT_UNREADABLE, path=root) from fault


def _load_newest(memory: Path) -> NewestLists:
    """What is remembered; a machine that never saw a list remembers nothing."""
    try:
        said = json.loads(memory.read_text("utf-8"))
        newest = {str(uri): datetime.fromtimestamp(int(second), UTC) for uri, second in said["status"].items()}
        return NewestLists(int(said["trust"]), newest)
    except FileNotFoundError:
        return NewestLists()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise ListFault(Reason.MEMORY_UNUSABLE, path=memory) from fault


def _save_newest(memory: Path, seen: NewestLists, trust: TrustList, status: StatusLists) -> None:
    found = {uri: one.issued_at for uri, one in status.lists.items() if isinstance(one, StatusList)}
    newest = NewestLists(
        max(seen.trust_version, trust.version), seen.status_times | found
    )  # older ones were refused, so these are newer
    if newest == seen:
        return
    times = {uri: int(moment.timestamp()) for uri, moment in sorted(newest.status_times.items())}
    try:
        replace_file(memory, json.dumps({"trust": newest.trust_version, "status": times}).encode())
    except OSError as fault:
        raise ListFault(Reason.MEMORY_UNUSABLE, path=memory) from fault
