"""Acts of a supervisor on received cases of the site: more time once, and the end of one that was not completed."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.cases.intake.received_terms import CloseReceived, ExtendReceived
from clerk_app.errors import Refused
from clerk_app.locales import _, localize_name
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.received_rows import list_close_reasons, read_received_rows
from clerk_app.roles.supervisor.application_acts import ApplicationActs
from clerk_app.views.received import ReceivedRow
from clerk_app.views.shared import Option
from clerk_app.views.supervisor import SupervisorView


class ReceivedActs(ApplicationActs):
    """Acts on received cases. A supervisor has no printer: the paper waits at the window of the case."""

    def list_received(self) -> tuple[ReceivedRow, ...]:
        return read_received_rows(self._office, self._staff["organ"] or "")

    def extend_received(self, number: str, reason: str) -> SupervisorView:
        require_plausible_clock(self._office)
        window = self._find_window_of(number)
        self._door.perform(ExtendReceived(case=number, window=window, reason=reason), self._staff_id)
        return self._view_with_paper(_("Case {number} has more time. The notice waits at {window}."), number, window)

    def close_received(self, number: str, reason: str, codes: Sequence[str] = ()) -> SupervisorView:
        require_plausible_clock(self._office)
        window = self._find_window_of(number)
        command = CloseReceived(case=number, window=window, reason=reason, reason_codes=tuple(codes))
        self._door.perform(command, self._staff_id)
        return self._view_with_paper(_("Case {number} has ended. The notice waits at {window}."), number, window)

    def list_close_reasons(self, number: str) -> tuple[Option, ...]:
        return list_close_reasons(self._office, number)

    def _find_window_of(self, number: str) -> str:
        with self._office.store.read() as tx:
            case = tx.get("cases", number=number)
        if case is None:
            raise Refused("no_case", "There is no case {number} here. Check the number.", number=number)
        return str(case["window_id"])

    def _view_with_paper(self, sentence: str, number: str, window: str) -> SupervisorView:
        with self._office.store.read() as tx:
            row = tx.get("windows", id=window)
        name = localize_name(row["name"]) if row is not None else window
        return self._view_with(sentence.format(number=number, window=name))
