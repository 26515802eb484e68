"""Papers of a draft as materials of an acceptance, and earlier materials that are too old to be used again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.drafts import DraftContent, PaperReason
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.citizen.offered_rows import build_earlier_row
from clerk_app.people.earlier_materials import grade_of_paper
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MaterialDefinition
    from clerk_app.catalogue.plan import Plan


def list_too_old(tx: Transaction, visit: str) -> list[Row]:
    """Return the earlier materials listed in a visit that are older than the catalogue allows, as such rows."""
    rows = tx.select("earlier_materials", visit=visit, too_old=True, order=("id",))
    return [build_earlier_row({**row, "confirmed": "", "purpose": ""}) for row in rows]


def find_too_old(rows: Iterable[Row], plan: Plan, holders: Mapping[str, str]) -> dict[str, Row]:
    """Return those of the earlier materials that are too old which the parties of a plan have given, by material.

    `holders` are the ids of the parties, by role.
    """
    own, given = plan.one_thing.applicant_role().id, {(row["material"], row["holder"]): row for row in rows}
    roles = {need.material.id: need.material.holder or own for need in plan.materials}
    return {name: given[key] for name, role in roles.items() if (key := (name, holders.get(role, ""))) in given}


def build_paper(
    definition: MaterialDefinition, content: DraftContent, reason: PaperReason | None, scan: str, answer: str
) -> GivenMaterial:
    """Return the material of an acceptance that a clerk takes on paper, with what the draft has of it.

    `reason` is why it is taken although the city holds the licence, `scan` the digest of the copy that was sent in,
    `answer` that the citizen declined or withdrew the consent to its use.
    """
    facts = content.paper_facts.get(definition.id)
    paper = GivenMaterial(
        material=definition.id,
        how="paper",
        grade=grade_of_paper(definition),
        content=scan,
        paper_code=reason.code if reason is not None else answer,
        paper_reason=reason.reason if reason is not None else "",
        issuer=facts.issuer if facts is not None else "",
        issued_on=facts.issued_on if facts is not None else "",
        valid_to=facts.valid_to if facts is not None else "",
        overruled=content.overruled.get(definition.id, ()),
    )
    return with_file(paper, content.paper_files.get(definition.id))


def with_file(paper: GivenMaterial, file: PaperFile | None) -> GivenMaterial:
    """Return a paper with the file that was taken in, which replaces a copy that was sent in; unchanged without one."""
    if file is None:
        return paper
    return msgspec.structs.replace(
        paper,
        content=file.content,
        media_type=file.media_type,
        pages=file.pages,
        size=file.size,
        source=file.source,
        photo=file.photo,
    )
