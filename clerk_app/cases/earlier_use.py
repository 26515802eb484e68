"""Use of materials of earlier cases in an acceptance: checked where it is made, and again by the authority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.duplicates import Party
from clerk_app.cases.identity_objection import is_own_visit
from clerk_app.cases.paper_facts import has_expired
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import (
    EARLIER,
    GRADE_PROMISED,
    PRODUCED,
    find_usable_material,
    grade_after_use,
    needs_confirmation,
    to_city_day,
)
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

UNUSABLE_MATERIAL = "earlier_material"
"""Reason of the objection to an acceptance with a material of an earlier case that may not be used."""
_UNUSABLE = mark(
    "The center does not hold these materials of earlier cases of the party any more, or not as the case names them: "
    "{materials}. Ask for the papers."
)


def require_usable_materials(
    tx: Transaction,
    visit: str,
    catalogue: Catalogue,
    one_thing: str,
    materials: Iterable[GivenMaterial],
    parties: Iterable[Party],
) -> None:
    """Raise Refused for a material of an earlier case that was not released in the visit for its party as it is named.

    One of grade C needs the look at the original, one of grade D the promise made again.
    """
    own = catalogue.one_thing(one_thing).applicant_role().id
    subjects = {party.role: party.subject for party in parties}
    for given in materials:
        if given.how != EARLIER:
            continue
        definition, name = catalogue.material(given.material), join_names([catalogue.material(given.material).name])
        row = tx.get("earlier_materials", visit=visit, id=given.origin)
        role = definition.holder or own
        is_of_party = row is not None and _is_of(row, subjects.get(role), is_applicant=role == own)
        if row is None or not is_of_party or row["too_old"] or not _is_named_so(row, given):
            raise Refused(
                "not_earlier", "The material {name} of an earlier case was not offered for this case.", name=name
            )
        consent = tx.get("consents", visit=visit, licence=given.origin, purpose=one_thing)
        if consent is None or consent["released_at"] is None:
            raise Refused("unreleased", "Agreed to, but not released by the center yet: F8.")
        if row["grade"] == GRADE_PROMISED and not definition.promise_allowed:
            raise Refused("no_promise", "A promise does not replace the material {name} any more.", name=name)
        if needs_confirmation(row["grade"]) and not given.is_confirmed:
            raise Refused(
                "unconfirmed_material",
                "Look at the original of {name}, or have the promise made again, and confirm it first.",
                name=name,
            )


def _is_of(row: Row, subject: str | None, *, is_applicant: bool) -> bool:
    """Return whether a listed material belongs to a party, by its id.

    A result may belong to a party who showed no code, such as a child: `require_own_licences` compares the identity.
    """
    is_absent = subject == "" and not is_applicant and row["how"] == PRODUCED
    return is_absent or bool(row["holder"] == subject)


def find_earlier_objection(tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue) -> Refused | None:
    """Return the objection to an acceptance of another node with a material of an earlier case that is not usable."""
    found = sorted(_find_unusable(tx, entry, catalogue))
    return Refused(UNUSABLE_MATERIAL, _UNUSABLE, materials=",".join(found)) if found else None


def _find_unusable(tx: Transaction, entry: Entry[Any, Any], catalogue: Catalogue) -> Iterator[str]:
    """Yield the materials that were not listed in the visit of the acceptance, had ended, or are not usable now."""
    command, is_own = entry.command, is_own_visit(tx, entry)
    today = to_city_day(entry.moment.corrected_at, catalogue)
    for given in getattr(command, "materials", ()):
        if given.how == EARLIER:
            row = tx.get("earlier_materials", visit=command.visit, id=given.origin) if is_own else None
            if row is None or not _is_named_so(row, given) or not _is_usable(tx, row, today):
                yield given.material


def _is_usable(tx: Transaction, row: Row, today: date) -> bool:
    has_ended = row["too_old"] or has_expired(row["valid_to"], today)
    return not has_ended and find_usable_material(tx, row["holder"], row["id"], today) is not None


def _is_named_so(row: Row, given: GivenMaterial) -> bool:
    """Return whether an acceptance names a listed material as it was listed."""
    if given.issued_on not in ("", row["issued_on"]):  # empty: from a window of an earlier version
        return False
    named = (given.material, given.issuer, given.valid_to, given.learnt_at, given.content or None)
    listed = (row["material"], row["issuer"], row["valid_to"], row["learnt_at"], row["content"])
    return named == listed and given.grade == grade_after_use(row["grade"])
