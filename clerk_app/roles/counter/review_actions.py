"""Actions of a window on the pre-review of the papers of the draft on the screen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.cases.overruled_findings import FINDING_REASONS, OverruledFinding, is_finding_reason
from clerk_app.cases.paper_readings import PAPER_SOURCE, PaperReading, ReadValue, format_paper_source
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.errors import Refused
from clerk_app.locales import _, translate
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.draft_values import prefill_content, remove_values_from
from clerk_app.roles.counter.material_actions import MaterialActions
from clerk_app.roles.counter.paper_review import build_draft_subject, find_file, prefill_facts
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.cut_outs import draw_cut_out
from clerk_app.roles.papers.reading import read_stored_paper
from clerk_app.roles.papers.viewing import FilePages, make_terms, open_stored_pages
from clerk_app.views.counter import CounterView
from clerk_app.views.paper_review import FinishedReading, PaperReview
from clerk_app.views.shared import Option, Picture

if TYPE_CHECKING:
    from clerk_app.roles.papers.case_reviews import CaseReviewer


class ReviewActions(MaterialActions):
    """Papers of a draft are read in the background, reviewed, and their values taken into the form."""

    _cut_pages: tuple[str, FilePages] | None = None  # digest and pages of the paper whose cut-outs are shown

    def toggle_paper(self, material: str, code: str = "", reason: str = "") -> CounterView:
        view = super().toggle_paper(material, code, reason)
        draft = self._read_draft()
        if material in draft.content.papers or material not in draft.content.readings:
            return view
        self._save(_without_reading(draft, material))
        self._save(prefill_content(self._read_draft()))
        return self.read_view()

    def read_paper(self, material: str) -> FinishedReading:
        draft = self._read_draft()
        reading = read_stored_paper(self._office, _require_file(draft, material))
        return FinishedReading(draft.row["id"], material, reading)

    def record_reading(self, reading: FinishedReading) -> CounterView:
        draft = self._find_readable_draft()
        found = reading.content
        is_current = draft is not None and draft.row["id"] == reading.draft
        if draft is None or not is_current or not isinstance(found, PaperReading):
            return self.read_view()
        if draft.is_masked or find_file(draft, reading.material) != found.content:
            return self.read_view()
        before = draft.content.readings.get(reading.material)
        is_other_file = before is not None and before.content != found.content
        content = _without_reading(draft, reading.material) if is_other_file else draft.content
        content = _with_reading(content, reading.material, found)
        self._save(prefill_facts(self._office, draft, content, reading.material))
        self._save(prefill_content(self._read_draft()))
        return self.read_view()

    def review_paper(self, material: str) -> PaperReview:
        from clerk_app.roles.papers.review import build_paper_review, build_unread_review  # not before the first one

        if self._state.case:
            with self._office.store.read() as tx:
                case = read_case(tx, self._state.case)
            return self._case_reviewer.review(case, material)
        draft = self._read_unmasked_draft()
        _require_file(draft, material)
        subject = build_draft_subject(self._office, draft)
        if material not in subject.readings:
            return build_unread_review(draft.catalogue, material)
        return build_paper_review(subject, material, can_act=True)

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:
        if self._state.case:
            return self._case_reviewer.draw_value(value, width, height)
        draft = self._read_unmasked_draft()
        reading, found = self._find_value(draft, material, value)
        pages = self._cut_pages
        if pages is None or pages[0] != reading.content:
            terms = make_terms(self._office, localize(draft.plan.one_thing.name), self._staff["number"])
            pages = self._cut_pages = (reading.content, open_stored_pages(self._office, reading.content, terms))
        return draw_cut_out(pages[1], reading, found, width, height)

    def take_value(self, material: str, value: str) -> CounterView:
        draft = self._read_unmasked_draft()
        _reading, found = self._find_value(draft, material, value)
        fields = build_draft_subject(self._office, draft).fields_by_value.get((material, value), ())
        if not fields:
            raise Refused("no_field", "The form has no field for this value.")
        values, sources = dict(draft.content.values), dict(draft.content.sources)
        differences = draft.content.differences
        for field in fields:
            values[field.id] = normalize_form_value(draft.plan, field, found.value, draft.content.values)
            sources[field.id] = format_paper_source(material, found)
            differences = tuple(given for given in differences if given.field != field.id)
        self._save(msgspec.structs.replace(draft.content, values=values, sources=sources, differences=differences))
        self._save(prefill_content(self._read_draft()))
        return self.read_view()

    def ignore_finding(self, material: str, finding: str, code: str = "", reason: str = "") -> CounterView:
        draft = self._read_unmasked_draft()
        subject = build_draft_subject(self._office, draft)
        reading = subject.readings.get(material)
        found = {found.id: found for found in subject.list_own_findings(material)} if reading is not None else {}
        if reading is None or finding not in found:
            raise Refused("no_finding", "This finding is not there any more: the paper, the form or a party changed.")
        if not found[finding].needs_reason:
            ignored = tuple(sorted({*reading.ignored} ^ {finding}))
            self._save(_with_reading(draft.content, material, msgspec.structs.replace(reading, ignored=ignored)))
            return self.read_view()
        given = tuple(known for known in draft.content.overruled.get(material, ()) if known.finding != finding)
        if code or subject.find_reason(material, found[finding]) is None:
            if not is_finding_reason(code, reason):
                raise Refused("finding_reason", "It differs: give the reason in writing why the paper counts.")
            given = (*given, OverruledFinding(finding=finding, code=code, reason=reason.strip()))
        overruled = {**draft.content.overruled, material: given}
        self._save(msgspec.structs.replace(draft.content, overruled=overruled))
        return self.read_view()

    def list_finding_reasons(self) -> tuple[Option, ...]:
        return tuple(
            Option(code, translate(name), hint="" if is_finding_reason(code, "") else _("in own words"))
            for code, name in FINDING_REASONS.items()
        )

    def read_again(self, material: str) -> CounterView:
        draft = self._read_unmasked_draft()
        readings = {name: reading for name, reading in draft.content.readings.items() if name != material}
        content = _without_overruled(draft.content, material)
        self._save(msgspec.structs.replace(content, readings=readings))
        return self._view_with_message(
            _("{name} is read once more.").format(name=localize(draft.catalogue.material(material).name))
        )

    @cached_property
    def _case_reviewer(self) -> CaseReviewer:
        from clerk_app.roles.papers.case_reviews import CaseReviewer

        return CaseReviewer(self._office, str(self._staff["number"]))

    @staticmethod
    def _find_value(draft: DraftState, material: str, value: str) -> tuple[PaperReading, ReadValue]:
        reading = draft.content.readings.get(material)
        found = next((read for read in reading.values if read.id == value), None) if reading is not None else None
        if reading is None or found is None:
            raise Refused("no_reading", "This value is not there any more: the paper was read again, or taken back.")
        return reading, found


def _require_file(draft: DraftState, material: str) -> str:
    """Return the digest of the file of a paper. Raises Refused without one."""
    digest = find_file(draft, material)
    if not digest:
        raise Refused("no_file", "No pages of this paper were taken in: there is nothing to read.")
    return digest


def _without_reading(draft: DraftState, material: str) -> DraftContent:
    """Return the content of a draft without what was read from a paper, and the values that it has filled in."""
    content = remove_values_from(draft, {f"{PAPER_SOURCE}{material}"})
    readings = {name: reading for name, reading in content.readings.items() if name != material}
    return msgspec.structs.replace(_without_overruled(content, material), readings=readings)


def _without_overruled(content: DraftContent, material: str) -> DraftContent:
    """Return the content of a draft without the reasons for what was found on a paper: it is read again."""
    overruled = {name: given for name, given in content.overruled.items() if name != material}
    return msgspec.structs.replace(content, overruled=overruled)


def _with_reading(content: DraftContent, material: str, reading: PaperReading) -> DraftContent:
    return msgspec.structs.replace(content, readings={**content.readings, material: reading})
