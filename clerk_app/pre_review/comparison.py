"""Comparison of what was read from a paper with what the city, the form and the calendar state.

A finding is a proposal for the clerk: it decides nothing. Whether a signature or a stamp is there is not judged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from clerk_app.errors import BadData
from clerk_app.text.check_characters import is_valid_credit_code
from clerk_app.text.folding import fold_code
from clerk_app.text.identity_documents import normalize_id_number
from clerk_app.text.written_variants import is_same_read_text

if TYPE_CHECKING:
    from clerk_app.pre_review.kinds import PaperField


class Meaning(StrEnum):
    """What a value of a paper is; a value without a meaning is compared as text."""

    NAME = "name"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    NUMBER = "number"  # of the paper itself
    CODE = "code"  # another number, such as that of a unit
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"
    ISSUED_ON = "issued_on"
    ISSUER = "issuer"
    DATE = "date"
    AMOUNT = "amount"
    TEXT = "text"


class FindingCode(StrEnum):
    """What was found, the most important first."""

    UNREADABLE = "unreadable"
    WRONG_KIND = "wrong_kind"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    OTHER_NUMBER = "other_number"
    OTHER_NAME = "other_name"
    DIFFERS = "differs"
    CHECK_CHARACTER = "check_character"
    ENDS_EARLY = "ends_early"
    DOUBLE = "double"
    UNKNOWN_KIND = "unknown_kind"
    UNSURE = "unsure"


_NEED_REASON = frozenset(
    {
        FindingCode.WRONG_KIND,
        FindingCode.EXPIRED,
        FindingCode.OTHER_NUMBER,
        FindingCode.OTHER_NAME,
        FindingCode.DIFFERS,
        FindingCode.CHECK_CHARACTER,
    }
)
_IMPORTANCE = {code: index for index, code in enumerate(FindingCode)}
_CODES = frozenset({Meaning.ID_NUMBER, Meaning.CREDIT_CODE, Meaning.NUMBER, Meaning.CODE})
_DATES = frozenset({Meaning.VALID_FROM, Meaning.VALID_TO, Meaning.ISSUED_ON, Meaning.DATE})
_AROUND_AMOUNTS = str.maketrans("", "", ", ，元￥¥")
_LEAST_NUMBER = 6  # characters; shorter numbers are the same on many papers


_TYPES: Mapping[str, Meaning] = {
    "name": Meaning.NAME,
    "id_number": Meaning.ID_NUMBER,
    "credit_code": Meaning.CREDIT_CODE,
    "date": Meaning.DATE,
    "money": Meaning.AMOUNT,
    "code": Meaning.CODE,
}


def meaning_of(field: PaperField) -> Meaning:
    """Return what the value of a field of a kind of paper is."""
    return Meaning(field.paper) if field.paper is not None else _TYPES.get(field.type, Meaning.TEXT)


@dataclass(frozen=True)
class ReadFact:
    """A value read from a paper; dates are ISO dates. `is_sure`: its certainty reached the threshold."""

    id: str
    value: str
    is_sure: bool = True
    meaning: Meaning = Meaning.TEXT


@dataclass(frozen=True)
class KnownValue:
    """What a party, a licence or the form states; `id` is that of the role, the material or the field."""

    origin: Literal["party", "licence", "form"]
    id: str
    value: str


@dataclass(frozen=True)
class OtherPaper:
    """Another paper that was read: `id` names its material or case, `numbers` are those of the paper itself."""

    id: str
    kind: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class ReadPaper:
    """What was read from a paper. `kind` is empty if it was not recognised."""

    kind: str
    is_readable: bool
    facts: tuple[ReadFact, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The sure numbers of the paper itself, folded."""
        return tuple(
            fold_code(fact.value)
            for fact in self.facts
            if fact.is_sure and fact.meaning == Meaning.NUMBER and len(fold_code(fact.value)) >= _LEAST_NUMBER
        )


@dataclass(frozen=True)
class ExpectedPaper:
    """What is expected of a paper: its possible kinds (empty: any), and what is known of each value, by its id.

    `promised` is the day by which the case is to be decided; None without one.
    """

    kinds: frozenset[str] = frozenset()
    known: Mapping[str, Sequence[KnownValue]] = field(default_factory=dict)
    promised: date | None = None


@dataclass(frozen=True)
class Finding:
    """Something found on a paper. `fact` is the id of the value, empty for the whole paper.

    `read` is what was read, `known` what differs from it; `other` the other paper of a double; `day` a day (ISO).
    """

    code: FindingCode
    fact: str = ""
    read: str = ""
    known: tuple[KnownValue, ...] = ()
    other: str = ""
    day: str = ""
    is_sure: bool = True

    @property
    def id(self) -> str:
        """Identifies the finding on its paper, as long as what was read stays the same."""
        return ":".join(filter(None, (self.code, self.fact, self.other)))

    @property
    def needs_reason(self) -> bool:
        """Whether it is set aside with a written reason only: a sure difference. Anything else is a hint."""
        return self.is_sure and self.code in _NEED_REASON


def compare(
    paper: ReadPaper, expected: ExpectedPaper, today: date, others: Iterable[OtherPaper] = ()
) -> tuple[Finding, ...]:
    """Return what is to be looked at, the most important first; nothing for a paper that agrees with everything."""
    if not paper.is_readable:
        return (Finding(FindingCode.UNREADABLE),)
    found = [
        *_compare_kind(paper, expected),
        *_compare_validity(paper, expected, today),
        *_compare_values(paper, expected),
        *_find_doubles(paper, others),
    ]
    return tuple(sorted(found, key=lambda finding: (not finding.is_sure, _IMPORTANCE[finding.code])))


def _compare_kind(paper: ReadPaper, expected: ExpectedPaper) -> Iterator[Finding]:
    if not paper.kind:
        yield Finding(FindingCode.UNKNOWN_KIND, is_sure=False)
    elif expected.kinds and paper.kind not in expected.kinds:
        yield Finding(FindingCode.WRONG_KIND, read=paper.kind)


def _compare_validity(paper: ReadPaper, expected: ExpectedPaper, today: date) -> Iterator[Finding]:
    for fact in paper.facts:
        day = _parse_day(fact.value)
        if day is None:
            continue
        code = None
        if fact.meaning == Meaning.VALID_TO and day < today:
            code = FindingCode.EXPIRED
        elif fact.meaning == Meaning.VALID_TO and expected.promised is not None and day < expected.promised:
            code = FindingCode.ENDS_EARLY
        elif fact.meaning in (Meaning.VALID_FROM, Meaning.ISSUED_ON) and day > today:
            code = FindingCode.NOT_YET_VALID
        if code is not None:
            yield Finding(code, fact.id, read=fact.value, day=day.isoformat(), is_sure=fact.is_sure)


def _compare_values(paper: ReadPaper, expected: ExpectedPaper) -> Iterator[Finding]:
    for fact in paper.facts:
        if not fact.value:
            continue
        if not has_valid_check(fact.meaning, fact.value):
            yield Finding(FindingCode.CHECK_CHARACTER, fact.id, read=fact.value)
        differing = tuple(
            known
            for known in expected.known.get(fact.id, ())
            if known.value and not is_same_value(fact.meaning, fact.value, known.value)
        )
        if differing:
            code = _name_difference(fact.meaning, differing)
            yield Finding(code, fact.id, read=fact.value, known=differing, is_sure=fact.is_sure)
        elif not fact.is_sure:
            yield Finding(FindingCode.UNSURE, fact.id, read=fact.value, is_sure=False)


def _name_difference(meaning: Meaning, differing: Sequence[KnownValue]) -> FindingCode:
    if all(known.origin == "form" for known in differing):
        return FindingCode.DIFFERS
    if meaning == Meaning.NAME:
        return FindingCode.OTHER_NAME
    return FindingCode.OTHER_NUMBER if meaning in _CODES else FindingCode.DIFFERS


def _find_doubles(paper: ReadPaper, others: Iterable[OtherPaper]) -> Iterator[Finding]:
    """Yield the other papers of the same kind with the same number. Pictures are not compared: forms look alike."""
    numbers = set(paper.numbers)
    for other in others:
        same = numbers.intersection(map(fold_code, other.numbers))
        if same and other.kind == paper.kind:
            yield Finding(FindingCode.DOUBLE, read=min(same), other=other.id)


def is_same_value(meaning: Meaning, read: str, known: str) -> bool:
    """Return whether a value that was read is the same as a known one but for its way of writing."""
    if meaning in _CODES:
        return fold_code(read) == fold_code(known)
    if meaning in _DATES:
        return read.strip() == known.strip()
    if meaning == Meaning.AMOUNT:
        return _parse_amount(read) == _parse_amount(known)
    return is_same_read_text(read, known)


def has_valid_check(meaning: Meaning, number: str) -> bool:
    """Return whether the check character of an identity number or credit code is right; True for anything else."""
    if meaning == Meaning.CREDIT_CODE:
        return is_valid_credit_code(fold_code(number))
    if meaning != Meaning.ID_NUMBER:
        return True
    try:
        normalize_id_number(number)
    except BadData:
        return False
    return True


def _parse_amount(text: str) -> Decimal | str:
    """Return an amount in yuan, or the text if it is none."""
    plain = unicodedata.normalize("NFKC", text).translate(_AROUND_AMOUNTS)
    try:
        return Decimal(plain)
    except InvalidOperation:
        return plain


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
