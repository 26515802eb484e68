"""Actions of a window on co-signatures: a further party signs the application by a code, or on a sheet."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.licences.co_signatures import CoSignByCode, CoSignOnPaper, SignedForm
from clerk_app.licences.licence_verification import LicenceVerdict
from clerk_app.licences.recognised_code import RecognisedDynamicCode, SignedLicence
from clerk_app.locales import _
from clerk_app.roles.counter.co_signatures import build_form, list_sheets, list_unsigned
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.identification import verify_citizen_code
from clerk_app.roles.counter.release import prove_identity
from clerk_app.roles.counter.representation_actions import RepresentationActions
from clerk_app.roles.counter.scan import ScannedCitizenCode, recognise_scan
from clerk_app.views.counter import CounterView
from db.engines import Row


class CoSignatureActions(RepresentationActions):
    """Co-signatures for the draft on the screen."""

    def co_sign(self, text: str) -> CounterView:
        draft, visit = self._read_unmasked_draft(), self._current_visit()
        scanned = recognise_scan(self._office, text)
        if not isinstance(scanned, ScannedCitizenCode):
            raise BadData("This is not the code of a citizen.")
        try:
            self._sign_by_code(draft, visit, scanned.code)
        except OutOfReach as lost:
            raise OutOfReach(
                "The center is out of reach, and only the center verifies a code as a signature. Nothing was changed: "
                "print the sheet for the signature (F8 55)."
            ) from lost
        return self.read_view()

    def _sign_by_code(self, draft: DraftState, visit: Row, scanned: SignedLicence | RecognisedDynamicCode) -> None:
        code = verify_citizen_code(self._office, scanned, visit["id"], self._window, self._staff_id)
        if isinstance(code, LicenceVerdict):
            raise Refused("code", code.sentences()[0])
        missing = [option.id for option in list_unsigned(draft)]
        role = next((role for role in missing if code.number and draft.parties[role].number == code.number), "")
        if not role:
            raise Refused("role", "This is not the code of a party whose signature is missing.")
        person = code.person
        if code.text:
            person = prove_identity(self._office, visit["id"], code.text, self._staff_id) or person
        form = SignedForm(form=build_form(draft, role))
        purpose = draft.plan.one_thing.id
        command = CoSignByCode(visit=visit["id"], purpose=purpose, role=role, person=person, personal=form)
        self._door.perform(command, self._staff_id)

    def print_sheet(self, role: str) -> CounterView:
        from clerk_app.roles.counter.signature_sheet import print_sheet  # papers: not before the first one

        draft, visit = self._read_unmasked_draft(), self._current_visit()
        number, delivery = print_sheet(self._office, draft, visit, role, self._staff)
        return self._view_with_message(_("Sheet {number}. {delivery}").format(number=number, delivery=delivery))

    def co_sign_on_paper(self, role: str) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        sheet = next((option.hint for option in list_sheets(draft) if option.id == role), "")
        if not sheet:
            raise Refused("no_sheet", "The sheet for the signature has to be printed first (F8 55).")
        command = CoSignOnPaper(visit=visit["id"], purpose=draft.plan.one_thing.id, role=role, sheet=sheet)
        self._door.perform(command, self._staff_id)
        return self._view_with_message(_("Sheet {number}: its signature is recorded.").format(number=sheet))

    def open_sheet(self, number: str) -> CounterView:
        """Ask whether the scanned sheet of the open draft is signed; open the case of any other sheet."""
        from clerk_app.roles.counter.signature_sheet import find_sheet

        visit = self._find_visit()
        found = find_sheet(self._office, number, visit["id"] if visit is not None else "")
        if found.case:
            sentence = _("Sheet {number} with a co-signature belongs to this case.")
            return replace(self.open_case(found.case), message=sentence.format(number=number))
        if found.is_signed:
            return self._view_with_message(_("Sheet {number}: its signature is recorded.").format(number=number))
        if not self._state.draft or number not in {option.hint for option in list_sheets(self._read_draft())}:
            sentence = _("The form was changed after sheet {number} was printed. F8 55 prints a new one.")
            return self._view_with_message(sentence.format(number=number))
        return replace(self.read_view(), scanned_sheet=found.role)
