"""The comparison of face and photo: its outcomes, and the second person who decides in doubt."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import Refused
from clerk_app.hall.face_comparisons import DoubtPerson, RejectPerson, SettleDoubt
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.locales import _
from clerk_app.people.staff import find_by_badge, find_staff
from clerk_app.roles.counter.staff_calls import StaffCallActions
from clerk_app.roles.counter.view import find_portrait
from clerk_app.roles.papers.viewing import FilePages, make_terms, open_stored_pages
from clerk_app.roles.sign_in import verify_here
from clerk_app.views.counter import CounterView
from clerk_app.views.identity import Compared


class IdentityActions(StaffCallActions):
    """Records the outcomes of a comparison."""

    def confirm_person(self, compared: Compared = "") -> CounterView:
        self._door.perform(ConfirmPerson(visit=self._current_visit()["id"], compared=compared), self._staff_id)
        return self.read_view()

    def reject_person(self, compared: Compared = "") -> CounterView:
        self._door.perform(RejectPerson(visit=self._current_visit()["id"], compared=compared), self._staff_id)
        return self._view_after_rejection()

    def doubt_person(self, compared: Compared = "") -> CounterView:
        self._door.perform(DoubtPerson(visit=self._current_visit()["id"], compared=compared), self._staff_id)
        return self.read_view()

    def settle_doubt(self, number: str, pin: str, *, same: bool, compared: Compared = "") -> CounterView:
        visit = self._current_visit()
        known = find_staff(self._office.store, number.strip()) or find_by_badge(self._office.store, number)
        if known is not None and known["id"] == self._staff_id:  # before a sign-in would replace the clerk's session
            raise Refused("same_person", "A second person decides: not the clerk who is not sure.")
        second = verify_here(self._office, number, pin, self._window)
        try:
            self._door.perform(SettleDoubt(visit=visit["id"], same=same, compared=compared), second["id"])
        finally:
            self._office.sessions.close(second["id"])
            self._office.sealed_tickets.end_unlocking(second["id"])
        return self.read_view() if same else self._view_after_rejection()

    def open_portrait(self) -> FilePages:
        with self._office.store.read() as tx:
            digest = find_portrait(tx, self._current_visit())
        if not digest:
            raise Refused("no_portrait", "The city has no photo of this person.")
        terms = make_terms(self._office, _("comparing face and photo"), str(self._staff["number"]))
        return open_stored_pages(self._office, digest, terms)

    def _view_after_rejection(self) -> CounterView:
        self._state.rejection = None
        sentence = _(
            "Not this person: the identification has ended and is recorded. Somebody else may show their own code."
        )
        return replace(self.read_view(), message=sentence)
