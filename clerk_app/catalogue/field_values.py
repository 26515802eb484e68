"""Normalises or rejects the input of a field.

Checked: identity documents (`clerk_app.text.identity_documents`), telephone numbers (`clerk_app.text.phone_numbers`),
and the check digit of a credit code (GB 32100), but not its district code, as a list of districts is soon out of date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from clerk_app.errors import BadData
from clerk_app.locales import translate
from clerk_app.text.check_characters import compute_credit_check
from clerk_app.text.cleaning import clean_code, clean_text, fold_width
from clerk_app.text.folding import fold_text
from clerk_app.text.identity_documents import DOCUMENT_KINDS, normalize_document_number, normalize_id_number
from clerk_app.text.phone_numbers import normalize_phone

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field

_MAX_CHARACTERS = 400
LONGEST_TEXT = 4_000  # characters of a text that is compared with those of earlier cases
_CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
_YES_WORDS = {"yes", "y", "1", "是", "有"}
_NO_WORDS = {"no", "n", "0", "否", "无", "没有"}
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def normalize_value(field: Field, text: str, *, today: date | None = None, document_kind: str = "") -> str:
    """Return `text` in the form that is stored for a field of this kind; blank stays blank.

    Dates are YYYY-MM-DD, money is yuan with two decimals, a choice is its id, yes/no is `yes` or `no`. A date of birth
    after `today` is refused; None does not check it. `document_kind` is the kind of document whose number a
    `document_number` is (`normalize_form_value` finds it). Raises BadData for invalid input.
    """
    wide = clean_text(text) if field.kind == "text" else fold_width(text)
    if not wide:
        return ""
    longest = LONGEST_TEXT if field.check == "similar_text" else _MAX_CHARACTERS
    if len(wide) > longest:
        raise BadData("This is longer than {longest} characters.", longest=longest)
    match field.kind:
        case "choice":
            return _normalize_choice({choice.id: (choice.name.zh, choice.name.en) for choice in field.choices}, wide)
        case "document_kind":
            return _normalize_choice({kind: (name, translate(name)) for kind, name in DOCUMENT_KINDS.items()}, wide)
        case "document_number":
            return normalize_document_number(document_kind, wide, today)
        case "id_number":
            return normalize_id_number(wide, today)
        case "birth_date":
            return _normalize_birth_date(wide, today)
        case _:
            return _NORMALIZERS[field.kind](wide)


def normalize_date(text: str) -> str:
    """Return a typed date as YYYY-MM-DD. Raises BadData."""
    return _normalize_date(fold_width(text))


def _normalize_date(text: str) -> str:
    # eight digits or three parts: "2026111" could be two different days
    parts = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text) or re.fullmatch(
        r"([0-9]{4}) ?[-/.年 ] ?([0-9]{1,2}) ?[-/.月 ] ?([0-9]{1,2}) ?日?", _DASHES.sub("-", text)
    )
    if parts:
        with suppress(ValueError):
            return date(*(int(part) for part in parts.groups())).isoformat()
    raise BadData("{text} is not a date. Write it as 2026-05-01.", text=text)


def _normalize_birth_date(text: str, today: date | None) -> str:
    born = _normalize_date(text)
    if today is not None and born > today.isoformat():
        raise BadData("This date of birth is in the future.")
    return born


def _normalize_number(text: str) -> str:
    digits = re.sub("[ ,]", "", text)
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", digits):
        raise BadData("{text} is not a number.", text=text)
    return format((Decimal(digits) + 0).normalize(), "f")


def _normalize_money(text: str) -> str:
    digits = re.sub("[ ,]", "", text).removeprefix("人民币").removeprefix("¥").removesuffix("整").removesuffix("元")
    if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,2})?", digits):
        raise BadData("{text} is not an amount in yuan, such as 1200 or 1200.50.", text=text)
    return format(Decimal(digits).quantize(Decimal("0.01")), "f")


def _normalize_yes_no(text: str) -> str:
    word = text.casefold()
    if word in _YES_WORDS or word in _NO_WORDS:
        return "yes" if word in _YES_WORDS else "no"
    raise BadData("Answer yes or no.")


def _normalize_choice(choices: Mapping[str, Iterable[str]], text: str) -> str:
    """Return the id of the choice with this id or name; `choices` has the names by id."""
    word = fold_text(text)
    for choice, names in choices.items():
        if word in (choice, *map(fold_text, names)):
            return choice
    raise BadData("{text} is not one of the choices.", text=text)


def _normalize_credit_code(text: str) -> str:
    code = clean_code(text)
    if (
        len(code) != 18
        or any(character not in _CREDIT_CODE_CHARACTERS for character in code)
        or not code[2:8].isdigit()
    ):
        raise BadData("A social credit code has 18 digits and letters, without I, O, S, V and Z.")
    if compute_credit_check(code[:-1]) != code[-1]:
        raise BadData("The check digit of this social credit code does not fit: one character is wrong.")
    return code


def _normalize_bank_account(text: str) -> str:
    number = clean_code(text)
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise BadData("A bank account has 12 to 19 digits.")
    return number


_NORMALIZERS: dict[str, Callable[[str], str]] = {
    "text": str,
    "date": _normalize_date,
    "number": _normalize_number,
    "money": _normalize_money,
    "yes_no": _normalize_yes_no,
    "credit_code": _normalize_credit_code,
    "phone": normalize_phone,
    "bank_account": _normalize_bank_account,
}
