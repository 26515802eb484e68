"""What the city holds of a person for a one thing: which materials, of whom and until when; no content, no pictures.

Only the person's own licences and materials of earlier cases are listed. The use of what is listed needs a consent at
the acceptance; the list itself is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from clerk_app.catalogue import publication
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.citizen.sessions import KIOSK_ROLES, require_person, session_stream, touch_session
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.licences.material_match import licence_state
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import EarlierMaterial, list_earlier_materials, to_city_day
from clerk_app.people.removed_issuers import mark_removed_issuers
from clerk_app.people.replaced_results import REPLACED, mark_replaced_results
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition

HELD, MISSING, TOO_OLD, NOT_SHARED, OTHER_PARTY = "held", "missing", "too_old", "not_shared", "other_party"

RULES = RuleSet()


class HeldFact(MessagePart, frozen=True, kw_only=True):
    """What the city holds for a material. `state` is one of this module, or of `licence_state`.

    `how` is how an earlier material was given, empty for a licence. Dates are ISO; empty if not known, or none.
    """

    material: str
    state: str
    how: str = ""
    issuer: str = ""
    issued_on: str = ""
    valid_to: str = ""
    grade: str = ""


class HeldFactsListed(CommandDecision, frozen=True, kw_only=True):
    """One fact for each material of the one thing, in the order of its matters."""

    stored_name: ClassVar[str] = "HeldFactsListed"
    facts: tuple[HeldFact, ...]


class QueryHeldMaterials(Command[HeldFactsListed], frozen=True, kw_only=True):
    """Asks what the city holds of the person of a session for a one thing."""

    stored_name: ClassVar[str] = "QueryHeldMaterials"
    session: str
    one_thing: str
    catalogue: str
    catalogue_version: int


def _decide(tx: Transaction, command: QueryHeldMaterials, moment: Moment) -> HeldFactsListed:
    session = require_person(tx, command.session, moment)
    try:
        catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
        materials = list_materials(catalogue, command.one_thing)
    except KeyError:
        raise Refused("no_one_thing", "This is not offered any more. Please choose again.") from None
    own = catalogue.one_thing(command.one_thing).applicant_role().id
    today = to_city_day(moment.decided_at, catalogue)
    licences = mark_removed_issuers(tx, mark_replaced_results(tx, tx.select("licences", holder=session.person)))
    earlier = list(_list_earlier(tx, session.person, catalogue, materials, moment.decided_at))
    facts = (_find_fact(catalogue, material, own, licences, earlier, today) for material in materials.values())
    return HeldFactsListed(facts=tuple(facts))


def list_materials(catalogue: Catalogue, one_thing: str) -> dict[str, MaterialDefinition]:
    """Return the materials of all matters of a one thing and of their variants. Raises KeyError if there is none."""
    names = (
        name
        for matter in catalogue.one_thing(one_thing).matters
        for _place, name in catalogue.matter(matter).material_places()
    )
    return {name: catalogue.material(name) for name in dict.fromkeys(names)}


def _list_earlier(
    tx: Transaction, person: str, catalogue: Catalogue, materials: dict[str, MaterialDefinition], now: int
) -> Iterator[tuple[EarlierMaterial, bool]]:
    """Yield the person's own earlier materials, each with whether it is too old."""
    usable, too_old = list_earlier_materials(tx, person, catalogue, materials, now)
    for found in (*usable, *too_old):
        if found.holder in ("", person):
            yield found, found in too_old


def _find_fact(
    catalogue: Catalogue,
    material: MaterialDefinition,
    own: str,
    licences: list[Row],
    earlier: list[tuple[EarlierMaterial, bool]],
    today: date,
) -> HeldFact:
    if find_exclusion(catalogue, material) is not None:
        return HeldFact(material=material.id, state=NOT_SHARED)
    if (material.holder or own) != own:
        return HeldFact(material=material.id, state=OTHER_PARTY)
    found = [_describe_licence(material.id, row, today) for row in licences if row["kind"] == material.licence_type]
    found += [_describe_earlier(each, today, is_old=is_old) for each, is_old in earlier if each.material == material.id]
    best = sorted(found, key=lambda fact: (fact.state == HELD, fact.issued_on))[-1:]
    return best[0] if best else HeldFact(material=material.id, state=MISSING)


def _describe_licence(material: str, row: Row, today: date) -> HeldFact:
    return HeldFact(
        material=material,
        state=REPLACED if row["state"] == REPLACED else licence_state(row, today),
        issuer=row["issuer"],
        issued_on=row["valid_from"],
        valid_to=row["valid_to"],
        grade="A",
    )


def _describe_earlier(found: EarlierMaterial, today: date, *, is_old: bool) -> HeldFact:
    is_expired = bool(found.valid_to) and date.fromisoformat(found.valid_to) < today
    return HeldFact(
        material=found.material,
        state=TOO_OLD if is_old else "expired" if is_expired else HELD,
        how=found.how,
        issuer=found.issuer,
        issued_on=found.issued_on,
        valid_to=found.valid_to,
        grade=found.grade,
    )


@RULES.register(
    QueryHeldMaterials,
    HeldFactsListed,
    permission="citizen.session",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("List of what the city holds, in a citizen's session"),
    decide=_decide,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[QueryHeldMaterials, HeldFactsListed]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)
