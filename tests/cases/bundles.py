"""One things made up for a test: matters with arrows, published in the sample office and accepted there."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.intake.acceptance import AcceptCase, CaseDetails, PartyDetails
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.tasks.decisions import CommitTask, TaskCommitted
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.people import SYSTEM
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.office import SampleOffice, paper_materials
from tests.sample_data import sample_city

ORGANS = ("health", "police", "hr", "tax")


def after(name: str, join: str = "finished", if_refused: str = "lapse") -> dict[str, Any]:
    """An arrow from a matter."""
    return {"matter": name, "join": join, "if_refused": if_refused}


def bundle(**matters: list[dict[str, Any]]) -> Catalogue:
    """Matters by name with the arrows they wait for; they go round the organs, each looks at a paper of its own."""
    made = [
        make_matter(name, organ=ORGANS[at % len(ORGANS)], after=arrows, materials=[f"paper-{name}"])
        for at, (name, arrows) in enumerate(matters.items())
    ]
    names = [f"paper-{name}" for name in matters] + ["extra"]
    asked = [
        {"id": name, "name": {"zh": name, "en": name}, "form": "original", "origin": "applicant"} for name in names
    ]
    return make_catalogue(made, materials=asked, calendars=[one.model_dump() for one in sample_city().calendars])


def publish(office: SampleOffice, made: Catalogue) -> None:
    """Puts the catalogue in force beside the sample city's."""
    content = made.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=made.id, version=made.version, content=content), SYSTEM)


def acceptance_command(office: SampleOffice, made: Catalogue) -> AcceptCase:
    """Somebody wants the whole bundle: the command that accepts."""
    (one_thing,) = made.one_things
    keeping = SaveDraft(
        visit="",
        window="w1",
        one_thing=one_thing.id,
        catalogue=made.id,
        catalogue_version=made.version,
        personal=DraftContent(),
    )
    draft = office.door.perform(keeping, "clerk-1").draft
    party = PartyDetails(role="applicant", kind="person", name="王芳", number="", subject="mother")
    return AcceptCase(
        draft=draft,
        visit="",
        window="w1",
        one_thing=one_thing.id,
        catalogue=made.id,
        catalogue_version=made.version,
        chosen=None,
        materials=paper_materials(*(name for one in made.matters for name in one.materials)),
        personal=CaseDetails(parties=(party,), values={}),
    )


def accept(office: SampleOffice, made: Catalogue) -> str:
    """The number of a case over the whole bundle."""
    return office.door.perform(acceptance_command(office, made), "clerk-1").number


def commit(office: SampleOffice, number: str, name: str) -> TaskCommitted:
    """A matter's organ says in writing that it will; it keeps holding the task."""
    held = office.claim_of(number, name)
    return office.door.perform(CommitTask(task=held.task, fence=held.fence, note="we will"), held.staff)
