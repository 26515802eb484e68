"""The private keys of an authority's office (`keys/*.pem`): choice of the signing key, and the codes signed with each.

The trust list alone defines what a key may sign. `keys/signed.json` stores for each key the latest expiry of the codes
signed with it, so that a replaced key stays trusted until that time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.licences.claims import LicenceData
from clerk_app.licences.crypto import cose
from clerk_app.licences.crypto.keys import IssuerKey
from clerk_app.licences.issuance import sign_licence
from clerk_app.licences.trust_list import TrustList
from db.files import replace_file

_EXPIRIES_FILE = "signed.json"


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

    def find_signing_keys(self, trust: TrustList, now: datetime) -> dict[str, IssuerKey]:
        """Return the newest trusted key of each issuer that has one in this folder."""
        found: dict[str, IssuerKey] = {}
        for key in self._load_keys():
            listed = trust.keys.get(key.kid)
            if listed is None or listed.find_fault(now):
                continue
            other = found.get(listed.issuer)
            if other is None or trust.keys[other.kid].valid_from < listed.valid_from:
                found[listed.issuer] = key
        return found

    def find_key(self, public: cose.PublicKey) -> IssuerKey | None:
        """Return the private key of a public one; None if it is not in the folder."""
        return next((key for key in self._load_keys() if key.public == public), None)

    def find_root_key(self, public: cose.PublicKey) -> IssuerKey:
        """Return the authority's root key, which signs trust lists. Raises BadData if it is not in the folder."""
        key = self.find_key(public)
        if key is not None:
            return key
        raise BadData(
            "The authority's private key is not in {folder}, so no trust list can be signed.", folder=self.path
        )

    def sign_code(
        self, licence: LicenceData, key: IssuerKey, now: datetime, lifetime: timedelta, cti: bytes | None = None
    ) -> str:
        """Return the text of a signed code; first store its expiry, which key rotation needs. Raises OSError.

        `cti` is the id of the code; the default one is random.
        """
        expiries = self._load_code_expiries()
        expiry = int((now + lifetime).timestamp()) + 1
        if expiry > expiries.get(key.kid.hex(), 0):
            data = json.dumps(expiries | {key.kid.hex(): expiry}).encode()
            replace_file(self.path / _EXPIRIES_FILE, data)
        return sign_licence(licence, key, now, lifetime, cti)

    def latest_code_expiry(self, kid: bytes) -> datetime | None:
        """Return the latest expiry of the codes that `sign_code` signed with a key; None if there are none."""
        expiry = self._load_code_expiries().get(kid.hex())
        return None if expiry is None else datetime.fromtimestamp(expiry, UTC)

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
