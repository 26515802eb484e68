"""What a licence says, and how it lies in a signed code.

The payload is a CWT (RFC 8392): 1 issuer's credit code, 4 expiry, 5 not before, 6 issued at (whole seconds since 1970),
7 the code's own id, 8 the key of the phone it was issued to (RFC 8747), 65535 its place in a status list; and under the
private label -65537 the licence itself: 1 type code, 2 holder, 3 holder's number, 4 licence number (GB/T 36904),
5 organisation, 6 address, 7 valid from and 8 valid until (days as the integer yyyymmdd), 9 further fields by name.
Unknown labels are passed over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from types import MappingProxyType

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.status_list import build_status_uri

ISS, EXP, NBF, IAT, CTI, CNF, STATUS, LICENCE = 1, 4, 5, 6, 7, 8, 65535, -65537
_COSE_KEY = 1  # RFC 8747 3.1
MIN_CTI_BYTES = 8  # bytes
_MAX_TEXT_LENGTH = 120  # characters of a value that a screen shows; the longest address seen has 60
_MAX_COMBINING_MARKS = 2
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, bidirectional and invisible, line breaks
_MAX_EXTRA_FIELDS = 32


@dataclass(frozen=True, kw_only=True)
class LicenceData:
    """A licence as its issuer keeps it. Days are days in China; `valid_until` is the last valid one."""

    issuer_code: str  # unified social credit code
    licence_type: str  # type code; by GB/T 36904 21 characters: its owner's credit code and three more
    holder_name: str
    holder_id_number: str  # identity number or credit code
    licence_number: str = ""  # by GB/T 36904, dotted
    organisation: str = ""
    address: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    status_list: int | None = None  # number of the issuer's status list
    status_index: int | None = None  # place in it
    device: cose.PublicKey | None = None  # the key of the phone it is bound to; None on paper
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LicenceClaims(LicenceData):
    """What a signed code says: a licence, and when and by whom it was put into the code."""

    cti: bytes  # the code's own id; two codes of one licence differ in it
    issued_at: datetime
    expires_at: datetime
    issuer_names: Mapping[str, str]  # from the trust list, not from the code
    status_uri: str = ""

    def to_dict(self) -> dict[str, object]:
        """The claims for `--json`; what the code does not say is left out."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: _to_json_value(value) for name, value in said.items() if value not in (None, "", {})}


def encode_licence_payload(licence: LicenceData, cti: bytes, issued_at: int, expires_at: int) -> bytes:
    """The CWT of `licence`. Times are seconds since 1970."""
    content = {
        1: licence.licence_type,
        2: licence.holder_name,
        3: licence.holder_id_number,
        4: licence.licence_number or None,
        5: licence.organisation or None,
        6: licence.address or None,
        7: _encode_day(licence.valid_from),
        8: _encode_day(licence.valid_until),
        9: dict(licence.extra) or None,
    }
    claims: dict[int, object] = {
        ISS: licence.issuer_code,
        EXP: expires_at,
        IAT: issued_at,
        CTI: cti,
        LICENCE: {label: value for label, value in content.items() if value is not None},
    }
    if licence.status_list is not None and licence.status_index is not None:
        uri = build_status_uri(licence.issuer_code, licence.status_list)
        claims[STATUS] = {"status_list": {"idx": licence.status_index, "uri": uri}}
    if licence.device is not None:
        claims[CNF] = {_COSE_KEY: cose.encode_cose_key(licence.device)}
    return cbor.encode(claims)


def read_licence_claims(
    payload: Mapping[int | str, cbor.Value], issued_at: datetime, expires_at: datetime, names: Mapping[str, str]
) -> LicenceClaims:
    """The claims of a decoded payload whose times were read before; ValueError for a missing or wrong part."""
    content = payload.get(LICENCE)
    cti = payload.get(CTI)
    if not isinstance(content, dict) or not isinstance(cti, bytes) or not MIN_CTI_BYTES <= len(cti) <= 64:
        raise ValueError("claims")
    uri, index = _read_status(payload.get(STATUS))
    return LicenceClaims(
        issuer_code=_read_required_text(payload.get(ISS)),
        licence_type=_read_required_text(content.get(1)),
        holder_name=_read_required_text(content.get(2)),
        holder_id_number=_read_required_text(content.get(3)),
        licence_number=_read_optional_text(content.get(4)),
        organisation=_read_optional_text(content.get(5)),
        address=_read_optional_text(content.get(6)),
        valid_from=_read_day(content.get(7)),
        valid_until=_read_day(content.get(8)),
        status_index=index,
        device=_read_device(payload.get(CNF)),
        status_uri=uri,
        extra=_read_extra(content.get(9)),
        cti=cti,
        issued_at=issued_at,
        expires_at=expires_at,
        issuer_names=names,
    )


def sanitize_claims(claims: LicenceClaims) -> tuple[LicenceClaims, bool]:
    """The claims fit for a terminal, and whether anything had to be changed for that."""
    changed: dict[str, object] = {}
    for one in fields(claims):
        value = getattr(claims, one.name)
        if isinstance(value, str) and (safe := sanitize_text(value)) != value:
            changed[one.name] = safe
    extra = {sanitize_text(name): sanitize_text(value) for name, value in claims.extra.items()}
    if extra != dict(claims.extra):
        changed["extra"] = MappingProxyType(extra)
    return (replace(claims, **changed), True) if changed else (claims, False)  # type: ignore[arg-type]


def sanitize_text(text: str) -> str:
    """`text` without what a terminal obeys or hides: control and bidirectional characters, piled marks, length."""
    kept: list[str] = []
    marks = 0
    for character in text[:_MAX_TEXT_LENGTH]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        # Unassigned code points stay only in the two ideographic planes, where names may be newer than this table.
        hidden = category in _UNSAFE_CATEGORIES or (category == "Cn" and not 0x20000 <= ord(character) <= 0x3FFFD)
        kept.append("?" if hidden or marks > _MAX_COMBINING_MARKS else character)
    return "".join(kept) + ("?" if len(text) > _MAX_TEXT_LENGTH else "")


def find_holder_differences(claims: LicenceData, *, name: str = "", id_number: str = "") -> tuple[str, ...]:
    """Which of `holder_name` and `holder_id_number` differ from the person of the ticket or case.

    An empty name or number is not compared.
    """
    found = []
    if (
        name
        and unicodedata.normalize("NFKC", name).strip() != unicodedata.normalize("NFKC", claims.holder_name).strip()
    ):
        found.append("holder_name")
    if id_number and id_number.strip().upper() != claims.holder_id_number:
        found.append("holder_id_number")
    return tuple(found)


def _to_json_value(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, cose.PublicKey):
        return value.raw.hex()
    return dict(value) if isinstance(value, Mapping) else value


def _read_status(said: cbor.Value | None) -> tuple[str, int | None]:
    match said:
        case None:
            return "", None
        case {"status_list": {"idx": int() as index, "uri": str() as uri}} if index >= 0 and not isinstance(
            index, bool
        ):
            return uri, index
    raise ValueError("status")


def _read_device(said: cbor.Value | None) -> cose.PublicKey | None:
    match said:
        case None:
            return None
        case {1: key}:
            return cose.decode_cose_key(key)
    raise ValueError("device key")


def _read_required_text(said: cbor.Value | None) -> str:
    if not isinstance(said, str) or not said:
        raise ValueError("text")
    return said


def _read_optional_text(said: cbor.Value | None) -> str:
    return "" if said is None else _read_required_text(said)


def _encode_day(day: date | None) -> int | None:
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def _read_day(said: cbor.Value | None) -> date | None:
    if said is None:
        return None
    if not isinstance(said, int) or isinstance(said, bool) or not 10000101 <= said <= 99991231:
        raise ValueError("day")
    return date(said // 10000, said // 100 % 100, said % 100)


def _read_extra(said: cbor.Value | None) -> Mapping[str, str]:
    if said is None:
        return MappingProxyType({})
    if not isinstance(said, dict) or len(said) > _MAX_EXTRA_FIELDS:
        raise ValueError("extra")
    made = {}
    for name, value in said.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise ValueError("extra")
        made[name] = value
    return MappingProxyType(made)
