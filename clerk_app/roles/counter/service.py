"""Service of the counter screen. Each action performs one or two commands and returns the new view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec

from clerk_app.cases.applications.opening import VISIT
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.errors import BadData, Refused
from clerk_app.hall.visits import RefuseCode
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter import offers
from clerk_app.roles.counter.also_eligible import carry_answers, find_carried_party
from clerk_app.roles.counter.application_view import read_scan_view
from clerk_app.roles.counter.complete_draft import build_acceptance, require_complete
from clerk_app.roles.counter.difference_rows import add_reason, drop_reasons
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.draft_values import prefill_content
from clerk_app.roles.counter.duplicates import list_duplicate_reasons, search_duplicates
from clerk_app.roles.counter.further_actions import FurtherActions
from clerk_app.roles.counter.matter_choice_actions import MatterChoiceActions
from clerk_app.roles.counter.message_actions import MessageActions
from clerk_app.roles.counter.navigation_actions import NavigationActions
from clerk_app.roles.counter.one_things import read_choice
from clerk_app.roles.counter.parties import describe_identity_gap
from clerk_app.roles.counter.scan import (
    ScannedApplication,
    ScannedCaseNumber,
    ScannedCitizenCode,
    ScannedConsentList,
    ScannedSheet,
    ScannedTicket,
    recognise_scan,
)
from clerk_app.roles.counter.taken_view import read_taken_view
from clerk_app.roles.formatting import localize
from clerk_app.roles.material_view import read_material_view
from clerk_app.roles.papers.given_files import giving_files
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.text.cleaning import clean_text
from clerk_app.views.case import MaterialView
from clerk_app.views.counter import CounterView
from clerk_app.views.duplicates import DuplicateSearch
from clerk_app.views.finding import Facet, FacetValue, GuideView, OfferPage, OfferPreview
from clerk_app.views.shared import Option


@raises_clerk_errors
class OfficeCounter(MatterChoiceActions, MessageActions, NavigationActions, FurtherActions):
    """Implements views.CounterService for a clerk at the window of an office."""

    # person and draft

    def process_scan(self, text: str) -> CounterView:
        scan = recognise_scan(self._office, text)
        if isinstance(scan, ScannedCaseNumber):
            return self.open_received(scan.number) if self._is_received(scan.number) else self.open_case(scan.number)
        if isinstance(scan, ScannedTicket):
            return self._serve_ticket(scan.number)
        if isinstance(scan, ScannedConsentList):
            return self._open_consent_list(scan.number)
        if isinstance(scan, ScannedSheet):
            return self.open_sheet(scan.number)
        if isinstance(scan, ScannedApplication):
            return self.open_application(scan.number, VISIT)
        if isinstance(scan, ScannedCitizenCode):
            return self._identify(scan.code)
        visit = self._find_visit()
        self._door.perform(
            RefuseCode(visit=visit["id"] if visit else "", format=scan.format_name, reason="unknown"), self._staff_id
        )
        return replace(self._view_with_message(scan.sentence), is_refusal=True)

    def find_offers(self, text: str, facets: Mapping[Facet, str]) -> OfferPage:
        return offers.find_offers(self._office, text, facets)

    def list_facet_values(self, text: str, facets: Mapping[Facet, str], facet: Facet) -> tuple[FacetValue, ...]:
        return offers.list_facet_values(self._office, text, facets, facet)

    def preview_offer(self, offer: str) -> OfferPreview:
        return offers.preview_offer(self._office, offer)

    def read_guide(self, offer: str = "") -> GuideView:
        from clerk_app.roles.guide_view import build_guide_view  # loads the papers

        if offer:
            return offers.read_guide(self._office, offer)
        draft = self._read_draft()
        return build_guide_view(draft.catalogue, "", localize(draft.plan.one_thing.name), draft.plan)

    def begin_draft(self, one_thing: str) -> CounterView:
        visit = self._current_visit()
        catalogue = self._office.catalogue_part(split_single_id(one_thing)[0])
        chosen, answers = read_choice(catalogue, one_thing)
        decision = self._door.perform(
            SaveDraft(
                visit=visit["id"],
                window=self._window,
                one_thing=chosen,
                catalogue=catalogue.id,
                catalogue_version=catalogue.version,
                personal=DraftContent(values=answers),
            ),
            self._staff_id,
        )
        self._state.draft = decision.draft
        self._save(prefill_content(self._read_draft()))
        unavailable = self._list_licences_if_possible(visit)
        return self._view_with_message(unavailable) if unavailable else self.read_view()

    def begin_navigated(self, offer: str, answers: Mapping[str, str]) -> CounterView:
        view = self.begin_draft(offer)
        content = self._read_draft().content
        self._save(msgspec.structs.replace(content, values={**content.values, **answers}))
        self._save(prefill_content(self._read_draft()))
        return replace(self.read_view(), message=view.message)

    def begin_also_eligible(self, offer: str) -> CounterView:
        former = self._find_readable_draft()
        if former is not None and former.is_masked:
            raise Refused("masked", "Nothing was changed. {first}", first=describe_identity_gap(former))
        view = self.begin_draft(offer)
        if former is None:
            return view
        carried = find_carried_party(former, self._read_draft())
        if carried is not None:
            self._save_party(*carried)
        self._save(carry_answers(former, self._read_draft()))
        self._save(prefill_content(self._read_draft()))
        return replace(self.read_view(), message=view.message)

    def fetch_materials(self) -> CounterView:
        draft = self._read_draft()
        if draft.identity_gap:
            raise Refused("other_applicant", "Nothing was fetched. {first}", first=describe_identity_gap(draft))
        self._list_licences(self._current_visit())
        return self.read_view()

    # the form

    def fill_field(self, field: str, value: str) -> CounterView:
        draft = self._read_unmasked_draft()
        planned = next((planned for planned in draft.plan.fields if planned.field.id == field), None)
        if planned is None:
            raise BadData("The form has no field {field} any more.", field=field)
        with suppress(BadData):  # an invalid value is saved as typed; the view then has an error at the field
            value = normalize_form_value(draft.plan, planned.field, value, draft.content.values)
        if draft.content.values.get(field, "") != value:
            values = {**draft.content.values, field: value}
            sources = {name: source for name, source in draft.content.sources.items() if name != field}
            reasons = drop_reasons(draft.content, field)
            self._save(msgspec.structs.replace(draft.content, values=values, sources=sources, differences=reasons))
            self._save(prefill_content(self._read_draft()))  # the value may add fields that can be prefilled
        return self.read_view()

    def explain_difference(self, field: str, reason: str) -> CounterView:
        self._save(add_reason(self._read_unmasked_draft(), field, clean_text(reason)))
        return self.read_view()

    def drop_matter(self, matter: str) -> CounterView:
        return self._set_matter(matter, wanted=False)

    def add_matter(self, matter: str) -> CounterView:
        return self._set_matter(matter, wanted=True)

    def list_accesses(self) -> tuple[str, ...]:
        from clerk_app.people.access_report import QueryAccesses  # asked for by few citizens
        from clerk_app.roles.access_lines import describe_access

        answer = self._door.perform(QueryAccesses(visit=self._current_visit()["id"]), self._staff_id)
        with self._office.store.read() as tx:
            return tuple(describe_access(tx, access, self._office.local_time(access.at)) for access in answer.accesses)

    def open_material(self, material: str) -> MaterialView:
        visit = self._find_visit()
        if self._state.case:
            return read_material_view(self._office, self._staff, case=self._state.case, material=material)
        draft = self._read_draft()
        licence = draft.matches[material].licence if material in draft.matches else None
        if material in draft.scans and (licence is None or draft.matches[material].state != "held"):
            return read_scan_view(self._office, self._read_unmasked_draft(), material, self._staff["number"])
        if material in draft.content.paper_files:
            return read_taken_view(self._office, self._read_unmasked_draft(), material, self._staff["number"])
        if licence is None or visit is None:
            raise Refused("nothing", "There is nothing to show: the city does not hold it.")
        if licence["id"] in draft.agreed - draft.consented:
            raise Refused("unreleased", "Agreed to, but not released by the center yet: F8.")
        self._door.perform(
            RecordAccess(licence=licence["id"], purpose=draft.plan.one_thing.id, visit=visit["id"]), self._staff_id
        )
        purpose = localize(draft.plan.one_thing.name)
        catalogue, staff = draft.catalogue, self._staff
        return read_material_view(self._office, staff, licence=licence, catalogue=catalogue, purpose=purpose)

    def print_missing(self) -> CounterView:
        from clerk_app.roles.counter.draft_papers import print_one_time_notice  # papers: not before the first one

        printed = print_one_time_notice(self._office, self._read_draft(), self._window, self._staff)
        return self._view_with_message(printed)

    def print_guide(self, one_thing: str = "") -> CounterView:
        from clerk_app.roles.counter.draft_papers import print_guide

        draft = None if one_thing else self._read_draft()
        return self._view_with_message(print_guide(self._office, one_thing, draft))

    def find_duplicates(self) -> DuplicateSearch:
        return search_duplicates(self._office, self._read_complete_draft(), self._staff_id)

    def list_duplicate_reasons(self) -> tuple[Option, ...]:
        return list_duplicate_reasons()

    def _read_complete_draft(self) -> DraftState:
        """Return the draft. Raise Refused if it cannot be accepted yet."""
        draft = self._read_draft()
        require_complete(self._office, draft, self._current_visit())
        return draft

    def accept_case(self, duplicates: Sequence[str] = (), duplicate_code: str = "") -> CounterView:
        require_plausible_clock(self._office)
        draft, visit = self._read_complete_draft(), self._current_visit()
        self._hold_application_of(draft)
        command = build_acceptance(self._office, draft, visit, duplicates=duplicates, duplicate_code=duplicate_code)
        with giving_files(self._office, command.materials):
            decision = self._door.perform(command, self._staff_id)
        self._state.draft, self._state.acted = "", True
        self._state.receipt = self._printer.print_notice(decision.notice)
        self._ensure_numbers()
        return self.read_view()

    def decline_case(self, reason: str, codes: Sequence[str] = ()) -> CounterView:
        require_plausible_clock(self._office)
        draft, visit = self._read_draft(), self._current_visit()
        self._hold_application_of(draft)
        decision = self._door.perform(
            RefuseAcceptance(
                draft=draft.row["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=draft.plan.one_thing.id,
                catalogue=draft.catalogue.id,
                catalogue_version=draft.catalogue.version,
                reason=reason,
                reason_codes=tuple(codes),
                application=draft.application_number,
                received=draft.content.received,
                personal=draft.case_details(),
            ),
            self._staff_id,
        )
        self._state.draft, self._state.acted = "", True
        self._state.receipt = self._printer.print_notice(decision.notice)
        return self.read_view()

    # helpers

    def _set_matter(self, matter: str, *, wanted: bool) -> CounterView:
        draft = self._read_unmasked_draft()
        chosen = {planned.id for planned in draft.plan.matters} - {matter} | ({matter} if wanted else set())
        self._save(msgspec.structs.replace(draft.content, chosen=tuple(sorted(chosen))))
        return self.read_view()
