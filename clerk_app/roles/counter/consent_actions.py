"""Actions of a window on the citizens' consents to the use of what the city holds, for the draft on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerk_app.cases.tasks.consent_withdrawals import SignedWithdrawal, WithdrawCaseConsent
from clerk_app.errors import Refused
from clerk_app.licences.absent_lists import AbsentHolder, FindAbsentList, TakeAbsentList
from clerk_app.licences.consent_changes import DeclineConsent, WithdrawConsent
from clerk_app.licences.shared_materials import SIGNED, GiveConsent
from clerk_app.locales import _
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.counter.co_signature_actions import CoSignatureActions
from clerk_app.roles.counter.consent_parties import list_party_consents, name_party
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.draft_values import prefill_content, remove_values_from
from clerk_app.roles.counter.release import prove_identity, release_agreed
from clerk_app.roles.formatting import localize
from clerk_app.views.consent import BroughtList
from clerk_app.views.counter import CounterView
from db.engines import Row


class ConsentActions(CoSignatureActions):
    """Consents given, declined, confirmed and withdrawn for the draft on the screen."""

    def record_consent(self, materials: Sequence[str]) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        licences, purpose = _find_licences(draft, materials), draft.plan.one_thing.id
        self._door.perform(GiveConsent(visit=visit["id"], licences=licences, purpose=purpose), self._staff_id)
        return self._release(visit)

    def decline_consent(self, materials: Sequence[str]) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        licences, purpose = _find_licences(draft, materials), draft.plan.one_thing.id
        self._door.perform(DeclineConsent(visit=visit["id"], licences=licences, purpose=purpose), self._staff_id)
        return self.read_view()

    def withdraw_consent(self, materials: Sequence[str]) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        licences, purpose = _find_licences(draft, materials), draft.plan.one_thing.id
        self._door.perform(WithdrawConsent(visit=visit["id"], licences=licences, purpose=purpose), self._staff_id)
        filled_by = {
            f"licence:{name}"
            for name, match in draft.matches.items()
            if match.licence is not None and match.licence["id"] in licences
        }
        self._save(remove_values_from(draft, filled_by))
        self._save(prefill_content(self._read_draft()))  # another source may have the same value
        return self.read_view()

    def withdraw_case_consent(self, materials: Sequence[str], number: str = "") -> CounterView:
        require_plausible_clock(self._office)
        command = WithdrawCaseConsent(
            case=self._open_case_number,
            materials=tuple(materials),
            visit=self._current_visit()["id"],
            window=self._window,
            personal=SignedWithdrawal(number=number) if number else None,
        )
        decision = self._door.perform(command, self._staff_id)
        if decision.notice:
            self._state.receipt = self._printer.print_notice(decision.notice)
        return self.read_view()

    def release_materials(self, phone: str = "") -> CounterView:
        visit = self._current_visit()
        if phone:
            party = self._read_draft().second_factor_party
            text = self._state.codes.get((visit["id"], party.number)) if party is not None else None
            if text is None:
                raise Refused("unproved", "Scan the code again first.")
            prove_identity(self._office, visit["id"], text, self._staff_id, phone=phone)
        return self._release(visit)

    def confirm_consents(self, lists: Sequence[str]) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        signed = [found for found in list_party_consents(draft) if found.number and found.number in lists]
        if not signed:
            raise Refused("no_list", "The list of what was agreed to has to be printed first, and signed (F8).")
        for found in signed:
            command = GiveConsent(
                visit=visit["id"],
                licences=found.licences,
                purpose=draft.plan.one_thing.id,
                how=SIGNED,
                list_number=found.number,
            )
            self._door.perform(command, self._staff_id)
        return self.read_view()

    def print_consent_list(self) -> CounterView:
        from clerk_app.roles.counter.consent_list import print_consent_lists  # papers: not before the first one

        printed = print_consent_lists(self._office, self._read_draft(), self._current_visit(), self._staff)
        sentence = _("Consent list {number}: {delivery}")
        return self._view_with_message(" ".join(sentence.format(number=line[0], delivery=line[1]) for line in printed))

    def print_absent_list(self, role: str) -> CounterView:
        from clerk_app.roles.counter.consent_list import print_absent_list

        printed = print_absent_list(self._office, self._read_draft(), self._current_visit(), self._staff, role)
        sentence = _("Consent list {number}: {delivery}")
        return self._view_with_message(sentence.format(number=printed[0], delivery=printed[1]))

    def take_absent_list(self, number: str, phone: str = "") -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        found = self._door.perform(FindAbsentList(visit=visit["id"], list_number=number), self._staff_id)
        command = TakeAbsentList(
            visit=visit["id"],
            list_number=number,
            purpose=draft.plan.one_thing.id,
            catalogue=draft.catalogue.id,
            catalogue_version=draft.catalogue.version,
            personal=AbsentHolder(number=draft.parties[found.role].number, phone=phone),
        )
        taken = self._door.perform(command, self._staff_id)
        view = self._release(visit)
        if not taken.licences:
            return replace(view, message=_("The city holds none of the licences of this list: take the papers in."))
        recorded = _("Consent list {number}: its signature is recorded.").format(number=number)
        return view if view.message else replace(view, message=recorded)

    def _compare_absent_list(self, number: str) -> CounterView:
        """Show what the center has of a list that an absent party signed, so that the clerk compares its paper."""
        visit = self._current_visit()
        found = self._door.perform(FindAbsentList(visit=visit["id"], list_number=number), self._staff_id)
        if not self._state.draft:
            raise Refused("no_draft", "Begin or reopen the application first: this list is for one application.")
        draft = self._read_draft()
        if found.purpose != draft.plan.one_thing.id or found.role not in draft.parties:
            raise Refused("other_purpose", "This consent list is for another application: it counts for that one only.")
        brought = BroughtList(
            number=number,
            party=name_party(draft, found.role),
            one_thing=localize(draft.plan.one_thing.name),
            materials=tuple(localize(draft.catalogue.material(name).name) for name in found.materials),
            printed=self._office.local_time(found.printed_at).date().isoformat(),
            needs_phone=found.needs_phone,
        )
        return replace(self.read_view(), brought_list=brought)

    def _open_consent_list(self, number: str) -> CounterView:
        """Ask whether the scanned list of the open draft is signed; open the case of any other list."""
        from clerk_app.roles.counter.consent_list import find_scanned_list

        visit = self._find_visit()
        found = find_scanned_list(self._office, number, visit["id"] if visit is not None else "")
        if found is None:
            return self._compare_absent_list(number)
        if found.case:
            sentence = _("Consent list {number} belongs to this case.")
            return replace(self.open_case(found.case), message=sentence.format(number=number))
        if found.is_signed:
            return self._view_with_message(_("Consent list {number}: its signature is recorded.").format(number=number))
        current = list_party_consents(self._read_draft()) if self._state.draft else ()
        if number not in {consents.number for consents in current}:
            sentence = _("Something else was agreed to since consent list {number} was printed. F8 prints a new one.")
            return self._view_with_message(sentence.format(number=number))
        return replace(self.read_view(), scanned_list=number)

    def _release(self, visit: Row) -> CounterView:
        """Fetch what was agreed to and fill the form with it."""
        unreleased = release_agreed(self._office, self._read_draft(), visit, self._staff_id)
        self._save(prefill_content(self._read_draft()))
        return self._view_with_message(unreleased) if unreleased else self.read_view()


def _find_licences(draft: DraftState, materials: Sequence[str]) -> tuple[str, ...]:
    """Return the licences that the city holds for materials. Raises Refused if there are none."""
    found = [draft.matches[name].licence for name in materials if name in draft.matches]
    licences = tuple(dict.fromkeys(row["id"] for row in found if row is not None))
    if not licences:
        raise Refused("nothing", "There is nothing to agree to: the city holds none of these.")
    return licences
