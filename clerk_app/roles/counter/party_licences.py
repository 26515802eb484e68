"""Licences that the city holds of the parties of a draft who showed a code in the visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from clerk_app.cases.intake.drafts import DraftParty
from clerk_app.cases.known_by import KNOWN_BY_CODE, KNOWN_BY_DELEGATION, KNOWN_BY_PARTY_CODE
from clerk_app.cases.licence_holders import HolderIdentity, read_holders
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.licences.material_match import MaterialMatch
from clerk_app.licences.shared_materials import may_agree, read_material_lists
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

Listed = Mapping[tuple[str, str], frozenset[str]]
"""Ids of licences that were listed, by person and role; the role is empty where the list was not limited to one."""


def is_verified(party: DraftParty, without_consent: Set[str] = frozenset()) -> bool:
    """Return whether a code of this party was verified in the current visit, or somebody may agree for them.

    `without_consent` are absent parties for whom somebody acts who may not agree to the use of licences.
    """
    shown = (KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE, KNOWN_BY_DELEGATION)
    return party.known_by in shown and (not party.subject or party.subject not in without_consent)


def read_listed_licences(tx: Transaction, visit: str, one_thing: str) -> Listed:
    """Return what the authority listed in a visit for a one thing; the newest list of a person and role counts."""
    return {(answer.person, query.role): answer.ids for query, answer in read_material_lists(tx, visit, one_thing)}


def find_providers(
    tx: Transaction,
    plan: Plan,
    parties: Mapping[str, DraftParty],
    listed: Listed,
    rows: Iterable[Row],
    without_consent: Set[str] = frozenset(),
) -> dict[str, str]:
    """Return who may agree to the use of each offered licence, by its id: its holder, or another party.

    The value is empty if only its holder may agree, who has not shown a code. A licence that was listed for somebody
    who is no party of the draft has no provider: it is not offered.
    """
    acts_for_organisation = plan.one_thing.applicant_role().kind == "organisation"
    subjects = tuple(dict.fromkeys(party.subject for party in parties.values() if is_verified(party, without_consent)))
    providers: dict[str, str] = {}
    for row in rows:
        able = [name for name in subjects if any(row["id"] in listed[key] for key in listed if key[0] == name)]
        if able:
            agreeing = [
                name for name in able if may_agree(tx, name, row["holder"], acts_for_organisation=acts_for_organisation)
            ]
            providers[row["id"]] = row["holder"] if row["holder"] in agreeing else next(iter(agreeing), "")
    return providers


def read_signed_lists(tx: Transaction, visit: Row | None, purpose: str) -> dict[str, Row]:
    """Return the lists of absent parties that were signed elsewhere and taken in a visit for a purpose, by number."""
    rows = tx.select("consent_lists", visit=visit["id"], purpose=purpose) if visit is not None else []
    return {row["number"]: row for row in rows if row["signed_at"] is not None and decode_json_list(row["materials"])}


def find_signers(rows: Iterable[Row], signed: Mapping[str, Row]) -> dict[str, str]:
    """Return the absent party who agreed to the use of each licence by a signed list, by the id of the licence."""
    found = ((row, signed.get(row["list_number"])) for row in rows)
    return {row["id"]: row["holder"] for row, paper in found if paper is not None and paper["person"] == row["holder"]}


def find_unlisted_roles(
    plan: Plan,
    parties: Mapping[str, DraftParty],
    listed: Listed,
    offered: frozenset[str],
    without_consent: Set[str] = frozenset(),
) -> tuple[str, ...]:
    """Return the roles whose party showed a code, and whose licences are still to be listed for this one thing.

    Only the applicant and the parties to whom a shared material belongs have any. `offered` are the licences offered
    for this purpose: a list that was replaced by one for another purpose has to be made again.
    """
    own = plan.one_thing.applicant_role().id
    holders = {own} | {
        need.material.holder
        for need in plan.materials
        if need.material.holder
        and (need.material.licence_type or need.material.origin == "produced")
        and need.material.not_shared is None
    }
    current = {key for key, licences in listed.items() if licences <= offered}
    return tuple(
        role
        for role, party in parties.items()
        if role in holders
        and is_verified(party, without_consent)
        and (party.subject, "") not in current
        and (role == own or (party.subject, role) not in current)
    )


def mark_unusable(
    catalogue: Catalogue, match: MaterialMatch, providers: Mapping[str, str], refused: Mapping[str, str]
) -> MaterialMatch:
    """Return the match with its state where it cannot be used: `not_shared`, `declined`, or `absent_holder`."""
    if find_exclusion(catalogue, match.material) is not None:
        return replace(match, state="not_shared", licence=None)
    if match.state != "held" or match.licence is None:
        return match
    if match.licence["id"] in refused:
        return replace(match, state="declined")
    return match if providers[match.licence["id"]] else replace(match, state="absent_holder")


def drop_unnamed(
    plan: Plan, matches: Mapping[str, MaterialMatch], consented: frozenset[str], unnamed: Set[str]
) -> Iterator[tuple[str, MaterialMatch]]:
    """Yield the matches; a released licence counts for nobody while the form does not name the party it belongs to."""
    own = plan.one_thing.applicant_role().id
    for material, match in matches.items():
        released = match.licence is not None and match.licence["id"] in consented
        if match.state == "held" and released and (match.material.holder or own) in unnamed:
            match = replace(match, state="other_person")
        yield material, match


def read_party_holders(
    tx: Transaction, catalogue: Catalogue, parties: Mapping[str, DraftParty], licences: Sequence[Row]
) -> dict[str, HolderIdentity]:
    """Return what is known of the holders of licences, by id; a code that was shown identifies its holder too."""
    found = read_holders(tx, catalogue, licences)
    for party in parties.values():
        if is_verified(party) and party.subject in found:
            found[party.subject].add(party.name, party.number)
    return found


def read_claims(matches: Mapping[str, MaterialMatch], consented: frozenset[str]) -> dict[str, bytes]:
    """Return the claims of the licences that may be used, as JSON by material id."""
    licences = ((name, match.licence) for name, match in matches.items())
    return {
        name: licence["claims"]
        for name, licence in licences
        if licence and licence["id"] in consented and licence["claims"]
    }
