"""Acts on the results of a case, in memory, for tests of the counter."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.views.counter import CounterView


class SampleResults:
    """Records the acts; `_do` is that of the sample service."""

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def hand_over_results(self, role: str, known_by: str, name: str = "") -> CounterView:
        return self._do(f"hand_over_results {role} {known_by} {name}".rstrip(), case=False)

    def hand_over_part(
        self, matters: Sequence[str], cause: str, role: str, known_by: str, name: str = ""
    ) -> CounterView:
        return self._do(f"hand_over_part {','.join(matters)} {cause} {role} {known_by} {name}".rstrip(), case=True)
