"""Actions of a window on co-signatures: a further party signs the application by a code, or on a sheet."""

from __future__ import annotations

from clerk_app.errors import BadData, Refused
from clerk_app.licences.co_signatures import CoSignByCode, CoSignOnPaper
from clerk_app.licences.licence_verification import LicenceVerdict
from clerk_app.roles.counter.co_signatures import list_unsigned
from clerk_app.roles.counter.identification import verify_citizen_code
from clerk_app.roles.counter.release import prove_identity
from clerk_app.roles.counter.representation_actions import RepresentationActions
from clerk_app.roles.counter.scan import ScannedCitizenCode, recognise_scan
from clerk_app.views.counter import CounterView


class CoSignatureActions(RepresentationActions):
    """Co-signatures for the draft on the screen."""

    def co_sign(self, text: str) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        scanned = recognise_scan(self._office, text)
        if not isinstance(scanned, ScannedCitizenCode):
            raise BadData("This is not the code of a citizen.")
        code = verify_citizen_code(self._office, scanned.code, visit["id"], self._window, self._staff_id)
        if isinstance(code, LicenceVerdict):
            raise Refused("code", code.sentences()[0])
        missing = [option.id for option in list_unsigned(draft)]
        role = next((role for role in missing if code.number and draft.parties[role].number == code.number), "")
        if not role:
            raise Refused("role", "This is not the code of a party whose signature is missing.")
        person = code.person
        if code.text:
            person = prove_identity(self._office, visit["id"], code.text, self._staff_id) or person
        purpose = draft.plan.one_thing.id
        command = CoSignByCode(visit=visit["id"], purpose=purpose, role=role, person=person)
        self._door.perform(command, self._staff_id)
        return self.read_view()

    def co_sign_on_paper(self, role: str) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        command = CoSignOnPaper(visit=visit["id"], purpose=draft.plan.one_thing.id, role=role)
        self._door.perform(command, self._staff_id)
        return self.read_view()
