"""Commands for shared materials: the licences offered for a visit, the citizen's consent, and access records.

Only licences of the types that the requested matters need, and that this person may show, are offered. The list
of offered licences shows only that they exist. The content of a licence is shown on request, and each access is
recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.catalogue import publication
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH, format_task_number
from clerk_app.licences.absent_parties import find_level, may_consent
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import EarlierMaterial, list_earlier_materials
from clerk_app.people.removed_issuers import mark_removed_issuers
from clerk_app.people.replaced_results import mark_replaced_results
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition

SIGNED = "signed"  # how a consent was confirmed

RULES = RuleSet()


class MaterialsListed(CommandDecision, frozen=True, kw_only=True):
    """The person who is served, and what may be used for this person: ids of licences, and earlier materials.

    `too_old` are earlier materials that the catalogue does not allow any more: shown with the reason, never used.
    """

    stored_name: ClassVar[str] = "MaterialsListed"
    person: str
    licences: tuple[str, ...]
    earlier: tuple[EarlierMaterial, ...] = ()
    too_old: tuple[EarlierMaterial, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all licences and earlier materials, as in `consents`."""
        return frozenset((*self.licences, *(material.id for material in self.earlier)))


class FetchMaterials(Command[MaterialsListed], frozen=True, kw_only=True):
    """Fetch the licences that a party of the visit may use for a one thing.

    `person` is a party who showed a code in the visit; empty for the person served. With `role`, only the types of
    materials that belong to this role are listed.
    """

    stored_name: ClassVar[str] = "FetchMaterials"
    visit: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    person: str = ""
    role: str = ""


class ConsentGiven(CommandDecision, frozen=True, kw_only=True):
    """The consent was recorded. `given_at` is its time if a restored center takes it over; 0: that of the entry."""

    stored_name: ClassVar[str] = "ConsentGiven"
    given_at: int = 0


class GiveConsent(Command[ConsentGiven], frozen=True, kw_only=True):
    """Record the citizen's consent to the use of `licences` for `purpose`, the id of a one thing.

    `how` is `signed` where the citizen signed the printed list `list_number`; empty, the clerk states the consent. A
    second scan confirms it at the authority (`identity_proof.record_proof`).
    """

    stored_name: ClassVar[str] = "GiveConsent"
    visit: str
    licences: tuple[str, ...]
    purpose: str
    how: str = ""
    list_number: str = ""


class AccessRecorded(CommandDecision, frozen=True, kw_only=True):
    """The access was recorded."""

    stored_name: ClassVar[str] = "Looked"


class RecordAccess(Command[AccessRecorded], frozen=True, kw_only=True):
    """Record that a staff member opened a licence, for a visit they serve or a task they hold.

    `material` instead is a result of the case of the task that became a material and is no licence.
    """

    stored_name: ClassVar[str] = "LookAt"
    licence: str
    purpose: str
    visit: str = ""
    task: str = ""
    material: str = ""


def _decide_fetch(tx: Transaction, command: FetchMaterials, moment: Moment) -> MaterialsListed:
    visit = get_running_visit(tx, command.visit, moment)
    person = command.person or visit["person"] or ""
    if not person:
        return MaterialsListed(person="", licences=())
    if not may_consent(tx, command.visit, person):
        raise Refused(
            "delegation",
            "The delegation does not cover the use of what the city holds of the absent party. Take the papers in.",
        )
    if not find_level(tx, command.visit, person):
        raise Refused(
            "unproved", "The center has not verified a code of this person in this visit. Scan the code again."
        )
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
    try:
        matters = catalogue.one_thing(command.one_thing).matters
        return list_materials_of(tx, person, catalogue, matters, command.role, moment.decided_at)
    except KeyError:
        raise BadData("The catalogue has no one thing {name}.", name=command.one_thing) from None


def list_materials_of(
    tx: Transaction, person: str, catalogue: Catalogue, matters: tuple[str, ...], role: str, at: int
) -> MaterialsListed:
    """Return what the city holds of a person for matters, at a time (microseconds UTC); with `role`, of this party.

    Raises KeyError for a matter that the catalogue does not have.
    """
    materials, needed = needed_materials(matters, catalogue, role), needed_licence_types(matters, catalogue, role)
    usable = list_usable_licences(tx, person, at)
    earlier, too_old = list_earlier_materials(tx, person, catalogue, materials, at)
    licences = tuple(row["id"] for row in usable if row["kind"] in needed)
    return MaterialsListed(person=person, licences=licences, earlier=earlier, too_old=too_old)


def get_running_visit(tx: Transaction, visit: str, moment: Moment) -> Row:
    """Return the visit if the actor is serving it. Raises Refused."""
    row = tx.get("visits", id=visit)
    if row is None or row["ended_at"] is not None or row["staff"] != moment.actor.id:
        raise Refused("visit", "Nobody is being served at this window.")
    return row


def needed_licence_types(matters: tuple[str, ...], catalogue: Catalogue, role: str = "") -> set[str]:
    """Return the licence types that materials of `matters` need, without materials on the negative list (负面清单).

    With `role`, only the types of materials that belong to this party.
    """
    materials = needed_materials(matters, catalogue, role).values()
    return {material.licence_type for material in materials if material.licence_type}


def needed_materials(matters: tuple[str, ...], catalogue: Catalogue, role: str = "") -> dict[str, MaterialDefinition]:
    """Return the materials of `matters` and of their variants by id, without those on the negative list (负面清单).

    With `role`, only those that belong to this party.
    """
    names = {name for matter in matters for _where, name in catalogue.matter(matter).material_places()}
    return {
        name: material
        for name, material in zip(sorted(names), map(catalogue.material, sorted(names)), strict=True)
        if find_exclusion(catalogue, material) is None and role in ("", material.holder)
    }


@RULES.register(
    FetchMaterials,
    MaterialsListed,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Retrieval of shared materials"),
    decide=_decide_fetch,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
)
def _apply_fetch(tx: Transaction, entry: Entry[FetchMaterials, MaterialsListed]) -> None:
    command: FetchMaterials = entry.command
    insert_offers(tx, command.visit, command.one_thing, entry.decision, entry.decided_at)
    mark_visit_changed(tx, command.visit)


def insert_offers(tx: Transaction, visit: str, purpose: str, listed: MaterialsListed, at: int) -> None:
    """Offer in a visit what was listed at a time (microseconds UTC), for a one thing. Consents for it stay."""
    for material in (*listed.earlier, *listed.too_old):
        tx.upsert(
            "earlier_materials",
            ("visit", "id"),
            visit=visit,
            id=material.id,
            holder=material.holder or listed.person,
            case_number=material.case,
            material=material.material,
            version=material.version,
            how=material.how,
            issuer=material.issuer,
            valid_to=material.valid_to,
            grade=material.grade,
            learnt_at=material.learnt_at,
            issued_on=material.issued_on,
            too_old=material in listed.too_old,
        )
    for licence in sorted(listed.ids):
        row = tx.get("consents", visit=visit, licence=licence)
        if row is None or row["purpose"] != purpose:  # consent for another purpose does not count
            tx.upsert(
                "consents",
                ("visit", "licence"),
                visit=visit,
                licence=licence,
                purpose=purpose,
                offered_at=at,
                given_at=None,
                how="",
                released_at=None,
                released_claims=encode_json_list(()),
                picture=False,
                list_number="",
            )
            tx.update("earlier_materials", {"visit": visit, "id": licence}, content=None)


def _decide_consent(tx: Transaction, command: GiveConsent, moment: Moment) -> ConsentGiven:
    if not moment.already_decided:  # after a restore the visit may have ended
        _require_confirmed_visit(tx, command, moment)
    if command.how not in ("", SIGNED):
        raise Refused("consent_how", "A consent is stated by the clerk or signed by the citizen.")
    offered = {row["licence"]: row for row in tx.select("consents", visit=command.visit, purpose=command.purpose)}
    if not set(command.licences) <= offered.keys():
        raise Refused("not_offered", "This licence was not offered for this visit.")
    if _list_without_holder(tx, command):
        raise Refused(
            "absent_holder",
            "A licence of a person may be used only if its holder agrees: they have to show a code first, "
            "or bring the paper.",
        )
    printed = {offered[licence]["list_number"] for licence in command.licences}
    if command.how == SIGNED and (not command.list_number or printed != {command.list_number}):
        raise Refused("no_list", "The list of what was agreed to has to be printed first, and signed (F8).")
    if moment.already_decided:  # the second scan, which confirms it, keeps its time too
        return ConsentGiven(given_at=min(moment.corrected_at, moment.decided_at))
    return ConsentGiven()


def _require_confirmed_visit(tx: Transaction, command: GiveConsent, moment: Moment) -> None:
    visit = get_running_visit(tx, command.visit, moment)
    if visit["check_result"] and not visit["confirmed"]:
        raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")


@RULES.register(
    GiveConsent,
    ConsentGiven,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Consent of a citizen"),
    decide=_decide_consent,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_consent(tx: Transaction, entry: Entry[GiveConsent, ConsentGiven]) -> None:
    command: GiveConsent = entry.command
    for licence in command.licences:
        row = tx.get("consents", visit=command.visit, licence=licence) or {}
        how = command.how or (row.get("how") if row.get("given_at") is not None else "") or ""
        given_at = entry.decision.given_at or entry.decided_at
        tx.update("consents", {"visit": command.visit, "licence": licence}, given_at=given_at, how=how)
    if command.how == SIGNED:
        signed = {"visit": command.visit, "number": command.list_number}
        tx.update("consent_lists", signed, signed_at=entry.moment.corrected_at, signed_by=entry.moment.actor.id)
    mark_visit_changed(tx, command.visit)


def _list_without_holder(tx: Transaction, command: GiveConsent) -> list[str]:
    """Return the licences to whose use nobody who showed a code in the visit may agree."""
    lists = list(read_material_lists(tx, command.visit, command.purpose))
    acts_for_organisation = any(_is_for_organisation(tx, query) for query, _answer in lists)
    return [
        licence
        for licence in command.licences
        if (row := tx.get("licences", id=licence) or tx.get("earlier_materials", visit=command.visit, id=licence))
        is not None
        and not any(
            may_agree(tx, person, row["holder"], acts_for_organisation=acts_for_organisation)
            for person in {answer.person for _query, answer in lists if licence in answer.ids}
            if may_consent(tx, command.visit, person)
        )
    ]


def _is_for_organisation(tx: Transaction, query: FetchMaterials) -> bool:
    catalogue = publication.load_part(tx, query.catalogue, query.catalogue_version, query.one_thing)
    return catalogue.one_thing(query.one_thing).applicant_role().kind == "organisation"


def may_agree(tx: Transaction, person: str, holder: str, *, acts_for_organisation: bool) -> bool:
    """Return whether somebody who may show a licence of `holder` may agree to its use.

    Family and delegates may; an organisation, and its agent in a matter of the organisation, only if it is the holder.
    """
    return person == holder or not (acts_for_organisation or tx.get("organisations", id=person) is not None)


def read_material_lists(
    tx: Transaction, visit: str, one_thing: str
) -> Iterator[tuple[FetchMaterials, MaterialsListed]]:
    """Yield what the authority listed in a visit for a one thing, oldest first."""
    for row in tx.query_all("ledger.done_entries_of_stream", stream=f"visit/{visit}"):
        if row["kind"] == FetchMaterials.stored_name:
            query = msgspec.json.decode(row["command"], type=FetchMaterials)
            if query.one_thing == one_thing:
                yield query, msgspec.json.decode(row["decision"], type=MaterialsListed)


def _decide_record_access(tx: Transaction, command: RecordAccess, moment: Moment) -> AccessRecorded:
    if command.visit:
        get_running_visit(tx, command.visit, moment)
        consent = tx.get("consents", visit=command.visit, licence=command.licence, purpose=command.purpose)
        if consent is None or consent["given_at"] is None:
            raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
        return AccessRecorded()
    task = tx.get("tasks", id=command.task)
    if task is None or task["organ"] != moment.actor.organ:
        raise Refused("organ", "This task belongs to another organ.")
    if task["owner"] != moment.actor.id:
        raise Refused("not_held", "You do not hold task {task}: claim it first.", task=format_task_number(command.task))
    name, opened = ("licence", command.licence) if command.licence else ("material", command.material)
    if opened not in {row[name] for row in tx.select("materials", case_number=task["case_number"])}:
        raise Refused("scope", "This licence is not part of the task's case.")
    return AccessRecorded()


@RULES.register(
    RecordAccess,
    AccessRecorded,
    permission="licence.look",
    roles=(
        Role.CLERK,
        Role.OFFICER,
    ),
    machines=(
        MachineKind.COUNTER,
        MachineKind.DEPARTMENT,
    ),
    label=mark("Viewing of a material"),
    decide=_decide_record_access,
    stream=lambda command, _: (
        f"licence/{command.licence}" if command.licence else result_stream(command.task, command.material)
    ),
)
def _apply_record_access(_: Transaction, __: Entry[RecordAccess, AccessRecorded]) -> None:
    """Change no row: the entry itself is the access record."""


def result_stream(identifier: str, material: str) -> str:
    """Return the stream of a result that became a material of a case; `identifier` begins with the case number."""
    return f"result/{identifier[:CASE_NUMBER_LENGTH]}/{material}"


def mark_visit_changed(tx: Transaction, visit: str) -> None:
    """Mark the document of the visit as changed, so that the feed of its window announces it."""
    row = tx.get("visits", id=visit)
    if row is not None:
        tx.mark_changed(f"window/{row['window_id']}", f"visit/{visit}")


def list_offered_licences(tx: Transaction, visit: str) -> list[Row]:
    """Return the licences offered for a visit, each with the time of consent (`given_at`, None without consent)."""
    rows = tx.query_all("licences.offered_licences", visit=visit)
    return mark_replaced_results(tx, mark_removed_issuers(tx, rows))


def list_offered_materials(tx: Transaction, visit: str) -> list[Row]:
    """Return the earlier materials offered for a visit like `list_offered_licences`.

    `confirmed` is how a consent was confirmed.
    """
    return tx.query_all("licences.offered_materials", visit=visit)
