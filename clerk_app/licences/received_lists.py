"""Signed lists that the machine of an issuing organ sends: verified, compared with those in the folder, recorded.

A list is accepted if it is newer than every one seen before. The same list again changes nothing.
"""

from __future__ import annotations

import threading
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, RuleSet
from clerk_app.ledger.door import Door
from clerk_app.licences.list_versions import load_newest_versions, load_root_key, load_trust_lists
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.status_list import build_status_uri, read_status_list
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import CLOCK_SLACK, read_trust_list
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()
TRUST_LIST = "trust"
_NOT_NEWER = mark("The center has a newer list, or another one of the same time or version.")
_FUTURE = mark("This list is dated in the future: the clock of its issuer or of the center is wrong.")


class ListRecorded(CommandDecision, frozen=True, kw_only=True):
    """The list may be saved."""

    stored_name: ClassVar[str] = "ListRecorded"


class RecordReceivedList(Command[ListRecorded], frozen=True, kw_only=True):
    """Record that a machine sent a list: `name` is TRUST_LIST or the URI of a status list, `digest` its SHA-256 in hex.

    `version` is that of a trust list; for a status list the time of its issue in seconds UTC.
    """

    stored_name: ClassVar[str] = "RecordReceivedList"
    machine: str
    name: str
    version: int
    digest: str


@RULES.register(
    RecordReceivedList,
    ListRecorded,
    permission="trust.receive",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER,),
    label=mark("Receipt of a signed list"),
    decide=lambda _tx, _command, _moment: ListRecorded(),
    stream=lambda command, _: f"list/{command.name}",
)
def _apply(_: Transaction, __: Entry[RecordReceivedList, ListRecorded]) -> None:
    """Change no row: the list is a signed file, and the entry records which machine sent it."""


class ReceivedLists(msgspec.Struct, frozen=True):
    """Accepts lists into the folder of the trust lists. `versions_file` stores the newest versions seen."""

    door: Door
    folder: Path
    versions_file: Path
    actor: str

    def accept_trust_list(self, machine: str, data: bytes, now: datetime) -> bool:
        """Save a list signed by the root key; return False for the one in the folder. Raises BadData, Refused."""
        with _LOCK:
            if _is_same(self.folder / "trust.cose", data):
                return False
            newest = load_newest_versions(self.versions_file)
            trust = read_trust_list(data, load_root_key(self.folder))
            current, _status = load_trust_lists(self.folder, self.versions_file)
            is_renewed = not isinstance(current, ListFault) and trust.replaces(current)
            if trust.version <= newest.trust_version and not is_renewed:
                raise Refused("not_newer", _NOT_NEWER)
            _require_past(trust.issued_at, now)
            self._record(machine, TRUST_LIST, trust.version, data)
            TrustFolder(self.folder).save_trust_list(data)
        return True

    def accept_status_list(self, machine: str, issuer: str, number: int, data: bytes, now: datetime) -> bool:
        """Save a status list of an issuer; return False for the one in the folder. Raises BadData, Refused."""
        uri = build_status_uri(issuer, number)
        with _LOCK:
            if _is_same(self.folder / "status" / f"{issuer}-{number}.cose", data):
                return False
            trust, _status = load_trust_lists(self.folder, self.versions_file)
            if isinstance(trust, ListFault):
                raise trust
            listed = read_status_list(data, issuer, uri, trust)
            seen = load_newest_versions(self.versions_file).status_times.get(uri)
            if seen is not None and listed.issued_at <= seen:
                raise Refused("not_newer", _NOT_NEWER)
            _require_past(listed.issued_at, now)
            if (found := listed.find_fault(now)) is not None:
                raise ListFault(found.reason, **found.facts)
            self._record(machine, uri, int(listed.issued_at.timestamp()), data)
            TrustFolder(self.folder).save_status_list(issuer, number, data)
        return True

    def _record(self, machine: str, name: str, version: int, data: bytes) -> None:
        digest = sha256(data).hexdigest()
        command = RecordReceivedList(machine=machine, name=name, version=version, digest=digest)
        self.door.perform(command, self.actor)


_LOCK = threading.Lock()  # two lists of the same name must not replace each other in the wrong order


def _require_past(issued_at: datetime, now: datetime) -> None:
    if issued_at > now + CLOCK_SLACK:
        raise Refused("future", _FUTURE)


def _is_same(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except FileNotFoundError:
        return False
