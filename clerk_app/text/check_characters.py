"""Check characters of numbers, computed by `stdnum`.

The library is imported by the first number that is checked: it imports pydoc and zipfile, for which no screen waits.
"""

from __future__ import annotations


def compute_mod_11_10(digits: str) -> str:
    """Return the check digit by ISO 7064 MOD 11,10."""
    from stdnum.iso7064 import mod_11_10

    return str(mod_11_10.calc_check_digit(digits))


def compute_mod_37_36(text: str) -> str:
    """Return the check character by ISO 7064 MOD 37,36 of digits and capital letters."""
    from stdnum.iso7064 import mod_37_36

    return str(mod_37_36.calc_check_digit(text))


def compute_id_check(number: str) -> str:
    """Return the check character of an identity number (GB 11643), of which the first 17 digits count."""
    from stdnum.cn import ric

    return str(ric.calc_check_digit(number))


def compute_credit_check(code: str) -> str:
    """Return the check character for the first 17 characters of a unified social credit code (GB 32100)."""
    from stdnum.cn import uscc

    return str(uscc.calc_check_digit(code))


def is_valid_credit_code(code: str) -> bool:
    """Return whether a unified social credit code has a valid form and check character (GB 32100)."""
    from stdnum.cn import uscc

    return bool(uscc.is_valid(code))
