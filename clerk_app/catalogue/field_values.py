"""Normalises or rejects the input of a field.

Checked: length, digits, check digit and birth date of an identity number (GB 11643), and the check digit of a credit
code (GB 32100). Not checked: the district code in either number, because a list of districts is soon out of date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as BadNumber

from clerk_app.catalogue.model import Field
from clerk_app.errors import BadData
from clerk_app.text.cleaning import clean_text, fold_width

_MAX_CHARACTERS = 400
_CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
_YES_WORDS = {"yes", "y", "1", "是", "有"}
_NO_WORDS = {"no", "n", "0", "否", "无", "没有"}
_MOBILE = re.compile(r"1[3-9][0-9]{9}|\+[0-9]{8,15}")
_LANDLINE = re.compile(r"(0[0-9]{2,3})-?([0-9]{7,8})(-[0-9]{1,5})?")


def normalize_value(field: Field, text: str) -> str:
    """Return `text` in the form that is stored for a field of this kind; blank stays blank.

    Dates are YYYY-MM-DD, money is yuan with two decimals, a choice is its id, yes/no is `yes` or `no`. Raises BadData
    for invalid input.
    """
    wide = clean_text(text) if field.kind == "text" else fold_width(text)
    if not wide:
        return ""
    if len(wide) > _MAX_CHARACTERS:
        raise BadData("This is longer than {longest} characters.", longest=_MAX_CHARACTERS)
    return _normalize_choice(field, wide) if field.kind == "choice" else _NORMALIZERS[field.kind](wide)


def _normalize_date(text: str) -> str:
    # eight digits or three parts: "2026111" could be two different days
    parts = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text) or re.fullmatch(
        r"([0-9]{4})[-/.年 ]([0-9]{1,2})[-/.月 ]([0-9]{1,2})日?", text
    )
    if parts:
        with suppress(ValueError):
            return date(*(int(part) for part in parts.groups())).isoformat()
    raise BadData("{text} is not a date. Write it as 2026-05-01.", text=text)


def _normalize_number(text: str) -> str:
    digits = text.replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", digits):
        raise BadData("{text} is not a number.", text=text)
    return format((Decimal(digits) + 0).normalize(), "f")


def _normalize_money(text: str) -> str:
    digits = text.removeprefix("¥").removesuffix("元").strip().replace(",", "")
    if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,2})?", digits):
        raise BadData("{text} is not an amount in yuan, such as 1200 or 1200.50.", text=text)
    return format(Decimal(digits).quantize(Decimal("0.01")), "f")


def _normalize_yes_no(text: str) -> str:
    word = text.casefold()
    if word in _YES_WORDS or word in _NO_WORDS:
        return "yes" if word in _YES_WORDS else "no"
    raise BadData("Answer yes or no.")


def _normalize_choice(field: Field, text: str) -> str:
    word = text.casefold()
    for choice in field.choices:
        if word in (choice.id, choice.name.zh.casefold(), choice.name.en.casefold()):
            return choice.id
    raise BadData("{text} is not one of the choices.", text=text)


def _normalize_id_number(text: str) -> str:
    number = ric.compact(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadData("An identity number has 18 digits; the last may be X.")
    if ric.calc_check_digit(number) != number[-1]:
        raise BadData("The check digit of this identity number does not fit: one digit is wrong.")
    try:
        born = ric.get_birth_date(number)
    except BadNumber:
        born = None
    if born is None or born.year < 1850:
        raise BadData("The birth date in this identity number does not exist.")
    return number


def _normalize_credit_code(text: str) -> str:
    code = uscc.compact(text)
    if (
        len(code) != 18
        or any(character not in _CREDIT_CODE_CHARACTERS for character in code)
        or not code[2:8].isdigit()
    ):
        raise BadData("A social credit code has 18 digits and letters, without I, O, S, V and Z.")
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise BadData("The check digit of this social credit code does not fit: one character is wrong.")
    return code


def _normalize_phone(text: str) -> str:
    number = re.sub(r"[ ()]", "", text)
    mobile = re.sub(r"^(\+86|0086)(?=1)", "", number.replace("-", ""))
    if _MOBILE.fullmatch(mobile):
        return mobile
    if _LANDLINE.fullmatch(number):
        return _LANDLINE.sub(r"\1\2\3", number)
    raise BadData("{text} is not a phone number: 11 digits, or area code and number.", text=text)


def _normalize_bank_account(text: str) -> str:
    number = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise BadData("A bank account has 12 to 19 digits.")
    return number


_NORMALIZERS: dict[str, Callable[[str], str]] = {
    "text": str,
    "date": _normalize_date,
    "number": _normalize_number,
    "money": _normalize_money,
    "yes_no": _normalize_yes_no,
    "id_number": _normalize_id_number,
    "credit_code": _normalize_credit_code,
    "phone": _normalize_phone,
    "bank_account": _normalize_bank_account,
}
