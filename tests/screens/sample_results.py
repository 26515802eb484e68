"""Acts on the results of a case, in memory, for tests of the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerk_app.views.case import AGENT, Collector, Receiver
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import Option
from tests.screens.sample_courier import SampleCourier
from tests.screens.sample_data import localized


class SampleResults(SampleCourier):
    """Records the acts; `_do` is that of the sample service."""

    asked: list[str]
    _confirmed: bool
    collector = Collector()
    early: tuple[Option, ...] = ()  # finished matters of the sample case

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def hand_over_results(self, role: str, known_by: str, name: str = "") -> CounterView:
        return self._do(f"hand_over_results {role} {known_by} {name}".rstrip(), case=False)

    def list_receivers(self) -> tuple[Receiver, ...]:
        """Return two parties, a delegate and an agent."""
        return (
            Receiver("mother", localized("Mother", "母亲"), localized("Wang *", "王*"), "310***1236", self._confirmed),
            Receiver("father", localized("Father", "父亲"), localized("Li *", "李*"), "310***0011"),
            Receiver("agent", localized("Somebody else, with a delegation", "受托人"), "", ""),
            Receiver(AGENT, localized("An agent, with both codes", "代领人"), "", ""),
        )

    def read_collector(self) -> Collector:
        return self.collector

    def scan_collector(self, text: str) -> Collector:
        """The first code is that of the party, the second the agent's."""
        self.asked.append(f"scan_collector {text}")
        with_party = replace(self.collector, role="mother", role_name="Mother", party_name="Wang *")
        self.collector = replace(with_party, agent="p9", agent_name="Zhao Qi") if self.collector.role else with_party
        return self.collector

    def hand_over_part(
        self, matters: Sequence[str], cause: str, role: str, known_by: str, name: str = ""
    ) -> CounterView:
        return self._do(f"hand_over_part {','.join(matters)} {cause} {role} {known_by} {name}".rstrip(), case=True)
