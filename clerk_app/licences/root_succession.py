"""Successors of the authority's root key: each is signed with the root key before it.

The file `root.cose` beside the trust list is a CBOR array of COSE_Sign1 objects, oldest first. A machine that pinned
any of these root keys follows the statements from there to the newest one, and then pins that (`advance_root`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.crypto.keys import encode_public_key, load_public_key
from clerk_app.licences.reasons import ListFault, Reason
from db.files import replace_file

SUCCESSION_FILE = "root.cose"
SUCCESSION_TYPE = "application/vnd.clerk.root-key+cbor"
_MAX_SUCCESSORS = 1_000


def add_successor(succession: bytes, old: cose.Signer, new: cose.PublicKey, now: datetime) -> bytes:
    """Return the succession (the bytes of its file, or none) with `new` as the successor of `old`."""
    statements = _read_statements(succession) if succession else []
    payload = {"kid": new.kid, "alg": new.algorithm, "public": new.raw, "at": int(now.timestamp())}
    signed = cose.create_sign1(cbor.encode(payload), old, {cose.TYP: SUCCESSION_TYPE})
    return cbor.encode([*statements, signed])


def read_roots(pinned: cose.PublicKey, succession: bytes) -> tuple[cose.PublicKey, ...]:
    """Return the root keys that may sign a trust list: `pinned`, and its successors, the newest last.

    Statements before `pinned` are skipped. Raises ListFault if the succession is unreadable or a statement is forged.
    """
    roots = [pinned]
    if not succession:
        return (pinned,)
    try:
        for statement in _read_statements(succession):
            message = cose.read_sign1(statement)
            if message.headers.get(cose.KID) != roots[-1].kid:
                continue
            if message.headers.get(cose.TYP) != SUCCESSION_TYPE or not cose.is_signed_by(message, roots[-1]):
                raise ListFault(Reason.TRUST_NOT_GENUINE)
            roots.append(_read_successor(cbor.decode(message.payload)))
    except (cbor.CborError, cose.CoseError, KeyError, TypeError, ValueError) as fault:
        raise ListFault(Reason.TRUST_UNREADABLE) from fault
    return tuple(roots)


def read_succession(folder: Path) -> bytes:
    """Return the bytes of the succession in the folder of the trust lists; none without one. Raises OSError."""
    try:
        return (folder / SUCCESSION_FILE).read_bytes()
    except FileNotFoundError:
        return b""


def advance_root(folder: Path, root_file: str) -> bool:
    """Pin the newest root key in place of an earlier one that the folder has; return whether it changed.

    Raises BadData (the pinned key is unreadable), ListFault (a forged succession), OSError.
    """
    pinned = load_public_key(folder / root_file)
    newest = read_roots(pinned, read_succession(folder))[-1]
    if newest == pinned:
        return False
    replace_file(folder / root_file, encode_public_key(newest))
    return True


def _read_statements(succession: bytes) -> list[bytes]:
    value = cbor.decode(succession)
    if not isinstance(value, list) or len(value) > _MAX_SUCCESSORS:
        raise TypeError("succession")
    return list(_require_bytes(value))


def _require_bytes(values: list[cbor.Value]) -> Iterator[bytes]:
    for value in values:
        if not isinstance(value, bytes):
            raise TypeError("statement")
        yield value


def _read_successor(payload: cbor.Value) -> cose.PublicKey:
    match payload:
        case {"kid": bytes() as kid, "alg": int() as algorithm, "public": bytes() as raw, "at": int()} if kid:
            cose.ALGORITHMS[algorithm].load_verifier(raw)
            return cose.PublicKey(kid, algorithm, raw)
    raise TypeError("successor")
