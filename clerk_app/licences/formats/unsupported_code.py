"""Formats that are recognised by their prefix but never accepted. The explanation names the code to ask for instead."""

from __future__ import annotations

from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.recognised_code import EXPLAINED_FORMAT, CodePolicy, UnsupportedCode
from clerk_app.locales import mark


def _make_format(prefix: str, explanation: str) -> CodeFormat:
    """Return the format with the URI scheme `prefix`, in lower or upper case."""

    def recognise(text: str, _policy: CodePolicy) -> UnsupportedCode | None:
        return UnsupportedCode(prefix, explanation) if text.lower().startswith(prefix) else None

    return CodeFormat(name=EXPLAINED_FORMAT, recognise=recognise, explanation=explanation)


MOBILE_DOCUMENT = _make_format(
    "mdoc:",
    mark(
        "A mobile document (ISO 18013-5): the code opens a radio link to the phone and holds no data itself. "
        "Ask for the e-licence code instead."
    ),
)
WALLET_REQUEST = _make_format(
    "openid4vp:",
    mark(
        "This code is meant to be scanned by a wallet on a phone, not by a counter. Ask for the e-licence code instead."
    ),
)
SMART_HEALTH_CARD = _make_format(
    "shc:/", mark("A SMART health card. This office does not accept these; nothing was checked.")
)
