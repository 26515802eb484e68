"""Release of licences and earlier materials to a window: their content goes there after consent, for chosen matters.

The entry is the access record of the authority. It names each licence and each earlier material, so that its holder can
see who received it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

from clerk_app.catalogue import publication
from clerk_app.catalogue.data_sharing import find_release_scope
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.licences.absent_lists import find_signed_list
from clerk_app.licences.absent_parties import find_level, may_consent
from clerk_app.licences.identity_proof import SHOWN
from clerk_app.licences.shared_materials import get_running_visit, needed_licence_types, needed_materials
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import find_usable_material, parse_earlier_id, to_city_day
from db.engines import Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from datetime import date

RULES = RuleSet()


class LicencesReleased(CommandDecision, frozen=True, kw_only=True):
    """For whom the licences were released, and how each licence's consent was confirmed.

    A consent is confirmed by scan, signed, or stated by the clerk (empty).
    """

    stored_name: ClassVar[str] = "LicencesReleased"
    person: str
    consents: dict[str, str]
    claims: dict[str, tuple[str, ...]] = {}  # by licence: the claims that may be shown; absent for all
    without_picture: tuple[str, ...] = ()
    contents: dict[str, str] = {}  # by earlier material: digest of its scan, empty without one


class ReleaseLicences(Command[LicencesReleased], frozen=True, kw_only=True):
    """Asks the authority for the content of licences, for these matters of the one thing `purpose`.

    `licences` are ids as in `consents`, also of earlier materials. `person` is the party who may show them, by a code
    shown in the visit; empty for the person served.
    """

    stored_name: ClassVar[str] = "ReleaseLicences"
    visit: str
    licences: tuple[str, ...]
    purpose: str
    matters: tuple[str, ...]
    catalogue: str
    catalogue_version: int
    person: str = ""


def _decide(tx: Transaction, command: ReleaseLicences, moment: Moment) -> LicencesReleased:
    visit = get_running_visit(tx, command.visit, moment)
    person = command.person or visit["person"]
    if not _is_shown(tx, command, person):
        raise Refused(
            "unproved",
            "A printed code lists what the city holds, it does not show it. Ask for the code on the phone, or the "
            "last four digits of the registered telephone (F8).",
        )
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.purpose)
    try:
        if not set(command.matters) <= set(catalogue.one_thing(command.purpose).matters):
            raise Refused("matters", "These matters do not belong to the one thing.")
        needed = needed_licence_types(command.matters, catalogue)
        materials = needed_materials(command.matters, catalogue)
    except KeyError:
        raise BadData("The catalogue has no one thing {name}.", name=command.purpose) from None
    usable = {row["id"]: row["kind"] for row in list_usable_licences(tx, person, moment.decided_at)}
    consents = {licence: _require_consent(tx, command, licence) for licence in command.licences}
    contents = {
        licence: _find_content(tx, person, licence, materials, to_city_day(moment.decided_at, catalogue))
        for licence in command.licences
        if parse_earlier_id(licence) is not None
    }
    claims: dict[str, tuple[str, ...]] = {}
    without_picture: list[str] = []
    for licence in command.licences:
        if licence in contents:
            continue
        if usable.get(licence) not in needed:
            raise Refused("not_needed", "None of the chosen matters needs this licence.")
        scope = find_release_scope(catalogue, command.matters, usable[licence])
        if scope.is_empty:
            raise Refused(
                "data_list",
                "The lists of the city do not allow that this licence is shared for the chosen matters. "
                "Take the paper in.",
            )
        if scope.claims is not None:
            claims[licence] = tuple(sorted(scope.claims))
        if not scope.has_picture:
            without_picture.append(licence)
    return LicencesReleased(
        person=person, consents=consents, claims=claims, without_picture=tuple(without_picture), contents=contents
    )


def _is_shown(tx: Transaction, command: ReleaseLicences, person: str) -> bool:
    """Return whether a party may show these licences: by a code in the visit, or by a list signed elsewhere."""
    if find_level(tx, command.visit, person) == SHOWN and may_consent(tx, command.visit, person):
        return True
    lists = (find_signed_list(tx, command.visit, licence, person) for licence in command.licences)
    return bool(command.licences) and all(row is not None for row in lists)


def _require_consent(tx: Transaction, command: ReleaseLicences, licence: str) -> str:
    """Return how the consent to the use of a licence was confirmed. Raise Refused without consent."""
    consent = tx.get("consents", visit=command.visit, licence=licence, purpose=command.purpose)
    if consent is None or consent["given_at"] is None:
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    return str(consent["how"])


def _find_content(tx: Transaction, person: str, earlier_id: str, needed: Collection[str], today: date) -> str:
    """Return the digest of the scan of an earlier material. Raise Refused if it may not be used again any more."""
    found = find_usable_material(tx, person, earlier_id, today)
    if found is None:
        raise Refused(
            "not_available",
            "A paper of an earlier case is not available any more: it was erased, replaced or asked for again. "
            "Take the paper in.",
        )
    if found.material not in needed:
        raise Refused("not_needed", "None of the chosen matters needs this licence.")
    row = tx.get("materials", case_number=found.case, material=found.material, version=found.version) or {}
    return row.get("content") or ""


@RULES.register(
    ReleaseLicences,
    LicencesReleased,
    permission="licence.release",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Release of licences to a window"),
    decide=_decide,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[ReleaseLicences, LicencesReleased]) -> None:
    visit = entry.command.visit
    for licence in entry.decision.consents:
        claims = entry.decision.claims.get(licence)
        tx.update(
            "consents",
            {"visit": visit, "licence": licence},
            released_at=entry.decided_at,
            released_claims=encode_json_list(claims or ()),
            picture=licence not in entry.decision.without_picture,
        )
    for earlier, digest in entry.decision.contents.items():
        tx.update("earlier_materials", {"visit": visit, "id": earlier}, content=digest or None)
    row = tx.get("visits", id=visit)
    if row is not None:
        tx.mark_changed(f"window/{row['window_id']}", f"visit/{visit}")
