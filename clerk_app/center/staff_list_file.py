"""The staff list of a center, kept outside its store: a restored store may be older than a dismissal or a new PIN.

The file `keys/staff-list.json` is signed with the center's key. It names the epoch and the last entry of the log for
which it was written. After a restore it is taken over if the backup lacks entries that it knows; otherwise the store
is as new, and the file is written again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.center_key_file import read_center_keys
from clerk_app.ledger.door import Door
from clerk_app.ledger.machine_keys import (
    KEYS_FOLDER,
    SigningKey,
    decode_base64url,
    encode_base64url,
    encode_statement,
)
from clerk_app.log import log_event
from clerk_app.people import SYSTEM, joined_accounts, staff
from clerk_app.people.restored_staff import RestoreStaff, StaffRecord
from db.engines import Row, Store
from db.files import replace_file

STAFF_LIST_FILE = "staff-list.json"
STAFF_COMMANDS = frozenset({*(rule.kind for rule in (*staff.RULES, *joined_accounts.RULES))})
"""Stored names of the commands that change the staff list."""
_STATEMENT_NAME = "clerk-staff-list-1"


class _StaffList(msgspec.Struct, frozen=True):
    epoch: str
    position: int  # of the last entry of the log
    staff: tuple[StaffRecord, ...]


class _StaffListFile(msgspec.Struct, frozen=True):
    content: str  # JSON of a staff list
    signature: str  # by a key of the center, base64url


class StaffListFile:
    """The file with the staff list of the center in one folder."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self._folder = folder
        self._path = folder / KEYS_FOLDER / STAFF_LIST_FILE
        self._key = key

    def restore(self, door: Door) -> None:
        """Take over what a restored store lacks, and write the file. Raises BadData if the file is damaged."""
        with door.store.read() as tx:
            own = tx.get("nodes", here=True)
            known = {row["id"]: StaffRecord.from_row(row) for row in tx.select("staff")}
        found = self._read()
        if own is None:
            return
        for record in found.staff if found is not None and found.epoch != own["epoch"] else ():
            here = known.get(record.id)
            has_ended = here is not None and record.revoked_at > here.revoked_at  # its sign-ins ended later
            if has_ended or (here != record and _is_newer(found, own)):
                door.perform(RestoreStaff(record=record), SYSTEM)
                log_event("center", "staff entry taken over after a restore", staff=record.id)
        self.add_from_store(door.store)

    def add_from_store(self, store: Store) -> None:
        """Write the staff list of the store if it differs from that of the file. Raises BadData, OSError."""
        with store.read() as tx:
            own, last = tx.query_one("ledger.own_node"), tx.query_one("ledger.last_position")
            staff = tuple(StaffRecord.from_row(row) for row in tx.select("staff", order=("id",)))
        if own is None:
            return
        found = self._read()
        if found is not None and (found.epoch, found.staff) == (own["epoch"], staff):
            return
        listed = _StaffList(own["epoch"], last["position"] if last else 0, staff)
        content = msgspec.json.encode(listed).decode()
        signature = encode_base64url(self._key.sign(encode_statement(_STATEMENT_NAME, content)))
        replace_file(self._path, msgspec.json.encode(_StaffListFile(content, signature)), private=True)

    def _read(self) -> _StaffList | None:
        """Return the list of the file; None without a file. Raises BadData if this center has not signed it."""
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_StaffListFile)
            statement = encode_statement(_STATEMENT_NAME, file.content)
            signature = decode_base64url(file.signature)
            listed = msgspec.json.decode(file.content, type=_StaffList)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError, BadData) as error:
            raise self._damaged() from error
        if not any(key.verifies(signature, statement) for key in read_center_keys(self._folder)):
            raise self._damaged()
        return listed

    def _damaged(self) -> BadData:
        return BadData(
            "The staff list {path} is damaged, or is not the list of this center. Bring it back from a copy of the "
            "folder, or remove it: after a restore, persons who were dismissed since the backup could sign in again.",
            path=self._path,
        )


def _is_newer(found: _StaffList | None, own: Row) -> bool:
    """Return whether a restored center lacks entries of the log for which a list was written."""
    return found is not None and found.epoch == own["previous_epoch"] and found.position > own["restored_after"]
