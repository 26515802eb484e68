from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.routing import ENDED_STATES, MatterProgress, TaskState, find_lapsed, find_ready
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.catalogue.test_plan import graphs

APPROVED, REFUSED = MatterProgress(TaskState.APPROVED), MatterProgress(TaskState.REFUSED)
CLAIMED, PROMISED = MatterProgress(TaskState.CLAIMED), MatterProgress(TaskState.CLAIMED, committed=True)


def _pair(**arrow: str) -> Plan:
    return make_plan(
        make_catalogue([make_matter("a"), make_matter("b", after=[{"matter": "a", **arrow}])]), "bundle", None, {}
    )


def test_matters_without_a_predecessor_start_at_once_side_by_side(city: Catalogue) -> None:
    road = make_plan(city, "road-excavation", None, {})
    assert find_ready(road, {}) == {"excavation-planning", "excavation-road", "excavation-traffic"}


def test_registration_comes_before_the_card_in_a_birth(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {"mother_insured": "yes"})
    assert find_ready(birth, {}) == {"birth-medical-certificate", "maternity-certificate"}
    certified = {"birth-medical-certificate": APPROVED, "maternity-certificate": CLAIMED}
    assert find_ready(birth, certified) == {"vaccination-record", "household-registration"}
    registered = {**certified, "vaccination-record": CLAIMED, "household-registration": APPROVED}
    assert find_ready(birth, registered) == {"social-security-card", "medical-insurance-registration"}


def test_a_refusal_affects_only_dependent_matters(city: Catalogue) -> None:
    birth = make_plan(city, "birth", None, {"mother_insured": "yes"})
    states = {
        "birth-medical-certificate": APPROVED,
        "household-registration": REFUSED,
        "vaccination-record": CLAIMED,
        "maternity-certificate": CLAIMED,
    }
    assert find_lapsed(birth, states) == {
        "social-security-card",
        "medical-insurance-registration",
        "medical-insurance-fee",
        "medical-booklet",
    }
    assert find_ready(birth, states) == frozenset()


def test_finished_waits_for_the_decision_and_committed_for_the_commitment() -> None:
    finished, committed = _pair(join="finished"), _pair(join="committed")
    assert find_ready(finished, {"a": PROMISED}) == frozenset()
    assert find_ready(committed, {"a": CLAIMED}) == frozenset()
    assert find_ready(committed, {"a": PROMISED}) == {"b"}
    assert find_ready(committed, {"a": APPROVED}) == {"b"}


def test_a_refusal_after_a_commitment_lapses_a_started_matter_and_not_a_decided_one() -> None:
    committed = _pair(join="committed")
    broken = MatterProgress(TaskState.REFUSED, committed=True)
    assert find_lapsed(committed, {"a": broken, "b": CLAIMED}) == {"b"}
    assert find_lapsed(committed, {"a": broken, "b": APPROVED}) == frozenset()


def test_where_the_arrow_says_go_on_a_refusal_lets_the_next_one_start() -> None:
    loose = _pair(if_refused="go_on")
    for state in (TaskState.REFUSED, TaskState.LAPSED, TaskState.WITHDRAWN):
        assert find_ready(loose, {"a": MatterProgress(state)}) == {"b"}
        assert find_lapsed(loose, {"a": MatterProgress(state)}) == frozenset()


def test_a_withdrawn_matter_lapses_its_dependents() -> None:
    assert find_lapsed(_pair(), {"a": MatterProgress(TaskState.WITHDRAWN)}) == {"b"}


@given(graphs(), st.randoms(use_true_random=False))
def test_with_any_decisions_in_any_order_every_matter_ends(small: Catalogue, luck: object) -> None:
    import random

    assert isinstance(luck, random.Random)
    plan = make_plan(small, "bundle", None, {})
    states = {planned.id: MatterProgress() for planned in plan.active_matters}
    for _step in range(4 * len(states) + 1):
        fallen, free = find_lapsed(plan, states), find_ready(plan, states)
        assert not fallen & free
        assert all(states[name].state is TaskState.WAITING for name in free)
        states |= {name: MatterProgress(TaskState.LAPSED) for name in fallen}
        states |= {name: MatterProgress(TaskState.CLAIMED) for name in free}
        claimed = [name for name, progress in states.items() if progress.state is TaskState.CLAIMED]
        if not claimed:
            break
        name = luck.choice(claimed)
        if not states[name].committed and luck.random() < 0.3:
            states[name] = MatterProgress(TaskState.CLAIMED, committed=True)
        else:
            states[name] = MatterProgress(luck.choice([TaskState.APPROVED, TaskState.REFUSED, TaskState.WITHDRAWN]))
    assert all(progress.state in ENDED_STATES for progress in states.values())
