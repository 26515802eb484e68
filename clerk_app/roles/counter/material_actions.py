"""Actions of a window on the materials of the draft on the screen: papers, earlier materials, what the city holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.intake.drafts import PaperReason
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.cases.paper_facts import PaperFacts, has_expired
from clerk_app.cases.paper_reasons import PAPER_REASONS, is_paper_reason
from clerk_app.errors import Refused
from clerk_app.locales import _, translate
from clerk_app.roles.counter.applications import ApplicationActions
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.held_materials import list_held_materials
from clerk_app.roles.counter.paper_fields import build_paper_fields, require_facts
from clerk_app.roles.counter.parties import describe_masked_draft
from clerk_app.roles.formatting import localize
from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterView
from clerk_app.views.held_materials import HeldMaterial
from clerk_app.views.shared import Option


class MaterialActions(ApplicationActions):
    """Papers taken in or not, earlier materials confirmed, and the list of what the city holds."""

    def toggle_paper(self, material: str, code: str = "", reason: str = "") -> CounterView:
        draft = self._read_unmasked_draft()
        papers, reasons = set(draft.content.papers), dict(draft.content.paper_reasons)
        facts, files = dict(draft.content.paper_facts), dict(draft.content.paper_files)
        if material in papers and not code:
            papers.discard(material)
            reasons.pop(material, None)
            facts.pop(material, None)
            files.pop(material, None)
        else:
            if draft.needs_paper_reason(material):
                if not is_paper_reason(code, reason):
                    raise Refused(
                        "paper_of_held",
                        "The city holds it: {names}. Use what it holds, or give the reason in writing why paper is"
                        " taken.",
                        names=localize(draft.catalogue.material(material).name),
                        materials=material,
                    )
                reasons[material] = PaperReason(code=code, reason=reason.strip())
            papers.add(material)
        content = msgspec.structs.replace(
            draft.content,
            papers=tuple(sorted(papers)),
            paper_reasons=reasons,
            paper_facts=facts,
            paper_files=files,
        )
        self._save(content)
        return self.read_view()

    def _put_back_file(self, material: str, file: PaperFile) -> CounterView:
        """Save the file of a paper that was marked as not handed in by mistake."""
        content = self._read_draft().content
        self._save(msgspec.structs.replace(content, paper_files={**content.paper_files, material: file}))
        return self.read_view()

    def list_paper_fields(
        self, materials: Sequence[str], typed: Mapping[str, str] | None = None
    ) -> tuple[FieldRow, ...]:
        today, number = self._office.local_time().date(), self._state.case
        if number:
            with self._office.store.read() as tx:
                catalogue = read_case(tx, number).catalogue
            stored: dict[str, PaperFacts] = {}
        else:
            draft = self._read_unmasked_draft()
            catalogue, stored = draft.catalogue, draft.content.paper_facts
        definitions = [catalogue.material(name) for name in materials]
        return build_paper_fields(definitions, stored, typed, today, refuses_expired=bool(number))

    def describe_paper(self, material: str, typed: Mapping[str, str]) -> CounterView:
        draft = self._read_unmasked_draft()
        definition = draft.catalogue.material(material)
        if material not in draft.content.papers:
            raise Refused("no_paper", "{name} is not marked as handed in on paper.", name=localize(definition.name))
        found = dict(require_facts([definition], typed, draft.today))
        facts = {**draft.content.paper_facts, **found}
        self._save(msgspec.structs.replace(draft.content, paper_facts=facts))
        end = found[material].valid_to
        if not has_expired(end, draft.today):
            return self.read_view()
        sentence = _("{name} expired on {day} and does not count: ask for a new one.")
        return self._view_with_message(sentence.format(name=localize(definition.name), day=end))

    def list_paper_reasons(self) -> tuple[Option, ...]:
        return tuple(
            Option(code, translate(name), hint="" if is_paper_reason(code, "") else _("in own words"))
            for code, name in PAPER_REASONS.items()
        )

    def confirm_material(self, material: str) -> CounterView:
        draft = self._read_unmasked_draft()
        confirmed = tuple(sorted({*draft.content.confirmed, material}))
        self._save(msgspec.structs.replace(draft.content, confirmed=confirmed))
        return self.read_view()

    def list_held_materials(self) -> tuple[HeldMaterial, ...]:
        draft, visit = self._read_unmasked_draft(), self._current_visit()
        return list_held_materials(self._office, draft, visit["id"])

    def _read_unmasked_draft(self) -> DraftState:
        """Return the draft. Raise Refused if it is masked: nobody changes what they cannot read."""
        draft = self._read_draft()
        if draft.is_masked:
            raise Refused("masked", "Nothing was changed. {first}", first=describe_masked_draft(draft))
        return draft
