"""Numbers of applications from outside: `SQ` (申请), two digits of the year, nine random digits, a check digit.

The digits are random, so that a number cannot be guessed from another one; the check digit is that of case numbers (ISO
7064 MOD 11,10).
"""

from __future__ import annotations

import re
import secrets

from stdnum.iso7064 import mod_11_10

_PREFIX = "SQ"
_NUMBER = re.compile(r"SQ([0-9]{12})")


def make_application_number(year: int) -> str:
    """Return a new random number for a year of four digits."""
    digits = f"{year % 100:02d}{secrets.randbelow(10**9):09d}"
    return f"{_PREFIX}{digits}{mod_11_10.calc_check_digit(digits)}"


def looks_like_application_number(text: str) -> bool:
    """Return whether a folded text has the form of a number; its check digit may be wrong."""
    return _NUMBER.fullmatch(text) is not None


def is_application_number(text: str) -> bool:
    """Return whether a folded text is a number with the right check digit."""
    found = _NUMBER.fullmatch(text)
    return found is not None and bool(mod_11_10.is_valid(found[1]))
