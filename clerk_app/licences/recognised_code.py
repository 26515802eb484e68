"""What a text is recognised as, and what a city has configured about codes.

The classes differ in what can be done with a code: verify it, resolve it at the center, look a record up by it,
or only explain it. The formats themselves are rows of `code_formats.CODE_FORMATS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from clerk_app.errors import BadData
from clerk_app.locales import _, mark

DEFAULT_CODE_LIFETIME = timedelta(seconds=60)
"""How long a code on a phone's screen is accepted, where a city has not set `code_seconds`."""

CODE_PLACEHOLDER = "{code}"
"""Where the token stands in an address of `CodePolicy.urls`."""

SIGNED_LICENCE_FORMAT = "EL1"
PRESENTED_LICENCE_FORMAT = "EL2"
EXPLAINED_FORMAT = "explained"
UNKNOWN_FORMAT = "unknown"
"""Names of formats as `--json` output and the ledger store them; other names are in the rows of the table."""


@dataclass(frozen=True)
class CodePolicy:
    """Which codes a city accepts. `urls` are addresses of dynamic codes: `https://codes.city.example/l/{code}`."""

    urls: tuple[str, ...] = ()
    digit_count: int = 18  # length of a dynamic code of digits only; 0: the city has none
    enabled_formats: frozenset[str] = frozenset()  # formats of other issuers: HC1, claim-169
    lifetime: timedelta = DEFAULT_CODE_LIFETIME  # of a dynamic code and of a presentation (`EL2:`)

    def __post_init__(self) -> None:
        """Raises BadData for an address whose host is not fixed or not written plainly."""
        for url in self.urls:
            before, found, _after = url.partition(CODE_PLACEHOLDER)
            if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?/[\x21-\x7e]*", before) or not found:
                raise BadData(
                    "The address {url} of dynamic codes must begin with https://, a host in small letters and a path, "
                    "and hold {place} once.",
                    url=url,
                    place=CODE_PLACEHOLDER,
                )


@dataclass(frozen=True)
class SignedLicence:
    """A signed licence (`EL1:`) or one presented by a phone (`EL2:`). `code_formats.verify_code` verifies it."""

    text: str
    format_name: str = SIGNED_LICENCE_FORMAT


@dataclass(frozen=True)
class ForeignCode:
    """A code of another issuer that this city accepts. `code_formats.verify_code` verifies it."""

    text: str
    format_name: str


@dataclass(frozen=True)
class RecognisedDynamicCode:
    """A code that is valid for about a minute. Only the center can resolve it; only `token` is sent there."""

    reason_code: ClassVar[str] = "dynamic-code"
    text: str
    token: str
    format_name: str

    def sentence(self) -> str:
        """Why the code proves nothing by itself, in the current language."""
        return _(DYNAMIC_CODE_EXPLANATION)


@dataclass(frozen=True)
class LookupKey:
    """A number that finds a record. It proves nothing: anyone can know it, copy it or guess it."""

    reason_code: ClassVar[str] = "not-proof"
    value: str
    format_name: str
    explanation: str  # message id

    def sentence(self) -> str:
        """What the number is and that it is not proof, in the current language."""
        return _(self.explanation)


@dataclass(frozen=True)
class UnsupportedCode:
    """A code of a known format that this office cannot accept. `prefix` names the format."""

    reason_code: ClassVar[str] = "not-accepted-here"
    prefix: str
    reason: str  # message id
    format_name: str = EXPLAINED_FORMAT

    def sentence(self) -> str:
        """Why the code is not accepted and what to do, in the current language."""
        return _(self.reason)


@dataclass(frozen=True)
class UnknownCode:
    """A text of no known format. Nothing was looked up."""

    reason_code: ClassVar[str] = "unknown"
    reason: str  # message id
    format_name: str = UNKNOWN_FORMAT

    def sentence(self) -> str:
        """What is wrong with the text, as far as it can be determined, in the current language."""
        return _(self.reason)


RecognisedCode = SignedLicence | ForeignCode | RecognisedDynamicCode | LookupKey | UnsupportedCode | UnknownCode

DYNAMIC_CODE_EXPLANATION = mark("Only the center can resolve this code, for a window, once.")
UNKNOWN_ADDRESS = mark("This code is a web address that is not on the list of this office. It was not opened.")
