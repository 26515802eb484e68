"""Issuer and validity of a paper: typed at the counter when it is taken, and stored with the material.

By the catalogue, a paper that expires needs its last valid day, one that is valid for a period needs its date of issue;
both may be typed of any other paper too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from clerk_app.catalogue.field_values import normalize_date
from clerk_app.errors import BadData
from clerk_app.ledger.commands import MessagePart
from clerk_app.text.cleaning import clean_text

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MaterialDefinition

FactName = Literal["issuer", "issued_on", "valid_to"]
FACT_NAMES: Final[tuple[FactName, ...]] = ("issuer", "issued_on", "valid_to")
_MAX_ISSUER = 100  # characters


class PaperFacts(MessagePart, frozen=True, kw_only=True):
    """Issuer, date of issue and last valid day of a paper; dates are ISO dates, what was not typed is empty."""

    issuer: str = ""
    issued_on: str = ""
    valid_to: str = ""


def list_required_facts(definition: MaterialDefinition) -> frozenset[FactName]:
    """Return what has to be typed of a paper, by the catalogue."""
    required: set[FactName] = set()
    if definition.expires:
        required.add("valid_to")
    if definition.valid_days is not None:
        required.add("issued_on")
    return frozenset(required)


def lacks_facts(definition: MaterialDefinition, issued_on: str, valid_to: str) -> bool:
    """Return whether the date of issue or the last valid day of a paper is missing."""
    required = list_required_facts(definition)
    return ("issued_on" in required and not issued_on) or ("valid_to" in required and not valid_to)


def check_facts(
    definition: MaterialDefinition, typed: Mapping[str, str], today: date
) -> tuple[PaperFacts, dict[str, BadData]]:
    """Return the facts of a paper as they are stored, and what is wrong with them, by fact.

    A paper that is valid for a period from its issue ends with this period, or earlier if it states an earlier end.
    """
    errors: dict[str, BadData] = {}
    found: dict[str, str] = {}
    for name in FACT_NAMES:
        try:
            found[name] = _normalize(name, typed.get(name, ""))
        except BadData as error:
            errors[name] = error
    for name in list_required_facts(definition) - errors.keys():
        if not found[name]:
            errors[name] = BadData("This is needed.")
    issued_on, valid_to = found.get("issued_on", ""), found.get("valid_to", "")
    if issued_on > today.isoformat():
        errors["issued_on"] = BadData("This day is in the future.")
    elif valid_to and issued_on > valid_to:
        errors["valid_to"] = BadData("The paper would end before it was issued.")
    elif issued_on and definition.valid_days is not None:
        end = _add_days(issued_on, definition.valid_days)
        found["valid_to"] = min(valid_to or end, end)
    return msgspec.convert(found, PaperFacts), errors


def _normalize(name: FactName, text: str) -> str:
    if name != "issuer":
        return normalize_date(text) if text.strip() else ""
    issuer = clean_text(text)
    if len(issuer) > _MAX_ISSUER:
        raise BadData("This is longer than {longest} characters.", longest=_MAX_ISSUER)
    return issuer


def _add_days(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return date.max.isoformat()


def has_expired(valid_to: str, today: date) -> bool:
    """Return whether a material is not valid any more; `valid_to` is its last valid day, empty for no end."""
    return bool(valid_to) and date.fromisoformat(valid_to) < today
