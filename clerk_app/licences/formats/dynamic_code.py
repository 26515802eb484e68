"""Dynamic codes, valid for about a minute: a web address of the city with a token, or digits only."""

from __future__ import annotations

import re

from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.recognised_code import (
    CODE_PLACEHOLDER,
    DYNAMIC_CODE_EXPLANATION,
    UNKNOWN_ADDRESS,
    CodePolicy,
    RecognisedDynamicCode,
    UnknownCode,
)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SCHEME = "https://"


def _recognise_address(text: str, policy: CodePolicy) -> RecognisedDynamicCode | UnknownCode | None:
    """Compare `text` with the configured addresses; return UnknownCode for any other web address.

    The addresses are compared as text and not parsed, so that user@host, ports and look-alikes never match.
    """
    if not text.lower().startswith(("https:", "http:")):
        return None
    for url in policy.urls:
        before, _placeholder, after = url.partition(CODE_PLACEHOLDER)
        host_end = len(_SCHEME) + before[len(_SCHEME) :].index("/")
        address = text[:host_end].lower() + text[host_end:]  # scheme and host ignore case (RFC 3986 6.2.2.1)
        if address.startswith(before) and address.endswith(after) and len(address) > len(before) + len(after):
            token = address[len(before) : len(address) - len(after)]
            if _TOKEN.fullmatch(token):
                return RecognisedDynamicCode(text, token, DYNAMIC_URL.name)
    return UnknownCode(UNKNOWN_ADDRESS)


def _recognise_digits(text: str, policy: CodePolicy) -> RecognisedDynamicCode | None:
    if not policy.digit_count or len(text) != policy.digit_count or not re.fullmatch(r"[0-9]+", text):
        return None
    return RecognisedDynamicCode(text, text, DYNAMIC_DIGITS.name)


DYNAMIC_URL = CodeFormat(name="dynamic-url", recognise=_recognise_address, explanation=DYNAMIC_CODE_EXPLANATION)
DYNAMIC_DIGITS = CodeFormat(name="dynamic-digits", recognise=_recognise_digits, explanation=DYNAMIC_CODE_EXPLANATION)
