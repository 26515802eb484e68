"""Numbers that find a record but prove nothing: of cases, applications, papers, persons, licences, companies."""

from __future__ import annotations

import re
from collections.abc import Callable

from clerk_app.licences.formats.code_format import CodeFormat
from clerk_app.licences.identifiers import LICENCE_ROOT, is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.recognised_code import CodePolicy, LookupKey, UnknownCode
from clerk_app.locales import mark
from clerk_app.text.application_numbers import is_application_number, looks_like_application_number
from clerk_app.text.folding import fold_code

_BAD_LICENCE_NUMBER = mark("This looks like a licence number, but its check character is wrong. Nothing was looked up.")

_BAD_APPLICATION_NUMBER = mark(
    "This looks like the number of an application, but its check digit is wrong. Nothing was looked up."
)


def _make_format(name: str, is_key: Callable[[str], bool], explanation: str) -> CodeFormat:
    """Return the format of the numbers for which `is_key` returns true. Lower-case letters are accepted."""

    def recognise(text: str, _policy: CodePolicy) -> LookupKey | None:
        key = text.upper()
        return LookupKey(key, name, explanation) if is_key(key) else None

    return CodeFormat(name=name, recognise=recognise, explanation=explanation)


def _recognise_licence_number(text: str, _policy: CodePolicy) -> LookupKey | UnknownCode | None:
    if not text.startswith(LICENCE_ROOT + "."):
        return None
    if read_licence_number(text) is None:
        return UnknownCode(_BAD_LICENCE_NUMBER)
    return LookupKey(text, LICENCE_NUMBER.name, LICENCE_NUMBER.explanation)


def _recognise_consent_list(text: str, _policy: CodePolicy) -> LookupKey | None:
    """Recognise the number also without its hyphen, as `clean_scan` returns it."""
    found = re.fullmatch(r"CL-?([0-9A-F]{10})", text.upper())
    return LookupKey(f"CL-{found[1]}", CONSENT_LIST.name, CONSENT_LIST.explanation) if found else None


def _recognise_signature_sheet(text: str, _policy: CodePolicy) -> LookupKey | None:
    found = re.fullmatch(r"CS-?([0-9A-F]{10})", text.upper())
    return LookupKey(f"CS-{found[1]}", SIGNATURE_SHEET.name, SIGNATURE_SHEET.explanation) if found else None


def _recognise_application(text: str, _policy: CodePolicy) -> LookupKey | UnknownCode | None:
    """Recognise the number also with separators, as a citizen's paper may have it."""
    number = fold_code(text)
    if not looks_like_application_number(number):
        return None
    if not is_application_number(number):
        return UnknownCode(_BAD_APPLICATION_NUMBER)
    return LookupKey(number, APPLICATION.name, APPLICATION.explanation)


LICENCE_NUMBER = CodeFormat(
    name="licence-number",
    recognise=_recognise_licence_number,
    explanation=mark("A licence number: it finds a record, but it is not proof of anything."),
)
CASE_NUMBER = _make_format(
    "case-number",
    lambda text: re.fullmatch(r"[0-9]{12}", text) is not None,
    mark("A case number: it finds the case, but it is not proof of who is here."),
)
CONSENT_LIST = CodeFormat(
    name="consent-list",
    recognise=_recognise_consent_list,
    explanation=mark("The number of a consent list: it finds the application, but it is not proof of anything."),
)
SIGNATURE_SHEET = CodeFormat(
    name="signature-sheet",
    recognise=_recognise_signature_sheet,
    explanation=mark("The number of a sheet for a co-signature: it finds the application, but it proves nothing."),
)
APPLICATION = CodeFormat(
    name="application",
    recognise=_recognise_application,
    explanation=mark("The number of an application from outside: it finds the application, but it is not proof."),
)
ID_NUMBER = _make_format(
    "id-number",
    is_id_number,
    mark("An identity number: it finds a record, but it is not proof of who is here."),
)
CREDIT_CODE = _make_format(
    "credit-code",
    is_credit_code,
    mark("A credit code: it finds a record, but it is not proof of who is here."),
)
