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
from clerk_app.licences import cose
from clerk_app.licences.folder import StatusLists, TrustFolder, replace_file
from clerk_app.licences.issue import load_public
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.status import StatusList
from clerk_app.licences.trust import TrustList

ROOT = "root.pem"
"""The authority's public key, in the folder of the lists."""


@dataclass(frozen=True)
class Seen:
    """The newest lists seen: the trust list's version, and when each status list was written, by its address."""

    trust: int = 0
    status: dict[str, datetime] = field(default_factory=dict)


def read_lists(folder: Path, memory: Path | None = None) -> tuple[TrustList | ListFault, StatusLists]:
    """The trust list and status lists in `folder`, read anew, and remembered in the file `memory`.

    Older ones than those remembered are refused. What is wrong with the trust list, a missing root.pem or a memory that
    cannot be used comes back as the ListFault that `verify` takes in the list's place. Never raises.
    """
    lists = TrustFolder(folder)
    try:
        seen = _recall(memory) if memory else Seen()
        trust = lists.load(_root(folder), seen.trust)
        status = lists.load_status(trust, seen.status)
        if memory:
            _remember(memory, seen, trust, status)
    except ListFault as fault:
        return fault, StatusLists({})
    return trust, status


def _root(folder: Path) -> cose.PublicKey:
    root = folder / ROOT
    if not root.exists():  # without the authority's key there is nobody to believe
        raise ListFault(Reason.TRUST_MISSING)
    try:
        return load_public(root)
    except (BadData, OSError) as fault:
        raise ListFault(Reason.ROOT_UNREADABLE, path=root) from fault


def _recall(memory: Path) -> Seen:
    """What is remembered; a machine that never saw a list remembers nothing."""
    try:
        said = json.loads(memory.read_text("utf-8"))
        newest = {str(uri): datetime.fromtimestamp(int(second), UTC) for uri, second in said["status"].items()}
        return Seen(int(said["trust"]), newest)
    except FileNotFoundError:
        return Seen()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise ListFault(Reason.MEMORY_UNUSABLE, path=memory) from fault


def _remember(memory: Path, seen: Seen, trust: TrustList, status: StatusLists) -> None:
    found = {uri: one.issued_at for uri, one in status.lists.items() if isinstance(one, StatusList)}
    newest = Seen(max(seen.trust, trust.version), seen.status | found)  # older ones were refused, so these are newer
    if newest == seen:
        return
    times = {uri: int(moment.timestamp()) for uri, moment in sorted(newest.status.items())}
    try:
        replace_file(memory, json.dumps({"trust": newest.trust, "status": times}).encode())
    except OSError as fault:
        raise ListFault(Reason.MEMORY_UNUSABLE, path=memory) from fault
