"""A simple single matter at a kiosk: what the city holds is listed, the citizen agrees, answers the rest, and applies.

A session of a citizen is a visit (`visit_of_session`) for the rules of consent, identity and acceptance, which are
those of a window. Each step is one command: a case is accepted whole or not at all, and a repeated request for the same
application gives the same case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.intake.acceptance import AcceptCase, apply_accept, decide_acceptance
from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.cases.intake.new_case import require_details
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.single_matters import format_single_id
from clerk_app.citizen.application_form import fill_form
from clerk_app.citizen.held_data import KioskMaterial, find_held_data, list_kiosk_materials
from clerk_app.citizen.kiosk_numbers import lend_own_block, next_own_number, use_own_number
from clerk_app.citizen.kiosk_place import find_kiosk_place, insert_kiosk_visit, visit_of_session
from clerk_app.citizen.sealed_answers import seal_answer
from clerk_app.citizen.sessions import KIOSK_ROLES, CitizenSession, require_person, touch_session
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.licences.consent_changes import DECLINED
from clerk_app.licences.identity_proof import SHOWN, record_proof
from clerk_app.licences.shared_materials import MaterialsListed, insert_offers, list_materials_of
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

AT_KIOSK = "kiosk"
"""How a consent was confirmed: by the citizen at a kiosk, in a session that a verified code opened."""

RULES = RuleSet()


class KioskMatterOpened(CommandDecision, frozen=True, kw_only=True):
    """The catalogue of the matter, what it needs and whether the city holds it. `listed` is what may be used."""

    stored_name: ClassVar[str] = "KioskMatterOpened"
    catalogue: str
    catalogue_version: int
    materials: tuple[KioskMaterial, ...]
    listed: MaterialsListed


class OpenKioskMatter(Command[KioskMatterOpened], frozen=True, kw_only=True):
    """List what the city holds of the person of a session for a single matter."""

    stored_name: ClassVar[str] = "OpenKioskMatter"
    session: str
    matter: str


class KioskConsentAnswered(CommandDecision, frozen=True, kw_only=True):
    """The answer was recorded. `held` is a sealed `HeldData` for the key of the command; empty without consent.

    `released` are the claims that were released, by licence; absent for all.
    """

    stored_name: ClassVar[str] = "KioskConsentAnswered"
    held: str = ""
    released: dict[str, tuple[str, ...]] = {}


class AnswerKioskConsent(Command[KioskConsentAnswered], frozen=True, kw_only=True):
    """Record whether a citizen agrees to the use of `licences` for a matter. `key` is the public key for the answer."""

    stored_name: ClassVar[str] = "AnswerKioskConsent"
    session: str
    matter: str
    licences: tuple[str, ...]
    agreed: bool
    key: str = ""


class KioskCaseAccepted(Accepted, frozen=True, kw_only=True):
    """An accepted case. `window` prints its later notices; `block` is the first number of a new block, 0 for none.

    `repeats`: the same application had been accepted before, and the decision is that one.
    """

    stored_name: ClassVar[str] = "KioskCaseAccepted"
    window: str = ""
    block: int = 0
    repeats: bool = False


class AcceptAtKiosk(Command[KioskCaseAccepted], frozen=True, kw_only=True):
    """Accept the application of a citizen for a single matter. The fields are those of `AcceptCase`."""

    stored_name: ClassVar[str] = "AcceptAtKiosk"
    session: str
    matter: str
    catalogue: str
    catalogue_version: int
    materials: tuple[GivenMaterial, ...]
    sources: dict[str, str] = {}
    personal: CaseDetails | None = None


_MatterCommand = OpenKioskMatter | AnswerKioskConsent | AcceptAtKiosk


def _visit_stream(command: _MatterCommand, _: object) -> str:
    return f"visit/{visit_of_session(command.session)}"


def load_kiosk_matter(tx: Transaction, matter: str) -> Catalogue:
    """Return the part of the catalogue in force for a single matter. Raises Refused if a kiosk may not accept it."""
    catalogue = publication.load_newest_part(tx, format_single_id(matter))
    if not any(known.id == matter and known.kiosk for known in catalogue.matters):
        raise Refused("matter", "This cannot be applied for at a kiosk. Please ask at a window.")
    return catalogue


# -- what the city holds ------------------------------------------------------------------------


def _decide_open(tx: Transaction, command: OpenKioskMatter, moment: Moment) -> KioskMatterOpened:
    session = require_person(tx, command.session, moment)
    catalogue = load_kiosk_matter(tx, command.matter)
    plan = make_plan(catalogue, format_single_id(command.matter), None, {})
    if plan.one_thing.applicant_role().kind != "person" or tx.get("persons", id=session.person) is None:
        raise Refused("matter", "This cannot be applied for at a kiosk. Please ask at a window.")
    listed = _list_own(tx, catalogue, command.matter, session.person, moment.decided_at)
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    return KioskMatterOpened(
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        materials=list_kiosk_materials(tx, catalogue, plan, listed, session.person, moment.decided_at, today),
        listed=listed,
    )


def _list_own(tx: Transaction, catalogue: Catalogue, matter: str, person: str, at: int) -> MaterialsListed:
    """Return what the city holds of a person, without what they may show of others."""
    listed = list_materials_of(tx, person, catalogue, (matter,), "", at)
    own = {row["id"] for row in list_usable_licences(tx, person, at) if row["holder"] == person}
    return MaterialsListed(
        person=person,
        licences=tuple(licence for licence in listed.licences if licence in own),
        earlier=tuple(found for found in listed.earlier if found.holder in ("", person)),
    )


@RULES.register(
    OpenKioskMatter,
    KioskMatterOpened,
    permission="kiosk.matter",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Matter opened by a citizen at a kiosk"),
    decide=_decide_open,
    stream=_visit_stream,
    documents=("visit",),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_open(tx: Transaction, entry: Entry[OpenKioskMatter, KioskMatterOpened]) -> None:
    command, listed = entry.command, entry.decision.listed
    visit = visit_of_session(command.session)
    if insert_kiosk_visit(tx, visit, listed.person, entry):
        record_proof(tx, visit, listed.person, SHOWN, visit, entry.decided_at)
    insert_offers(tx, visit, format_single_id(command.matter), listed, entry.decided_at)
    touch_session(tx, command.session, entry.decided_at)


# -- consent ------------------------------------------------------------------------------------


def _decide_consent(tx: Transaction, command: AnswerKioskConsent, moment: Moment) -> KioskConsentAnswered:
    session = require_person(tx, command.session, moment)
    catalogue = load_kiosk_matter(tx, command.matter)
    visit, purpose = visit_of_session(session.id), format_single_id(command.matter)
    offered = {row["licence"] for row in tx.select("consents", visit=visit, purpose=purpose)}
    if not set(command.licences) <= offered:
        raise Refused("not_offered", "This licence was not offered for this visit.")
    if not command.agreed:
        return KioskConsentAnswered()
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    plan = make_plan(catalogue, purpose, None, {})
    held = find_held_data(tx, catalogue, plan, visit, session.person, frozenset(command.licences), today)
    sealed = seal_answer(command.key, msgspec.json.encode(held.data))
    return KioskConsentAnswered(held=sealed, released=held.released)


@RULES.register(
    AnswerKioskConsent,
    KioskConsentAnswered,
    permission="kiosk.matter",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Consent answered by a citizen at a kiosk"),
    decide=_decide_consent,
    stream=_visit_stream,
    documents=("visit",),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_consent(tx: Transaction, entry: Entry[AnswerKioskConsent, KioskConsentAnswered]) -> None:
    command, visit = entry.command, visit_of_session(entry.command.session)
    for licence in command.licences:
        key = {"visit": visit, "licence": licence}
        if command.agreed:
            claims = encode_json_list(entry.decision.released.get(licence, ()))
            at = entry.decided_at
            tx.update("consents", key, given_at=at, how=AT_KIOSK, released_at=at, released_claims=claims)
        else:
            tx.update("consents", key, given_at=None, how=DECLINED, released_at=None)
    touch_session(tx, command.session, entry.decided_at)


# -- acceptance ---------------------------------------------------------------------------------


def _decide_accept(tx: Transaction, command: AcceptAtKiosk, moment: Moment) -> KioskCaseAccepted:
    session = require_person(tx, command.session, moment)
    visit, purpose = visit_of_session(session.id), format_single_id(command.matter)
    details = require_details(command.personal)
    before = _find_earlier(tx, visit, purpose, details)
    if before is not None:
        return before
    catalogue = load_kiosk_matter(tx, command.matter)
    if (catalogue.id, catalogue.version) != (command.catalogue, command.catalogue_version):
        raise Refused("catalogue", "The catalogue of the city has changed. Nothing was accepted: please begin again.")
    _require_own_form(tx, command, catalogue, session, moment)
    site, window = find_kiosk_place(tx, moment)
    acceptance = _as_acceptance(command, window)
    number, block = next_own_number(tx, to_local_time(moment.corrected_at, catalogue.time_zone).year)
    accepted = decide_acceptance(tx, acceptance, DraftContent(), moment, site, number)
    return KioskCaseAccepted(**msgspec.structs.asdict(accepted), window=window, block=block)


def _find_earlier(tx: Transaction, visit: str, purpose: str, details: CaseDetails) -> KioskCaseAccepted | None:
    """Return the decision that accepted the same application in this visit; None if there is none.

    Raises Refused if another application for the same matter was accepted in it.
    """
    for case in tx.select("cases", visit=visit, one_thing=purpose, order=("number",)):
        stored = {row["field"]: row["value"] for row in tx.select("field_values", case_number=case["number"])}
        if stored != details.values:
            raise Refused(
                "accepted_before",
                "You have applied for this already: case {number}. To change an answer, please go to a window.",
                number=case["number"],
            )
        for row in tx.query_all("ledger.done_entries_of_stream", stream=f"case/{case['number']}"):
            if row["kind"] == AcceptAtKiosk.stored_name:
                decision = msgspec.json.decode(row["decision"], type=KioskCaseAccepted)
                return msgspec.structs.replace(decision, repeats=True)
    return None


def _require_own_form(
    tx: Transaction, command: AcceptAtKiosk, catalogue: Catalogue, session: CitizenSession, moment: Moment
) -> None:
    """Raise Refused unless the center fills in the same form from what it holds and from the typed answers."""
    visit, purpose = visit_of_session(session.id), format_single_id(command.matter)
    details, today = require_details(command.personal), to_local_time(moment.corrected_at, catalogue.time_zone).date()
    agreed = frozenset(
        row["licence"]
        for row in tx.select("consents", visit=visit, purpose=purpose)
        if row["given_at"] is not None and row["how"] == AT_KIOSK
    )
    plan = make_plan(catalogue, purpose, None, {})
    held = find_held_data(tx, catalogue, plan, visit, session.person, agreed, today).data
    typed = {name: value for name, value in details.values.items() if command.sources.get(name, "") == "typed"}
    form = fill_form(catalogue, purpose, held, typed, today)
    is_same = form.details == details and form.materials == command.materials
    if not is_same or dict(form.sources) != command.sources:
        raise Refused(
            "changed",
            "What the city holds is not what this machine has shown. Nothing was accepted: please begin again, or go "
            "to a window.",
        )


def _as_acceptance(command: AcceptAtKiosk, window: str) -> AcceptCase:
    """Return the acceptance at a window that has the same content."""
    return AcceptCase(
        draft="",
        visit=visit_of_session(command.session),
        window=window,
        one_thing=format_single_id(command.matter),
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        chosen=None,
        materials=command.materials,
        sources=command.sources,
        personal=command.personal,
    )


@RULES.register(
    AcceptAtKiosk,
    KioskCaseAccepted,
    permission="kiosk.matter",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Acceptance of a case at a kiosk"),
    decide=_decide_accept,
    stream=lambda command, decision: f"case/{decision.number}" if decision else _visit_stream(command, decision),
    documents=("case",),
    placement=Placement.REMOTE,
    keep_call=False,
    max_bytes=0,
)
def _apply_accept(tx: Transaction, entry: Entry[AcceptAtKiosk, KioskCaseAccepted]) -> None:
    decision = entry.decision
    touch_session(tx, entry.command.session, entry.decided_at)
    if decision.repeats:
        mark_case_changed(tx, decision.number)  # its history has a new line
        return
    lend_own_block(tx, decision.block, entry.decided_at)
    use_own_number(tx, decision.serial)
    apply_accept(tx, Entry(entry.moment, _as_acceptance(entry.command, decision.window), decision))
