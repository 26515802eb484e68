"""The table of code formats, and the two functions that use it: `recognise_code` and `verify_code`.

To add a format, write one module and add one row here (docs/howto/add-a-code-format.md). Rows are tried in order and
the first match wins. Formats with a prefix come first. Among those without a prefix the order matters, because three of
them can consist of 18 digits:

    12 digits                          case number
    18 characters, identity number     right check character and a possible date of birth
    18 characters, credit code         right check character
    `CodePolicy.digit_count` digits    dynamic code
    base45 of compressed COSE          claim 169

About one of 300 random 18-digit strings is also a valid credit code, so `new_dynamic_digits` never issues
such a string.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from clerk_app.licences.code_verification import CodeVerdict, VerificationContext
from clerk_app.licences.encoding import MAX_CODE_LENGTH
from clerk_app.licences.foreign.health_certificate_code import HEALTH_CERTIFICATE
from clerk_app.licences.foreign.identity_code import IDENTITY_CODE
from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.formats.dynamic_code import DYNAMIC_DIGITS, DYNAMIC_URL
from clerk_app.licences.formats.lookup_key import (
    APPLICATION,
    CASE_NUMBER,
    CONSENT_LIST,
    CREDIT_CODE,
    ID_NUMBER,
    LICENCE_NUMBER,
    SIGNATURE_SHEET,
)
from clerk_app.licences.formats.signed_licence import PRESENTED_LICENCE, SIGNED_LICENCE
from clerk_app.licences.formats.unsupported_code import MOBILE_DOCUMENT, SMART_HEALTH_CARD, WALLET_REQUEST
from clerk_app.licences.recognised_code import (
    UNKNOWN_ADDRESS,
    CodePolicy,
    ForeignCode,
    RecognisedCode,
    SignedLicence,
    UnknownCode,
)
from clerk_app.locales import mark

CODE_FORMATS: tuple[CodeFormat, ...] = (
    SIGNED_LICENCE,
    PRESENTED_LICENCE,
    DYNAMIC_URL,
    LICENCE_NUMBER,
    HEALTH_CERTIFICATE,
    MOBILE_DOCUMENT,
    WALLET_REQUEST,
    SMART_HEALTH_CARD,
    CASE_NUMBER,
    CONSENT_LIST,
    SIGNATURE_SHEET,
    APPLICATION,
    ID_NUMBER,
    CREDIT_CODE,
    DYNAMIC_DIGITS,
    IDENTITY_CODE,
)

_VERIFIABLE: Mapping[str, CodeFormat] = {row.name: row for row in CODE_FORMATS if row.verify is not None}

_DEFAULT_POLICY = CodePolicy()
_UNKNOWN = mark("Unknown code. Nothing was looked up.")
_TOO_LONG = mark("Unknown code: it is too long for any known format. Nothing was looked up.")
_BAD_ID_NUMBER = mark(
    "This looks like an identity number, but its check character or date is wrong. Nothing was looked up."
)


def recognise_code(text: str, policy: CodePolicy = _DEFAULT_POLICY) -> RecognisedCode:
    """Recognise the format of `text`, which a camera read or a person typed. Never raises.

    Recognition neither verifies the code nor looks anything up.
    """
    if len(text) > MAX_CODE_LENGTH:
        return UnknownCode(_TOO_LONG)
    text = text.strip()
    if not text or not text.isascii() or not text.isprintable():
        return UnknownCode(_UNKNOWN)
    for row in CODE_FORMATS:
        if (code := row.recognise(text, policy)) is not None:
            return code
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text.upper()):
        return UnknownCode(_BAD_ID_NUMBER)
    return UnknownCode(UNKNOWN_ADDRESS if "://" in text else _UNKNOWN)


def verify_code(code: SignedLicence | ForeignCode, context: VerificationContext) -> CodeVerdict:
    """Verify a recognised code by the `verify` of its row. Never raises because of the text of the code.

    Raises LookupError if the table has no row of that format that can be verified.
    """
    verify = _VERIFIABLE[code.format_name].verify
    if verify is None:
        raise LookupError(code.format_name)
    return verify(code.text, context)
