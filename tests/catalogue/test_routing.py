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


def test_one_refusal_touches_only_what_depends_on_it(city: Catalogue) -> None:
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


def test_finished_waits_for_the_decision_and_committed_for_the_promise() -> None:
    finished, committed = _pair(join="finished"), _pair(join="committed")
    assert find_ready(finished, {"a": PROMISED}) == frozenset()
    assert find_ready(committed, {"a": CLAIMED}) == frozenset()
    assert find_ready(committed, {"a": PROMISED}) == {"b"}
    assert find_ready(committed, {"a": APPROVED}) == {"b"}


def test_a_broken_promise_takes_the_started_matter_with_it_but_not_a_decided_one() -> None:
    committed = _pair(join="committed")
    broken = MatterProgress(TaskState.REFUSED, committed=True)
    assert find_lapsed(committed, {"a": broken, "b": CLAIMED}) == {"b"}
    assert find_lapsed(committed, {"a": broken, "b": APPROVED}) == frozenset()


def test_where_the_arrow_says_go_on_a_refusal_lets_the_next_one_start() -> None:
    loose = _pair(if_refused="go_on")
    for state in (TaskState.REFUSED, TaskState.LAPSED, TaskState.WITHDRAWN):
        assert find_ready(loose, {"a": MatterProgress(state)}) == {"b"}
        assert find_lapsed(loose, {"a": MatterProgress(state)}) == frozenset()


def test_a_withdrawn_matter_takes_its_successors_with_it() -> None:
    assert find_lapsed(_pair(), {"a": MatterProgress(TaskState.WITHDRAWN)}) == {"b"}


@given(graphs(), st.randoms(use_true_random=False))
def test_whatever_is_decided_in_whatever_order_every_matter_comes_to_an_end(small: Catalogue, luck: object) -> None:
    import random

    assert isinstance(luck, random.Random)
    made = make_plan(small, "bundle", None, {})
    states = {one.id: MatterProgress() for one in made.active_matters}
    for _step in range(4 * len(states) + 1):
        fallen, free = find_lapsed(made, states), find_ready(made, states)
        assert not fallen & free
        assert all(states[name].state is TaskState.WAITING for name in free)
        states |= {name: MatterProgress(TaskState.LAPSED) for name in fallen}
        states |= {name: MatterProgress(TaskState.CLAIMED) for name in free}
        open_ones = [name for name, one in states.items() if one.state is TaskState.CLAIMED]
        if not open_ones:
            break
        name = luck.choice(open_ones)
        if not states[name].committed and luck.random() < 0.3:
            states[name] = MatterProgress(TaskState.CLAIMED, committed=True)
        else:
            states[name] = MatterProgress(luck.choice([TaskState.APPROVED, TaskState.REFUSED, TaskState.WITHDRAWN]))
    assert all(one.state in ENDED_STATES for one in states.values())
