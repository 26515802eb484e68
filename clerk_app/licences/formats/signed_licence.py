"""`EL1:`, a signed licence, and `EL2:`, a signed licence presented by the phone that it was issued to."""

from __future__ import annotations

from clerk_app.licences.code_verification import VerificationContext
from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.licence_verification import (
    LICENCE_PREFIX,
    PRESENTATION_PREFIX,
    LicenceVerdict,
    verify_licence_code,
)
from clerk_app.licences.recognised_code import (
    PRESENTED_LICENCE_FORMAT,
    SIGNED_LICENCE_FORMAT,
    CodePolicy,
    SignedLicence,
)


def _make_format(name: str, prefix: str) -> CodeFormat:
    def recognise(text: str, _policy: CodePolicy) -> SignedLicence | None:
        return SignedLicence(text, name) if text.startswith(prefix) else None

    return CodeFormat(name=name, recognise=recognise, verify=_verify)


def _verify(text: str, context: VerificationContext) -> LicenceVerdict:
    return verify_licence_code(
        text,
        context.trust,
        context.status,
        context.now,
        find_sighting=context.find_sighting,
        last_trusted=context.last_trusted,
        max_presentation_age=context.max_presentation_age,
    )


SIGNED_LICENCE = _make_format(SIGNED_LICENCE_FORMAT, LICENCE_PREFIX)
PRESENTED_LICENCE = _make_format(PRESENTED_LICENCE_FORMAT, PRESENTATION_PREFIX)
