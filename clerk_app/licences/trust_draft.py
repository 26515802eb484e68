"""Draft of a trust list: issuers that were added or changed and are published together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from clerk_app.errors import BadData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import fingerprint
from clerk_app.licences.trust_list import DateKey, RemovedIssuer, TrustedKey, TrustList
from db.files import replace_file

TRUST_DRAFT_FILE = "trust-draft.json"
"""File of the draft, in the folder of the office. It has no secrets."""


class DraftIssuer(msgspec.Struct, frozen=True):
    """An issuer to be published: names, types of licences, public key (hex), and for how many days it is trusted."""

    code: str
    zh: str
    en: str
    types: tuple[str, ...]
    algorithm: int
    kid: str
    public: str
    days: int

    @property
    def key(self) -> cose.PublicKey:
        """Its public key. Raises ValueError."""
        return cose.PublicKey(bytes.fromhex(self.kid), self.algorithm, bytes.fromhex(self.public))

    @property
    def names(self) -> dict[str, str]:
        """Its names as they are in a trust list."""
        return {"zh": self.zh, "en": self.en}

    def is_in(self, trust: TrustList | None) -> bool:
        """Return whether a list has this issuer with these names, types and key."""
        if trust is None or self.code in trust.removed:
            return False
        of_issuer = [key for key in trust.keys.values() if key.issuer == self.code]
        same = (self.names, frozenset(self.types))
        return any(key.public.kid.hex() == self.kid for key in of_issuer) and all(
            (dict(key.names), key.types) == same for key in of_issuer
        )


class DraftDateKey(msgspec.Struct, frozen=True):
    """The public key (hex) that dates the list, and for how many days from its publication."""

    algorithm: int
    kid: str
    public: str
    days: int

    @property
    def key(self) -> cose.PublicKey:
        """The public key. Raises ValueError."""
        return cose.PublicKey(bytes.fromhex(self.kid), self.algorithm, bytes.fromhex(self.public))


class TrustDraft(msgspec.Struct, frozen=True):
    """The issuers that the next publication adds or changes, and the date key that it names if that changes."""

    issuers: tuple[DraftIssuer, ...] = ()
    date_key: DraftDateKey | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to publish."""
        return not self.issuers and self.date_key is None

    def find(self, code: str) -> DraftIssuer | None:
        """Return the draft of an issuer; None without one."""
        return next((issuer for issuer in self.issuers if issuer.code == code), None)

    def with_issuer(self, issuer: DraftIssuer) -> TrustDraft:
        """Return the draft with this issuer, in place of an earlier draft of the same one."""
        return replace(self, issuers=(*(other for other in self.issuers if other.code != issuer.code), issuer))

    def to_text(self) -> str:
        """Return the draft as one line for each issuer and the date key, which a second administrator confirms."""
        lines = [
            f"{issuer.code} {issuer.zh}/{issuer.en} {','.join(issuer.types)} {issuer.days}d "
            f"{fingerprint(issuer.key).replace(' ', '')}"
            for issuer in self.issuers
        ]
        if self.date_key is not None:
            lines.append(f"date key {self.date_key.days}d {fingerprint(self.date_key.key).replace(' ', '')}")
        return "\n".join(lines)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, which `clerk staff confirm` shows in the place of a long one."""
        return sha256(self.to_text().encode()).hexdigest()

    def apply_to(self, trust: TrustList | None, now: datetime) -> Sequence[TrustedKey]:
        """Return the keys of the next trust list: those of the present one, with the changes of this draft."""
        keys = {} if trust is None else {kid: key for kid, key in trust.keys.items() if now < key.valid_until}
        returning = {issuer.code for issuer in self.issuers if trust is not None and issuer.code in trust.removed}
        keys = {kid: key for kid, key in keys.items() if key.issuer not in returning}  # their end was cut
        for issuer in self.issuers:
            types = frozenset(issuer.types)
            for kid, key in keys.items():
                if key.issuer == issuer.code:
                    keys[kid] = replace(key, names=issuer.names, types=types)
            if issuer.key.kid not in keys:
                until = now + timedelta(days=issuer.days)
                keys[issuer.key.kid] = TrustedKey(issuer.key, issuer.code, issuer.names, now, until, types)
        return tuple(keys.values())

    def choose_date_key(self, trust: TrustList | None, now: datetime) -> DateKey | None:
        """Return the date key of the next trust list: that of this draft, or the present one."""
        if self.date_key is not None:
            return DateKey(self.date_key.key, now + timedelta(days=self.date_key.days))
        return trust.date_key if trust is not None else None

    def list_removed(self, trust: TrustList | None) -> Sequence[RemovedIssuer]:
        """Return the removed issuers of the next trust list: those of the present one that this draft does not add."""
        removed = trust.removed.values() if trust is not None else ()
        return [each for each in removed if self.find(each.issuer) is None]


def load_draft(folder: Path) -> TrustDraft:
    """Load the draft of an office; an empty one without a file. Raises BadData, OSError."""
    path = folder / TRUST_DRAFT_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=TrustDraft)
    except FileNotFoundError:
        return TrustDraft()
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BadData("{path} cannot be read: {text}", path=path, text=fault) from fault


def save_draft(folder: Path, draft: TrustDraft) -> None:
    """Replace the draft of an office; remove it if it is empty. Raises OSError."""
    path = folder / TRUST_DRAFT_FILE
    if not draft.is_empty:
        replace_file(path, msgspec.json.format(msgspec.json.encode(draft), indent=1))
    else:
        path.unlink(missing_ok=True)
