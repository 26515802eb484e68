"""The classes of recognised codes, and the code settings of a city (`CodePolicy`).

The classes differ in what can be done with a code: verify it, resolve it at the center, look up a record by it,
or only explain it. The formats are the rows of `code_formats.CODE_FORMATS`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import ClassVar

import msgspec

from clerk_app.errors import BadData
from clerk_app.locales import _, mark

DEFAULT_CODE_LIFETIME = timedelta(seconds=60)
"""How long a code on a phone's screen is accepted, unless the city has set `code_seconds`."""

CODE_PLACEHOLDER = "{code}"
"""Placeholder for the token in an address of `CodePolicy.urls`."""

SIGNED_LICENCE_FORMAT = "EL1"
PRESENTED_LICENCE_FORMAT = "EL2"
EXPLAINED_FORMAT = "explained"
UNKNOWN_FORMAT = "unknown"
"""Names of formats, stored in `--json` output and the ledger; the other names are in the rows of `CODE_FORMATS`."""


class CodePolicy(msgspec.Struct, frozen=True):
    """Which codes a city accepts. `urls` are addresses of dynamic codes: `https://codes.city.example/l/{code}`."""

    urls: tuple[str, ...] = ()
    digit_count: int = 18  # length of a dynamic code of digits only; 0: the city has none
    enabled_formats: frozenset[str] = frozenset()  # formats of other issuers: HC1, claim-169
    lifetime: timedelta = DEFAULT_CODE_LIFETIME  # of a dynamic code and of a presentation (`EL2:`)

    def __post_init__(self) -> None:
        """Raise BadData unless each address is https with a fixed lower-case host and contains the placeholder."""
        for url in self.urls:
            before, found, _after = url.partition(CODE_PLACEHOLDER)
            if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?/[\x21-\x7e]*", before) or not found:
                raise BadData(
                    "The address {url} of dynamic codes must begin with https://, a host in small letters and a path, "
                    "and hold {place} once.",
                    url=url,
                    place=CODE_PLACEHOLDER,
                )


class SignedLicence(msgspec.Struct, frozen=True):
    """A signed licence (`EL1:`) or one presented by a phone (`EL2:`). `code_formats.verify_code` verifies it."""

    text: str
    format_name: str = SIGNED_LICENCE_FORMAT


class ForeignCode(msgspec.Struct, frozen=True):
    """A code of another issuer that this city accepts. `code_formats.verify_code` verifies it."""

    text: str
    format_name: str


class RecognisedDynamicCode(msgspec.Struct, frozen=True):
    """A code that is valid for about a minute. Only the center can resolve it; only `token` is sent there."""

    reason_code: ClassVar[str] = "dynamic-code"
    text: str
    token: str
    format_name: str

    def sentence(self) -> str:
        """Return the explanation that only the center can resolve the code, in the current language."""
        return _(DYNAMIC_CODE_EXPLANATION)


class LookupKey(msgspec.Struct, frozen=True):
    """A number that finds a record. It proves nothing: anyone can know it, copy it or guess it."""

    reason_code: ClassVar[str] = "not-proof"
    value: str
    format_name: str
    explanation: str  # message id

    def sentence(self) -> str:
        """Return the explanation that the number finds a record but is no proof, in the current language."""
        return _(self.explanation)


class UnsupportedCode(msgspec.Struct, frozen=True):
    """A code of a known format that this office cannot accept. `prefix` names the format."""

    reason_code: ClassVar[str] = "not-accepted-here"
    prefix: str
    reason: str  # message id
    format_name: str = EXPLAINED_FORMAT

    def sentence(self) -> str:
        """Return the explanation why the code is not accepted and what to do, in the current language."""
        return _(self.reason)


class UnknownCode(msgspec.Struct, frozen=True):
    """A text of no known format. Nothing was looked up."""

    reason_code: ClassVar[str] = "unknown"
    reason: str  # message id
    format_name: str = UNKNOWN_FORMAT

    def sentence(self) -> str:
        """Return the reason why the text was not recognised, as far as it is known, in the current language."""
        return _(self.reason)


RecognisedCode = SignedLicence | ForeignCode | RecognisedDynamicCode | LookupKey | UnsupportedCode | UnknownCode

DYNAMIC_CODE_EXPLANATION = mark("Only the center can resolve this code, for a window, once.")
UNKNOWN_ADDRESS = mark("This code is a web address that is not on the list of this office. It was not opened.")
