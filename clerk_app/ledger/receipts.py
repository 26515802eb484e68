"""Receipts: the center's proof that it answered an entry, kept by the node as long as it keeps the entry.

A receipt is an HMAC-SHA256 over a canonical statement. A center that was restored from a backup takes a decision over
only with its receipt (`clerk_app/center/lost_decisions.py`). The key is derived from the center's private key, which is
neither in the store nor in a backup.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.machine_keys import KEYS_FOLDER, SigningKey
from db.files import replace_file

_STATEMENT_NAME = "clerk-receipt-1"
_KEY_PURPOSE = b"clerk receipt 1"
KEYS_FILE = "receipts.key"  # in the folder of keys: the keys that were derived from each private key of the center


class Receipt(msgspec.Struct, frozen=True, array_like=True):
    """The parts of a receipt that its entry does not contain. Times are microseconds UTC.

    `number` and `said_at` are those under which the center answered: a call may have been sent again with other values.
    """

    key_number: int
    epoch: str  # of the center, when it answered
    number: int
    said_at: int
    position: int  # of the entry in the center's log
    decided_at: int
    link: bytes  # of the entry in the center's log
    mac: bytes


class AnsweredEntry(msgspec.Struct, frozen=True):
    """What a receipt states about an entry, apart from the fields of `Receipt`."""

    center: str
    chain: str
    incarnation: int
    actor: str
    content_digest: bytes  # `SealedCommand.digest`
    outcome: str  # done | refused
    decision: bytes  # JSON; not part of the statement of a refused entry


class ReceiptKey:
    """The center's keys for receipts: a receipt names the number of its key, and the last key is in use."""

    def __init__(self, *secrets: bytes) -> None:
        self._secrets = secrets

    @classmethod
    def derive(cls, center_key: SigningKey) -> ReceiptKey:
        """Derive the key from the center's private key."""
        return cls(center_key.derive_secret(_KEY_PURPOSE))

    @classmethod
    def open(cls, folder: Path, center_key: SigningKey) -> ReceiptKey:
        """Return the key of the center in `folder`, with those of its earlier private keys, which a file keeps.

        Raises BadData for a damaged file, OSError.
        """
        path, secret = folder / KEYS_FOLDER / KEYS_FILE, center_key.derive_secret(_KEY_PURPOSE)
        try:
            secrets = msgspec.json.decode(path.read_bytes(), type=list[bytes]) if path.exists() else []
        except (ValueError, RecursionError) as error:
            raise BadData("The key {path} is damaged.", path=path) from error
        if secret not in secrets[-1:]:
            secrets.append(secret)
            replace_file(path, msgspec.json.encode(secrets), private=True)
        return cls(*secrets)

    def make_receipt(self, epoch: str, answered: AnsweredEntry, row: Mapping[str, Any]) -> Receipt:
        """Make the receipt of an entry. `row`: number, said_at, position, decided_at and link of its row in the log."""
        receipt = Receipt(
            len(self._secrets),
            epoch,
            row["number"],
            row["said_at"],
            row["position"],
            row["decided_at"],
            row["link"],
            b"",
        )
        return msgspec.structs.replace(receipt, mac=self._compute_mac(receipt, answered))

    def is_valid(self, receipt: Receipt, answered: AnsweredEntry) -> bool:
        """Return whether this key made the receipt of this entry."""
        return 0 < receipt.key_number <= len(self._secrets) and hmac.compare_digest(
            receipt.mac, self._compute_mac(receipt, answered)
        )

    def _compute_mac(self, receipt: Receipt, answered: AnsweredEntry) -> bytes:
        decision = hashlib.sha256(answered.decision).hexdigest() if answered.outcome == "done" else ""
        statement = msgspec.json.encode(
            [
                _STATEMENT_NAME,
                receipt.key_number,
                answered.center,
                receipt.epoch,
                answered.chain,
                answered.incarnation,
                receipt.number,
                receipt.said_at,
                answered.actor,
                answered.content_digest.hex(),
                receipt.link.hex(),
                answered.outcome,
                decision,
                receipt.position,
                receipt.decided_at,
            ]
        )
        return hmac.digest(self._secrets[receipt.key_number - 1], statement, "sha256")
