"""Reads the value of each type of field from the characters of its area, and checks its form.

Nothing is corrected: a value whose form or check digit is wrong is returned as it was read, and is not valid.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from clerk_app.errors import BadData
from clerk_app.pre_review.kinds import PaperField
from clerk_app.pre_review.layout import Character
from clerk_app.pre_review.money import parse_amounts
from clerk_app.pre_review.names import find_end_of_name, is_name
from clerk_app.text.check_characters import is_valid_credit_code
from clerk_app.text.identity_documents import normalize_id_number

_SPECK = 0.5
UNLIMITED = "长期"
"""Value of a last day of validity that is not limited."""

_DIGIT_DATE = re.compile(r"((?:19|20|21)[0-9]{2})[年./\-]([0-9]{1,2})[月./\-]([0-9]{1,2})日?(?![0-9])")
_PLAIN_DATE = re.compile(r"(?<![0-9])((?:19|20|21)[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_CHINESE_DATE = re.compile(
    r"([〇零○O0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_CHINESE_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_ID_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_PLACE_WORD = re.compile("[省市区县旗镇乡村街路道巷弄里园庄苑城]")
_PARTY = re.compile("[甲乙丙双]方")  # the subject of a sentence
_PLACE_END = re.compile(r"([号室楼层座栋幢弄村组户院厦园苑城场屯巷队内侧口处]|[0-9A-Za-z]|[)）])$")
_LOST_ZERO = re.compile("[一二三四五六七八九]{2}")  # recognition loses 〇 between two digits without a trace

_MISREAD_ZERO = re.compile("(?<=[一二三四五六七八九])[OoQ0○](?=[一二三四五六七八九室号])")


class Value(NamedTuple):
    """A value in the form of its type, whether its form is valid, and the characters it was read from."""

    text: str
    is_valid: bool
    characters: tuple[Character, ...]

    @property
    def score(self) -> float:
        """The certainty of the least certain character; punctuation does not count."""
        return min((character.certainty for character in self.characters if character.folded), default=0.0)


class _Text(NamedTuple):
    """Text without blanks in half width, and for each of its characters that of the page."""

    text: str
    sources: tuple[Character, ...]


def parse_value(field: PaperField, characters: Sequence[Character]) -> Value | None:
    """Return the value of `field` in the characters of its area; None if there is none."""
    text = _normalize(characters)
    if not text.text:
        return None
    return _PARSERS[field.type](field, text)


def find_values(field: PaperField, characters: Sequence[Character]) -> list[Value]:
    """Return every text in `characters` that has the form of a number, or of the pattern of `field`."""
    text = _normalize(characters)
    pattern = {"id_number": _ID_NUMBER, "credit_code": _CREDIT_CODE}.get(field.type)
    if pattern is None and field.pattern is None:
        return []
    compiled = pattern or re.compile(field.pattern or "")
    values = []
    for match in compiled.finditer(text.text.upper() if pattern else text.text):
        part = _Text(match.group(), text.sources[match.start() : match.end()])
        values.append(_PARSERS[field.type](field, part))
    return [value for value in values if value is not None]


def sex_of_number(number: str) -> str | None:
    """Return the sex that an identity number contains (GB 11643, 17th digit); None for another number."""
    if len(number) != 18 or not number[16].isdigit():
        return None
    return "male" if int(number[16]) % 2 else "female"


def _normalize(characters: Sequence[Character]) -> _Text:
    texts: list[str] = []
    sources: list[Character] = []
    for character in characters:
        for part in unicodedata.normalize("NFKC", character.text):
            if not part.isspace():
                texts.append(part)
                sources.append(character)
    return _Text("".join(texts), tuple(sources))


def _slice(text: _Text, start: int, end: int) -> tuple[Character, ...]:
    return text.sources[start:end]


def _strip(text: _Text) -> _Text:
    """Return the text without punctuation at both ends; brackets with their other half inside stay."""
    start, end = 0, len(text.text)
    while start < end and not (text.text[start].isalnum() or text.text[start] == "〇"):
        start += 1
    while end > start and not (text.text[end - 1].isalnum() or text.text[end - 1] == "〇"):
        if text.text[end - 1] == ")" and "(" in text.text[start:end]:
            break
        end -= 1
    return _Text(text.text[start:end], text.sources[start:end])


def _parse_name(_field: PaperField, text: _Text) -> Value | None:
    name = _strip(text)
    end = find_end_of_name(name.text)
    name = _Text(name.text[:end], name.sources[:end])
    return Value(name.text, is_name(name.text), name.sources) if name.text else None


def _parse_id_number(_field: PaperField, text: _Text) -> Value | None:
    upper = text.text.upper()
    match = _ID_NUMBER.search(upper)
    if match is None:
        rest = re.search(r"[0-9][0-9A-Z]{9,}", upper)
        return Value(rest.group(), False, _slice(text, *rest.span())) if rest else None
    try:
        number = normalize_id_number(match.group())
    except BadData:
        return Value(match.group(), False, _slice(text, *match.span()))
    return Value(number, True, _slice(text, *match.span()))


def _parse_credit_code(_field: PaperField, text: _Text) -> Value | None:
    match = _CREDIT_CODE.search(text.text.upper()) or re.search(r"[0-9A-Z]{8,}", text.text.upper())
    if match is None:
        return None
    is_valid = len(match.group()) == 18 and is_valid_credit_code(match.group())
    return Value(match.group(), is_valid, _slice(text, *match.span()))


def _parse_date(field: PaperField, text: _Text) -> Value | None:
    found = sorted(
        [(match.span(), _make_date(*map(int, match.groups()))) for match in _DIGIT_DATE.finditer(text.text)]
        + [(match.span(), _make_date(*map(int, match.groups()))) for match in _PLAIN_DATE.finditer(text.text)]
        + [(match.span(), _make_chinese_date(*match.groups())) for match in _CHINESE_DATE.finditer(text.text)]
    )
    unlimited = text.text.find(UNLIMITED)
    if field.pick == "last" and unlimited >= 0 and (not found or found[-1][0][0] < unlimited):
        return Value(UNLIMITED, True, _slice(text, unlimited, unlimited + len(UNLIMITED)))
    if not found:
        rest = _strip(text)
        return Value(rest.text[:30], False, rest.sources[:30]) if any(c.isdigit() for c in rest.text) else None
    span, day = found[-1] if field.pick == "last" else found[0]
    if day is None:
        return Value(text.text[slice(*span)], False, _slice(text, *span))
    is_other_missing = len(found) == 1 and _is_half_of_period(field, text.text[: span[0]], text.text[span[1] :])
    return Value(day.isoformat(), not is_other_missing, _slice(text, *span))


def _is_half_of_period(field: PaperField, before: str, after: str) -> bool:
    """Return whether a single date is the other end of a period, of which the wanted end was not read."""
    if field.pick == "last":
        return before.endswith("自") or re.match("起|[至到—–~-]", after) is not None
    return re.search("[至到—–~-]$", before) is not None


def _make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _make_chinese_date(year: str, month: str, day: str) -> date | None:
    digits = [_CHINESE_DIGITS.get(character) for character in year]
    if None in digits:
        return None
    return _make_date(int("".join(map(str, digits))), _chinese_number(month), _chinese_number(day))


def _chinese_number(text: str) -> int:
    """Return a number below 100 in Chinese characters; 0 if it is none."""
    tens, separator, ones = text.partition("十")
    if not separator:
        return _CHINESE_DIGITS.get(text, 0)
    return (_CHINESE_DIGITS.get(tens, 0) if tens else 1) * 10 + (_CHINESE_DIGITS.get(ones, 0) if ones else 0)


def _parse_money(_field: PaperField, text: _Text) -> Value | None:
    amounts = parse_amounts(text.text)
    if not amounts:
        return None
    first = amounts[0]
    is_valid = len({amount.value for amount in amounts}) == 1
    sources = tuple(source for amount in amounts for source in text.sources[amount.start : amount.end])
    return Value(f"{first.value:.2f}", is_valid, sources)


def _parse_address(_field: PaperField, text: _Text) -> Value | None:
    address = _strip(_without_specks(text))
    if not address.text:
        return None
    is_valid = (
        len(address.text) >= 6
        and not (address.text[0].isascii() and address.text[0].isalpha())
        and _PARTY.match(address.text) is None
        and _PLACE_WORD.search(address.text) is not None
        and _PLACE_END.search(address.text) is not None
        and _LOST_ZERO.search(address.text) is None
        and _MISREAD_ZERO.search(address.text) is None
    )
    return Value(
        _MISREAD_ZERO.sub("〇", address.text), is_valid, text.sources
    )  # a dropped speck keeps the value unsure


def _without_specks(text: _Text) -> _Text:
    """Return the text without characters at its end that are hardly legible: edges of stamps, dirt."""
    end = len(text.text)
    while end and text.sources[end - 1].certainty < _SPECK:
        end -= 1
    return _Text(text.text[:end], text.sources[:end])


def _parse_sex(_field: PaperField, text: _Text) -> Value | None:
    index = next((index for index, character in enumerate(text.text) if character in "男女"), None)
    return None if index is None else Value(text.text[index], index == 0, text.sources[index : index + 1])


def _parse_code(field: PaperField, text: _Text) -> Value | None:
    match = re.search(field.pattern or r"[0-9A-Za-z\-]{4,}", text.text)
    if match is not None:
        before, after = text.text[match.start() - 1 : match.start()], text.text[match.end() : match.end() + 1]
        is_whole = not (_is_code_character(before) or _is_code_character(after))
        return Value(match.group(), is_whole, _slice(text, *match.span()))
    rest = _strip(text)
    return Value(rest.text[:40], False, rest.sources[:40]) if rest.text else None


def _is_code_character(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _parse_text(_field: PaperField, text: _Text) -> Value | None:
    rest = _strip(text)
    return Value(rest.text[:200], True, rest.sources[:200]) if rest.text else None


_PARSERS: Mapping[str, Callable[[PaperField, _Text], Value | None]] = {
    "name": _parse_name,
    "id_number": _parse_id_number,
    "credit_code": _parse_credit_code,
    "date": _parse_date,
    "money": _parse_money,
    "address": _parse_address,
    "sex": _parse_sex,
    "code": _parse_code,
    "text": _parse_text,
}
