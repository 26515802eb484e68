"""The citizen's session of a kiosk. Its id is in memory only, and is removed when the session ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from clerk_app.citizen.session_opening import OpenCitizenSession, OpeningProof, SessionOpened
from clerk_app.citizen.sessions import BY_CITIZEN, BY_CODE, BY_IDLE, EndCitizenSession, ProlongCitizenSession
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.commands import Command, CommandDecision
from clerk_app.ledger.numbers import is_case_number
from clerk_app.licences.code_formats import recognise_code
from clerk_app.licences.recognised_code import RecognisedDynamicCode, SignedLicence
from clerk_app.licences.repository import digest_dynamic_code
from clerk_app.roles.kiosk.citizen_errors import raises_citizen_errors
from clerk_app.text.cleaning import clean_code
from clerk_app.views.kiosk_session import SESSION_ENDED, OpenSession

D = TypeVar("D", bound=CommandDecision)


@raises_citizen_errors
class OfficeSessions:
    """Implements views.SessionService; the acts of a session are performed with `perform`."""

    def __init__(self, office: Office, actor: str) -> None:
        self._office = office
        self._actor = actor
        self._id = ""
        self._current: OpenSession | None = None
        self.on_end: list[Callable[[], None]] = []
        """Called when a session ends: what its acts have in memory is removed."""

    @property
    def current(self) -> OpenSession | None:
        return self._current

    def is_code(self, text: str) -> bool:
        found = recognise_code(text, self._office.code_policy)
        return isinstance(found, SignedLicence | RecognisedDynamicCode)

    def open_by_code(self, text: str, digits: str = "") -> OpenSession:
        found = recognise_code(text, self._office.code_policy)
        if isinstance(found, RecognisedDynamicCode):
            return self._open(OpenCitizenSession(digest=digest_dynamic_code(found.token)))
        if isinstance(found, SignedLicence):
            return self._open(OpenCitizenSession(personal=OpeningProof(text=found.text, last=digits)))
        raise Refused("code", "This code opens nothing here. Show your e-licence or your personal code.")

    def open_by_receipt(self, number: str, second_factor: str) -> OpenSession:
        number = clean_code(number)
        if not is_case_number(number):
            raise Refused("number", "One of the 12 digits is wrong. Please compare the number with your receipt.")
        return self._open(OpenCitizenSession(case=number, personal=OpeningProof(last=second_factor)))

    def prolong(self) -> None:
        self.perform(lambda session: ProlongCitizenSession(session=session))

    def end(self, *, is_idle: bool = False) -> None:
        session = self._id
        self._clear()
        if session:
            try:
                command = EndCitizenSession(session=session, how=BY_IDLE if is_idle else BY_CITIZEN)
                self._office.door.perform(command, self._actor)
            except (OutOfReach, Refused):  # the center ends it when its time is over
                return

    def perform(self, build: Callable[[str], Command[D]]) -> D:
        """Perform the command that `build` makes of the id of the session. Raises Refused without an open session."""
        if not self._id:
            raise Refused(SESSION_ENDED, "Your session at this machine has ended. Scan your code or receipt again.")
        try:
            return self._office.door.perform(build(self._id), self._actor)
        except Refused as refused:
            if refused.reason == SESSION_ENDED:
                self._clear()
            raise

    def _open(self, command: OpenCitizenSession) -> OpenSession:
        self._clear()
        opened: SessionOpened = self._office.door.perform(command, self._actor)
        self._id = opened.session
        ends_at = self._office.local_time(opened.ends_at)
        self._current = OpenSession("code" if opened.kind == BY_CODE else "receipt", opened.case, ends_at)
        return self._current

    def _clear(self) -> None:
        self._id, self._current = "", None
        for remove in self.on_end:
            remove()
