"""Rows of the check list whose paper is being taken in."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.composition.office import Office
from clerk_app.composition.open_papers import DRAFT_OWNER, OpenPaper
from clerk_app.roles.papers.page_findings import describe_open_pages
from clerk_app.views.case import IntakeView, MaterialRow


def with_open_papers(office: Office, intake: IntakeView) -> IntakeView:
    """Return the view of a draft in which the papers are named whose pages are being taken in."""
    begun = {paper.material: paper for paper in office.open_papers.list_of(DRAFT_OWNER + intake.draft) if paper.pages}
    if not begun:
        return intake
    materials = tuple(_with_open_paper(row, begun.get(row.id)) for row in intake.materials)
    return replace(intake, materials=materials)


def _with_open_paper(row: MaterialRow, paper: OpenPaper | None) -> MaterialRow:
    if paper is None or (paper.file is not None and row.is_paper):
        return row
    return replace(row, state_name=describe_open_pages(len(paper.pages)), level="warn")
