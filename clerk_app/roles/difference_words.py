"""Describes the differences of two catalogues in the words of citizens: days, papers, fees, conditions, organs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from clerk_app.catalogue.difference import ORDER, Change, Difference
from clerk_app.catalogue.model import Catalogue, Text
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize

_LONGEST = 160  # characters of a value that has no words of its own
_FEN_PER_YUAN = 100
_LISTS_BY_FIELD = {
    "materials": "materials",
    "fields": "fields",
    "matters": "matters",
    "on_request": "matters",
    "themes": "themes",
    "life_events": "life_events",
}
_ORGAN_FIELDS = frozenset({"organ", "lead", "parent"})
_MONEY_FIELDS = frozenset({"fee", "amount"})


class DifferenceWords:
    """Words for the differences between two catalogues."""

    def __init__(self, before: Catalogue, after: Catalogue) -> None:
        self._names: dict[str, dict[str, str]] = {}
        for section in (*_LISTS_BY_FIELD.values(), "organs"):
            items = (*getattr(before, section), *getattr(after, section))
            self._names[section] = {item.id: localize(item.name) for item in items}

    def describe(self, difference: Difference) -> Iterator[str]:
        """Yield a line for the item, and an indented one for each change."""
        section = _sections().get(difference.section, difference.section)
        kind = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}[difference.kind]
        name = difference.name
        label = f"{localize(name)} ({difference.id})" if isinstance(name, Text) else difference.id
        symbol = {"added": "+", "removed": "-", "changed": "~"}[difference.kind]
        words = section if name is None and difference.id == difference.section else f"{section} {label}"
        yield f"{symbol} {words}: {kind}"
        for change in difference.changes:
            yield f"    {self._describe_change(change)}"

    def _describe_change(self, change: Change) -> str:
        head, _dot, rest = change.field.partition(".")
        last = change.field.rpartition(".")[2]
        label = _labels().get(head, head)
        if last == ORDER:
            return _("{name}: other order").format(name=label)
        if rest:
            inner, _dot, inner_field = rest.partition(".")
            label = f"{label} {inner}" + (f" {_labels().get(inner_field, inner_field)}" if inner_field else "")
        if last in _LISTS_BY_FIELD or _is_named_list(change.before) or _is_named_list(change.after):
            return f"{label}: {self._describe_members(last, change.before or (), change.after or ())}"
        return f"{label}: {self._format(last, change.before)} > {self._format(last, change.after)}"

    def _describe_members(self, field: str, before: Any, after: Any) -> str:
        """Return what was added to a list and removed from it."""
        olds, news = self._member_names(field, before), self._member_names(field, after)
        parts = [f"+ {name}" for name in news if name not in olds] + [f"- {name}" for name in olds if name not in news]
        return format_list(parts, ";") or _("details or order changed")

    def _member_names(self, field: str, members: Any) -> list[str]:
        known = self._names.get(_LISTS_BY_FIELD.get(field, ""), {})
        return [known.get(member, member) if isinstance(member, str) else _name_of(member) for member in members]

    def _format(self, field: str, value: Any) -> str:
        if value is None or value in ("", ()):
            return _("none")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, Text):
            return localize(value)
        if field in _ORGAN_FIELDS:
            return self._names["organs"].get(str(value), str(value))
        if field in _MONEY_FIELDS:
            return _("{amount} yuan").format(amount=f"{value / _FEN_PER_YUAN:.2f}")
        if isinstance(value, BaseModel):
            return _name_of(value)
        if isinstance(value, tuple):
            return _shorten(format_list(self._format("", member) for member in value))
        return _shorten(str(value))


def _is_named_list(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _name_of(value: Any) -> str:
    """Return the name of an object of a catalogue, otherwise its content."""
    for attribute in ("name", "text"):
        text = getattr(value, attribute, None)
        if isinstance(text, Text):
            return localize(text)
    return _shorten(value.model_dump_json(exclude_defaults=True)) if isinstance(value, BaseModel) else str(value)


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "~"


def _sections() -> dict[str, str]:
    """Return the translated names of the sections of a catalogue; the others have their own."""
    return {
        "one_things": _("One thing"),
        "matters": _("Matter"),
        "materials": _("Material"),
        "fields": _("Question"),
        "organs": _("Organ"),
        "licence_types": _("Licence type"),
        "calendars": _("Calendar"),
        "organ_calendars": _("Calendar of an organ"),
        "stock_reasons": _("Stock reason"),
        "themes": _("Theme"),
        "life_events": _("Life event"),
        "data_requirements": _("Requirement list"),
        "data_responsibilities": _("Responsibility list"),
        "data_exclusions": _("Negative list"),
        "sites": _("Service centre"),
        "hall": _("Hall"),
        "policy": _("Policy"),
        "papers": _("Papers of the city"),
    }


def _labels() -> dict[str, str]:
    """Return the translated names of the fields that concern citizens; the others have their own."""
    return {
        "name": _("Name"),
        "promised_days": _("Promised working days"),
        "statutory_days": _("Statutory working days"),
        "issue_days": _("Working days to make out the result"),
        "materials": _("Materials"),
        "fields": _("Questions"),
        "organ": _("Organ"),
        "lead": _("Lead organ"),
        "fee": _("Fee"),
        "fees": _("Fees"),
        "amount": _("Amount"),
        "conditions": _("Conditions"),
        "process": _("Process"),
        "special_steps": _("Special steps"),
        "visits": _("Visits"),
        "scope": _("Accepted within"),
        "legal_basis": _("Legal basis"),
        "consultation_phone": _("Telephone for questions"),
        "complaint_phone": _("Telephone for complaints"),
        "after": _("Waits for"),
        "applies": _("Applies if"),
        "variants": _("Handling item"),
        "produces": _("Results"),
        "matters": _("Matters"),
        "on_request": _("Matters on request"),
        "exclusions": _("Exclusions"),
        "parties": _("Parties"),
        "before": _("Before the bundle"),
        "handling": _("Handling"),
        "origin": _("Origin"),
        "form": _("Form"),
        "required": _("Required"),
        "gap_allowed": _("May be brought later"),
        "promise_allowed": _("May be promised"),
        "own_commitment": _("A commitment itself"),
    }
