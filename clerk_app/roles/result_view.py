"""Views of results that are materials of their case: row, facts, warnings, and the page of the certificate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.result_set import tasks_in_force
from clerk_app.cases.result_licences import DUE, REVOKED, REVOKING
from clerk_app.cases.result_materials import PRODUCED
from clerk_app.cases.result_states import find_result_state, number_result
from clerk_app.locales import _, current_language, format_list
from clerk_app.paper.page import PaperPage
from clerk_app.roles.formatting import format_elapsed, localize
from clerk_app.roles.material_origin import name_issuer
from clerk_app.views.case import MaterialRow
from clerk_app.views.shared import LabelledValue
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedMatter


class Doubt(NamedTuple):
    """Why a result is in doubt: the state of its row, and a sentence; `is_withdrawn`: it does not hold any more."""

    state: str
    sentence: str
    is_withdrawn: bool = False


def find_producer(case: CaseRecord, material: str) -> PlannedMatter | None:
    """Return the matter of a case whose result a material is; None if no matter of the case makes it."""
    return next(
        (
            planned
            for planned in case.plan.active_matters
            if any(product.material == material for product in planned.matter.produces)
        ),
        None,
    )


def build_result_row(tx: Transaction, case: CaseRecord, row: Row, needed_for: str, now: int) -> MaterialRow:
    """Build the row of a result that is a material of its case, in its newest version `row`."""
    producer, doubt = find_producer(case, row["material"]), find_doubt(tx, case, row)
    made_by = _("made by: {matter}").format(matter=localize(producer.matter.name)) if producer is not None else ""
    version = _("version {count}").format(count=row["version"]) if row["version"] > 1 else ""
    return MaterialRow(
        id=row["material"],
        name=localize(case.catalogue.material(row["material"]).name),
        needed_for=needed_for,
        state="expired" if doubt is not None and doubt.is_withdrawn else "held",
        state_name=doubt.state if doubt is not None else _("result"),
        level="good" if doubt is None else "bad" if doubt.is_withdrawn else "warn",
        reason=doubt.sentence if doubt is not None else format_list(filter(None, (version, made_by))),
        issuer=name_issuer(case.catalogue, row),
        valid_to=row["valid_to"],
        freshness=_("{age} ago").format(age=format_elapsed(row["taken_at"], now)),
        grade=row["grade"],
    )


def build_expected_row(case: CaseRecord, material: str) -> MaterialRow:
    """Build the row of a material that another matter of the case has not made yet."""
    producer = find_producer(case, material)
    reason = ""
    if producer is not None:
        organ = localize(case.catalogue.organ(producer.organ).name)
        reason = _("{organ} has not decided yet: {matter}.").format(organ=organ, matter=localize(producer.matter.name))
    return MaterialRow(
        id=material,
        name=localize(case.catalogue.material(material).name),
        needed_for="",
        state="produced",
        state_name=_("made by another matter"),
        level="good",
        reason=reason,
    )


def find_doubt(tx: Transaction, case: CaseRecord, row: Row) -> Doubt | None:
    """Return why a result does not hold any more, or may not hold for long; None if it is in force."""
    producer = find_producer(case, row["material"])
    if producer is None:
        return None
    match find_result_state(case, producer.id):
        case "refused":
            ended = tasks_in_force(case)[producer.id]["ended_at"]
            day = to_local_time(ended, case.catalogue.time_zone).date().isoformat() if ended else ""
            sentence = _("Refused on {day} after a check: this result does not hold any more.")
            return Doubt(_("withdrawn"), sentence.format(day=day), is_withdrawn=True)
        case "checked_again":
            sentence = _("Its department checks it again; it holds until that is decided.")
            return Doubt(_("being checked again"), sentence)
    licence = find_licence(tx, case, producer, row["material"])
    if licence is not None and licence["state"] in (REVOKING, REVOKED):
        sentence = _("Its licence is revoked: this result does not hold any more.")
        return Doubt(_("revoked"), sentence, is_withdrawn=True)
    return None


def find_licence(tx: Transaction, case: CaseRecord, producer: PlannedMatter, material: str) -> Row | None:
    """Return the newest licence of a result that is a material; None without one."""
    places = [place for place, product in enumerate(producer.matter.produces) if product.material == material]
    rows = tx.select("result_licences", case_number=case.number, matter=producer.id, order=("task",))
    return next((row for row in reversed(rows) if row["product"] in places), None)


def list_result_facts(tx: Transaction, case: CaseRecord, row: Row) -> Iterator[LabelledValue]:
    """Yield what is known of a result besides its content: doubts, number, dates, organ, matter, licence."""
    producer, doubt = find_producer(case, row["material"]), find_doubt(tx, case, row)
    if doubt is not None:
        yield LabelledValue(_("Attention"), doubt.sentence)
    zone = case.catalogue.time_zone
    yield LabelledValue(_("Issuer"), name_issuer(case.catalogue, row))
    if producer is not None:
        yield LabelledValue(_("Decided in"), localize(producer.matter.name))
        yield LabelledValue(_("Number"), number_result(case, producer.id, row["version"]))
    yield LabelledValue(_("Decided on"), to_local_time(row["taken_at"], zone).date().isoformat())
    yield LabelledValue(_("Valid to"), row["valid_to"] or _("no end"))
    if row["version"] > 1:
        yield LabelledValue(_("Version"), _("{count}, replaces the one before").format(count=row["version"]))
    licence = find_licence(tx, case, producer, row["material"]) if producer is not None else None
    if licence is not None and licence["number"]:
        yield LabelledValue(_("Licence"), licence["number"])
    elif licence is not None and licence["state"] == DUE:
        yield LabelledValue(_("Licence"), _("not registered yet"))


def list_result_warnings(
    tx: Transaction, case: CaseRecord, materials: Iterable[str], since: int
) -> Iterator[LabelledValue]:
    """Yield a warning for each of these results that was withdrawn, is checked again, or was replaced after `since`."""
    newest = {row["material"]: row for row in case.materials if row["how"] == PRODUCED}
    for material in materials:
        row = newest.get(material)
        if row is None:
            continue
        doubt = find_doubt(tx, case, row)
        sentence = doubt.sentence if doubt is not None else ""
        if doubt is None and row["version"] > 1 and row["taken_at"] > since:
            time = to_local_time(row["taken_at"], case.catalogue.time_zone).strftime("%Y-%m-%d %H:%M")
            sentence = _("Replaced on {time} by version {count}: read it again.")
            sentence = sentence.format(time=time, count=row["version"])
        if sentence:
            yield LabelledValue(localize(case.catalogue.material(material).name), sentence)


def build_certificate_page(
    tx: Transaction, case: CaseRecord, row: Row, list_claims: Callable[[Collection[str]], Iterable[LabelledValue]]
) -> PaperPage | None:
    """Build the page of the certificate of a result; None if it has no certificate.

    `list_claims` returns the claims with these ids. The page has neither the signed code nor the name of a holder who
    is not the applicant.
    """
    producer = find_producer(case, row["material"])
    if producer is None:
        return None
    product = next(product for product in producer.matter.produces if product.material == row["material"])
    if not product.certificate:
        return None
    from clerk_app.paper.documents.certificate import Certificate, CertifiedFact  # papers: not before the first one

    matter, signer = producer.matter, tx.get("staff", id=row["taken_by"])
    role = product.holder or case.plan.one_thing.applicant_role().id
    is_applicant = role == case.plan.one_thing.applicant_role().id
    certificate = Certificate(
        number=number_result(case, producer.id, row["version"]),
        name=localize(product.name),
        holder=(case.row["applicant_name"] or "") if is_applicant else "",
        matter=localize(matter.name),
        organ=name_issuer(case.catalogue, row),
        signer=signer["name"] if signer is not None else row["taken_by"],
        decided_on=to_local_time(row["taken_at"], case.catalogue.time_zone).date(),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        legal_basis=localize(matter.legal_basis) if matter.legal_basis is not None else "",
        details=tuple(CertifiedFact(fact.label, fact.value) for fact in list_claims(product.stated_claims)),
        case_number=case.number,
    )
    return certificate.prepare_template(case.catalogue.papers).build(certificate, current_language())
