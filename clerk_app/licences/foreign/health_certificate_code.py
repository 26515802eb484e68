"""The code format `HC1:`, an EU health certificate."""

from __future__ import annotations

from clerk_app.licences.code_verification import VerificationContext
from clerk_app.licences.crypto import cose
from clerk_app.licences.encoding import decode_base45, decompress, strip_prefix
from clerk_app.licences.foreign import health_certificate
from clerk_app.licences.foreign.verification import (
    ForeignClaims,
    ForeignVerdict,
    ForeignVerification,
    parse_content,
    parse_structure,
    run_verification,
)
from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.recognised_code import CodePolicy, ForeignCode, UnsupportedCode
from clerk_app.locales import mark

_NAME = "HC1"
_PREFIX = health_certificate.HC1_PREFIX


def _recognise(text: str, policy: CodePolicy) -> ForeignCode | UnsupportedCode | None:
    if not text.startswith(_PREFIX):
        return None
    if _NAME in policy.enabled_formats:
        return ForeignCode(text, _NAME)
    return UnsupportedCode(_PREFIX, HEALTH_CERTIFICATE.explanation)


def _verify(text: str, context: VerificationContext) -> ForeignVerdict:
    return run_verification(context, _NAME, lambda verification: _read_claims(text, verification))


def _read_claims(text: str, verification: ForeignVerification) -> ForeignClaims:
    data = decompress(decode_base45(strip_prefix(text, _PREFIX)), required=True)
    message = parse_structure(cose.read_foreign_sign1, data)
    kid = health_certificate.read_key_id(message)
    kids = [] if kid is None else [kid]
    key = verification.find_signing_key(kids, message, health_certificate.is_genuine, _PREFIX)
    payload = parse_content(health_certificate.read_claims, message.payload)
    kinds = tuple(f"{_PREFIX}{kind}" for kind in health_certificate.list_statement_kinds(payload))
    certificate = health_certificate.get_certificate(payload)
    names = certificate.get("nam")
    parts = [names.get("fn"), names.get("gn")] if isinstance(names, dict) else []
    name = " ".join(part for part in parts if isinstance(part, str))
    fields = {"ver": certificate.get("ver"), "dob": certificate.get("dob"), "nam": name}
    return verification.build_claims(payload, key, kinds, fields)


HEALTH_CERTIFICATE = CodeFormat(
    name=_NAME,
    recognise=_recognise,
    verify=_verify,
    explanation=mark("A European health certificate. This office has not switched these on; nothing was checked."),
)
