"""Amounts of money in digits and in capital Chinese numerals (大写)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_DIGITS = re.compile(r"(?:[¥￥]|人民币|RMB)?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]{1,2})?(万)?元?")
_CAPITAL = re.compile(
    "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[元圆](?:整|正|[零壹贰叁肆伍陆柒捌玖]角(?:整|正|[零壹贰叁肆伍陆柒捌玖]分)?)?"
)
_CAPITAL_DIGITS = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_SMALL_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


class Amount(NamedTuple):
    """An amount in yuan, and where in the text it is."""

    value: Decimal
    start: int
    end: int


def parse_amounts(text: str) -> list[Amount]:
    """Return the amounts in a text (half width, without blanks), in their order."""
    capital = [Amount(_read_capital(match.group()), *match.span()) for match in _CAPITAL.finditer(text)]
    amounts = [*capital, *(_read_digits(match) for match in _DIGITS.finditer(text) if _is_money(text, match))]
    return sorted(amounts, key=lambda amount: amount.start)


def _is_money(text: str, match: re.Match[str]) -> bool:
    return match.group()[0] in "¥￥人R" or match.group().endswith("元") or match.end() == len(text)


def _read_digits(match: re.Match[str]) -> Amount:
    value = Decimal(match.group(1).replace(",", "") + (match.group(2) or ""))
    return Amount(value * 10000 if match.group(3) else value, *match.span())


def _read_capital(text: str) -> Decimal:
    whole, _, rest = text.replace("圆", "元").partition("元")
    total = section = digit = 0
    for character in whole:
        if character in _CAPITAL_DIGITS:
            digit = _CAPITAL_DIGITS[character]
        elif character in _SMALL_UNITS:
            section += (digit or 1) * _SMALL_UNITS[character]
            digit = 0
        elif character == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    value = Decimal(total + section + digit)
    for unit, share in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        match = re.search(f"([零壹贰叁肆伍陆柒捌玖]){unit}", rest)
        if match:
            value += _CAPITAL_DIGITS[match.group(1)] * share
    return value
