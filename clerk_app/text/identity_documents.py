"""Kinds of identity documents, and the check of the number of each kind.

Sources: GB 11643 (identity number, check digit MOD 11-2); the 15-digit numbers issued before 1999; GB 11643 with
district codes 810000, 820000 and 830000 (residence permit for Hong Kong, Macau and Taiwan residents, 2018); the rules
of the National Immigration Administration for the permanent resident card of 2023 (first digit 9, date of birth and
check digit as in GB 11643) and of 2017 (country, district, date of birth, one digit, and a check digit as in the
machine-readable zone of passports, ICAO Doc 9303-3 section 4.9; the Administration's sample is KAZ110090123105).
Passports have no common check digit outside that zone. District and country codes are not checked, because lists of
them are soon out of date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from itertools import cycle

from clerk_app.errors import BadData
from clerk_app.locales import mark
from clerk_app.text.check_characters import compute_id_check
from clerk_app.text.cleaning import clean_code

RESIDENT = "resident"
DOCUMENT_KINDS: Mapping[str, str] = {
    RESIDENT: mark("Resident ID card"),
    "passport": mark("Passport"),
    "hk_macau_permit": mark("Travel permit HK/Macau"),
    "taiwan_permit": mark("Travel permit Taiwan"),
    "hmt_residence_permit": mark("Residence permit HK/Macau/Taiwan"),
    "foreign_permanent_residence": mark("Foreign resident ID card"),
    "resident_15": mark("15-digit number"),
    "other": mark("Other document"),
}
"""Name of each kind by its stored id, as a message id; a document without a kind is a resident identity card."""

_EARLIEST_BIRTH_YEAR, _END_OF_BIRTH_YEARS = 1850, 2100
_BIRTH_DATE = slice(6, 14)  # of an 18-digit number
_BIRTH_DATE_15 = slice(6, 12)
_BIRTH_DATE_2017_CARD = slice(7, 13)
_HMT_DISTRICTS = ("810000", "820000", "830000")
_RESIDENT_NUMBER = re.compile(r"[0-8][0-9]{16}[0-9X]")
_BRACKETS = str.maketrans("", "", "()[]")


def normalize_id_number(text: str, today: date | None = None) -> str:
    """Return an 18-digit identity number (GB 11643) without separators. Raises BadData if it cannot exist.

    A date of birth after `today` is refused; None does not check it.
    """
    number = clean_code(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadData("An identity number has 18 digits; the last may be X.")
    _check_18_digits(number, today)
    return number


def normalize_document_number(kind: str, text: str, today: date | None = None) -> str:
    """Return the number of a document of `kind` (`DOCUMENT_KINDS`) without separators; BadData if it cannot exist."""
    return _CHECKS.get(kind, _check_other)(clean_code(text).translate(_BRACKETS), today)


def birth_date_of_number(number: str) -> str:
    """Return the birth date (ISO) that a resident identity number contains; empty for any other number."""
    code = clean_code(number)
    if re.fullmatch(r"[0-9]{17}[0-9X]", code):
        digits = code[_BIRTH_DATE]
    elif re.fullmatch(r"[0-9]{15}", code):
        digits = "19" + code[_BIRTH_DATE_15]
    else:
        return ""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _check_resident(number: str, today: date | None) -> str:
    if _RESIDENT_NUMBER.fullmatch(number) and not number.startswith(_HMT_DISTRICTS):
        _check_18_digits(number, today)
        return number
    if re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        raise BadData("This is the number of a foreign resident ID card: choose that kind of document.")
    if number.startswith(_HMT_DISTRICTS) and len(number) == 18:
        raise BadData("This is the number of a residence permit HK/Macau/Taiwan: choose that kind of document.")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadData("An identity number has 18 digits. For another document, choose its kind first.")
    _check_18_digits(number, today)
    return number


def _check_resident_15(number: str, today: date | None) -> str:
    if not re.fullmatch(r"[0-9]{15}", number):
        raise BadData("An old identity number has 15 digits.")
    _check_birth_date("19" + number[_BIRTH_DATE_15], today)
    return number


def _check_passport(number: str, _today: date | None) -> str:
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{5,12}", number):
        raise BadData("A passport number has 5 to 12 letters and digits.")
    return number


def _check_hk_macau_permit(number: str, _today: date | None) -> str:
    if not re.fullmatch(r"[HM][0-9]{8}([0-9]{2})?", number):
        raise BadData("This permit has H or M and 8 or 10 digits.")
    return number


def _check_taiwan_permit(number: str, _today: date | None) -> str:
    # cards: 8 digits; booklets: 10 digits and a letter; permits for one journey: a letter and 8 or 9 digits
    if not re.fullmatch(r"[0-9]{8}|[0-9]{10}[A-Z]?|[A-GI-LN-Z][0-9]{8,9}", number):
        raise BadData("This permit has 8 digits, or 10 digits and a letter.")
    return number


def _check_hmt_residence_permit(number: str, today: date | None) -> str:
    if not (number.startswith(_HMT_DISTRICTS) and re.fullmatch(r"[0-9]{17}[0-9X]", number)):
        raise BadData("This permit has 18 digits that begin with 810000, 820000 or 830000.")
    _check_18_digits(number, today)
    return number


def _check_foreign_permanent_residence(number: str, today: date | None) -> str:
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        if _check_digit_of_travel_document(number[:-1]) != number[-1]:
            raise BadData("The check digit of this card number does not fit: one character is wrong.")
        _check_short_birth_date(number[_BIRTH_DATE_2017_CARD])
        return number
    if not re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        raise BadData("This card has 18 digits that begin with 9, or 3 letters and 12 digits.")
    _check_18_digits(number, today)
    return number


def _check_other(number: str, _today: date | None) -> str:
    if not 3 <= len(number) <= 40 or not any(character.isalnum() for character in number):
        raise BadData("A document number has 3 to 40 characters.")
    return number


def _check_18_digits(number: str, today: date | None) -> None:
    if compute_id_check(number) != number[-1]:
        raise BadData("The check digit of this identity number does not fit: one digit is wrong.")
    _check_birth_date(number[_BIRTH_DATE], today)


def _check_digit_of_travel_document(text: str) -> str:
    """Return the check digit of ICAO Doc 9303-3: weights 7, 3 and 1 in turn, A is 10 and Z is 35, modulo 10."""
    weighted = (int(character, 36) * weight for character, weight in zip(text, cycle((7, 3, 1)), strict=False))
    return str(sum(weighted) % 10)


def _check_birth_date(digits: str, today: date | None) -> None:
    """Check a date of birth of eight digits."""
    born = _parse_birth_date(digits)
    if not _EARLIEST_BIRTH_YEAR <= born.year < _END_OF_BIRTH_YEARS:
        raise BadData("The birth date in this identity number does not exist.")
    if today is not None and born > today:
        raise BadData("The birth date in this identity number is in the future.")


@lru_cache(maxsize=50_000)  # of an import
def _parse_birth_date(digits: str) -> date:
    """Return a date of eight digits; the earliest possible date if there is none."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return date.min


def _check_short_birth_date(digits: str) -> None:
    """Check a date of birth of six digits, whose century is not known."""
    try:
        date(2000, int(digits[2:4]), int(digits[4:]))  # a leap year, as the century is not known
    except ValueError:
        raise BadData("The birth date in this identity number does not exist.") from None


_CHECKS: Mapping[str, Callable[[str, date | None], str]] = {
    "": _check_resident,
    RESIDENT: _check_resident,
    "resident_15": _check_resident_15,
    "passport": _check_passport,
    "hk_macau_permit": _check_hk_macau_permit,
    "taiwan_permit": _check_taiwan_permit,
    "hmt_residence_permit": _check_hmt_residence_permit,
    "foreign_permanent_residence": _check_foreign_permanent_residence,
}


_KINDS_WITH_A_CHECK = (RESIDENT, "hmt_residence_permit", "foreign_permanent_residence", "resident_15")


def possible_kinds(number: str) -> tuple[str, ...]:
    """Return the kinds of documents that may have a number: those whose check it passes, if any, else every kind."""
    checked = [kind for kind in _KINDS_WITH_A_CHECK if _passes_check(kind, number)]
    return tuple(checked or DOCUMENT_KINDS)


def _passes_check(kind: str, number: str) -> bool:
    try:
        return bool(normalize_document_number(kind, number))
    except BadData:
        return False


def resident_number_forms(number: str) -> tuple[str, ...]:
    """Return the identity number, and the number of 15 or 18 digits that the same person had or has (GB 11643).

    Numbers of 15 digits have neither century nor check digit; any other number is returned alone.
    """
    if re.fullmatch(r"[0-9]{6}19[0-9]{9}[0-9X]", number):
        return number, number[:6] + number[8:17]
    if re.fullmatch(r"[0-9]{15}", number):
        digits = f"{number[:6]}19{number[6:]}"
        return number, digits + compute_id_check(f"{digits}0")
    return (number,)
