"""Rows that are not imported: the reason as a stable code, which is stored without the values of the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark

NEEDED, TEXT, LENGTH, ROUNDED, TYPE_OF_VALUE = "needed", "text", "length", "rounded", "value_type"
DATE, WRONG_PERIOD, BIRTH_DATE, NUMBER, CHOICE = "date", "period", "birth_date", "number", "choice"
UNKNOWN_TYPE, WRONG_CLAIM, NOT_ALLOWED, NOT_ISSUER = "licence_type", "claim", "not_allowed", "not_issuer"
OLDER, TWICE, JOINED, SPLIT, UNKNOWN, FINAL, FOREIGN = (
    "older", "twice", "joined", "split", "unknown_subject", "revoked", "foreign",
)  # fmt: skip
REPEATED, COLUMNS, UNKNOWN_FIELD, OTHER_SOURCE = "repeated", "columns", "field", "other_source"
STATE_ONLY = "state_only"

REASONS: Mapping[str, str] = {
    NEEDED: mark("This value is needed."),
    TEXT: mark("This text has a character that cannot be stored."),
    LENGTH: mark("This value has more than {limit} characters."),
    ROUNDED: mark("A spreadsheet has made a number of this value and lost digits. Store the column as text."),
    TYPE_OF_VALUE: mark("This value is neither a text nor a number."),
    DATE: mark("This is not a date, or a date that does not exist."),
    WRONG_PERIOD: mark("The end is before the beginning."),
    BIRTH_DATE: mark("The identity number has another date of birth."),
    NUMBER: mark("This number cannot exist: a character is wrong or missing."),
    CHOICE: mark("This is none of the values that are known."),
    UNKNOWN_TYPE: mark("The catalogue has no such type of licence."),
    WRONG_CLAIM: mark("A licence of this type has no such value."),
    NOT_ALLOWED: mark("The machine that sent this row may not write rows of this type."),
    NOT_ISSUER: mark("The machine that sent this row may not write licences of this issuer."),
    OLDER: mark("The registry has a newer row of this source, changed on {day}."),
    TWICE: mark("The source has this person or organisation under another identifier, too."),
    JOINED: mark("This number belongs to another person or organisation of the registry: the source has joined two."),
    SPLIT: mark("This identifier belongs to another person or organisation: number and name are both different."),
    UNKNOWN: mark("The registry has no person and no organisation with this number. Import them first."),
    FINAL: mark("This licence was revoked and cannot be valid again."),
    FOREIGN: mark("Another source has registered a licence with this number."),
    STATE_ONLY: mark("The city has issued this licence: a register changes only its state, and this value differs."),
    OTHER_SOURCE: mark("Another source has registered this person or organisation."),
    REPEATED: mark("More than one row has this identifier."),
    COLUMNS: mark("The row has {count} values, and the first row names {columns} columns."),
    UNKNOWN_FIELD: mark("This field is not known."),
}
"""Sentence of each code, as a message id. Codes are stored and sent; they never change."""

_MAX_FACT = 80  # characters
_STORED_FACTS = frozenset({"limit", "day", "count", "columns"})
"""Facts that are stored. The others may be values of the row."""


class StoredRefusal(MessagePart, frozen=True, kw_only=True):
    """A row that was not imported, as it is stored: without its values."""

    row: int
    code: str
    field: str = ""
    facts: dict[str, str] = {}


class RowRefusal(Exception):
    """A row that cannot be imported: code, field ("" for the whole row), and a sentence that may name its values."""

    def __init__(self, code: str, field: str, why: BadData | None = None, /, **facts: object) -> None:
        self.code, self.field = code, field
        self.why = why or BadData(REASONS[code], **facts)
        super().__init__(self.why, code, field)


def store_refusal(row: int, refusal: RowRefusal) -> StoredRefusal:
    """Return the stored form of a refusal."""
    facts = {name: fact for name, fact in refusal.why.text_facts.items() if name in _STORED_FACTS}
    return StoredRefusal(row=row, code=refusal.code, field=refusal.field, facts=facts)


def require_stored_refusals(refusals: Sequence[StoredRefusal], limit: int) -> None:
    """Raise Refused if refusals of a batch contain more than codes, fields and facts that are stored."""
    if len(refusals) > limit:
        raise Refused("refusals", "A batch has at most {limit} refused rows.", limit=limit)
    for refusal in refusals:
        is_known = refusal.code in REASONS and refusal.facts.keys() <= _STORED_FACTS and refusal.row >= 0
        if not is_known or any(len(text) > _MAX_FACT for text in (refusal.field, *refusal.facts.values())):
            raise Refused("refusals", "A refused row is not in the form in which it is stored.")
