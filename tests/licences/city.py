"""A small city that issues licences: one authority, two issuers, their lists, and a licence to sign."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import base45

from clerk_app.licences import (
    IssuerKey,
    Licence,
    ListFault,
    Sighting,
    StatusLists,
    TrustedKey,
    TrustList,
    Verdict,
    build_licence_number,
    cbor,
    cose,
    new_issuer_key,
    pack_bits,
    read_status,
    read_trust,
    sign_licence,
    status_uri,
    verify,
    write_status,
    write_trust,
)
from clerk_app.licences.issue import pack

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
HOUSING = "11310000002420688D"
POLICE = "11310000002420426M"
TYPE = "11100000000013338W011"
POLICE_TYPE = "11100000000013127D001"
HOLDER = "310101199003071230"
SECOND = int(NOW.timestamp())

LICENCE = Licence(
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


def trusted(key: IssuerKey, issuer: str, *types: str) -> TrustedKey:
    """`key` as the authority lists it, for three years around NOW."""
    return TrustedKey(
        key.public,
        issuer,
        {"zh": "市住房和城乡建设委", "en": "Housing Commission"},
        NOW - timedelta(days=500),
        NOW + timedelta(days=500),
        frozenset(types),
    )


def never_seen(_cti: bytes) -> Sighting | None:
    return None


@dataclass
class City:
    """Everything that a verification needs, each part replaceable."""

    root: IssuerKey = field(default_factory=new_issuer_key)
    housing: IssuerKey = field(default_factory=new_issuer_key)
    police: IssuerKey = field(default_factory=new_issuer_key)
    written: datetime = NOW - timedelta(hours=1)

    def keys(self) -> list[TrustedKey]:
        return [trusted(self.housing, HOUSING, TYPE), trusted(self.police, POLICE, POLICE_TYPE)]

    def trust(self, keys: list[TrustedKey] | None = None, version: int = 7) -> TrustList:
        signed = write_trust(version, self.keys() if keys is None else keys, self.root, self.written)
        return read_trust(signed, self.root.public)

    def status(self, revoked: Iterable[int] = (), written: datetime | None = None) -> StatusLists:
        uri = status_uri(HOUSING, 1)
        signed = write_status(uri, pack_bits(revoked, 10_000), self.housing, written or self.written)
        return StatusLists({uri: read_status(signed, HOUSING, uri, self.trust())})

    def code(self, licence: Licence = LICENCE, key: IssuerKey | None = None, **changed: object) -> str:
        licence = replace(licence, **changed)  # type: ignore[arg-type]
        return sign_licence(licence, key or self.housing, NOW - timedelta(days=1), timedelta(days=365))

    def check(
        self,
        text: str,
        trust: TrustList | ListFault | None = None,
        status: StatusLists | None = None,
        now: datetime = NOW,
        seen: Callable[[bytes], Sighting | None] | None = never_seen,
        last_trusted: datetime | None = None,
    ) -> Verdict:
        return verify(text, trust or self.trust(), status or self.status(), now, seen=seen, last_trusted=last_trusted)

    def claims(self) -> dict[int | str, object]:
        """The claims of a good code, to be spoilt."""
        message = cose.read_sign1(opened(self.code()))
        said = cbor.decode(message.payload)
        assert isinstance(said, dict)
        return dict(said)

    def signed(self, claims: Mapping[int | str, object] | None = None, **parts: object) -> str:
        """A code put together by hand: `payload`, `protected`, `unprotected`, `signature`, `tag`, `key` as given."""
        return pack(self.cose(claims, **parts))

    def cose(self, claims: Mapping[int | str, object] | None = None, **parts: object) -> bytes:
        key = parts.get("key", self.housing)
        assert isinstance(key, IssuerKey)
        payload = parts.get("payload", cbor.encode(self.claims() if claims is None else claims))
        protected = parts.get("protected", cbor.encode({1: key.algorithm, 4: key.kid}))
        context = parts.get("context", "Signature1")
        signature = key.sign(cbor.encode([context, protected, b"", payload]))
        change = parts.get("signature")
        if callable(change):
            signature = change(signature)
        whole = [protected, parts.get("unprotected", {}), parts.get("sent", payload), signature]
        tag = parts.get("tag", 18)
        return cbor.encode(cbor.Tag(tag, whole) if isinstance(tag, int) else whole)  # type: ignore[arg-type]


def opened(text: str) -> bytes:
    """The COSE bytes in a code."""
    packed: bytes = base45.b45decode(text.removeprefix("EL1:"))
    return zlib.decompress(packed) if packed[:1] == b"\x78" else packed
