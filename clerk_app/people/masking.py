"""Personal data as far as it is needed: names whole at the window, numbers and phones by their ends."""

from __future__ import annotations


def mask_number(number: str | None) -> str:
    """An identity number or code by its first three and last four characters."""
    if not number:
        return ""
    if len(number) <= 7:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str | None) -> str:
    """A name by its first character only, for screens that others can read (王**)."""
    if not name:
        return ""
    return name[0] + "*" * min(len(name) - 1, 2)
