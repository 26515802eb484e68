"""The code format of claim 169 (IANA CWT, MOSIP ID QR), which has no prefix."""

from __future__ import annotations

from clerk_app.licences.code_verification import VerificationContext
from clerk_app.licences.crypto import cbor, cose
from clerk_app.licences.encoding import CodeRejected, decode_base45, decompress, rejection, strip_prefix
from clerk_app.licences.foreign import claim169
from clerk_app.licences.foreign.verification import (
    ClaimMap,
    ForeignClaims,
    ForeignVerdict,
    ForeignVerification,
    parse_content,
    parse_structure,
    run_verification,
)
from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.reasons import Reason
from clerk_app.licences.recognised_code import CodePolicy, ForeignCode, UnsupportedCode
from clerk_app.locales import mark

_NAME = "claim-169"
_MIN_LENGTH = 40  # characters
_COSE_OPENINGS = (b"\xd0", b"\xd2", b"\xd8\x3d", b"\x84")  # first bytes: encrypted, signed, CWT, signed without a tag


def _recognise(text: str, policy: CodePolicy) -> ForeignCode | UnsupportedCode | None:
    """Recognise base45 text whose decompressed bytes begin like a signed or encrypted COSE object."""
    if len(text) < _MIN_LENGTH:
        return None
    try:
        if not decompress(decode_base45(text), required=True).startswith(_COSE_OPENINGS):
            return None
    except CodeRejected:
        return None
    if _NAME in policy.enabled_formats:
        return ForeignCode(text, _NAME)
    return UnsupportedCode(_NAME, IDENTITY_CODE.explanation)


def _verify(text: str, context: VerificationContext) -> ForeignVerdict:
    return run_verification(context, _NAME, lambda verification: _read_claims(text, verification))


def _read_claims(text: str, verification: ForeignVerification) -> ForeignClaims:
    """Verify the code and return its claims. If it names no key, every key trusted for claim 169 is tried."""
    data = decompress(decode_base45(strip_prefix(text, "")), required=True)
    try:
        message = parse_structure(
            lambda packed: cose.read_foreign_sign1(claim169.decrypt_if_needed(packed, verification.context.secrets)),
            data,
        )
    except claim169.EncryptedCodeError:
        raise rejection(Reason.ENCRYPTED) from None
    kid = message.headers.get(cose.KID, message.unprotected.get(cose.KID))
    kids = [kid] if isinstance(kid, bytes) else list(verification.usable_trust_list().keys)
    kind = _NAME
    key = verification.find_signing_key(kids, message, cose.is_signed_by, kind)
    payload = parse_content(_decode_claim_map, message.payload)
    return verification.build_claims(payload, key, (kind,), parse_content(claim169.read_fields, payload))


def _decode_claim_map(payload: bytes) -> ClaimMap:
    value = cbor.decode(payload, cbor.FOREIGN_RULES)
    if not isinstance(value, dict):
        raise ValueError("the payload is no map of claims")
    return value


IDENTITY_CODE = CodeFormat(
    name=_NAME,
    recognise=_recognise,
    verify=_verify,
    explanation=mark(
        "An identity code of another system (claim 169). This office has not switched these on; nothing was checked."
    ),
)
