"""The service guide at a kiosk, read from its own catalogue: it needs no center and records nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clerk_app.catalogue.model import MaterialDefinition
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import _, current_language
from clerk_app.log import log_event
from clerk_app.paper.documents.service_guide import ServiceGuide
from clerk_app.paper.printers.preview import preview_lines
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import PrintOutcome
from clerk_app.roles.counter.offers import find_offers, list_facet_values, preview_offer
from clerk_app.roles.counter.one_things import read_choice
from clerk_app.roles.formatting import localize
from clerk_app.roles.guide_view import build_guide_view
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.roles.kiosk.quotas import KioskQuotas
from clerk_app.roles.service_guide import build_service_guide
from clerk_app.views.finding import Facet, FacetValue, OfferRow
from clerk_app.views.kiosk_guide import BroughtMaterial, KioskGuide, PrintedGuide
from clerk_app.views.shared import LabelledValue

LINES_OF_PAGE = 60
"""Lines of paper that count as one page of the quota, on a roll too."""


@raises_citizen_errors
class OfficeGuide:
    """Implements views.KioskGuideService for a kiosk of an office."""

    def __init__(self, office: Office, quotas: KioskQuotas) -> None:
        self._office = office
        self._quotas = quotas

    def list_values(self, facet: Facet) -> tuple[FacetValue, ...]:
        return list_facet_values(self._office, "", {}, facet)

    def list_offers(self, facet: Facet, value: str) -> tuple[OfferRow, ...]:
        return find_offers(self._office, "", {facet: value}).rows

    def find_offers(self, text: str) -> tuple[OfferRow, ...]:
        self._quotas.take_search()
        return find_offers(self._office, text, {}).rows

    def read_guide(self, offer: str) -> KioskGuide:
        catalogue = self._office.catalogue_part(split_single_id(offer)[0])
        plan, usual = self._make_plans(offer)
        name = localize(plan.one_thing.name)
        facts = preview_offer(self._office, offer).facts
        phone = self._office.settings.phone
        questions = [LabelledValue(_("Questions"), phone)] if phone else []
        return KioskGuide(
            offer=offer,
            name=name,
            brought=tuple(_describe_material(need.material) for need in plan.materials if _is_brought(need.material)),
            held=tuple(localize(need.material.name) for need in plan.materials if _is_held(need.material)),
            facts=(*facts, *questions),
            sections=build_guide_view(catalogue, offer, name, plan, usual).sections,
        )

    def print_guide(self, offer: str) -> PrintedGuide:
        plan, _usual = self._make_plans(offer)
        guide, office = self._build(offer, plan), self._office
        printer = office.printers.for_paper(guide.kind)
        page = guide.prepare_template(office.catalogue_frame().papers).build(guide, current_language())
        pages = -(-len(preview_lines(page, printer.paper_mm)) // LINES_OF_PAGE)
        self._quotas.require_pages(pages)
        now = office.local_time()
        try:
            printer.check_ready()
            job = make_job(
                printer,
                page,
                id=f"{guide.kind}-{now:%H%M%S%f}",
                kind=guide.kind,
                number=plan.one_thing.id.replace(".", "-"),
                at=now,
                font=office.settings.font,
            )
            outcome = printer.send(job)
            office.printers.remove_job(job.id)
        except OutOfReach as error:
            raise _not_printed(error.sentence) from error
        if outcome is PrintOutcome.NOT_PRINTED:
            raise _not_printed(printer.problem.sentence if printer.problem is not None else "")
        self._quotas.count_pages(pages)
        return PrintedGuide(is_unknown=outcome is PrintOutcome.UNKNOWN)

    def _make_plans(self, offer: str) -> tuple[Plan, Plan]:
        """Return the plan with all matters, and the usual one without those that are only handled on request."""
        catalogue = self._office.catalogue_part(split_single_id(offer)[0])
        one_thing, answers = read_choice(catalogue, offer)
        matters = frozenset(catalogue.one_thing(one_thing).matters)
        return make_plan(catalogue, one_thing, matters, answers), make_plan(catalogue, one_thing, None, answers)

    def _build(self, offer: str, plan: Plan) -> ServiceGuide:
        office = self._office
        return build_service_guide(
            office.catalogue_part(split_single_id(offer)[0]),
            plan.one_thing.id,
            office=office.settings.name.localized(),
            phone=office.settings.phone,
            today=self._today(),
            plan=plan if ":" in offer else None,
        )

    def _today(self) -> date:
        return self._office.local_time().date()


def _is_held(material: MaterialDefinition) -> bool:
    return material.origin == "shared" and material.not_shared is None


def _is_brought(material: MaterialDefinition) -> bool:
    return not _is_held(material) and material.origin != "produced"


def _describe_material(material: MaterialDefinition) -> BroughtMaterial:
    forms = {"original": _("the original"), "copy": _("a copy is enough"), "electronic": _("as a file")}
    return BroughtMaterial(localize(material.name), forms[material.form], tuple(_list_notes(material)))


def _list_notes(material: MaterialDefinition) -> Iterator[str]:
    if not material.main and material.gap_allowed:
        yield _("It may be brought later.")
    if material.promise_allowed:
        yield _("A signed promise can take its place.")
    if material.not_shared is not None:
        yield localize(material.not_shared)


def _not_printed(reason: str) -> OutOfReach:
    """Log why nothing was printed, for the staff; return the error for the citizen."""
    log_event("kiosk", "no guide printed", why=reason)
    return OutOfReach(
        "Nothing was printed: the printer of this machine does not work now. You can read everything here, or ask at "
        "a window, which prints it."
    )
