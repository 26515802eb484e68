"""The folder of the trust lists: `trust.cose`, and `status/ISSUER-NUMBER.cose` for each list of revoked licences.

`root.cose` names successors of the root key, if it was replaced; `date.cose` dates a list whose root key is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from clerk_app.licences.crypto import cose
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.root_succession import SUCCESSION_FILE, read_roots
from clerk_app.licences.status_list import StatusList, build_status_uri, read_status_list
from clerk_app.licences.trust_date import DATE_FILE, read_trust_date, sign_trust_date
from clerk_app.licences.trust_list import TrustList, read_trust_list_of_roots
from db.files import create_folder, replace_file

MAX_LIST_BYTES = 8 * 1024 * 1024


class StatusLists(msgspec.Struct, frozen=True):
    """The status lists by URI. An unusable list is represented by its ListFault."""

    lists: Mapping[str, StatusList | ListFault] = msgspec.field(default_factory=dict)

    def find(self, uri: str, names: Mapping[str, str]) -> StatusList:
        """Return the list with `uri`. Raises ListFault if it is missing (with the issuer's `names`) or unusable."""
        listed = self.lists.get(uri)
        if listed is None:
            raise ListFault(Reason.STATUS_MISSING, issuer=names)
        if isinstance(listed, ListFault):
            raise listed
        return listed


class TrustFolder(msgspec.Struct, frozen=True):
    """A folder with the trust list and the status lists."""

    path: Path

    def load_trust_list(self, root: cose.PublicKey, minimum_version: int = 0) -> TrustList:
        """Load the trust list signed with `root` or a successor of it.

        `minimum_version` is the highest version loaded before; the caller stores it outside this folder. Raises
        ListFault if the list is missing, unreadable, forged or rolled back.
        """
        signed = self._read(self._trust_list_file, Reason.TRUST_MISSING, Reason.TRUST_UNREADABLE)
        try:
            succession = self._read(self.path / SUCCESSION_FILE, Reason.TRUST_MISSING, Reason.TRUST_UNREADABLE)
        except ListFault as fault:
            if fault.finding.reason is not Reason.TRUST_MISSING:
                raise
            succession = b""
        trust = read_trust_list_of_roots(signed, read_roots(root, succession), minimum_version)
        return msgspec.structs.replace(trust, dated_at=self._read_date(trust, signed))

    def _read_date(self, trust: TrustList, signed: bytes) -> datetime | None:
        try:
            return read_trust_date(read_limited(self.path / DATE_FILE), trust, signed)
        except OSError:
            return None

    def load_status_lists(self, trust: TrustList, minimum_issued: Mapping[str, datetime] | None = None) -> StatusLists:
        """Load every status list. `minimum_issued` holds the issue time, by URI, below which a list is rejected."""
        newest = minimum_issued or {}
        lists: dict[str, StatusList | ListFault] = {}
        for file in self._status_files():
            issuer, _dash, number = file.stem.rpartition("-")
            if not number.isdecimal():
                continue
            uri = build_status_uri(issuer, int(number))
            try:
                data = self._read(file, Reason.STATUS_MISSING, Reason.STATUS_UNREADABLE, issuer=issuer)
                lists[uri] = read_status_list(data, issuer, uri, trust, newest.get(uri))
            except ListFault as fault:
                lists[uri] = fault
        return StatusLists(lists)

    def list_files(self) -> tuple[Path, ...]:
        """Return the paths of the trust list, of root keys and its date if there are any, and of status lists."""
        others = [path for name in (SUCCESSION_FILE, DATE_FILE) if (path := self.path / name).exists()]
        return self._trust_list_file, *others, *self._status_files()

    def save_trust_list(self, signed: bytes) -> None:
        """Replace the trust list atomically. Raises OSError."""
        create_folder(self.path)
        replace_file(self._trust_list_file, signed)

    def date_trust_list(self, trust: TrustList, key: cose.Signer, now: datetime) -> None:
        """State with the date key that the trust list is the newest one at `now`. Raises OSError."""
        signed = read_limited(self._trust_list_file)
        replace_file(self.path / DATE_FILE, sign_trust_date(trust, signed, key, now))

    def save_succession(self, signed: bytes) -> None:
        """Replace the successors of the root key atomically. Raises OSError."""
        create_folder(self.path)
        replace_file(self.path / SUCCESSION_FILE, signed)

    def save_status_list(self, issuer: str, number: int, signed: bytes) -> None:
        """Replace a status list atomically. Raises OSError."""
        file = self.path / "status" / f"{issuer}-{number}.cose"
        create_folder(file.parent)
        replace_file(file, signed)

    def _status_files(self) -> list[Path]:
        return sorted((self.path / "status").glob("*-*.cose"))

    @property
    def _trust_list_file(self) -> Path:
        return self.path / "trust.cose"

    @staticmethod
    def _read(file: Path, missing: Reason, unreadable: Reason, **facts: object) -> bytes:
        try:
            data = read_limited(file)
        except FileNotFoundError:
            raise ListFault(missing, **facts) from None
        except OSError as fault:
            raise ListFault(unreadable, **facts) from fault
        if len(data) > MAX_LIST_BYTES:
            raise ListFault(unreadable, **facts)
        return data


def read_limited(file: Path) -> bytes:
    """Return the contents of a list, cut one byte after the largest size that a list may have. Raises OSError."""
    with file.open("rb") as opened:
        return opened.read(MAX_LIST_BYTES + 1)
