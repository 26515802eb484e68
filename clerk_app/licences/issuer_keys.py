"""The private keys of an authority's office: `keys/*.pem`, which of them sign, and how one takes another's place.

What a key may sign is said by the trust list alone. `keys/signed.json` remembers until when the codes of each key live,
so that a key that no longer signs is believed just as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.licences.claims import LicenceData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import sign_licence
from clerk_app.licences.status_list import StatusList, sign_status_list
from clerk_app.licences.trust_folder import StatusLists, TrustFolder, replace_file
from clerk_app.licences.trust_list import TrustList, sign_trust_list

_EXPIRIES_FILE = "signed.json"


@dataclass(frozen=True)
class RotatedKey:
    """The new key of an issuer, and until when the old one is believed (None: no longer)."""

    kid: bytes
    old_valid_until: datetime | None


@dataclass(frozen=True)
class KeyFolder:
    """A folder of private keys. All acts raise BadData for a file that is no key or that others can read."""

    path: Path

    def find_signing_key(self, trust: TrustList, issuer: str, now: datetime, kind: str | None = None) -> IssuerKey:
        """The key that signs for `issuer` (licences of type `kind`): of those that counters believe the newest.

        Raises BadData when there is none.
        """
        believed = [
            (listed.valid_from, key)
            for key in self._load_keys()
            if (listed := trust.keys.get(key.kid)) is not None
            and listed.issuer == issuer
            and not listed.find_fault(now)
            and (kind is None or kind in listed.types)
        ]
        if not believed:
            raise BadData(
                "No key in {folder} may sign this for the issuer {issuer}, by the list of trusted issuers.",
                folder=self.path,
                issuer=issuer,
            )
        return max(believed, key=lambda one: one[0])[1]

    def find_root_key(self, public: cose.PublicKey) -> IssuerKey:
        """The authority's own key, which signs trust lists. Raises BadData when it is not here."""
        for key in self._load_keys():
            if key.public == public:
                return key
        raise BadData(
            "The authority's private key is not in {folder}, so no trust list can be signed.", folder=self.path
        )

    def sign_code(self, licence: LicenceData, key: IssuerKey, now: datetime, lifetime: timedelta) -> str:
        """The text of a signed code, whose end is remembered for the time when `key` is replaced. Raises OSError."""
        ends = self._load_code_expiries()
        end = int((now + lifetime).timestamp()) + 1
        if end > ends.get(key.kid.hex(), 0):
            replace_file(self.path / _EXPIRIES_FILE, json.dumps(ends | {key.kid.hex(): end}).encode(), 0o600)
        return sign_licence(licence, key, now, lifetime)

    def latest_code_expiry(self, key: IssuerKey) -> datetime | None:
        """When the last code that `sign` made with `key` ends; None when it made none."""
        end = self._load_code_expiries().get(key.kid.hex())
        return None if end is None else datetime.fromtimestamp(end, UTC)

    def rotate_key(
        self,
        lists: TrustFolder,
        trust: TrustList,
        status: StatusLists,
        root: cose.PublicKey,
        issuer: str,
        now: datetime,
        overlap: timedelta | None,
    ) -> RotatedKey:
        """Gives `issuer` a new key: the next trust list names it, and the issuer's status lists are signed with it.

        The old key is believed until its last code has ended, `keep` from now at least; with None no longer (it was
        stolen). A failure before the trust list is written leaves the old key in force. Raises BadData, OSError.
        """
        signer, old = self.find_root_key(root), self.find_signing_key(trust, issuer, now)
        new = new_issuer_key(old.algorithm)
        new.save(self.path / f"{issuer}-{new.kid.hex()}.pem")
        listed = trust.keys[old.kid]
        until = (
            None
            if overlap is None
            else min(listed.valid_until, max(now + overlap, self.latest_code_expiry(old) or now))
        )
        keys = [one for one in trust.keys.values() if one.public.kid != old.kid and now < one.valid_until]
        if until is not None:
            keys.append(replace(listed, valid_until=until))
        life = listed.valid_until - listed.valid_from
        keys.append(replace(listed, public=new.public, valid_from=now, valid_until=now + life))
        lists.save_trust_list(sign_trust_list(trust.version + 1, keys, signer, now))
        self._resign_status_lists(lists, status, issuer, new, now)
        return RotatedKey(new.kid, until)

    def _resign_status_lists(
        self, lists: TrustFolder, status: StatusLists, issuer: str, key: IssuerKey, now: datetime
    ) -> None:
        for uri, listed in status.lists.items():
            if isinstance(listed, StatusList) and listed.signer.issuer == issuer:
                life = listed.expires_at - listed.issued_at if listed.expires_at else None
                number = int(uri.rpartition(":")[2])
                lists.save_status_list(issuer, number, sign_status_list(uri, listed.bits, key, now, life))

    def _load_keys(self) -> Iterator[IssuerKey]:
        return (IssuerKey.load(path) for path in sorted(self.path.glob("*.pem")))

    def _load_code_expiries(self) -> dict[str, int]:
        file = self.path / _EXPIRIES_FILE
        try:
            said = json.loads(file.read_text("utf-8"))
            return {str(kid): int(end) for kid, end in said.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError) as fault:
            raise BadData("{path} cannot be read: {text}", path=file, text=fault) from fault
