"""EU health certificates (`HC1:`), by the eHealth network's Electronic Health Certificate Specification 1.0.5.

    HC1: + base45 + zlib + COSE_Sign1 + CWT {1 issuer, 4 expiry, 6 issued at, -260: {1: the certificate}}

Issuers may use any form of CBOR, so the certificates are decoded with FOREIGN_RULES. The kinds of statement are
`v` vaccination, `t` test and `r` recovery.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from clerk_app.licences.claims import EXP, IAT, NBF
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.crypto.certificates import ANY_USAGE

HC1_PREFIX = "HC1:"
STATEMENT_KINDS = ("t", "v", "r")
_HCERT = -260
_SECONDS_END = 10**11  # larger numbers are milliseconds
_ALGORITHMS = {cose.ES256, cose.PS256}
# National authorities use both forms of the object identifier.
_USAGES = {
    kind: {f"1.3.6.1.4.1.1847.2021.1.{number}", f"1.3.6.1.4.1.0.1847.2021.1.{number}"}
    for number, kind in enumerate(STATEMENT_KINDS, start=1)
}


def read_key_id(message: cose.Sign1) -> bytes | None:
    """Return the kid from the protected header or, if missing, from the unprotected one; None if there is none."""
    kid = message.headers.get(cose.KID, message.unprotected.get(cose.KID))
    return kid if isinstance(kid, bytes) else None


def is_genuine(message: cose.Sign1, key: cose.PublicKey) -> bool:
    """Whether `key` signed `message` and the message names this key and its algorithm. Raises as `is_signed_by`.

    The algorithm may be in either header, because it is always the algorithm of `key` that is used.
    """
    named = message.headers.get(cose.ALG, message.unprotected.get(cose.ALG))
    if read_key_id(message) != key.kid or named != key.algorithm or named not in _ALGORITHMS:
        return False
    return cose.is_signature_valid(message, key)


def read_claims(payload: bytes) -> Mapping[int | str, cbor.Value]:
    """Read the claims of a payload that holds a certificate. Raises CborError or ValueError."""
    claims = cbor.decode(payload, cbor.FOREIGN_RULES)
    if not isinstance(claims, dict) or not get_certificate(claims):
        raise ValueError("no health certificate")
    return claims


def get_certificate(claims: Mapping[int | str, cbor.Value]) -> Mapping[int | str, cbor.Value]:
    """Return the certificate among the claims; an empty map if there is none."""
    match claims.get(_HCERT):
        case {1: dict() as certificate}:
            return certificate
    return {}


def list_statement_kinds(claims: Mapping[int | str, cbor.Value]) -> tuple[str, ...]:
    """Return the STATEMENT_KINDS that the certificate contains."""
    certificate = get_certificate(claims)
    return tuple(kind for kind in STATEMENT_KINDS if certificate.get(kind))


def may_sign_statements(usages: Set[str] | None, stated: tuple[str, ...]) -> bool:
    """Return whether a signer with the extended key usages `usages` may sign statements of the kinds `stated`.

    None, a certificate without the extension, may sign all kinds. If the extension is present, the key may be used only
    for the purposes that it names (RFC 5280, section 4.2.1.12), also if these are no purposes of health certificates.
    """
    may_sign_all = usages is None or ANY_USAGE in usages
    return bool(stated) and (may_sign_all or all((usages or set()) & _USAGES[kind] for kind in stated))


def is_within_validity(claims: Mapping[int | str, cbor.Value], now: datetime) -> bool:
    """Return whether `now` lies between issue (or a later start, if given) and expiry, both inclusive."""
    issued, expires = read_seconds(claims.get(IAT)), read_seconds(claims.get(EXP))
    starts = read_seconds(claims[NBF]) if NBF in claims else issued
    return max(issued, starts) <= now.timestamp() <= expires


def read_seconds(value: cbor.Value | None) -> float:
    """Read a time in seconds since 1970, tagged or not, integer or float. Raises ValueError for anything else."""
    if isinstance(value, cbor.Tag) and value.number == 1:
        value = value.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _SECONDS_END:
        raise ValueError("seconds")
    return float(value)
