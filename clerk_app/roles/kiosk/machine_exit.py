"""Ends the program of a public machine (kiosk, board): by its own code, or by number and PIN of a supervisor."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.ledger.access import Role
from clerk_app.locales import mark
from clerk_app.people.kiosk_exit import RecordKioskExit, require_unlocked
from clerk_app.roles.kiosk.exit_code import has_exit_code, is_exit_code
from clerk_app.roles.sign_in import verify_here

_WRONG_CODE = mark("This is not the code of this machine.")
_WRONG_PIN = mark("Only a supervisor's number and PIN open this machine.")


class MachineExit:
    """Checks who ends the program. `actor` records the attempts: the enrolled machine itself, or its account."""

    def __init__(self, office: Office, node: str, actor: str, *, is_enrolled: bool) -> None:
        self._office = office
        self._node = node
        self._actor = actor
        self._is_enrolled = is_enrolled

    @property
    def has_code(self) -> bool:
        """Whether the program ends with a code of this machine; an enrolled one has no staff list."""
        return self._is_enrolled or has_exit_code(self._office.folder)

    def unlock(self, secret: str) -> None:
        """Check the code, or `number PIN`. Attempts are recorded and counted. Raises Refused, BadData."""
        with self._office.store.read() as tx:
            require_unlocked(tx, self._node, self._office.corrected_now)
        if self.has_code:
            is_correct, sentence = is_exit_code(self._office.folder, secret), _WRONG_CODE
        else:
            is_correct, sentence = self._check_supervisor(secret), _WRONG_PIN
        self._office.door.perform(RecordKioskExit(node=self._node, correct=is_correct), self._actor)
        if not is_correct:
            raise Refused("pin", sentence)

    def _check_supervisor(self, number_and_pin: str) -> bool:
        """Return whether these are number and PIN of a supervisor. Raises Refused for an account that is locked."""
        number, _space, pin = number_and_pin.strip().partition(" ")
        try:
            staff = verify_here(self._office, number, pin, self._node)
        except Refused as refused:
            if refused.reason != "wrong":
                raise
            return False
        return staff["role"] in (Role.SUPERVISOR, Role.ADMINISTRATOR)
