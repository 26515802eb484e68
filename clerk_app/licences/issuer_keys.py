"""The private keys of an authority's office (`keys/*.pem`): choice of the signing key, and key rotation.

The trust list alone defines what a key may sign. `keys/signed.json` stores for each key the latest expiry of the codes
signed with it, so that a replaced key stays trusted until that time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from clerk_app.errors import BadData
from clerk_app.licences.claims import LicenceData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import sign_licence
from clerk_app.licences.status_list import StatusList, sign_status_list
from clerk_app.licences.trust_folder import StatusLists, TrustFolder
from clerk_app.licences.trust_list import TrustList, sign_trust_list
from db.files import replace_file

_EXPIRIES_FILE = "signed.json"


@dataclass(frozen=True)
class RotatedKey:
    """The new key of an issuer, and the time until which the old key is trusted (None: no longer trusted)."""

    kid: bytes
    old_valid_until: datetime | None


@dataclass(frozen=True)
class KeyFolder:
    """A folder of private keys. All methods raise BadData if a file is not a key or can be read by other users."""

    path: Path

    def find_signing_key(self, trust: TrustList, issuer: str, now: datetime, kind: str | None = None) -> IssuerKey:
        """Return the newest trusted key that may sign for `issuer`, and if `kind` is given, licences of that type.

        Raises BadData if there is none.
        """
        trusted = [
            (listed.valid_from, key)
            for key in self._load_keys()
            if (listed := trust.keys.get(key.kid)) is not None
            and listed.issuer == issuer
            and not listed.find_fault(now)
            and (kind is None or kind in listed.types)
        ]
        if not trusted:
            raise BadData(
                "No key in {folder} may sign this for the issuer {issuer}, by the list of trusted issuers.",
                folder=self.path,
                issuer=issuer,
            )
        return max(trusted, key=lambda candidate: candidate[0])[1]

    def find_root_key(self, public: cose.PublicKey) -> IssuerKey:
        """Return the authority's root key, which signs trust lists. Raises BadData if it is not in the folder."""
        for key in self._load_keys():
            if key.public == public:
                return key
        raise BadData(
            "The authority's private key is not in {folder}, so no trust list can be signed.", folder=self.path
        )

    def sign_code(self, licence: LicenceData, key: IssuerKey, now: datetime, lifetime: timedelta) -> str:
        """Return the text of a signed code; first store its expiry, which `rotate_key` needs. Raises OSError."""
        expiries = self._load_code_expiries()
        expiry = int((now + lifetime).timestamp()) + 1
        if expiry > expiries.get(key.kid.hex(), 0):
            data = json.dumps(expiries | {key.kid.hex(): expiry}).encode()
            replace_file(self.path / _EXPIRIES_FILE, data)
        return sign_licence(licence, key, now, lifetime)

    def latest_code_expiry(self, key: IssuerKey) -> datetime | None:
        """Return the latest expiry of the codes that `sign_code` signed with `key`; None if there are none."""
        expiry = self._load_code_expiries().get(key.kid.hex())
        return None if expiry is None else datetime.fromtimestamp(expiry, UTC)

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
        """Generate a new key for `issuer`, write a trust list that contains it, and re-sign the issuer's status lists.

        The old key stays trusted until the last code signed with it has expired, and at least for `overlap`, but never
        longer than before. If `overlap` is None (a stolen key), the old key is removed from the trust list. After a
        failure before the trust list is written, the old key remains in use. Raises BadData, OSError.
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
        keys = [key for key in trust.keys.values() if key.public.kid != old.kid and now < key.valid_until]
        if until is not None:
            keys.append(replace(listed, valid_until=until))
        lifetime = listed.valid_until - listed.valid_from
        keys.append(replace(listed, public=new.public, valid_from=now, valid_until=now + lifetime))
        lists.save_trust_list(sign_trust_list(trust.version + 1, keys, signer, now))
        self._resign_status_lists(lists, status, issuer, new, now)
        return RotatedKey(new.kid, until)

    def _resign_status_lists(
        self, lists: TrustFolder, status: StatusLists, issuer: str, key: IssuerKey, now: datetime
    ) -> None:
        for uri, listed in status.lists.items():
            if isinstance(listed, StatusList) and listed.signer.issuer == issuer:
                lifetime = listed.expires_at - listed.issued_at if listed.expires_at else None
                number = int(uri.rpartition(":")[2])
                lists.save_status_list(issuer, number, sign_status_list(uri, listed.bits, key, now, lifetime))

    def _load_keys(self) -> Iterator[IssuerKey]:
        return (IssuerKey.load(path) for path in sorted(self.path.glob("*.pem")))

    def _load_code_expiries(self) -> dict[str, int]:
        file = self.path / _EXPIRIES_FILE
        try:
            expiries = json.loads(file.read_text("utf-8"))
            return {str(kid): int(expiry) for kid, expiry in expiries.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError) as fault:
            raise BadData("{path} cannot be read: {text}", path=file, text=fault) from fault
