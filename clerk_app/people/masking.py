"""Masking of personal data for screens."""

from __future__ import annotations


def mask_number(number: str | None) -> str:
    """Return a number with all but its first three and last four characters masked.

    A number of up to seven characters is masked completely.
    """
    if not number:
        return ""
    if len(number) <= 7:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str | None) -> str:
    """Return the first character of a name and at most two asterisks (王**), for screens that others can read."""
    if not name:
        return ""
    return name[0] + "*" * min(len(name) - 1, 2)
