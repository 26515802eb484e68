"""A small catalogue whose register page is a result that later matters, and a later visit, need as a material."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.duplicates import find_duplicates, identify_party
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.result_materials import ResultValues
from clerk_app.cases.tasks.decisions import DecideTask, TaskDecided
from clerk_app.catalogue.model import Catalogue
from tests.cases.bundles import after, publish
from tests.catalogue.catalogue_builder import make_catalogue, make_material, make_matter, make_one_thing, make_text
from tests.office import SampleOffice
from tests.sample_data import PERSONS, sample_city

PAGE_TYPE = "0901"
ADDRESS = "令狐巷99号"
PAGE_NUMBER = "令狐页0815"
_PARTY = PartyDetails(
    role="applicant", kind="person", name="王芳", number=PERSONS["mother"].id_number, subject="mother"
)


def result_city(**product: Any) -> Catalogue:
    """Build the catalogue: "page" makes a register page, which "card" (lapses with it) and "notice" (does not) need."""
    page = {
        "name": make_text("register page"),
        "material": "page",
        "licence_type": PAGE_TYPE,
        "holder": "applicant",
        "valid_months": 12,
        "claims": {"name": "holder_name", "address": "field:address", "registered_on": "decided_on"},
        "fields": ["page_number"],
        **product,
    }
    matters = [
        make_matter("page", organ="health", fields=["address"], produces=[page]),
        make_matter("card", organ="police", materials=["page"], after=[after("page")]),
        make_matter("notice", organ="hr", materials=["page"], after=[after("page", if_refused="go_on")]),
        make_matter("renewal", organ="tax", materials=["page"]),
    ]
    fields = [{"id": name, "name": make_text(name), "kind": "text"} for name in ("address", "page_number")]
    claims = [{"id": name, "name": make_text(name)} for name in ("name", "address", "registered_on")]
    return make_catalogue(
        matters,
        one_things=[
            make_one_thing(["page", "card", "notice"]),
            make_one_thing(["renewal"], id="later", name=make_text("later"), initials="l"),
        ],
        organs=[
            {"id": name, "name": make_text(name), "level": "city"}
            for name in ("office", "health", "police", "hr", "tax")
        ],
        materials=[make_material("page", origin="produced", licence_type=PAGE_TYPE, gap_allowed=True, main=False)],
        fields=fields,
        licence_types=[{"code": PAGE_TYPE, "name": make_text("register"), "claims": claims}],
        calendars=[calendar.model_dump() for calendar in sample_city().calendars],
    )


def accept_page(office: SampleOffice, catalogue: Catalogue) -> str:
    """Publish the catalogue and accept a case of all matters of its bundle; return the case number."""
    publish(office, catalogue)
    values = {"address": ADDRESS}
    save = SaveDraft(
        visit="",
        window="w1",
        one_thing="bundle",
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        personal=DraftContent(values=values),
    )
    draft = office.door.perform(save, "clerk-1").draft
    with office.store.read() as tx:
        others = find_duplicates(tx, "bundle", identify_party(_PARTY, catalogue.fields, values))
    command = AcceptCase(
        draft=draft,
        visit="",
        window="w1",
        one_thing="bundle",
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        chosen=None,
        materials=(),
        personal=CaseDetails(parties=(_PARTY,), values=values),
        duplicates=tuple(other.number for other in others),
        duplicate_code="other_subject" if others else "",
    )
    return office.door.perform(command, "clerk-1").number


def approve_page(office: SampleOffice, number: str, page_number: str = PAGE_NUMBER) -> TaskDecided:
    """Approve the matter "page" with the number that the officer fills in."""
    held = office.claim_of(number, "page")
    values = ResultValues(values={"page_number": page_number} if page_number else {})
    command = DecideTask(task=held.task, fence=held.fence, outcome="approved", personal=values)
    return office.door.perform(command, held.staff)
