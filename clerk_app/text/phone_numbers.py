"""Telephone numbers as people write them, in one form: mobile, landline, service and foreign numbers.

The stored form has no separators but one hyphen before an extension: 13800138000, 01062345678-203, 4008208820, 95588,
+85291234567.
"""

from __future__ import annotations

import re

from clerk_app.errors import BadData
from clerk_app.text.characters import MIDDLE_DOTS
from clerk_app.text.cleaning import fold_width

_EXTENSION_WORD = re.compile(
    r"(?:转接?|轉接?|分机号?|分機號?|ext(?:ension)?\.?|x|[*#,;])[ :.]*([0-9]{1,6})", re.IGNORECASE
)
_DOTS = "".join(sorted(MIDDLE_DOTS))
_NOT_DIGITS = re.compile(rf"[ ()\[\]./\u3002{_DOTS}]")
_LABEL = re.compile(
    r"^(?:(?:联系|办公|家庭|固定|移动)?(?:电话|手机|座机)(?:号码?)?|tel(?:ephone)?|mobile|phone)[.: ]*", re.IGNORECASE
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u2500\u30fc_-]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
_SERVICE = re.compile(r"[48]00[0-9]{7}|1[0-9]{2}|1[0-9]{4}|9[56][0-9]{3,6}")  # 110, 12345, bank and other hotlines
_FOREIGN = re.compile(r"\+[1-9][0-9]{7,14}")
_CHINA = re.compile(r"\+?86")
_WITH_EXTENSION = re.compile(
    r"(0[0-9]{2,3}-?[0-9]{7,8}|[48]00[0-9]{7}|1[0-9]{2}|1[0-9]{4}|9[56][0-9]{3,6}|1[3-9][0-9]{9}|\+[0-9]{8,15})"
    r"-([0-9]{1,6})"
)


def normalize_phone(text: str) -> str:
    """Return a telephone number in the stored form. Raises BadData for anything else."""
    written = fold_width(text)
    number, extension = _split_extension(_LABEL.sub("", written))
    found = _find_number(number.replace("-", ""))
    if not found:
        raise BadData(
            "{text} is not a phone number: 11 digits, area code and number, or + and country code.", text=written
        )
    return f"{found}-{extension}" if extension else found


def _split_extension(written: str) -> tuple[str, str]:
    """Return the number, with hyphens only, and the extension, which is empty if there is none."""
    match = re.fullmatch(rf"(.*[0-9)\]]) *{_EXTENSION_WORD.pattern}", written, re.IGNORECASE)
    number, extension = (match[1], match[2]) if match else (written, "")
    plain = _DASHES.sub("-", _NOT_DIGITS.sub("", number)).strip("-")
    if not extension and (parts := _WITH_EXTENSION.fullmatch(plain)):
        return parts[1], parts[2]
    return plain, extension


def _find_number(number: str) -> str:
    """Return a number without separators in the stored form; empty if it is none."""
    international = re.sub(r"^00", "+", number)
    if china := _CHINA.match(international):
        national = _find_national(international[china.end() :])
        if national or international.startswith("+"):
            return national
    if _FOREIGN.fullmatch(international):
        return international
    return number if any(form.fullmatch(number) for form in (_MOBILE, _LANDLINE, _SERVICE)) else ""


def _find_national(number: str) -> str:
    """Return the number that follows China's country code, where the area code may lack its zero."""
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) or re.fullmatch(r"[48]00[0-9]{7}", number):
        return number
    return f"0{number}" if re.fullmatch(r"(10|2[0-9])[0-9]{8}|[3-9][0-9]{2}[0-9]{7,8}", number) else ""
