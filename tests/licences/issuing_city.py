"""A small city that issues licences: one authority, two issuers, their lists, and a licence to sign."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import base45
from msgspec.structs import replace

from clerk_app.licences.claims import LicenceData
from clerk_app.licences.code_verification import Sighting
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.identifiers import build_licence_number
from clerk_app.licences.issuance import encode_code, sign_licence
from clerk_app.licences.licence_verification import LicenceVerdict, verify_licence_code
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.status_list import build_status_uri, pack_status_bits, read_status_list, sign_status_list
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustedKey, TrustList, read_trust_list, sign_trust_list

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
HOUSING = "11310000002420688D"
POLICE = "11310000002420426M"
TYPE = "11100000000013338W011"
POLICE_TYPE = "11100000000013127D001"
HOLDER = "310101199003071230"
SECOND = int(NOW.timestamp())

LICENCE = LicenceData(
    issuer_code=HOUSING,
    licence_type=TYPE,
    holder_name="欧阳明",
    holder_id_number=HOLDER,
    licence_number=build_licence_number(TYPE, HOUSING, "20230000403"),
    organisation="上海市浦东新区建设工程管理有限公司第一分公司",
    address="上海市浦东新区世纪大道1500号东方大厦18层1801室",
    valid_from=date(2023, 1, 1),
    valid_until=date(2030, 1, 1),
    status_list=1,
    status_index=4242,
    extra={"类别": "A类", "专业": "建筑施工安全生产管理"},
)


def make_trusted_key(key: IssuerKey, issuer: str, *types: str) -> TrustedKey:
    """Return the entry of `key` in the trust list, valid for about three years around NOW."""
    return TrustedKey(
        key.public,
        issuer,
        {"zh": "市住房和城乡建设委", "en": "Housing Commission"},
        NOW - timedelta(days=500),
        NOW + timedelta(days=500),
        frozenset(types),
    )


def no_sighting(_cti: bytes) -> Sighting | None:
    return None


@dataclass
class IssuingCity:
    """The parts that a verification needs; each can be replaced."""

    root: IssuerKey = field(default_factory=new_issuer_key)
    housing: IssuerKey = field(default_factory=new_issuer_key)
    police: IssuerKey = field(default_factory=new_issuer_key)
    lists_issued_at: datetime = NOW - timedelta(hours=1)

    def trusted_keys(self) -> list[TrustedKey]:
        return [make_trusted_key(self.housing, HOUSING, TYPE), make_trusted_key(self.police, POLICE, POLICE_TYPE)]

    def trust_list(self, keys: list[TrustedKey] | None = None, version: int = 7) -> TrustList:
        signed = sign_trust_list(
            version, self.trusted_keys() if keys is None else keys, self.root, self.lists_issued_at
        )
        return read_trust_list(signed, self.root.public)

    def status_lists(self, revoked: Iterable[int] = (), written: datetime | None = None) -> StatusLists:
        uri = build_status_uri(HOUSING, 1)
        signed = sign_status_list(uri, pack_status_bits(revoked, 10_000), self.housing, written or self.lists_issued_at)
        return StatusLists({uri: read_status_list(signed, HOUSING, uri, self.trust_list())})

    def licence_code(self, licence: LicenceData = LICENCE, key: IssuerKey | None = None, **changed: object) -> str:
        licence = replace(licence, **changed)
        return sign_licence(licence, key or self.housing, NOW - timedelta(days=1), timedelta(days=365))

    def verify(
        self,
        text: str,
        trust: TrustList | ListFault | None = None,
        status: StatusLists | None = None,
        now: datetime = NOW,
        seen: Callable[[bytes], Sighting | None] | None = no_sighting,
        last_trusted: datetime | None = None,
    ) -> LicenceVerdict:
        return verify_licence_code(
            text,
            trust or self.trust_list(),
            status or self.status_lists(),
            now,
            find_sighting=seen,
            last_trusted=last_trusted,
        )

    def decoded_claims(self) -> dict[int | str, object]:
        """The claims of a good code, to be changed by a test."""
        message = cose.read_sign1(unpack_code(self.licence_code()))
        claims = cbor.decode(message.payload)
        assert isinstance(claims, dict)
        return dict(claims)

    def sign_claims(self, claims: Mapping[int | str, object] | None = None, **parts: object) -> str:
        """Build a code with given parts: `payload`, `protected`, `unprotected`, `signature`, `tag`, `key`."""
        return encode_code(self.build_cose(claims, **parts))

    def build_cose(self, claims: Mapping[int | str, object] | None = None, **parts: object) -> bytes:
        key = parts.get("key", self.housing)
        assert isinstance(key, IssuerKey)
        payload = parts.get("payload", cbor.encode(self.decoded_claims() if claims is None else claims))
        protected = parts.get("protected", cbor.encode({1: key.algorithm, 4: key.kid}))
        context = parts.get("context", "Signature1")
        signature = key.sign(cbor.encode([context, protected, b"", payload]))
        change = parts.get("signature")
        if callable(change):
            signature = change(signature)
        packed = [protected, parts.get("unprotected", {}), parts.get("sent", payload), signature]
        tag = parts.get("tag", 18)
        return cbor.encode(cbor.Tag(tag, packed) if isinstance(tag, int) else packed)  # type: ignore[arg-type]


def unpack_code(text: str) -> bytes:
    """Return the COSE bytes in a code."""
    packed: bytes = base45.b45decode(text.removeprefix("EL1:"))
    return zlib.decompress(packed) if packed[:1] == b"\x78" else packed
