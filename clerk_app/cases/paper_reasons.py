"""No paper where a licence is held: taking a paper for a licence or result that the city holds needs a written reason.

上海市电子证照管理办法: what the system can read must not be asked for on paper. The reason is stored with the case,
departments read it, and the measures count it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.consents import DECLINED, WITHDRAWN
from clerk_app.cases.duplicates import Party
from clerk_app.cases.known_by import KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE
from clerk_app.cases.licence_holders import find_stated_identity, read_holders
from clerk_app.catalogue.data_sharing import find_exclusion, find_release_scope
from clerk_app.catalogue.plan import Plan
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import PRODUCED
from clerk_app.people.removed_issuers import mark_removed_issuers
from clerk_app.people.replaced_results import REPLACED, mark_replaced_results
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

PAPER_REASONS = {
    "unavailable": mark("It could not be opened"),
    "differs": mark("What the city holds is wrong or out of date"),
    "other": mark("Another reason"),
}
"""Why paper is taken for a held licence or result, by code."""
PAPER_CAUSES = PAPER_REASONS | {
    DECLINED: mark("The citizen declined its use"),
    WITHDRAWN: mark("The citizen withdrew the consent"),
}
"""The same, and the answers of citizens: these are no reasons of a clerk, and count only as the answer recorded."""
_BY_CODE = frozenset({KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE})
_IN_WORDS = frozenset({"differs", "other"})


class ShownParty(Party, Protocol):
    """A party of a case or draft, and how it is known."""

    @property
    def known_by(self) -> str:
        """How the party is known (`clerk_app.cases.known_by`)."""
        ...


def is_paper_reason(code: str, reason: str) -> bool:
    """Return whether a code is known and, where it needs words, has them."""
    return code in PAPER_REASONS and (code not in _IN_WORDS or bool(reason.strip()))


def require_paper_reasons(
    tx: Transaction,
    visit: str,
    catalogue: Catalogue,
    plan: Plan,
    materials: Iterable[GivenMaterial],
    parties: Iterable[ShownParty],
    values: Mapping[str, str],
    today: date,
) -> None:
    """Raise Refused for a paper without a reason whose licence or result was listed in the visit and can be used.

    A licence to whose use the citizen does not agree needs none: the answer is recorded.
    """
    held = list_unfounded_papers(tx, visit, catalogue, plan, materials, parties, values, today)
    if held:
        raise Refused(
            "paper_of_held",
            "The city holds it: {names}. Use what it holds, or give the reason in writing why paper is taken.",
            names=join_names(catalogue.material(name).name for name in held),
            materials=",".join(held),
        )


def list_unfounded_papers(
    tx: Transaction,
    visit: str,
    catalogue: Catalogue,
    plan: Plan,
    materials: Iterable[GivenMaterial],
    parties: Iterable[ShownParty],
    values: Mapping[str, str],
    today: date,
) -> list[str]:
    """Return the materials on paper without a reason whose licence was listed in the visit and can be used."""
    papers = [given for given in materials if given.how == "paper"]
    unfounded = {given.material for given in papers if not is_paper_reason(given.paper_code, given.paper_reason)}
    if not unfounded:
        return []
    return sorted(_list_held(tx, visit, catalogue, plan, unfounded, {p.role: p for p in parties}, values, today))


def _list_held(
    tx: Transaction,
    visit: str,
    catalogue: Catalogue,
    plan: Plan,
    names: Iterable[str],
    parties: Mapping[str, ShownParty],
    values: Mapping[str, str],
    today: date,
) -> Iterator[str]:
    """Yield the materials of `names` for which a valid licence or result of their party is offered in the visit.

    Nothing is offered to a case of which no party showed a code, and no licence of another than a known party counts.
    """
    shown = {role: party.subject for role, party in parties.items() if party.subject and party.known_by in _BY_CODE}
    needs_holder = plan.one_thing.applicant_role().kind == "organisation" or any(
        tx.get("organisations", id=subject) is not None for subject in shown.values()
    )
    usable = [
        row
        for row in mark_replaced_results(tx, mark_removed_issuers(tx, _list_offered(tx, visit)))
        if shown
        and row["purpose"] == plan.one_thing.id
        and row["state"] == "valid"
        and (not row["valid_to"] or date.fromisoformat(row["valid_to"]) >= today)
        and (row["holder"] in shown.values() or not needs_holder)
        and row["how"] not in (DECLINED, WITHDRAWN)
    ]
    holders, own = read_holders(tx, catalogue, usable), plan.one_thing.applicant_role().id
    matters = tuple(planned.id for planned in plan.matters)
    for name in names:
        material = catalogue.material(name)
        if find_exclusion(catalogue, material) is not None:
            continue
        kind = material.licence_type
        if kind and find_release_scope(catalogue, matters, kind).is_empty:
            kind = None
        role = material.holder or own
        stated = find_stated_identity(catalogue.fields, role, parties.get(role), values)
        rows = [
            row
            for row in usable
            if (row["material"] == name or (kind and row["kind"] == kind))
            and (row["holder"] == shown[role] if role in shown else role != own and row["holder"] not in shown.values())
        ]
        if stated.names and any(stated.may_be(row["holder"], holders[row["holder"]]) for row in rows):
            yield name


def _list_offered(tx: Transaction, visit: str) -> Iterator[Row]:
    """Yield the licences that are offered in a visit, and the results of earlier cases as rows with these columns."""
    for row in tx.query_all("licences.offered_licences", visit=visit):
        yield {**row, "material": ""}
    for row in tx.query_all("licences.offered_materials", visit=visit):
        if row["how"] == PRODUCED:
            state = REPLACED if row["is_replaced"] else "valid"
            yield {**row, "kind": "", "state": state, "how": row["confirmed"]}
