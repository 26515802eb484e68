"""The data of a licence, and its encoding in a signed code.

The payload is a CWT (RFC 8392) with these labels. Times are whole seconds since 1970, days are integers yyyymmdd.

    1 issuer's credit code, 4 expiry, 5 not before, 6 issued at, 7 id of the code (cti),
    8 key of the phone to which the licence was issued (RFC 8747), 65535 place in a status list,
    -65537 (private label) the licence, a map: 1 type code, 2 holder, 3 holder's number, 4 licence number (GB/T 36904),
        5 organisation, 6 address, 7 day valid from, 8 day valid until, 9 further fields by name

Unknown labels are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

import msgspec

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.status_list import build_status_uri
from clerk_app.text.characters import is_space
from clerk_app.text.cleaning import collapse_spaces
from clerk_app.text.display import display_text, limit_marks
from clerk_app.text.folding import fold_code, is_same_text

ISS, EXP, NBF, IAT, CTI, CNF, STATUS, LICENCE = 1, 4, 5, 6, 7, 8, 65535, -65537
_COSE_KEY = 1  # RFC 8747 3.1
MIN_CTI_BYTES = 8
_MAX_TEXT_LENGTH = 120  # characters of a value on a screen; the longest known address has 60
_MAX_EXTRA_FIELDS = 32


class LicenceData(msgspec.Struct, frozen=True, kw_only=True):
    """A licence as its issuer stores it. Days are days in China; `valid_until` is the last valid day."""

    issuer_code: str  # unified social credit code
    licence_type: str  # type code; GB/T 36904: 21 characters, the credit code of the owner of the type and three more
    holder_name: str
    holder_id_number: str  # identity number or credit code
    licence_number: str = ""  # by GB/T 36904, dotted
    organisation: str = ""
    address: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    status_list: int | None = None  # number of the issuer's status list
    status_index: int | None = None  # place of the licence in that list
    device: cose.PublicKey | None = None  # key of the phone to which the licence is bound; None for a code on paper
    extra: Mapping[str, str] = msgspec.field(default_factory=dict)


class LicenceClaims(LicenceData, frozen=True, kw_only=True):
    """The claims of a signed code: a licence, and when and by whom the code was issued."""

    cti: bytes  # id of the code; two codes of one licence have different ids
    issued_at: datetime
    expires_at: datetime
    issuer_names: Mapping[str, str]  # from the trust list, not from the code
    status_uri: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the claims that are not empty, as JSON values for `--json`."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: _to_json_value(value) for name, value in values.items() if value not in (None, "", {})}


def encode_licence_payload(licence: LicenceData, cti: bytes, issued_at: int, expires_at: int) -> bytes:
    """Encode `licence` as a CWT. Times are seconds since 1970."""
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
    """Read the claims of a decoded payload. Raises ValueError if a claim is missing or invalid.

    `issued_at` and `expires_at` are the times in the payload, `names` the names of the issuer on the trust list.
    """
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
    """Return the claims with texts that are safe to show, and whether any contained something that was hidden.

    The signed bytes are not changed; a space of another kind is not reported.
    """
    changed: dict[str, object] = {}
    hidden = False
    for name in claims.__struct_fields__:
        value = getattr(claims, name)
        if isinstance(value, str):
            safe = sanitize_text(value)
            hidden = hidden or _hides_something(value, safe)
            changed |= {name: safe} if safe != value else {}
    extra = {sanitize_text(name): sanitize_text(value) for name, value in claims.extra.items()}
    if extra != dict(claims.extra):
        pairs = zip((*claims.extra, *claims.extra.values()), (*extra, *extra.values()), strict=False)
        hidden = hidden or len(extra) < len(claims.extra) or any(_hides_something(*pair) for pair in pairs)
        changed["extra"] = MappingProxyType(extra)
    return (msgspec.structs.replace(claims, **changed) if changed else claims), hidden


def sanitize_text(text: str) -> str:
    """Return a text of a code as it is shown: `display_text`, at most 120 characters and two accents on a letter.

    What is cut or cannot be shown is a `?`, also a text of nothing but spaces.
    """
    shown = collapse_spaces(limit_marks(display_text(text[:_MAX_TEXT_LENGTH]))) or ("?" if text else "")
    return shown + ("?" if len(text) > _MAX_TEXT_LENGTH else "")


def _hides_something(text: str, shown: str) -> bool:
    """Return whether `shown` differs from `text` in more than its spaces."""
    return collapse_spaces("".join(" " if is_space(character) else character for character in text)) != shown


def find_holder_differences(claims: LicenceData, *, name: str = "", id_number: str = "") -> tuple[str, ...]:
    """Return which of the fields `holder_name` and `holder_id_number` differ from `name` and `id_number`.

    An empty `name` or `id_number` is not compared.
    """
    differing = []
    if name and not is_same_text(name, claims.holder_name):
        differing.append("holder_name")
    if id_number and fold_code(id_number) != fold_code(claims.holder_id_number):
        differing.append("holder_id_number")
    return tuple(differing)


def _to_json_value(value: object) -> object:
    if isinstance(value, date):  # includes datetime
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, cose.PublicKey):
        return value.raw.hex()
    return dict(value) if isinstance(value, Mapping) else value


def _read_status(value: cbor.Value | None) -> tuple[str, int | None]:
    match value:
        case None:
            return "", None
        case {"status_list": {"idx": int() as index, "uri": str() as uri}} if index >= 0 and not isinstance(
            index, bool
        ):
            return uri, index
    raise ValueError("status")


def _read_device(value: cbor.Value | None) -> cose.PublicKey | None:
    match value:
        case None:
            return None
        case {1: key}:
            return cose.decode_cose_key(key)
    raise ValueError("device key")


def _read_required_text(value: cbor.Value | None) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("text")
    return value


def _read_optional_text(value: cbor.Value | None) -> str:
    return "" if value is None else _read_required_text(value)


def _encode_day(day: date | None) -> int | None:
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def _read_day(value: cbor.Value | None) -> date | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 10000101 <= value <= 99991231:
        raise ValueError("day")
    return date(value // 10000, value // 100 % 100, value % 100)


def _read_extra(value: cbor.Value | None) -> Mapping[str, str]:
    if value is None:
        return MappingProxyType({})
    if not isinstance(value, dict) or len(value) > _MAX_EXTRA_FIELDS:
        raise ValueError("extra")
    extra = {}
    for name, text in value.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise ValueError("extra")
        extra[name] = text
    return MappingProxyType(extra)
