"""What a citizen can hold up or a clerk can type: every format by its prefix or shape, in one table.

Recognising proves nothing and looks nothing up; an address is never opened. Formats with a prefix come first. Bare
characters are tried in this order, because shapes overlap at 18 digits:

    12 digits                          case number
    18, identity number                right check character and a possible date of birth
    18, credit code                    right check character
    `CodePolicy.digits` digits (18)    dynamic code
    base45 of compressed COSE          claim 169

About one of 300 random 18-digit strings is also a valid credit code, so `new_dynamic_digits` never issues one that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from clerk_app.errors import BadData
from clerk_app.licences.encoding import MAX_CODE_LENGTH, CodeRejected, decode_base45, decompress
from clerk_app.licences.identifiers import LICENCE_ROOT, is_credit_code, is_id_number, read_licence_number
from clerk_app.locales import _, mark

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_CODE = "{code}"
_SHORTEST_CWT = 40  # characters
DEFAULT_CODE_LIFETIME = timedelta(seconds=60)
"""How long what a phone shows is believed, where a city says nothing else."""

_COSE_OPENINGS = (b"\xd0", b"\xd2", b"\xd8\x3d", b"\x84")  # encrypted, signed, a CWT, signed without a tag


class CodeFormatName(Enum):
    """The formats by name, as `--json` output and the ledger write them."""

    EL1 = "EL1"
    EL2 = "EL2"
    DYNAMIC_URL = "dynamic-url"
    DYNAMIC_DIGITS = "dynamic-digits"
    LICENCE_NUMBER = "licence-number"
    ID_NUMBER = "id-number"
    CREDIT_CODE = "credit-code"
    CASE_NUMBER = "case-number"
    HC1 = "HC1"
    CLAIM_169 = "claim-169"
    EXPLAINED = "explained"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CodePolicy:
    """What a city has configured: addresses of dynamic codes such as `https://codes.city.example/l/{code}`."""

    urls: tuple[str, ...] = ()
    digit_count: int = 18  # length of a dynamic code of digits alone; 0: there are none
    enabled_formats: frozenset[CodeFormatName] = (
        frozenset()
    )  # codes of other issuers that are switched on: HC1, CLAIM_169
    lifetime: timedelta = DEFAULT_CODE_LIFETIME  # of what a phone shows: a dynamic code, a presentation (`EL2:`)

    def __post_init__(self) -> None:
        """Raises BadData for an address that could stand for another host than the one it shows."""
        for url in self.urls:
            before, found, _after = url.partition(_CODE)
            if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?/[\x21-\x7e]*", before) or not found:
                raise BadData(
                    "The address {url} of dynamic codes must begin with https://, a host in small letters and a path, "
                    "and hold {place} once.",
                    url=url,
                    place=_CODE,
                )


@dataclass(frozen=True)
class SignedLicence:
    """`EL1:`, a signed licence, or `EL2:`, one that a phone presents: `verify` tells what it is worth."""

    text: str
    format_name: CodeFormatName = CodeFormatName.EL1


@dataclass(frozen=True)
class RecognisedDynamicCode:
    """A code that lives about a minute: only the authority can resolve it. `token` is all that is sent there."""

    text: str
    token: str
    format_name: CodeFormatName


@dataclass(frozen=True)
class ForeignCode:
    """A code of another issuer that this city has switched on: `verify_foreign` tells what it is worth."""

    text: str
    format_name: CodeFormatName


@dataclass(frozen=True)
class LookupKey:
    """A number that finds a record. Not proof: anyone can know it, write it down, or guess it."""

    value: str
    format_name: CodeFormatName

    def sentence(self) -> str:
        """What the clerk should know about it."""
        return _(_KEYS[self.format_name])


@dataclass(frozen=True)
class UnsupportedCode:
    """A format that is known but cannot be accepted here, with the reason."""

    prefix: str
    reason: str  # message id
    format_name: CodeFormatName = CodeFormatName.EXPLAINED

    def sentence(self) -> str:
        """Why it is not accepted and what to do."""
        return _(self.reason)


@dataclass(frozen=True)
class UnknownCode:
    """Nothing of ours. Nothing was looked up."""

    reason: str  # message id
    format_name: CodeFormatName = CodeFormatName.UNKNOWN

    def sentence(self) -> str:
        """What is wrong with it, as far as that can be told."""
        return _(self.reason)


RecognisedCode = SignedLicence | RecognisedDynamicCode | ForeignCode | LookupKey | UnsupportedCode | UnknownCode

_UNKNOWN = mark("Unknown code. Nothing was looked up.")
_UNKNOWN_TOO_LONG = mark("Unknown code: it is too long to be one of ours. Nothing was looked up.")
_UNKNOWN_ADDRESS = mark("This code is a web address that is not on the list of this office. It was not opened.")
_UNKNOWN_NUMBER = mark("This looks like a licence number, but its check character is wrong. Nothing was looked up.")
_UNKNOWN_ID = mark(
    "This looks like an identity number, but its check character or date is wrong. Nothing was looked up."
)

_KEYS = {
    CodeFormatName.LICENCE_NUMBER: mark("A licence number: it finds a record, but it is not proof of anything."),
    CodeFormatName.ID_NUMBER: mark("An identity number: it finds a record, but it is not proof of who is here."),
    CodeFormatName.CREDIT_CODE: mark("A credit code: it finds a record, but it is not proof of who is here."),
    CodeFormatName.CASE_NUMBER: mark("A case number: it finds the case, but it is not proof of who is here."),
}

_EXPLAINED = {
    "mdoc:": mark(
        "A mobile document (ISO 18013-5): the code opens a radio link to the phone and holds no data itself. "
        "Ask for the e-licence code instead."
    ),
    "openid4vp:": mark(
        "This code is meant to be scanned by a wallet on a phone, not by a counter. Ask for the e-licence code instead."
    ),
    "HC1:": mark("A European health certificate. This office has not switched these on; nothing was checked."),
    "claim-169": mark(
        "An identity code of another system (claim 169). This office has not switched these on; nothing was checked."
    ),
    "shc:/": mark("A SMART health card. This office does not accept these; nothing was checked."),
}


def recognise_code(text: str, policy: CodePolicy = CodePolicy()) -> RecognisedCode:
    """What `text`, read by a camera or typed, claims to be. Never raises, never looks anything up."""
    if len(text) > MAX_CODE_LENGTH:
        return UnknownCode(_UNKNOWN_TOO_LONG)
    text = text.strip()
    if not text or not text.isascii() or not text.isprintable():
        return UnknownCode(_UNKNOWN)
    for prefix, make in _PREFIXES.items():
        if text.startswith(prefix) or (prefix.islower() and text.lower().startswith(prefix)):
            return make(text, policy)
    return _recognise_by_shape(text, policy)


def _recognise_licence(text: str, _policy: CodePolicy) -> RecognisedCode:
    return SignedLicence(text, CodeFormatName(text[:3]))


def _recognise_licence_number(text: str, _policy: CodePolicy) -> RecognisedCode:
    return LookupKey(text, CodeFormatName.LICENCE_NUMBER) if read_licence_number(text) else UnknownCode(_UNKNOWN_NUMBER)


def _recognise_address(text: str, policy: CodePolicy) -> RecognisedCode:
    """Compares text with text: nothing is parsed, so no trick of parsing (user@host, port, look-alike) is left."""
    for url in policy.urls:
        before, _code, after = url.partition(_CODE)
        origin = len("https://") + before[len("https://") :].index("/")
        same = text[:origin].lower() + text[origin:]  # scheme and host know no case (RFC 3986 6.2.2.1)
        if same.startswith(before) and same.endswith(after) and len(same) > len(before) + len(after):
            token = same[len(before) : len(same) - len(after)]
            if _TOKEN.fullmatch(token):
                return RecognisedDynamicCode(text, token, CodeFormatName.DYNAMIC_URL)
    return UnknownCode(_UNKNOWN_ADDRESS)


def _recognise_foreign(text: str, form: CodeFormatName, explained: str, policy: CodePolicy) -> RecognisedCode:
    return (
        ForeignCode(text, form) if form in policy.enabled_formats else UnsupportedCode(explained, _EXPLAINED[explained])
    )


def _recognise_unsupported(prefix: str) -> Callable[[str, CodePolicy], RecognisedCode]:
    return lambda _text, _policy: UnsupportedCode(prefix, _EXPLAINED[prefix])


_PREFIXES: dict[str, Callable[[str, CodePolicy], RecognisedCode]] = {
    "EL1:": _recognise_licence,
    "EL2:": _recognise_licence,
    "https:": _recognise_address,
    "http:": _recognise_address,
    LICENCE_ROOT + ".": _recognise_licence_number,
    "HC1:": lambda text, policy: _recognise_foreign(text, CodeFormatName.HC1, "HC1:", policy),
    **{prefix: _recognise_unsupported(prefix) for prefix in ("mdoc:", "openid4vp:", "shc:/")},
}
"""Every format that has a prefix; one in small letters is met in any case."""


def _recognise_by_shape(text: str, policy: CodePolicy) -> RecognisedCode:
    if re.fullmatch(r"[0-9]{12}", text):
        return LookupKey(text, CodeFormatName.CASE_NUMBER)
    upper = text.upper()
    if is_id_number(upper):
        return LookupKey(upper, CodeFormatName.ID_NUMBER)
    if is_credit_code(upper):
        return LookupKey(upper, CodeFormatName.CREDIT_CODE)
    if policy.digit_count and re.fullmatch(r"[0-9]+", text) and len(text) == policy.digit_count:
        return RecognisedDynamicCode(text, text, CodeFormatName.DYNAMIC_DIGITS)
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", upper):
        return UnknownCode(_UNKNOWN_ID)
    if _is_bare_cwt(text):
        return _recognise_foreign(text, CodeFormatName.CLAIM_169, "claim-169", policy)
    return UnknownCode(_UNKNOWN_ADDRESS if "://" in text else _UNKNOWN)


def _is_bare_cwt(text: str) -> bool:
    """Whether it unpacks to something signed or encrypted: claim 169 has no prefix."""
    if len(text) < _SHORTEST_CWT:
        return False
    try:
        return decompress(decode_base45(text), required=True).startswith(_COSE_OPENINGS)
    except CodeRejected:
        return False
