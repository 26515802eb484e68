"""Recognises by what a person or case is searched for, in one line of typed text.

Forms: an identity number or credit code; a name with a birth date, or with the end of a telephone number; the number
of a case, receipt, ticket or application from outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from clerk_app.text.application_numbers import is_application_number
from clerk_app.text.folding import fold_code, fold_text

_CASE_NUMBER = re.compile(r"[0-9]{12}")
_TICKET = re.compile(r"[A-F][0-9]{3}")
_NUMBER = re.compile(r"(?=(?:.*[0-9]){5})[A-Z]{0,3}[0-9][0-9A-Z]{5,18}")
_DATE_OR_MOBILE = re.compile(r"[12][09][0-9]{6}|1[3-9][0-9]{9}")
_NAME_AND_DATE = re.compile(
    r"(?P<name>.*[^0-9\s])[\s,，]*(?P<year>[12][0-9]{3})(?P<mark>[-./年]?)(?P<month>[0-9]{1,2})"
    r"(?:(?P=mark)|月)(?P<day>[0-9]{1,2})日?"
)
_NAME_AND_PHONE = re.compile(r"(?P<name>.*[^0-9\s])[\s,，]*[0-9]*(?P<end>[0-9]{4})")


@dataclass(frozen=True)
class SearchTerms:
    """What a typed line states. `kind` is "incomplete" if nobody can be searched for by it.

    `number` is folded; `birth_date` is an ISO date, `phone_end` the last four digits.
    """

    kind: Literal["number", "case", "ticket", "application", "birth_date", "phone", "incomplete"]
    number: str = ""
    name: str = ""
    birth_date: str = ""
    phone_end: str = ""


def parse_search_terms(text: str) -> SearchTerms:
    """Return what `text` states; never raises."""
    code, folded = fold_code(text), fold_text(text)
    if is_application_number(code):
        return SearchTerms("application", number=code)
    if _CASE_NUMBER.fullmatch(code):
        return SearchTerms("case", number=code)
    if _TICKET.fullmatch(code):
        return SearchTerms("ticket", number=code)
    if _NUMBER.fullmatch(code) and not _DATE_OR_MOBILE.fullmatch(code):
        return SearchTerms("number", number=code)
    found = _NAME_AND_DATE.fullmatch(folded)
    if found is not None:
        born = _read_date(found["year"], found["month"], found["day"])
        if born:
            return SearchTerms("birth_date", name=found["name"], birth_date=born)
    found = _NAME_AND_PHONE.fullmatch(folded)
    if found is not None:
        return SearchTerms("phone", name=found["name"], phone_end=found["end"])
    return SearchTerms("incomplete")


def _read_date(year: str, month: str, day: str) -> str:
    """Return an ISO date; empty if there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
