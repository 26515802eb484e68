"""Issuing of codes: signed codes, presentations, and dynamic codes that are valid for about a minute."""

from __future__ import annotations

import secrets
import zlib
from datetime import datetime, timedelta

import base45

from clerk_app.licences.claims import LicenceData, encode_licence_payload
from clerk_app.licences.crypto import cose
from clerk_app.licences.encoding import decode_base45, decompress, strip_prefix
from clerk_app.licences.identifiers import is_credit_code, is_id_number
from clerk_app.licences.licence_verification import LICENCE_PREFIX, PRESENTATION_PREFIX
from clerk_app.licences.presentation import sign_presentation
from clerk_app.licences.recognised_code import CodePolicy

_CTI_BYTES = 12


def sign_licence(
    licence: LicenceData, key: cose.Signer, now: datetime, lifetime: timedelta, cti: bytes | None = None
) -> str:
    """Return the text of a signed code for `licence`, valid from `now` for `lifetime`. The default `cti` is random."""
    issued = int(now.timestamp())
    payload = encode_licence_payload(
        licence, cti or secrets.token_bytes(_CTI_BYTES), issued, issued + int(lifetime.total_seconds())
    )
    return encode_code(cose.create_sign1(payload, key))


def create_presentation_code(licence: str, device: cose.Signer, now: datetime) -> str:
    """Return the `EL2:` code that a phone with the key `device` makes from `licence`, an `EL1:` code."""
    signed = decompress(decode_base45(strip_prefix(licence, LICENCE_PREFIX)))
    return encode_code(sign_presentation(signed, device, now), PRESENTATION_PREFIX)


def encode_code(signed: bytes, prefix: str = LICENCE_PREFIX) -> str:
    """Return the text of a code that holds `signed`, compressed if that makes it shorter."""
    compressed = zlib.compress(signed, 9)
    shorter = compressed if len(compressed) < len(signed) else signed
    return prefix + str(base45.b45encode(shorter), "ascii")


def new_dynamic_digits(policy: CodePolicy) -> str:
    """Return a random dynamic code of digits that is neither an identity number nor a credit code."""
    while True:
        digits = "".join(secrets.choice("0123456789") for _ in range(policy.digit_count))
        if not is_id_number(digits) and not is_credit_code(digits):
            return digits


def new_dynamic_token() -> str:
    """Return an opaque token of 128 random bits, for an address of `CodePolicy.urls`."""
    return secrets.token_urlsafe(16)
