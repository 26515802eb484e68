"""The counter service with Ctrl+Z: the acts of the last two minutes at the window, and the acts that correct them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import msgspec

from clerk_app.cases.intake.drafts import SaveDraft, decode_draft
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.composition.open_papers import DRAFT_OWNER
from clerk_app.locales import _, format_list, mark
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.service import OfficeCounter
from clerk_app.roles.counter.view import find_current_draft, is_nothing_done
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.undo import ActLog
from clerk_app.views.counter import CounterView, Leaving
from clerk_app.views.undo import UndoOffer
from db.engines import Row

_TAKE_BACK = mark("Take ticket {number} back and serve its holder here again?")
_PUT_BACK = mark("Put ticket {number} back to its place in the queue? Nothing was done for it yet.")
_HOLD_AGAIN = mark("Put ticket {number} on hold again?")
_END_WALK_IN = mark("End the visit that was begun without a ticket? Nothing was done in it yet.")
_NO_TICKET = mark(
    "The visit of a citizen without a ticket has ended, and cannot be opened again. F8 serves the citizen again, and "
    "F3 opens a draft that was begun."
)
_DISCARD = mark("Discard the draft of {one_thing} for {name} that was begun just now, with all that was typed?")
_PUT_PERSONS_BACK = mark("Put the persons that were removed back on the list of {one_thing} for {name}?")
_RESTORE = mark("Restore the draft of {one_thing} for {name} that was discarded?")
_ADD_MATTER = mark("Apply again for {matter}, for {name}?")
_DROP_MATTER = mark("Leave out {matter} again, for {name}?")
_PAPER = mark("Change back whether {material} of {name} was handed in on paper?")
_CONSENT = mark(
    "The consent of {name} is recorded. If they take it back, F8 46 withdraws it, and paper is needed instead."
)
_ACCEPTED = mark("The case of {name} was accepted and has its receipt: an acceptance is not undone. F8 withdraws it.")
_DECLINED = mark("The notice of non-acceptance for {name} was made, and is not undone. F5 begins a new application.")
_TAKEN_IN = mark("The papers of case {number} were taken in, and their time limits run on: that is not undone.")
_HANDED_OVER = mark("The results of case {number} were handed over against a signature: that is not undone.")
_PART_HANDED_OVER = mark("Results of case {number} were handed over early against a signature: that is not undone.")
_WITHDRAWN = mark("Case {number} was withdrawn, and its tasks have ended: a new application is needed.")


@raises_clerk_errors
class UndoableCounter(OfficeCounter):
    """`OfficeCounter` that records each act which can be undone, and explains those which cannot."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._acts: ActLog[CounterView] = ActLog(self._door.clock)

    def read_undo(self) -> UndoOffer | None:
        return self._acts.find_offer()

    def undo(self, offer: int) -> CounterView:
        return replace(self._acts.undo(offer), message=_("Undone."))

    # tickets

    def call_next(self, leaving: Leaving = "") -> CounterView:
        left = self._find_visit()
        view = super().call_next(leaving)
        self._record_leaving(left)
        self._record_start(_PUT_BACK, "requeue")
        return view

    def resume(self, ticket: str, leaving: Leaving = "", *, take_over: bool = False) -> CounterView:
        left = self._find_visit()
        view = super().resume(ticket, leaving, take_over=take_over)
        self._record_leaving(left)
        if "/" in ticket:
            self._record_start(_HOLD_AGAIN, "hold")
        return view

    def serve_walk_in(self, leaving: Leaving = "") -> CounterView:
        left = self._find_visit()
        view = super().serve_walk_in(leaving)
        self._record_leaving(left)
        self._record_start(_END_WALK_IN, "unserved")
        return view

    def hold(self) -> CounterView:
        left = self._find_visit()
        view = super().hold()
        self._record_leaving(left)
        return view

    def mark_no_show(self) -> CounterView:
        left = self._find_visit()
        view = super().mark_no_show()
        self._record_leaving(left)
        return view

    def finish_visit(self, leaving: Leaving = "") -> CounterView:
        left = self._find_visit()
        view = super().finish_visit(leaving)
        self._record_leaving(left)
        return view

    def transfer_ticket(self, target: str, *, comes_back: bool = False) -> CounterView:
        left = self._find_visit()
        view = super().transfer_ticket(target, comes_back=comes_back)
        self._record_leaving(left)
        return view

    def _record_leaving(self, visit: Row | None) -> None:
        """Record that a visit was left, which ended it or put its ticket on hold or back into the queue."""
        if visit is None:
            return
        if not visit["ticket"]:
            self._acts.record(_NO_TICKET, None)
            return
        ticket = str(visit["ticket"])

        def serve_again() -> CounterView:
            return super(UndoableCounter, self).resume(ticket)

        number = ticket.rpartition("/")[2]
        self._acts.record(
            _TAKE_BACK, serve_again, facts=lambda: {"number": number}, find_obstacle=self._find_visit_obstacle
        )

    def _record_start(self, sentence: str, act: str) -> None:
        """Record that a visit was begun; `act` moves its ticket back while nothing was done for it."""
        visit = self._find_visit()
        if visit is None:
            return

        def move_back() -> CounterView:
            self._move_ticket(act)
            return self._reset()

        self._acts.record(
            sentence,
            move_back,
            facts=lambda: {"number": str(visit["ticket"] or "").rpartition("/")[2]},
            find_obstacle=lambda: self._find_start_obstacle(visit, sentence),
        )

    def _find_visit_obstacle(self) -> str:
        """Return why the holder of a ticket cannot be served again now; empty if nobody is served here."""
        if self._find_visit() is None:
            return ""
        return _("Somebody else is being served here now. After that, F3 or F4 takes the ticket back.")

    def _find_start_obstacle(self, visit: Row, sentence: str) -> str:
        """Return why a visit that was begun cannot be taken back now; empty if it can."""
        current = self._find_visit()
        if current is None or current["id"] != visit["id"]:
            return _("The visit has ended since. F3 or F4 takes a ticket back.")
        with self._office.store.read() as tx:
            has_draft = tx.query_one("cases.draft_of_visit", visit=visit["id"]) is not None
            untouched = is_nothing_done(tx, current, self._state) if current["ticket"] else not current["check_result"]
        has_draft = has_draft or self._state.acted
        if sentence != _HOLD_AGAIN and (has_draft or not untouched):
            return _("Something was done in this visit already. F4 puts the ticket on hold; F8 ends the visit.")
        return ""

    # drafts

    def begin_draft(self, one_thing: str) -> CounterView:
        view = super().begin_draft(one_thing)
        draft = self._read_draft()

        def discard() -> CounterView:
            return super(UndoableCounter, self).discard_draft(_("It was begun by mistake."), draft.row["id"])

        self._record_on_draft(_DISCARD, draft, discard)
        return view

    def discard_draft(self, reason: str, draft: str = "") -> CounterView:
        with self._office.store.read() as tx:
            row = tx.get("drafts", id=draft) if draft else find_current_draft(tx, self._state, self._find_visit())
        view = super().discard_draft(reason, draft)
        if row is not None:
            self._record_discarded(row)
        return view

    def _record_discarded(self, row: Row) -> None:
        def restore() -> CounterView:
            command = SaveDraft(
                visit=row["visit"] or "",
                window=self._window,
                one_thing=row["one_thing"],
                catalogue=row["catalogue"],
                catalogue_version=row["catalogue_version"],
                started_at=row["started_at"],
                personal=decode_draft(row),
            )
            restored = self._door.perform(command, self._staff_id).draft
            self._office.open_papers.move(DRAFT_OWNER + row["id"], DRAFT_OWNER + restored)
            visit = self._find_visit()
            if visit is not None and visit["id"] == row["visit"]:
                self._state.draft = restored
            return self.read_view()

        def find_obstacle() -> str:
            visit = self._find_visit()
            if visit is None or visit["id"] == row["visit"]:
                return ""
            return _("Somebody else is being served here now. The draft can be restored after that.")

        self._acts.record(_RESTORE, restore, facts=lambda: self._name_draft(row), find_obstacle=find_obstacle)

    def drop_matter(self, matter: str) -> CounterView:
        view = super().drop_matter(matter)
        self._record_matter(_ADD_MATTER, matter, lambda: super(UndoableCounter, self).add_matter(matter))
        return view

    def add_matter(self, matter: str) -> CounterView:
        view = super().add_matter(matter)
        self._record_matter(_DROP_MATTER, matter, lambda: super(UndoableCounter, self).drop_matter(matter))
        return view

    def leave_out_matters(self, matters: Sequence[str]) -> CounterView:
        before = {planned.id for planned in self._read_draft().plan.matters}
        view = super().leave_out_matters(matters)

        def add_back() -> CounterView:
            for matter in before.intersection(matters):
                changed = super(UndoableCounter, self).add_matter(matter)
            return changed

        draft = self._read_draft()
        names = [localize(draft.catalogue.matter(matter).name) for matter in matters]
        self._record_on_draft(_ADD_MATTER, draft, add_back, lambda: {"matter": format_list(names)})
        return view

    def _record_matter(self, sentence: str, matter: str, undo: Callable[[], CounterView]) -> None:
        draft = self._read_draft()
        self._record_on_draft(sentence, draft, undo, lambda: {"matter": localize(draft.catalogue.matter(matter).name)})

    def toggle_paper(self, material: str, code: str = "", reason: str = "") -> CounterView:
        before = self._read_draft().content
        view = super().toggle_paper(material, code, reason)
        draft = self._read_draft()
        given = before.paper_reasons.get(material)
        words = (given.code, given.reason) if given is not None and material in before.papers else ("", "")

        def change_back() -> CounterView:
            changed = super(UndoableCounter, self).toggle_paper(material, *words)
            return self._put_back_file(material, before.paper_files[material]) if has_file else changed

        has_file = material in before.papers and material in before.paper_files
        self._record_on_draft(
            _PAPER,
            draft,
            change_back,
            lambda: {"material": localize(draft.catalogue.material(material).name)},
        )
        return view

    def record_consent(self, materials: Sequence[str]) -> CounterView:
        view = super().record_consent(materials)
        row = self._read_draft().row
        self._acts.record(_CONSENT, None, facts=lambda: self._name_draft(row))
        return view

    def _record_on_draft(
        self,
        sentence: str,
        draft: DraftState,
        undo: Callable[[], CounterView],
        facts: Callable[[], dict[str, str]] = dict,
    ) -> None:
        """Record an act on the draft on the screen, which can be undone while this draft is there."""
        self._acts.record(
            sentence,
            undo,
            facts=lambda: {**self._name_draft(draft.row), **facts()},
            find_obstacle=lambda: self._find_draft_obstacle(draft.row["id"]),
        )

    def _find_draft_obstacle(self, draft: str) -> str:
        """Return why a draft cannot be changed back now; empty if it is on the screen."""
        with self._office.store.read() as tx:
            current = find_current_draft(tx, self._state, self._find_visit())
        if current is not None and current["id"] == draft:
            return ""
        return _("That draft is not on the screen any more. F3 opens a draft again.")

    def _name_draft(self, row: Row) -> dict[str, str]:
        """Return the one thing of a draft and the masked name of its applicant."""
        with self._office.store.read() as tx:
            catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
        one_thing, content = catalogue.one_thing(row["one_thing"]), decode_draft(row)
        role = one_thing.applicant_role()
        party = content.parties.get(role.id)
        name = party.name if party is not None and party.name else content.values.get(f"{role.id}_name", "")
        return {
            "one_thing": localize(one_thing.name),
            "name": format_party_name(name, role.kind) or _("an applicant who is not named yet"),
        }

    # cases

    def accept_case(self, duplicates: Sequence[str] = (), duplicate_code: str = "") -> CounterView:
        row = self._read_draft().row
        view = super().accept_case(duplicates, duplicate_code)
        self._acts.record(_ACCEPTED, None, facts=lambda: self._name_draft(row))
        return view

    def accept_further(self) -> CounterView:
        row = self._read_draft().row
        view = super().accept_further()
        self._acts.record(_ACCEPTED, None, facts=lambda: self._name_draft(row))
        return view

    def remove_further(self, persons: Sequence[str]) -> None:
        before = self._read_draft()
        super().remove_further(persons)

        def put_back() -> CounterView:
            self._save(msgspec.structs.replace(self._read_draft().content, further=before.content.further))
            return self.read_view()

        self._record_on_draft(_PUT_PERSONS_BACK, before, put_back)

    def decline_case(self, reason: str, codes: Sequence[str] = ()) -> CounterView:
        row = self._read_draft().row
        view = super().decline_case(reason, codes)
        self._acts.record(_DECLINED, None, facts=lambda: self._name_draft(row))
        return view

    def receive_supplements(
        self,
        materials: Sequence[str],
        typed: Mapping[str, str] | None = None,
        reasons: Mapping[str, tuple[str, str]] | None = None,
    ) -> CounterView:
        view = super().receive_supplements(materials, typed, reasons)
        self._record_final(_TAKEN_IN)
        return view

    def use_held_supplements(self, materials: Sequence[str], phone: str = "") -> CounterView:
        view = super().use_held_supplements(materials, phone)
        self._record_final(_TAKEN_IN)
        return view

    def hand_over_results(self, role: str, known_by: str, name: str = "") -> CounterView:
        view = super().hand_over_results(role, known_by, name)
        self._record_final(_HANDED_OVER)
        return view

    def hand_over_part(
        self, matters: Sequence[str], cause: str, role: str, known_by: str, name: str = ""
    ) -> CounterView:
        view = super().hand_over_part(matters, cause, role, known_by, name)
        self._record_final(_PART_HANDED_OVER)
        return view

    def withdraw_case(self, reason: str) -> CounterView:
        view = super().withdraw_case(reason)
        self._record_final(_WITHDRAWN)
        return view

    def _record_final(self, sentence: str) -> None:
        """Record an act on the open case that cannot be undone."""
        number = self._open_case_number
        self._acts.record(sentence, None, facts=lambda: {"number": number})
