"""Names of the registry's fields, kinds of records and relations in the current language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.locales import _, translate
from clerk_app.registry.columns import CLAIM
from clerk_app.registry.correctable import FIELD_NAMES
from clerk_app.registry.rows import LICENCE, ORGANISATION, PERSON, RELATION
from clerk_app.roles.formatting import localize

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def name_registry_field(catalogue: Catalogue, field: str, licence_type: str = "") -> str:
    """Return the name of a field of a row; a value of a licence has the name that its type gives it."""
    if not field.startswith(CLAIM):
        return translate(FIELD_NAMES[field]) if field in FIELD_NAMES else field
    claim = field.removeprefix(CLAIM)
    try:
        claims = catalogue.licence_type(licence_type).claims
    except KeyError:
        return claim
    return next((localize(known.name) for known in claims if known.id == claim), claim)


def name_licence_type(catalogue: Catalogue, kind: str) -> str:
    """Return the name of a type of licence; its code if the catalogue lacks it."""
    try:
        return localize(catalogue.licence_type(kind).name)
    except KeyError:
        return kind


def name_record_kind(kind: str) -> str:
    """Return the name of a kind of record, in the singular."""
    names = {
        PERSON: _("natural person"),
        ORGANISATION: _("organisation"),
        RELATION: _("relation"),
        LICENCE: _("licence"),
    }
    return names.get(kind, kind)


def name_relation(relation: str) -> str:
    """Return the name of what a person is to another."""
    names = {
        "family": _("family member"),
        "guardian": _("guardian"),
        "legal_representative": _("legal representative"),
        "agent": _("agent"),
    }
    return names.get(relation, relation)


def name_licence_state(state: str) -> str:
    """Return the name of a state of a licence."""
    return {"valid": _("valid"), "suspended": _("suspended"), "revoked": _("revoked")}.get(state, state)


def name_value(field: str, value: str) -> str:
    """Return a value of a field as people read it: the name of a chosen one, the others as they are stored."""
    if field == "state":
        return name_licence_state(value)
    return name_relation(value) if field == "relation" else value
