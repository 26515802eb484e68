"""Recognises a text that was scanned or typed at a window: the number of a paper, or a citizen's code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clerk_app.composition.office import Office
from clerk_app.errors import BadData, describe_error
from clerk_app.ledger.numbers import is_case_number
from clerk_app.licences.code_formats import recognise_code, verify_code
from clerk_app.licences.code_verification import VerificationContext
from clerk_app.licences.formats.dynamic_code import DYNAMIC_DIGITS, DYNAMIC_URL
from clerk_app.licences.formats.lookup_key import APPLICATION, CASE_NUMBER, CONSENT_LIST, SIGNATURE_SHEET
from clerk_app.licences.recognised_code import (
    CodePolicy,
    ForeignCode,
    LookupKey,
    RecognisedDynamicCode,
    SignedLicence,
)
from clerk_app.locales import _
from clerk_app.text.cleaning import clean_scan
from clerk_app.text.phone_numbers import normalize_phone
from scanners import KeyboardWedge

_TICKET = re.compile(r"[A-Fa-f][0-9]{3}")
_TWELVE_DIGIT_KINDS = (
    "number",
    "money",
    "bank_account",
    "document_number",
)  # kinds of fields whose value may look like a case number


@dataclass(frozen=True)
class ScannedTicket:
    """The number of a printed ticket."""

    number: str


@dataclass(frozen=True)
class ScannedCaseNumber:
    """The case number of a receipt."""

    number: str


@dataclass(frozen=True)
class ScannedConsentList:
    """The number of a printed consent list."""

    number: str


@dataclass(frozen=True)
class ScannedSheet:
    """The number of a printed sheet for a co-signature."""

    number: str


@dataclass(frozen=True)
class ScannedApplication:
    """The number of an application from outside."""

    number: str


@dataclass(frozen=True)
class ScannedCitizenCode:
    """A code that can identify a citizen; it is not verified yet."""

    code: SignedLicence | RecognisedDynamicCode


@dataclass(frozen=True)
class UnrecognisedText:
    """A text that the window cannot use; `sentence` is the reason."""

    format_name: str
    sentence: str


_NUMBERS_OF_PAPERS: dict[str, type[ScannedConsentList | ScannedSheet | ScannedApplication]] = {
    CONSENT_LIST.name: ScannedConsentList,
    SIGNATURE_SHEET.name: ScannedSheet,
    APPLICATION.name: ScannedApplication,
}
"""What the number of a paper is, by the name of its format."""


def recognise_scan(
    office: Office, text: str
) -> (
    ScannedTicket
    | ScannedCaseNumber
    | ScannedConsentList
    | ScannedSheet
    | ScannedApplication
    | ScannedCitizenCode
    | UnrecognisedText
):
    """Return the kind of `text`, without access to the store.

    A code of another issuer is verified only to explain it to the clerk; it does not identify a person, so the result
    is an UnrecognisedText with the verdict as sentence.
    """
    wedge_line = KeyboardWedge.from_settings(office.settings.wedge_prefix).parse_line(text)
    if wedge_line is not None and wedge_line.trouble is not None:
        return UnrecognisedText("wedge", describe_error(wedge_line.trouble))
    try:
        text = clean_scan(wedge_line.text if wedge_line is not None else text)
    except BadData as error:
        return UnrecognisedText("text", str(error))
    if _TICKET.fullmatch(text):
        return ScannedTicket(text.upper())
    code = recognise_code(text, office.code_policy)
    name = code.format_name
    if isinstance(code, SignedLicence | RecognisedDynamicCode):
        return ScannedCitizenCode(code)
    if isinstance(code, LookupKey) and name in _NUMBERS_OF_PAPERS:
        return _NUMBERS_OF_PAPERS[name](code.value)
    if isinstance(code, LookupKey) and name == CASE_NUMBER.name:
        if is_case_number(text):
            return ScannedCaseNumber(text)
        return UnrecognisedText(name, _("This looks like a case number, but its check digit is wrong."))
    if isinstance(code, ForeignCode):
        trust, status = office.read_trust_lists()
        verdict = verify_code(code, VerificationContext(trust=trust, status=status, now=office.utc))
        return UnrecognisedText(name, verdict.sentences()[0])
    return UnrecognisedText(name, code.sentence())


def is_scanned_code(policy: CodePolicy, text: str, kind: str) -> bool:
    """Return whether `text` is a code of the city that a scanner typed by mistake into a field of this kind.

    One in ten numbers of twelve digits has a valid check digit by chance. Therefore a case number does not count as
    scanned in fields whose value may have twelve digits, nor in a telephone field if it is a telephone number. A
    dynamic code of digits only has the length of an identity number and no check digit: it counts in a text only.
    """
    code = recognise_code(text, policy)
    if isinstance(code, LookupKey) and code.format_name == CASE_NUMBER.name and is_case_number(code.value):
        return kind not in _TWELVE_DIGIT_KINDS and not (kind == "phone" and _is_phone_number(text))
    if code.format_name == DYNAMIC_DIGITS.name:
        return kind == "text"
    return isinstance(code, SignedLicence | ForeignCode) or code.format_name in (
        DYNAMIC_URL.name,
        CONSENT_LIST.name,
        SIGNATURE_SHEET.name,
        APPLICATION.name,
    )


def _is_phone_number(text: str) -> bool:
    try:
        return bool(normalize_phone(text))
    except BadData:
        return False
