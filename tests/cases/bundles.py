"""Bundles of matters for tests: catalogues with given dependencies, published and accepted in the sample office."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.duplicates import find_duplicates, identify_party
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.tasks.decisions import CommitTask, TaskCommitted
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.people import SYSTEM
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.office import SampleOffice, paper_materials
from tests.sample_data import sample_city

ORGANS = ("health", "police", "hr", "tax")


def after(name: str, join: str = "finished", if_refused: str = "lapse") -> dict[str, Any]:
    """Return a dependency on a matter, in the form of the catalogue."""
    return {"matter": name, "join": join, "if_refused": if_refused}


def bundle(**matters: list[dict[str, Any]]) -> Catalogue:
    """Build a catalogue of matters with their dependencies, by name.

    The matters are assigned to `ORGANS` in turn; each needs a material of its own, and the material "extra" is needed
    by none.
    """
    definitions = [
        make_matter(name, organ=ORGANS[index % len(ORGANS)], after=dependencies, materials=[f"paper-{name}"])
        for index, (name, dependencies) in enumerate(matters.items())
    ]
    names = [f"paper-{name}" for name in matters] + ["extra"]
    materials = [
        {"id": name, "name": {"zh": name, "en": name}, "form": "original", "origin": "applicant"} for name in names
    ]
    calendars = [calendar.model_dump() for calendar in sample_city().calendars]
    return make_catalogue(definitions, materials=materials, calendars=calendars)


def publish(office: SampleOffice, catalogue: Catalogue) -> None:
    """Publish a catalogue in addition to that of the sample city."""
    content = catalogue.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=catalogue.id, version=catalogue.version, content=content), SYSTEM)


def acceptance_command(office: SampleOffice, catalogue: Catalogue) -> AcceptCase:
    """Save a draft of all matters and return the command that accepts it."""
    (one_thing,) = catalogue.one_things
    save = SaveDraft(
        visit="",
        window="w1",
        one_thing=one_thing.id,
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        personal=DraftContent(),
    )
    draft = office.door.perform(save, "clerk-1").draft
    party = PartyDetails(role="applicant", kind="person", name="王芳", number="", subject="mother")
    with office.store.read() as tx:
        others = find_duplicates(tx, one_thing.id, identify_party(party, catalogue.fields, {}))
    return AcceptCase(
        draft=draft,
        visit="",
        window="w1",
        one_thing=one_thing.id,
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        chosen=None,
        materials=paper_materials(*(material for matter in catalogue.matters for material in matter.materials)),
        personal=CaseDetails(parties=(party,), values={}),
        duplicates=tuple(other.number for other in others),
        duplicate_code="other_subject" if others else "",
    )


def accept(office: SampleOffice, catalogue: Catalogue) -> str:
    """Accept a case of all matters and return its number."""
    return office.door.perform(acceptance_command(office, catalogue), "clerk-1").number


def commit(office: SampleOffice, number: str, matter: str) -> TaskCommitted:
    """Claim the task of a matter and commit to approve it; the officer keeps the claim."""
    claim = office.claim_of(number, matter)
    return office.door.perform(CommitTask(task=claim.task, fence=claim.fence, note="we will"), claim.staff)
