"""The fields in which a clerk types issuer and validity of papers, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

from clerk_app.cases.paper_facts import FACT_NAMES, FactName, PaperFacts, check_facts, has_expired, list_required_facts
from clerk_app.errors import Refused
from clerk_app.locales import _, mark, translate
from clerk_app.roles.formatting import localize
from clerk_app.views.case import FieldRow

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MaterialDefinition

_LABELS: Mapping[FactName, str] = {
    "issuer": mark("Issuer"),
    "issued_on": mark("Issued on"),
    "valid_to": mark("Valid to"),
}


def build_paper_fields(
    definitions: Iterable[MaterialDefinition],
    stored: Mapping[str, PaperFacts],
    typed: Mapping[str, str] | None,
    today: date,
    *,
    refuses_expired: bool,
) -> tuple[FieldRow, ...]:
    """Return the fields of papers, with what is stored, or with what was typed and its errors; ids `material/fact`.

    `refuses_expired`: a paper that has expired is an error, not a warning.
    """
    rows: list[FieldRow] = []
    for definition in definitions:
        values, errors = _read_values(definition, stored, typed, today)
        end, is_named = values["valid_to"], "valid_to" not in errors
        expired = _name_expired(end) if is_named and has_expired(end, today) else ""
        for name in FACT_NAMES:
            is_end = name == "valid_to"
            rows.append(
                FieldRow(
                    id=f"{definition.id}/{name}",
                    number=len(rows) + 1,
                    label=translate(_LABELS[name]),
                    value=values[name],
                    kind=_kind(name),
                    options=(),
                    required=name in list_required_facts(definition),
                    source="",
                    warning=expired if is_end and not refuses_expired else "",
                    error=errors.get(name, expired if is_end and refuses_expired and typed is not None else ""),
                    needed_for=localize(definition.name),
                )
            )
    return tuple(rows)


def _read_values(
    definition: MaterialDefinition, stored: Mapping[str, PaperFacts], typed: Mapping[str, str] | None, today: date
) -> tuple[dict[FactName, str], dict[str, str]]:
    """Return the values as they are stored, or as they were typed where they are wrong, and the errors in words."""
    if typed is None:
        facts, given, errors = stored.get(definition.id, PaperFacts()), {}, {}
    else:
        given = select_typed(definition.id, typed)
        facts, found = check_facts(definition, given, today)
        errors = {name: str(error) for name, error in found.items()}
    kept: dict[FactName, str] = {name: getattr(facts, name) for name in FACT_NAMES}
    return {name: given.get(name, "") if name in errors else value for name, value in kept.items()}, errors


def select_typed(material: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed of one material, by fact."""
    return {name: typed.get(f"{material}/{name}", "") for name in FACT_NAMES}


def require_facts(
    definitions: Iterable[MaterialDefinition], typed: Mapping[str, str], today: date
) -> Iterator[tuple[str, PaperFacts]]:
    """Yield the facts of papers as they are stored, by material. Raise Refused for the first that is wrong."""
    for definition in definitions:
        facts, errors = check_facts(definition, select_typed(definition.id, typed), today)
        if errors:
            name = localize(definition.name)
            raise Refused("validity", "{name}: {error}", name=name, error=str(next(iter(errors.values()))))
        yield definition.id, facts


def _name_expired(day: str) -> str:
    return _("Expired on {day}. Ask for a new one.").format(day=day)


def _kind(name: FactName) -> Literal["text", "date"]:
    return "text" if name == "issuer" else "date"
