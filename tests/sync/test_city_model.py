"""The invariants hold after any order of work, exchanges, losses and restarts at a center and its windows."""

from __future__ import annotations

import atexit
from contextlib import ExitStack, closing

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.simulation.city import open_city
from tests.simulation.city_files import CityTemplates
from tests.simulation.invariants import check_invariants
from tests.simulation.scenario import (
    COUNTER_WEIGHTS,
    DEPARTMENT_WEIGHTS,
    FAULT_WEIGHTS,
    HOSTILE_STAFF,
    SECOND,
    CitySize,
    ScenarioEvent,
)

SIZE = CitySize(windows=2, departments=1)
TEMPLATES = CityTemplates()
atexit.register(TEMPLATES.close)
COUNTERS = st.sampled_from(("n1", "n2"))
FAULTS = sorted(FAULT_WEIGHTS.keys() - {"hostile"})
DRAWS = st.integers(0, 2**48)


class CityMachine(RuleBasedStateMachine):
    """Two windows and a department."""

    @initialize()
    def open(self) -> None:
        self.opened = ExitStack()
        self.city = self.opened.enter_context(open_city(TEMPLATES, SIZE))
        self.at = 0

    def act(self, who: str, what: str, draw: int) -> None:
        self.at += 7 * SECOND
        self.city.perform(ScenarioEvent(self.at, who, what, draw))

    @rule(who=COUNTERS, what=st.sampled_from(sorted(COUNTER_WEIGHTS)), draw=DRAWS)
    def work_at_the_counter(self, who: str, what: str, draw: int) -> None:
        self.act(who, what, draw)

    @rule(what=st.sampled_from(sorted(DEPARTMENT_WEIGHTS)), draw=DRAWS)
    def work_in_a_department(self, what: str, draw: int) -> None:
        self.act("d1", what, draw)

    @rule(who=st.sampled_from(("keast", "kwest")), draw=DRAWS)
    def take_a_ticket(self, who: str, draw: int) -> None:
        self.act(who, "take_ticket", draw)

    @rule(who=st.sampled_from(("n1", "n2", "d1")), what=st.sampled_from(FAULTS), draw=DRAWS)
    def suffer_a_fault(self, who: str, what: str, draw: int) -> None:
        self.act("center" if what.endswith("_center") else who, what, draw)

    @rule(who=st.sampled_from(sorted(HOSTILE_STAFF)), draw=DRAWS)
    def suffer_an_attack(self, who: str, draw: int) -> None:
        self.act(who, "hostile", draw)

    @rule()
    def let_leases_expire(self) -> None:
        self.at += 16 * 60 * SECOND

    def teardown(self) -> None:
        if hasattr(self, "city"):
            with closing(self.opened):
                self.city.heal()
                self.city.sync_until_quiet()
                check_invariants(self.city)


TestCityMachine = CityMachine.TestCase
TestCityMachine.settings = settings(
    max_examples=settings().max_examples // 6,  # each has many steps
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
