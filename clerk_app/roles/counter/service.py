"""The window's desk: each act is one or two commands at the door, then the whole view anew."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import msgspec

from clerk_app.cases.intake.acceptance import AcceptCase, RefuseAcceptance
from clerk_app.cases.intake.drafts import DiscardDraft, DraftContent, DraftParty, SaveDraft
from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.model import Catalogue, OneThing
from clerk_app.catalogue.search import search_catalogue
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.hall.calls import CallNext, CallTicket, MoveTicket, ServeWalkIn
from clerk_app.hall.visits import ConfirmPerson, RefuseCode
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent, RecordAccess
from clerk_app.locales import _, current_language, mark
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.counter.case_actions import CaseActions
from clerk_app.roles.counter.draft_state import DraftState, prefill_content, read_draft_state
from clerk_app.roles.counter.intake_view import describe_gap
from clerk_app.roles.counter.scan import (
    ScannedCaseNumber,
    ScannedCitizenCode,
    ScannedTicket,
    identify_citizen,
    is_scanned_code,
    read_code_facts,
    recognise_scan,
)
from clerk_app.roles.counter.view import CounterState, find_current_draft, find_visit_at_window
from clerk_app.roles.formatting import localize
from clerk_app.roles.material_view import read_material_view
from clerk_app.views import CounterView, MaterialView, Option

MATERIALS_UNAVAILABLE = mark(
    "The center is out of reach: there is only what the signed code carries and what this case holds. "
    "Take the other papers in; the case can be accepted."
)
CALL_UNAVAILABLE = mark(
    "Nobody was called: the center, which keeps the queue, is out of reach. "
    "Type the number of a printed ticket, or serve somebody without one (F8)."
)


class OfficeCounter(CaseActions):
    """The desk of the clerk who sits at this window (desk.CounterDesk)."""

    # the hall

    def call_next(self) -> CounterView:
        self._leave()
        try:
            self._door.perform(CallNext(hall=self._office.settings.hall, window=self._window), self._staff_id)
        except OutOfReach:
            return replace(self._fresh(), message=_(CALL_UNAVAILABLE))
        return self._fresh()

    def recall(self) -> CounterView:
        return self._move("recall")

    def hold(self) -> CounterView:
        return self._move("hold")

    def resume(self, ticket: str) -> CounterView:
        self._leave()
        self._door.perform(CallTicket(ticket=ticket, window=self._window), self._staff_id)
        return self._fresh()

    def mark_no_show(self) -> CounterView:
        return self._move("no_show")

    def serve_walk_in(self) -> CounterView:
        self._leave()
        self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        return self._fresh()

    def finish_visit(self) -> CounterView:
        return self._move("finish")

    # who and what

    def process_scan(self, text: str) -> CounterView:
        found = recognise_scan(self._office, text)
        if isinstance(found, ScannedCaseNumber):
            return self.open_case(found.number)
        if isinstance(found, ScannedTicket):
            day = self._office.local_time().date().isoformat()
            ticket = f"{self._office.settings.hall}/{day}/{found.number}"
            with self._office.store.read() as tx:
                unknown = tx.get("tickets", id=ticket) is None
            alone = read_connection_facts(self._office).state not in ("own", "connected")
            return self._serve_unknown(found.number) if unknown and alone else self.resume(ticket)
        if isinstance(found, ScannedCitizenCode):
            return self._show_citizen(found.text)
        visit = self._find_visit()
        self._door.perform(
            RefuseCode(visit=visit["id"] if visit else "", format=found.form, reason="unknown"), self._staff_id
        )
        return self._view_with_message(found.sentence)

    def is_code(self, text: str, kind: str) -> bool:
        return is_scanned_code(self._office, text, kind)

    def confirm_person(self) -> CounterView:
        self._door.perform(ConfirmPerson(visit=self._current_visit()["id"]), self._staff_id)
        return self.read_view()

    def find_one_things(self, query: str) -> tuple[Option, ...]:
        catalogue = self._office.catalogue()
        language = "en" if current_language() == "en" else "zh"
        found = (one for one in search_catalogue(catalogue, query, language) if isinstance(one, OneThing))
        return tuple(Option(one.id, localize(one.name), localize(catalogue.organ(one.lead).name)) for one in found)

    def begin_draft(self, one_thing: str) -> CounterView:
        visit = self._current_visit()
        catalogue = self._office.catalogue()
        chosen = catalogue.one_thing(one_thing)
        try:
            self._ask_for_materials(visit["id"], one_thing, catalogue)
            fetched = True
        except OutOfReach:
            fetched = False
        content = DraftContent(parties=self._shown(chosen))
        made = self._door.perform(
            SaveDraft(
                visit=visit["id"],
                window=self._window,
                one_thing=one_thing,
                catalogue=catalogue.id,
                catalogue_version=catalogue.version,
                personal=content,
            ),
            self._staff_id,
        )
        self._state.draft = made.draft
        self._keep(prefill_content(self._taking()))
        return self.read_view() if fetched else self._view_with_message(_(MATERIALS_UNAVAILABLE))

    def fetch_materials(self) -> CounterView:
        taking = self._taking()
        chosen = taking.plan.one_thing
        self._ask_for_materials(self._current_visit()["id"], chosen.id, taking.catalogue)
        self._keep(msgspec.structs.replace(taking.content, parties={**taking.content.parties, **self._shown(chosen)}))
        self._keep(prefill_content(self._taking()))
        return self.read_view()

    def list_drafts(self) -> tuple[Option, ...]:
        with self._office.store.read() as tx:
            rows = tx.query_all("cases.drafts_of_staff_or_window", staff=self._staff_id, window=self._window)
        catalogue = self._office.catalogue()
        saved = {row["id"]: self._office.local_time(row["saved_at"]).strftime("%m-%d %H:%M") for row in rows}
        names = {row["id"]: localize(catalogue.one_thing(row["one_thing"]).name) for row in rows}
        return tuple(Option(draft, names[draft], saved[draft]) for draft in names)

    def reopen_draft(self, draft: str) -> CounterView:
        if self._find_visit() is None:
            self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        self._state.draft = draft
        self._keep(self._taking().content)
        return self._fresh(keep_draft=True)

    def discard_draft(self, reason: str) -> CounterView:
        self._door.perform(DiscardDraft(draft=self._taking().draft["id"], reason=reason), self._staff_id)
        self._state.draft = ""
        return self.read_view()

    # the form

    def fill_field(self, field: str, value: str) -> CounterView:
        taking = self._taking()
        planned = next((one for one in taking.plan.fields if one.field.id == field), None)
        if planned is None:
            raise BadData("The form has no field {field} any more.", field=field)
        with suppress(BadData):  # a wrong one is kept as typed; the view names the mistake at the field
            value = normalize_value(planned.field, value)
        if taking.content.values.get(field, "") != value:
            values = {**taking.content.values, field: value}
            sources = {name: source for name, source in taking.content.sources.items() if name != field}
            self._keep(msgspec.structs.replace(taking.content, values=values, sources=sources))
            self._keep(prefill_content(self._taking()))  # an answer may have brought fields that a source knows
        return self.read_view()

    def drop_matter(self, matter: str) -> CounterView:
        return self._choose(matter, wanted=False)

    def add_matter(self, matter: str) -> CounterView:
        return self._choose(matter, wanted=True)

    def record_consent(self, materials: Sequence[str]) -> CounterView:
        taking, visit = self._taking(), self._current_visit()
        asked = [taking.matches[name].licence for name in materials if name in taking.matches]
        licences = tuple(dict.fromkeys(row["id"] for row in asked if row is not None))
        if not licences:
            raise Refused("nothing", "There is nothing to agree to: the city holds none of these.")
        purpose = taking.plan.one_thing.id
        self._door.perform(GiveConsent(visit=visit["id"], licences=licences, purpose=purpose), self._staff_id)
        for licence in licences:  # filling the form from a licence is a look at it
            self._door.perform(RecordAccess(licence=licence, purpose=purpose, visit=visit["id"]), self._staff_id)
        self._keep(prefill_content(self._taking()))
        return self.read_view()

    def toggle_paper(self, material: str) -> CounterView:
        content = self._taking().content
        papers = set(content.papers) ^ {material}
        self._keep(msgspec.structs.replace(content, papers=tuple(sorted(papers))))
        return self.read_view()

    def open_material(self, material: str) -> MaterialView:
        visit = self._find_visit()
        if self._state.case:
            return read_material_view(self._office, case=self._state.case, material=material)
        taking = self._taking()
        licence = taking.matches[material].licence if material in taking.matches else None
        if licence is None or visit is None:
            raise Refused("nothing", "There is nothing to look at: the city does not hold it.")
        self._door.perform(
            RecordAccess(licence=licence["id"], purpose=taking.plan.one_thing.id, visit=visit["id"]), self._staff_id
        )
        return read_material_view(self._office, licence=licence, purpose=localize(taking.plan.one_thing.name))

    def accept_case(self) -> CounterView:
        taking, visit = self._taking(), self._current_visit()
        if visit["check_result"] and not visit["confirmed"]:
            raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
        if taking.gaps:
            raise Refused("incomplete", "Not accepted yet. {first}", first=describe_gap(taking, taking.gaps[0]))
        made = self._door.perform(
            AcceptCase(
                draft=taking.draft["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=taking.plan.one_thing.id,
                catalogue=taking.catalogue.id,
                catalogue_version=taking.catalogue.version,
                chosen=taking.content.chosen,
                materials=taking.given_materials,
                sources=taking.sources(),
                personal=taking.case_details(),
            ),
            self._staff_id,
        )
        self._state.draft = ""
        self._state.receipt = self._papers.print_notice(made.notice)
        self._borrow_numbers()
        return self.read_view()

    def decline_case(self, reason: str) -> CounterView:
        taking, visit = self._taking(), self._current_visit()
        made = self._door.perform(
            RefuseAcceptance(
                draft=taking.draft["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=taking.plan.one_thing.id,
                catalogue=taking.catalogue.id,
                catalogue_version=taking.catalogue.version,
                reason=reason,
                personal=taking.case_details(),
            ),
            self._staff_id,
        )
        self._state.draft = ""
        self._state.receipt = self._papers.print_notice(made.notice)
        return self.read_view()

    # within

    def _taking(self) -> DraftState:
        with self._office.store.read() as tx:
            visit = find_visit_at_window(tx, self._window)
            draft = find_current_draft(tx, self._state, visit)
            if draft is None:
                raise Refused("no_draft", "No one thing is chosen yet.")
            return read_draft_state(self._office, tx, draft, visit)

    def _keep(self, content: DraftContent) -> None:
        taking, visit = self._taking(), self._current_visit()
        if content == taking.content and taking.draft["visit"] == visit["id"]:
            return
        self._door.perform(
            SaveDraft(
                draft=taking.draft["id"],
                visit=visit["id"],
                window=self._window,
                one_thing=taking.draft["one_thing"],
                catalogue=taking.draft["catalogue"],
                catalogue_version=taking.draft["catalogue_version"],
                personal=content,
            ),
            self._staff_id,
        )

    def _choose(self, matter: str, *, wanted: bool) -> CounterView:
        taking = self._taking()
        chosen = {planned.id for planned in taking.plan.matters} - {matter} | ({matter} if wanted else set())
        self._keep(msgspec.structs.replace(taking.content, chosen=tuple(sorted(chosen))))
        return self.read_view()

    def _show_citizen(self, text: str) -> CounterView:
        if self._find_visit() is None:
            self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        visit = self._current_visit()
        try:
            red = identify_citizen(self._office, text, visit["id"], self._window, self._staff_id)
        except Refused as refused:
            red = partial(str, refused)
        except OutOfReach as lost:
            raise OutOfReach(
                "A code that changes can be read by the center alone, and that is out of reach. Nothing was used up: "
                "ask for the signed code, on the phone or on paper, or take the papers in."
            ) from lost
        self._state.rejection = red
        if red is None:
            self._state.code_facts[visit["id"]] = read_code_facts(self._office, text, visit["id"])
        return self.read_view() if red is None else self._view_with_message(red())

    def _ask_for_materials(self, visit: str, one_thing: str, catalogue: Catalogue) -> None:
        self._door.perform(
            FetchMaterials(
                visit=visit, one_thing=one_thing, catalogue=catalogue.id, catalogue_version=catalogue.version
            ),
            self._staff_id,
        )

    def _shown(self, one_thing: OneThing) -> dict[str, DraftParty]:
        """The applicant as their code has it; the center may know by their number who that is."""
        visit = self._current_visit()
        if not visit["check_result"]:
            return {}
        applicant = DraftParty(
            name=visit["shown_name"] or "",
            number=visit["shown_number"] or "",
            subject=visit["person"] or "",
            known_by="code",
        )
        return {one_thing.applicant_role().id: applicant}

    def _serve_unknown(self, number: str) -> CounterView:
        """A printed ticket that this window has not heard of, while nobody can be asked: the paper is enough."""
        self._leave()
        self._door.perform(ServeWalkIn(window=self._window), self._staff_id)
        words = _(
            "Ticket {number} is not known here while the center is out of reach; its holder is served all the same."
        )
        return replace(self._fresh(), message=words.format(number=number))

    def _move(self, act: str) -> CounterView:
        self._door.perform(MoveTicket(visit=self._current_visit()["id"], act=act), self._staff_id)
        return self._fresh() if act != "recall" else self._view_with_message(_("Called again."))

    def _leave(self) -> None:
        """Whoever was served here goes, so that the next can come; a draft stays."""
        visit = self._find_visit()
        if visit is not None:
            self._door.perform(MoveTicket(visit=visit["id"], act="finish"), self._staff_id)

    def _fresh(self, *, keep_draft: bool = False) -> CounterView:
        draft = self._state.draft if keep_draft else ""
        self._state = CounterState(window=self._window, staff=self._staff, draft=draft)
        return self.read_view()

    def _borrow_numbers(self) -> None:
        """Keeps one block of case numbers in reserve. A window's exchange does that beside everything else."""
        if self._door.authority is not None:
            return
        with self._office.store.read() as tx:
            here = tx.query_one("ledger.own_node")
            if here is None:
                return
            left = tx.query_one("ledger.count_usable_blocks", node=here["id"], incarnation=here["incarnation"])
        if left is not None and left["many"] <= RESERVE_BLOCKS:
            self._door.perform(LendNumbers(node=here["id"], incarnation=here["incarnation"]), self._staff_id)
