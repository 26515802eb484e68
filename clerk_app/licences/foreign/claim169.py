"""Identity codes of IANA CWT claim 169 (MOSIP ID QR 1.2): base45 + zlib + COSE_Sign1, or COSE_Encrypt0 around one.

The fields 1 to 23 of claim 169 are text, numbers or a photo. Higher fields are biometrics, which no counter can
compare. They are ignored like unknown fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clerk_app.licences.crypto import cbor, cose

_CLAIM = 169
_ENCRYPT0 = b"\xd0"  # tag 16 (RFC 9052 5.2)
_KEY_BYTES = {1: 16, 2: 24, 3: 32}  # key size of AES-GCM by COSE algorithm number (RFC 9053 4.1)
FIELD_NAMES = {
    1: "id",
    2: "version",
    3: "language",
    4: "fullName",
    5: "firstName",
    6: "middleName",
    7: "lastName",
    8: "dateOfBirth",
    9: "gender",
    10: "address",
    11: "email",
    12: "phone",
    13: "nationality",
    14: "maritalStatus",
    15: "guardian",
    19: "secondaryFullName",
    20: "secondaryLanguage",
    21: "locationCode",
    22: "legalStatus",
    23: "countryOfIssuance",
}


class EncryptedCodeError(ValueError):
    """The code is encrypted and none of the keys decrypts it."""


def decrypt_if_needed(data: bytes, secrets: Sequence[bytes] = ()) -> bytes:
    """Return `data`, decrypted with one of `secrets` if it is a COSE_Encrypt0. The result is not verified.

    Raises CborError, CoseError, and EncryptedCodeError if no key decrypts it.
    """
    if data[:1] != _ENCRYPT0:
        return data
    return _decrypt(cbor.decode(data[1:], cbor.FOREIGN_RULES), secrets)


def read_fields(claims: Mapping[int | str, cbor.Value]) -> Mapping[str, str]:
    """Read the named fields of claim 169 as text. Raises ValueError if the claim or the full name is missing."""
    claim = claims.get(_CLAIM)
    if not isinstance(claim, dict):
        raise ValueError("no claim 169")
    fields = {
        FIELD_NAMES[label]: value for label, value in claim.items() if isinstance(label, int) and label in FIELD_NAMES
    }
    text = {name: str(value) for name, value in fields.items() if isinstance(value, str | int)}
    if not text.get("fullName"):
        raise ValueError("no name")
    return text


def _decrypt(value: cbor.Value, secrets: Sequence[bytes]) -> bytes:
    match value:
        case [bytes() as protected, {5: bytes() as nonce}, bytes() as ciphertext] if len(nonce) == 12:
            size = _read_key_size(cbor.decode(protected, cbor.FOREIGN_RULES))
        case _:
            raise cose.CoseError("not the parts of a COSE_Encrypt0")
    aad = cbor.encode(["Encrypt0", protected, b""])
    for secret in secrets:
        if len(secret) == size:
            try:
                return AESGCM(secret).decrypt(nonce, ciphertext, aad)
            except InvalidTag:
                continue
    raise EncryptedCodeError("no key opens it")


def _read_key_size(headers: cbor.Value) -> int | None:
    match headers:
        case {1: int() as algorithm}:
            return _KEY_BYTES.get(algorithm)
    return None
