"""The acts of the counter service on the hall, in memory."""

from __future__ import annotations

from clerk_app.views.counter import CounterView, Leaving
from clerk_app.views.shared import Option
from tests.screens.sample_data import localized


class SampleHallActs:
    """Records each act on tickets and the window."""

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def list_pick_reasons(self) -> tuple[Option, ...]:
        return (Option("frail", localized("The citizen is unwell", "身体不适"), "", "1"),)

    def pick_ticket(self, ticket: str, reason: str, leaving: Leaving = "") -> CounterView:
        return self._do(f"pick_ticket {ticket} {reason} {leaving}".strip(), serving=True)

    def list_transfer_targets(self) -> tuple[Option, ...]:
        return (Option("window:w2", localized("Window 2", "2号窗口"), localized("window", "窗口"), "1"),)

    def transfer_ticket(self, target: str, *, comes_back: bool = False) -> CounterView:
        return self._do(f"transfer_ticket {target}" + (" back" if comes_back else ""), serving=False)

    def list_functions(self) -> tuple[Option, ...]:
        return (Option("A", "A", "", "1"), Option("B", "B", "", "2"))

    def set_stations(self, categories: tuple[str, ...]) -> CounterView:
        return self._do(f"set_stations {' '.join(categories)}")

    def set_functions(self, categories: tuple[str, ...]) -> CounterView:
        return self._do(f"set_functions {' '.join(categories)}")

    def list_pause_reasons(self) -> tuple[Option, ...]:
        return (Option("meal", localized("Meal", "用餐"), "", "1"),)

    def pause_window(self, reason: str) -> CounterView:
        return self._do(f"pause_window {reason}")

    def close_after_visit(self) -> CounterView:
        return self._do("close_after_visit")
