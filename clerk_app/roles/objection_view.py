"""Objections in words: title and sentence, made from the stored code and facts in the language of the reader."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.co_signature_objection import UNSIGNED
from clerk_app.cases.consents import UNCONFIRMED_CONSENT
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.duplicate_objection import DUPLICATE
from clerk_app.cases.earlier_use import UNUSABLE_MATERIAL
from clerk_app.cases.enterprise_names import TAKEN_NAME
from clerk_app.cases.field_differences import UNEXPLAINED_DIFFERENCE
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.identity_objection import UNPROVED_PARTY
from clerk_app.cases.late_prints import LATE_PRINT
from clerk_app.cases.licence_holders import OTHER_HOLDER
from clerk_app.cases.objections import GUESSED, LATE_REQUEST, RELIED_ON_REFUSED, UNCONFIRMED_RECEIVER
from clerk_app.cases.paper_objections import INVALID_PAPER, PAPER_OF_HELD
from clerk_app.cases.promises.acceptance import BROKEN_BEFORE, UNPROMISED
from clerk_app.cases.removed_issuers import REMOVED_ISSUER
from clerk_app.cases.representations import IN_PERSON
from clerk_app.cases.revoked_licences import REVOKED_LICENCE, REVOKED_SINCE
from clerk_app.cases.tasks.doubtful_exclusions import MAY_EXCLUDE
from clerk_app.cases.tasks.late_requests import LATE_REASONS
from clerk_app.cases.tasks.organ_moves import OTHER_ORGAN
from clerk_app.cases.tasks.supplement_materials import UNUSABLE_SUPPLEMENT
from clerk_app.cases.tasks.unsettled_exclusions import EXCLUDED
from clerk_app.catalogue import publication
from clerk_app.errors import BadData, format_sentence
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.people.permissions import DOUBTED
from clerk_app.registry.corrections import CORRECTED_RECORD
from clerk_app.roles.formatting import localize, localize_organ_name
from clerk_app.roles.registry_words import name_registry_field
from clerk_app.roles.signature_words import name_signed_keys
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


_TITLES = {
    RELIED_ON_REFUSED: mark("A refused re-check: other matters had relied on it"),
    LATE_REQUEST: mark("A paper was asked for late"),
    UNCONFIRMED_RECEIVER: mark("Results were handed over to a receiver whom the center cannot confirm"),
    UNCONFIRMED_CONSENT: mark("The center cannot confirm a citizen's consent; it counts as stated by the clerk"),
    GUESSED: mark("Somebody guesses the second factor of a case"),
    UNPROVED_PARTY: mark("The center cannot confirm who a party of the case is"),
    OTHER_HOLDER: mark("A case was accepted with a licence of somebody who is no party of it"),
    UNUSABLE_MATERIAL: mark("A case was accepted with a material of an earlier case that is not available"),
    UNUSABLE_SUPPLEMENT: mark("A material was taken in without consent, or of somebody who is no party"),
    PAPER_OF_HELD: mark("Paper was taken for what the city holds, without a reason"),
    INVALID_PAPER: mark("A paper had expired, or its validity was not recorded"),
    REVOKED_LICENCE: mark("A case was accepted with a licence that had been revoked"),
    REVOKED_SINCE: mark("A licence was revoked that an open case uses"),
    REMOVED_ISSUER: mark("The issuer of a licence of the case is not trusted any more"),
    CORRECTED_RECORD: mark("The registry was corrected, on which an open case relies"),
    TAKEN_NAME: mark("A case was accepted with an enterprise name that cannot be used"),
    UNEXPLAINED_DIFFERENCE: mark("A case was accepted with answers that differ from their source"),
    IN_PERSON: mark("Somebody acted for a party who has to come in person"),
    EXCLUDED: mark("Matters of a case exclude each other since an answer was corrected"),
    MAY_EXCLUDE: mark("Matters of a case may exclude each other since a licence was revoked"),
    OTHER_ORGAN: mark("Another organ decides since an answer was corrected; what was decided stays"),
    UNSIGNED: mark("A case was accepted without the signature of a further party, or with one for another form"),
    UNPROMISED: mark("A case was accepted without a promise that the catalogue asks for"),
    LATE_PRINT: mark("A notice of what is missing was printed, and the case counted as accepted by law"),
    BROKEN_BEFORE: mark("A promise was taken from an applicant with a record of a false one"),
    **dict.fromkeys(DOUBTED, mark("Done after the sign-in had ended; it counts, and a supervisor has to settle it")),
}
"""Titles of objections by reason."""
_OTHER_TITLE = mark("The center objects to an acceptance; the case and its receipt stay valid")


def name_objection(reason: str) -> str:
    """Return the title of an objection."""
    return translate(_TITLES.get(reason, _OTHER_TITLE))


def describe_objection(tx: Transaction, row: Row, zone: str) -> str:
    """Return the sentence of an objection; the stored sentence if this program does not know its reason."""
    facts: dict[str, str] = json.loads(row["facts"]) if row["facts"] else {}
    try:
        if row["reason"] == RELIED_ON_REFUSED:
            return _describe_relied_on(tx, facts)
        if row["reason"] == LATE_REQUEST:
            return _describe_late_request(tx, facts)
        if row["reason"] == UNCONFIRMED_CONSENT:
            return _describe_consent(tx, row["case_number"], facts)
        if row["reason"] == UNPROVED_PARTY:
            return _describe_party(tx, row, facts)
        if row["reason"] == DUPLICATE:
            return _describe_duplicate(tx, facts, zone)
        if (named := _name_facts(tx, row, facts)) is not None:
            return format_sentence(row["sentence"], named)
    except (BadData, LookupError):  # its catalogue or tasks are not in this store
        pass
    sentence = format_sentence(row["sentence"], facts)
    return f"{sentence} {_describe_results_of(tx, row)}".rstrip() if row["reason"] in DOUBTED else sentence


def _name_facts(tx: Transaction, row: Row, facts: Mapping[str, str]) -> dict[str, str] | None:
    """Return the facts of a stored sentence with names in place of ids; None if its reason has no ids."""
    if row["reason"] in (OTHER_HOLDER, UNUSABLE_MATERIAL, UNUSABLE_SUPPLEMENT, PAPER_OF_HELD, INVALID_PAPER):
        return {"materials": _name_materials_of(tx, row["case_number"], facts)}
    if row["reason"] in (UNEXPLAINED_DIFFERENCE, TAKEN_NAME):
        return {"fields": _name_fields_of(tx, row["case_number"], facts)}
    if row["reason"] in (EXCLUDED, MAY_EXCLUDE):
        return {**facts, "field": _name_fields_of(tx, row["case_number"], {"fields": facts["field"]})} | {
            key: _name_matters_of(tx, row["case_number"], facts[key]) for key in ("matters", "drop")
        }
    if row["reason"] == OTHER_ORGAN:
        return {
            "field": _name_fields_of(tx, row["case_number"], {"fields": facts["field"]}),
            "matters": _name_matters_of(tx, row["case_number"], facts["matters"]),
        }
    if row["reason"] == UNPROMISED:
        return {"subjects": _name_promises(tx, row["case_number"], facts)}
    if row["reason"] == UNSIGNED:
        return _name_signers(tx, row["case_number"], facts)
    if row["reason"] in (REVOKED_LICENCE, REVOKED_SINCE):
        return {**facts, "licences": _name_licences(tx, facts)}
    if row["reason"] == CORRECTED_RECORD:
        name = name_registry_field(publication.load_frame(tx), facts["field"], facts["licence_type"])
        return {**facts, "field": name}
    return None


def do_results_wait(tx: Transaction, row: Row) -> bool:
    """Return whether the results of a decided case wait until this objection is settled."""
    case = tx.get("cases", number=row["case_number"])
    return row["reason"] in DOUBTED and case is not None and case["state"] in ("closed", "issued")


def _describe_results_of(tx: Transaction, row: Row) -> str:
    """Return what became of the results of a case with a doubt; empty while it is not decided."""
    if do_results_wait(tx, row):
        return _("The results are ready, and are handed over when this is settled.")
    case = tx.get("cases", number=row["case_number"])
    if case is not None and case["delivered_at"] is not None:
        return _("The results were handed over already.")
    return ""


def _describe_consent(tx: Transaction, case_number: str, facts: Mapping[str, str]) -> str:
    sentence = _(
        "The center has no second scan and no signed list for: {materials}. The consent counts as stated by the clerk."
    )
    return sentence.format(materials=_name_materials_of(tx, case_number, facts))


def _name_licences(tx: Transaction, facts: Mapping[str, str]) -> str:
    """Return the names of the types of licences of an objection. Raises LookupError for an unknown type."""
    catalogue = publication.load_frame(tx)
    return format_list(localize(catalogue.licence_type(kind).name) for kind in facts["licences"].split(","))


def _name_materials_of(tx: Transaction, case_number: str, facts: Mapping[str, str]) -> str:
    """Return the names of the materials of an objection. Raises LookupError if the case is not in this store."""
    case = tx.get("cases", number=case_number)
    if case is None:
        raise LookupError(case_number)
    materials = facts["materials"].split(",")
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"], materials)
    return name_materials(catalogue, materials)


def _name_promises(tx: Transaction, case_number: str, facts: Mapping[str, str]) -> str:
    """Return the names of the matters and materials of an objection. Raises LookupError without the case."""
    case = tx.get("cases", number=case_number)
    if case is None:
        raise LookupError(case_number)
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    names = {matter.id: localize(matter.name) for matter in catalogue.matters}
    names |= {material.id: localize(material.name) for material in catalogue.materials}
    return format_list(names[subject] for subject in facts["subjects"].split(","))


def _name_matters_of(tx: Transaction, case_number: str, ids: str) -> str:
    """Return the names of matters of a case. Raises LookupError if the case is not in this store."""
    case = tx.get("cases", number=case_number)
    if case is None:
        raise LookupError(case_number)
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    return format_list(localize(catalogue.matter(name).name) for name in ids.split(",") if name)


def _name_fields_of(tx: Transaction, case_number: str, facts: Mapping[str, str]) -> str:
    """Return the names of the fields of an objection. Raises LookupError if the case is not in this store."""
    case = tx.get("cases", number=case_number)
    if case is None:
        raise LookupError(case_number)
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    return format_list(localize(catalogue.field(name).name) for name in facts["fields"].split(","))


def _name_signers(tx: Transaction, case_number: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the names of roles and of what they did not sign. Raises LookupError if the case is not in this store."""
    case = tx.get("cases", number=case_number)
    if case is None:
        raise LookupError(case_number)
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    names = {role.id: localize(role.name) for role in catalogue.one_thing(case["one_thing"]).parties}
    named = {"roles": format_list(names[role] for role in facts["roles"].split(","))}
    if "changed" in facts:
        named["changed"] = name_signed_keys(catalogue, case["one_thing"], facts["changed"].split(","))
    return named


def _describe_party(tx: Transaction, row: Row, facts: Mapping[str, str]) -> str:
    case = tx.get("cases", number=row["case_number"])
    if case is None:
        raise LookupError(row["case_number"])
    one_thing = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"]).one_thing(
        case["one_thing"]
    )
    names = {role.id: localize(role.name) for role in one_thing.parties}
    return format_sentence(row["sentence"], {**facts, "name": names.get(facts["name"], facts["name"])})


def _describe_duplicate(tx: Transaction, facts: Mapping[str, str], zone: str) -> str:
    case = tx.get("cases", number=facts["other"])
    accepted_at = int(facts.get("accepted_at", case["accepted_at"] if case else 0))
    site = facts.get("site", case["centre"] if case else "")
    sentence = {
        "": _("The same applicant has another case for the same one thing under way: {case}."),
        "matter": _("A matter of this case runs in another case of the same applicant: {case}."),
        "object": _("Another case for the same object is under way: {case}."),
    }[facts.get("kind", "")]
    return sentence.format(case=describe_other_case(tx, facts["other"], accepted_at, site, zone))


def describe_other_case(tx: Transaction, number: str, accepted_at: int, site: str, zone: str) -> str:
    """Return number, day of acceptance and site of a case. `accepted_at` is in microseconds UTC, 0 if not known."""
    organ = tx.get("organs", id=site) if site else None
    day = to_local_time(accepted_at, zone).date().isoformat() if accepted_at else ""
    name = localize_organ_name(organ, site)
    return format_list((number, *(part for part in (day, name) if part)))


def _describe_relied_on(tx: Transaction, facts: Mapping[str, str]) -> str:
    parts = [_("{matter} is refused now.").format(matter=_matter_at_organ(tx, facts["task"]))]
    for tasks, sentence in (
        (facts["tasks"], _("These were decided in reliance on it and are checked again: {others}.")),
        (facts.get("lapsed", ""), _("These ended without a decision: {others}.")),
    ):
        if tasks:
            others = format_list(_matter_at_organ(tx, task) for task in tasks.split(","))
            parts.append(sentence.format(others=others))
    return " ".join(parts)


def _describe_late_request(tx: Transaction, facts: Mapping[str, str]) -> str:
    catalogue, _task = _read_task(tx, facts["task"], facts["materials"].split(","))
    if not facts["code"]:
        sentence = _("{matter} requests what was visible at a notice that its office had not received: {materials}.")
        return sentence.format(
            matter=_matter_at_organ(tx, facts["task"]),
            materials=name_materials(catalogue, facts["materials"].split(",")),
        )
    sentence = _("{matter} requests what was visible at its previous notice: {materials}. {why}: {reason}")
    return sentence.format(
        matter=_matter_at_organ(tx, facts["task"]),
        materials=name_materials(catalogue, facts["materials"].split(",")),
        why=translate(LATE_REASONS.get(facts["code"], facts["code"])),
        reason=facts["reason"],
    )


def name_materials(catalogue: Catalogue, materials: Iterable[str]) -> str:
    """Return the names of materials as a list."""
    return format_list(localize(catalogue.material(name).name) for name in materials)


def _matter_at_organ(tx: Transaction, task_id: str) -> str:
    catalogue, task = _read_task(tx, task_id)
    matter, organ = catalogue.matter(task["matter"]), catalogue.organ(task["organ"])
    return _("{matter} ({organ})").format(matter=localize(matter.name), organ=localize(organ.name))


def _read_task(tx: Transaction, task_id: str, materials: Collection[str] = ()) -> tuple[Catalogue, Row]:
    """Return a task and the catalogue of its case. Raise LookupError or BadData if this store lacks one of them."""
    task, case = tx.get("tasks", id=task_id), tx.get("cases", number=case_number_of(task_id))
    if task is None or case is None:
        raise LookupError(task_id)
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"], materials)
    return catalogue, task
