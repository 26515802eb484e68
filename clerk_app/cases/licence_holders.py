"""Whether the holder of a licence is the party to whom the form gives it: by number, kind of document and name.

A licence is fetched for a party whose name and number the form has at that time. After they are changed, it is the
licence of somebody else and proves nothing for this case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.duplicates import NamedParty, Party
from clerk_app.catalogue.terms import NUMBER_KINDS, join_names
from clerk_app.errors import Refused
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import EARLIER
from clerk_app.text.folding import fold_code, fold_text
from clerk_app.text.identity_documents import possible_kinds, resident_number_forms
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import Catalogue

OTHER_HOLDER = "holder"
"""Reason of a refusal and of an objection: an acceptance has a licence of somebody who is no party of the case."""
_OTHER_HOLDER = mark(
    "Licences belong to others than the parties whom the form names: {licences}. Change the form back, or take the "
    "papers in."
)
_OBJECTION = mark("A licence belongs to somebody else than the party whom the case names: {materials}.")


class HolderIdentity(msgspec.Struct):
    """The folded names and numbers that are known of the holder of licences; empty if nothing is known."""

    names: set[str] = msgspec.field(default_factory=set)
    numbers: set[str] = msgspec.field(default_factory=set)

    def add(self, name: str | None, number: str | None) -> None:
        """Add a name and a number; an identity number counts with 15 and with 18 digits."""
        self.names |= {fold_text(name)} - {""} if name else set()
        self.numbers |= set(resident_number_forms(fold_code(number))) - {""} if number else set()


class StatedIdentity(msgspec.Struct, frozen=True):
    """The names and numbers that form and case have of a party, and the kind of document; unknown parts are empty."""

    subject: str
    names: frozenset[str]
    numbers: frozenset[str]
    document_kind: str

    def may_be(self, holder: str, known: HolderIdentity) -> bool:
        """Return whether nothing that is known of the holder of a licence contradicts this identity."""
        if self.subject and self.subject != holder:
            return False
        if known.names and not self.names <= known.names:
            return False
        if known.numbers and not self.numbers <= known.numbers:
            return False
        kinds = {kind for number in known.numbers for kind in possible_kinds(number)}
        return not (self.document_kind and kinds) or self.document_kind in kinds


def find_stated_identity(
    fields: Iterable[Field], role: str, party: NamedParty | None, values: Mapping[str, str]
) -> StatedIdentity:
    """Return the identity of the party in a role; `fields` are those of the catalogue, `values` the form values."""
    own = [field for field in fields if field.party == role]
    numbers = [values.get(field.id, "") for field in own if field.kind in NUMBER_KINDS]
    names = [values.get(_name_field(role), "")]
    if party is not None:
        names, numbers = [*names, party.name], [*numbers, party.number]
    return StatedIdentity(
        subject=party.subject if party is not None else "",
        names=frozenset(map(fold_text, names)) - {""},
        numbers=frozenset(map(fold_code, numbers)) - {""},
        document_kind=next((values.get(field.id, "") for field in own if field.kind == "document_kind"), ""),
    )


def read_holders(tx: Transaction, catalogue: Catalogue, licences: Iterable[Row]) -> dict[str, HolderIdentity]:
    """Return what this store knows of the holders of licences, by id: as registered, and as the licences state it.

    A row with a `material` is one of an earlier case.
    """
    found: dict[str, HolderIdentity] = {}
    for licence in licences:
        holder = licence["holder"]
        if holder not in found:
            found[holder] = HolderIdentity()
            for row in tx.select("persons", id=holder):
                found[holder].add(row["name"], row["id_number"])
            for row in tx.select("organisations", id=holder):
                found[holder].add(row["name"], row["credit_code"])
        claims = msgspec.json.decode(licence["claims"], type=dict[str, str]) if licence["claims"] else {}
        for name, number in _identity_claims(catalogue, licence["kind"], licence.get("material") or ""):
            found[holder].add(claims.get(name), claims.get(number))
    return found


@lru_cache(maxsize=256)
def _identity_claims(catalogue: Catalogue, licence_type: str, name: str) -> tuple[tuple[str, str], ...]:
    """Return the claims that fill in name or number of the holder; one of each pair is empty.

    They are those of a type of licence, or with a `name` those of this material.
    """
    materials = {
        material.id: material.holder
        for material in catalogue.materials
        if (material.id == name if name else material.licence_type == licence_type)
    }
    found: list[tuple[str, str]] = []
    for planned in catalogue.fields:
        for source in planned.prefill:
            kind, _colon, origin = source.partition(":")
            material, _dot, claim = origin.partition(".")
            if kind == "licence" and planned.party and materials.get(material) == planned.party:
                if planned.id == _name_field(planned.party):
                    found.append((claim, ""))
                elif planned.kind in NUMBER_KINDS:
                    found.append(("", claim))
    return tuple(found)


def _name_field(role: str) -> str:
    return f"{role}_name"


def find_materials_of_others(
    tx: Transaction,
    catalogue: Catalogue,
    visit: str,
    one_thing: str,
    materials: Iterable[GivenMaterial],
    parties: Iterable[Party],
    values: Mapping[str, str],
) -> list[str]:
    """Return the materials that are of somebody else than the party to whom each material belongs.

    They are licences, or materials of earlier cases that were listed in the visit.
    """
    defined = catalogue.one_thing(one_thing)
    own, roles = defined.applicant_role().id, {role.id for role in defined.parties}
    named = {party.role: party for party in parties}
    given = {material.material: row for material in materials if (row := _find_shared(tx, visit, material)) is not None}
    holders = read_holders(tx, catalogue, given.values())
    found: list[str] = []
    for name, row in given.items():
        role = catalogue.material(name).holder or own
        stated = find_stated_identity(catalogue.fields, role, named.get(role), values)
        if role in roles and not (stated.names and stated.may_be(row["holder"], holders[row["holder"]])):
            found.append(name)
    return found


def _find_shared(tx: Transaction, visit: str, given: GivenMaterial) -> Row | None:
    """Return the licence, or the listed material of an earlier case, that an acceptance uses; None for another."""
    if given.how == "licence":
        return tx.get("licences", id=given.licence)
    row = tx.get("earlier_materials", visit=visit, id=given.origin) if given.how == EARLIER else None
    return {**row, "kind": "", "claims": None} if row is not None else None


def require_own_licences(
    tx: Transaction,
    catalogue: Catalogue,
    visit: str,
    one_thing: str,
    materials: Iterable[GivenMaterial],
    parties: Iterable[Party],
    values: Mapping[str, str],
) -> None:
    """Raise Refused for a licence of somebody else than the party to whom its material belongs."""
    others = find_materials_of_others(tx, catalogue, visit, one_thing, materials, parties, values)
    if others:
        raise Refused(OTHER_HOLDER, _OTHER_HOLDER, **_describe_others(catalogue, one_thing, others))


def find_holder_objection(tx: Transaction, command: Any, catalogue: Catalogue) -> Refused | None:
    """Return the objection to an acceptance of another node with a licence of somebody who is no party of the case."""
    if command.personal is None or not getattr(command, "materials", ()):
        return None
    details = command.personal
    others = find_materials_of_others(
        tx, catalogue, command.visit, command.one_thing, command.materials, details.parties, details.values
    )
    return Refused(OTHER_HOLDER, _OBJECTION, materials=",".join(others)) if others else None


def _describe_others(catalogue: Catalogue, one_thing: str, materials: Sequence[str]) -> dict[str, str]:
    """Return the facts of a refusal: the materials, the roles that the form names, and both by name."""
    defined = catalogue.one_thing(one_thing)
    own, roles = defined.applicant_role().id, {role.id: role.name for role in defined.parties}
    holders = [catalogue.material(name).holder or own for name in materials]
    from clerk_app.catalogue.base_model import Text  # imported already, with the catalogue

    titles = [catalogue.material(name).name for name in materials]
    named = [
        Text(zh=f"{title.zh}（{roles[role].zh}）", en=f"{title.en} ({roles[role].en})")
        for title, role in zip(titles, holders, strict=True)
    ]
    return {"materials": ",".join(materials), "roles": ",".join(holders), "licences": join_names(named)}
