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


def result_city(*, holder: str = "applicant", **product: Any) -> Catalogue:
    """Build the catalogue: "page" makes a register page, which "card" (lapses with it) and "notice" (does not) need.

    With the holder "child", the applicant applies for a child, whose number the page states.
    """
    parties = [{"id": "applicant", "name": make_text("applicant"), "applicant": True}]
    parties += [{"id": "child", "name": make_text("child")}] if holder == "child" else []
    page = {
        "name": make_text("register page"),
        "material": "page",
        "licence_type": PAGE_TYPE,
        "holder": holder,
        "valid_months": 12,
        "claims": {"name": "holder_name", "address": "field:address", "registered_on": "decided_on"},
        "fields": ["page_number", "child_number"] if holder == "child" else ["page_number"],
        **product,
    }
    matters = [
        make_matter("page", organ="health", fields=["address"], produces=[page]),
        make_matter("card", organ="police", materials=["page"], after=[after("page")]),
        make_matter("notice", organ="hr", materials=["page"], after=[after("page", if_refused="go_on")]),
        make_matter("renewal", organ="tax", materials=["page"]),
    ]
    fields: list[dict[str, Any]] = [
        {"id": name, "name": make_text(name), "kind": "text"} for name in ("address", "page_number")
    ]
    number = {"id": "child_number", "name": make_text("number"), "kind": "id_number", "party": "child"}
    fields += [{**number, "required": False}] if holder == "child" else []
    claims = [{"id": name, "name": make_text(name)} for name in ("name", "address", "registered_on")]
    return make_catalogue(
        matters,
        one_things=[
            make_one_thing(["page", "card", "notice"], parties=parties),
            make_one_thing(["renewal"], id="later", name=make_text("later"), initials="l", parties=parties),
        ],
        organs=[
            {"id": name, "name": make_text(name), "level": "city"}
            for name in ("office", "health", "police", "hr", "tax")
        ],
        materials=[
            make_material(
                "page",
                origin="produced",
                licence_type=PAGE_TYPE,
                gap_allowed=True,
                decides_without=True,
                main=False,
                holder=holder,
            )
        ],
        fields=fields,
        licence_types=[{"code": PAGE_TYPE, "name": make_text("register"), "claims": claims}],
        calendars=[calendar.model_dump() for calendar in sample_city().calendars],
    )


def plain_city(**product: Any) -> Catalogue:
    """Build the catalogue whose result "page" is no licence."""
    city = result_city(licence_type=None, claims={"address": "field:address"}, **product)
    page = city.material("page").model_copy(update={"licence_type": None})
    return city.model_copy(update={"materials": (page,)})


def accept_page(office: SampleOffice, catalogue: Catalogue, *others: PartyDetails) -> str:
    """Publish the catalogue and accept a case of all matters of its bundle; return the case number.

    `others` are parties besides the applicant.
    """
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
        same = find_duplicates(tx, "bundle", identify_party(_PARTY, catalogue.fields, values))
    command = AcceptCase(
        draft=draft,
        visit="",
        window="w1",
        one_thing="bundle",
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        chosen=None,
        materials=(),
        personal=CaseDetails(parties=(_PARTY, *others), values=values),
        duplicates=tuple(case.number for case in same),
        duplicate_code="other_subject" if same else "",
    )
    return office.door.perform(command, "clerk-1").number


def approve_page(
    office: SampleOffice, number: str, page_number: str = PAGE_NUMBER, child_number: str = ""
) -> TaskDecided:
    """Approve the matter "page" with the numbers that the officer fills in."""
    held = office.claim_of(number, "page")
    filled_in = {"page_number": page_number, "child_number": child_number}
    values = ResultValues(values={name: value for name, value in filled_in.items() if value})
    command = DecideTask(task=held.task, fence=held.fence, outcome="approved", personal=values)
    return office.door.perform(command, held.staff)
