"""Actions of a window on papers that are taken in as pages, for a draft or for the open case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.composition.open_papers import CASE_OWNER, DRAFT_OWNER, OpenPaper
from clerk_app.errors import Refused
from clerk_app.roles.counter.offered_rows import with_file
from clerk_app.roles.counter.supplement_actions import SupplementActions
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.page_findings import describe_open_pages
from clerk_app.roles.papers.visit_papers import VisitPaperTaking
from clerk_app.views.counter import CounterView
from clerk_app.views.papers import PaperTarget


class PaperActions(SupplementActions):
    """Papers of the draft on the screen, or brought for the open case, with their pages."""

    @cached_property
    def paper_taking(self) -> VisitPaperTaking:
        return VisitPaperTaking(self._office, self._staff_id, self._find_visit)

    def find_paper_target(self, material: str) -> PaperTarget:
        if self._state.case:
            with self._office.store.read() as tx:
                catalogue = read_case(tx, self._state.case).catalogue
            owner = CASE_OWNER + self._state.case
        else:
            draft = self._read_unmasked_draft()
            catalogue, owner = draft.catalogue, DRAFT_OWNER + draft.row["id"]
        definition = catalogue.material(material)
        if definition.paper_pictures == "none":
            name = localize(definition.name)
            raise Refused("no_pictures", "{name} is taken without pictures: mark it with Space.", name=name)
        return PaperTarget(owner, material, localize(definition.name))

    def list_open_papers(self) -> Mapping[str, str]:
        owner = CASE_OWNER + self._state.case if self._state.case else DRAFT_OWNER + self._find_draft()["id"]
        return {paper.material: describe_open_pages(len(paper.pages)) for paper in self._list_begun(owner)}

    def finish_paper(self, material: str, code: str = "", reason: str = "") -> CounterView:
        target = self.find_paper_target(material)
        file = self.paper_taking.complete(target.owner, material)
        if target.owner.startswith(CASE_OWNER):
            return self._view_with_message(describe_open_pages(file.pages))
        if material not in self._read_unmasked_draft().content.papers:
            self.toggle_paper(material, code, reason)
        content = self._read_unmasked_draft().content
        self._save(msgspec.structs.replace(content, paper_files={**content.paper_files, material: file}))
        self._office.open_papers.drop(target.owner, material)
        return self.read_view()

    def receive_supplements(
        self,
        materials: Sequence[str],
        typed: Mapping[str, str] | None = None,
        reasons: Mapping[str, tuple[str, str]] | None = None,
    ) -> CounterView:
        owner = CASE_OWNER + self._open_case_number
        for paper in self._list_begun(owner):
            if paper.material in materials:
                self.paper_taking.complete(owner, paper.material)
        view = super().receive_supplements(materials, typed, reasons)
        for material in materials:
            self._office.open_papers.drop(owner, material)
        return view

    def _attach_file(self, paper: GivenMaterial) -> GivenMaterial:
        found = self._office.open_papers.find(CASE_OWNER + self._open_case_number, paper.material)
        return with_file(paper, found.file if found is not None else None)

    def _list_begun(self, owner: str) -> list[OpenPaper]:
        return [paper for paper in self._office.open_papers.list_of(owner) if paper.pages]
