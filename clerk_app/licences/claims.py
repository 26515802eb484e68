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

from clerk_app.licences import cbor, cose
from clerk_app.licences.status import status_uri

ISS, EXP, NBF, IAT, CTI, CNF, STATUS, LICENCE = 1, 4, 5, 6, 7, 8, 65535, -65537
_COSE_KEY = 1  # RFC 8747 3.1
LEAST_CTI = 8  # bytes
_LONGEST = 120  # characters of a value that a screen shows; the longest address seen has 60
_MARKS_IN_A_ROW = 2
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, bidirectional and invisible, line breaks
_EXTRA_MOST = 32


@dataclass(frozen=True, kw_only=True)
class Licence:
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
class LicenceClaims(Licence):
    """What a signed code says: a licence, and when and by whom it was put into the code."""

    cti: bytes  # the code's own id; two codes of one licence differ in it
    issued_at: datetime
    expires_at: datetime
    issuer_names: Mapping[str, str]  # from the trust list, not from the code
    status_uri: str = ""

    def plain(self) -> dict[str, object]:
        """The claims for `--json`; what the code does not say is left out."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: _plain(value) for name, value in said.items() if value not in (None, "", {})}


def licence_payload(licence: Licence, cti: bytes, issued_at: int, expires_at: int) -> bytes:
    """The CWT of `licence`. Times are seconds since 1970."""
    content = {
        1: licence.licence_type,
        2: licence.holder_name,
        3: licence.holder_id_number,
        4: licence.licence_number or None,
        5: licence.organisation or None,
        6: licence.address or None,
        7: _packed_day(licence.valid_from),
        8: _packed_day(licence.valid_until),
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
        uri = status_uri(licence.issuer_code, licence.status_list)
        claims[STATUS] = {"status_list": {"idx": licence.status_index, "uri": uri}}
    if licence.device is not None:
        claims[CNF] = {_COSE_KEY: cose.key_as_map(licence.device)}
    return cbor.encode(claims)


def read_licence(
    said: Mapping[int | str, cbor.Value], issued_at: datetime, expires_at: datetime, names: Mapping[str, str]
) -> LicenceClaims:
    """The claims of a decoded payload whose times were read before; ValueError for a missing or wrong part."""
    content = said.get(LICENCE)
    cti = said.get(CTI)
    if not isinstance(content, dict) or not isinstance(cti, bytes) or not LEAST_CTI <= len(cti) <= 64:
        raise ValueError("claims")
    uri, index = _status(said.get(STATUS))
    return LicenceClaims(
        issuer_code=_required(said.get(ISS)),
        licence_type=_required(content.get(1)),
        holder_name=_required(content.get(2)),
        holder_id_number=_required(content.get(3)),
        licence_number=_text(content.get(4)),
        organisation=_text(content.get(5)),
        address=_text(content.get(6)),
        valid_from=_day(content.get(7)),
        valid_until=_day(content.get(8)),
        status_index=index,
        device=_device(said.get(CNF)),
        status_uri=uri,
        extra=_extra(content.get(9)),
        cti=cti,
        issued_at=issued_at,
        expires_at=expires_at,
        issuer_names=names,
    )


def made_safe(claims: LicenceClaims) -> tuple[LicenceClaims, bool]:
    """The claims fit for a terminal, and whether anything had to be changed for that."""
    changed: dict[str, object] = {}
    for one in fields(claims):
        value = getattr(claims, one.name)
        if isinstance(value, str) and (safe := safe_text(value)) != value:
            changed[one.name] = safe
    extra = {safe_text(name): safe_text(value) for name, value in claims.extra.items()}
    if extra != dict(claims.extra):
        changed["extra"] = MappingProxyType(extra)
    return (replace(claims, **changed), True) if changed else (claims, False)  # type: ignore[arg-type]


def safe_text(text: str) -> str:
    """`text` without what a terminal obeys or hides: control and bidirectional characters, piled marks, length."""
    kept: list[str] = []
    marks = 0
    for character in text[:_LONGEST]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        # Unassigned code points stay only in the two ideographic planes, where names may be newer than this table.
        hidden = category in _HIDDEN or (category == "Cn" and not 0x20000 <= ord(character) <= 0x3FFFD)
        kept.append("?" if hidden or marks > _MARKS_IN_A_ROW else character)
    return "".join(kept) + ("?" if len(text) > _LONGEST else "")


def differences(claims: Licence, *, name: str = "", id_number: str = "") -> tuple[str, ...]:
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


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, cose.PublicKey):
        return value.raw.hex()
    return dict(value) if isinstance(value, Mapping) else value


def _status(said: cbor.Value | None) -> tuple[str, int | None]:
    match said:
        case None:
            return "", None
        case {"status_list": {"idx": int() as index, "uri": str() as uri}} if index >= 0 and not isinstance(
            index, bool
        ):
            return uri, index
    raise ValueError("status")


def _device(said: cbor.Value | None) -> cose.PublicKey | None:
    match said:
        case None:
            return None
        case {1: key}:
            return cose.key_from_map(key)
    raise ValueError("device key")


def _required(said: cbor.Value | None) -> str:
    if not isinstance(said, str) or not said:
        raise ValueError("text")
    return said


def _text(said: cbor.Value | None) -> str:
    return "" if said is None else _required(said)


def _packed_day(day: date | None) -> int | None:
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def _day(said: cbor.Value | None) -> date | None:
    if said is None:
        return None
    if not isinstance(said, int) or isinstance(said, bool) or not 10000101 <= said <= 99991231:
        raise ValueError("day")
    return date(said // 10000, said // 100 % 100, said % 100)


def _extra(said: cbor.Value | None) -> Mapping[str, str]:
    if said is None:
        return MappingProxyType({})
    if not isinstance(said, dict) or len(said) > _EXTRA_MOST:
        raise ValueError("extra")
    made = {}
    for name, value in said.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise ValueError("extra")
        made[name] = value
    return MappingProxyType(made)
