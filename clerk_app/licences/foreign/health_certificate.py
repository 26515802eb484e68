"""EU health certificates (`HC1:`), by the eHealth network's Electronic Health Certificate Specification 1.0.5.

    HC1: + base45 + zlib + COSE_Sign1 + CWT {1 issuer, 4 expiry, 6 issued at, -260: {1: the certificate}}

Whoever signs them may write CBOR in any form, so it is read by the widest rules; what is read is believed by the same
chain as everything else. The kinds of statement are `v` vaccination, `t` test and `r` recovery.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from clerk_app.licences.claims import EXP, IAT, NBF
from clerk_app.licences.crypto import cbor, cose

HC1_PREFIX = "HC1:"
STATEMENT_KINDS = ("t", "v", "r")
_HCERT = -260
_SECONDS_END = 10**11  # what is more is milliseconds
_ALGORITHMS = {cose.ES256, cose.PS256}
# Both arcs stand in certificates of national authorities.
_USAGES = {
    kind: {f"1.3.6.1.4.1.1847.2021.1.{number}", f"1.3.6.1.4.1.0.1847.2021.1.{number}"}
    for number, kind in enumerate(STATEMENT_KINDS, start=1)
}


def read_key_id(message: cose.Sign1) -> bytes | None:
    """The key's name: from the protected header, or where it says none from the unprotected one."""
    kid = message.headers.get(cose.KID, message.unprotected.get(cose.KID))
    return kid if isinstance(kid, bytes) else None


def is_genuine(message: cose.Sign1, key: cose.PublicKey) -> bool:
    """Whether `key` signed `message`, and the message names this key and its algorithm. Raises as `cose.signed_by`.

    The algorithm may stand in either header: the key alone decides which one is used.
    """
    named = message.headers.get(cose.ALG, message.unprotected.get(cose.ALG))
    if read_key_id(message) != key.kid or named != key.algorithm or named not in _ALGORITHMS:
        return False
    return cose.is_signature_valid(message, key)


def read_claims(payload: bytes) -> Mapping[int | str, cbor.Value]:
    """The claims of a payload that hold a certificate; CborError or ValueError for anything else."""
    said = cbor.decode(payload, cbor.FOREIGN_RULES)
    if not isinstance(said, dict) or not get_certificate(said):
        raise ValueError("no health certificate")
    return said


def get_certificate(said: Mapping[int | str, cbor.Value]) -> Mapping[int | str, cbor.Value]:
    """The certificate among the claims; empty when there is none."""
    match said.get(_HCERT):
        case {1: dict() as found}:
            return found
    return {}


def list_statement_kinds(said: Mapping[int | str, cbor.Value]) -> tuple[str, ...]:
    """What the certificate states, of `KINDS`."""
    found = get_certificate(said)
    return tuple(kind for kind in STATEMENT_KINDS if found.get(kind))


def may_sign_statements(usages: Set[str], stated: tuple[str, ...]) -> bool:
    """Whether a signer with these extended key usages may make such statements.

    One that names none of the three uses may make all: the field limits, it does not permit.
    """
    named = usages & set[str]().union(*_USAGES.values())
    return bool(stated) and (not named or all(named & _USAGES[kind] for kind in stated))


def is_within_validity(said: Mapping[int | str, cbor.Value], now: datetime) -> bool:
    """Whether `now` lies between issue (and a start, if one is named) and expiry, both ends included."""
    issued, expires = read_seconds(said.get(IAT)), read_seconds(said.get(EXP))
    starts = read_seconds(said[NBF]) if NBF in said else issued
    return max(issued, starts) <= now.timestamp() <= expires


def read_seconds(said: cbor.Value | None) -> float:
    """A time in seconds since 1970 as other issuers write it: bare or tagged, whole or not. ValueError for others."""
    if isinstance(said, cbor.Tag) and said.number == 1:
        said = said.value
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < _SECONDS_END:
        raise ValueError("seconds")
    return float(said)
