from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, plan
from clerk_app.catalogue.routing import ENDED, MatterState, State, lapsed, ready
from tests.catalogue.small import catalogue, matter
from tests.catalogue.test_plan import graphs

APPROVED, REFUSED = MatterState(State.APPROVED), MatterState(State.REFUSED)
CLAIMED, PROMISED = MatterState(State.CLAIMED), MatterState(State.CLAIMED, committed=True)


def _pair(**arrow: str) -> Plan:
    return plan(catalogue([matter("a"), matter("b", after=[{"matter": "a", **arrow}])]), "bundle", None, {})


def test_matters_without_a_predecessor_start_at_once_side_by_side(city: Catalogue) -> None:
    road = plan(city, "road-excavation", None, {})
    assert ready(road, {}) == {"excavation-planning", "excavation-road", "excavation-traffic"}


def test_registration_comes_before_the_card_in_a_birth(city: Catalogue) -> None:
    birth = plan(city, "birth", None, {"mother_insured": "yes"})
    assert ready(birth, {}) == {"birth-medical-certificate", "maternity-certificate"}
    certified = {"birth-medical-certificate": APPROVED, "maternity-certificate": CLAIMED}
    assert ready(birth, certified) == {"vaccination-record", "household-registration"}
    registered = {**certified, "vaccination-record": CLAIMED, "household-registration": APPROVED}
    assert ready(birth, registered) == {"social-security-card", "medical-insurance-registration"}


def test_one_refusal_touches_only_what_depends_on_it(city: Catalogue) -> None:
    birth = plan(city, "birth", None, {"mother_insured": "yes"})
    states = {
        "birth-medical-certificate": APPROVED,
        "household-registration": REFUSED,
        "vaccination-record": CLAIMED,
        "maternity-certificate": CLAIMED,
    }
    assert lapsed(birth, states) == {
        "social-security-card",
        "medical-insurance-registration",
        "medical-insurance-fee",
        "medical-booklet",
    }
    assert ready(birth, states) == frozenset()


def test_finished_waits_for_the_decision_and_committed_for_the_promise() -> None:
    finished, committed = _pair(join="finished"), _pair(join="committed")
    assert ready(finished, {"a": PROMISED}) == frozenset()
    assert ready(committed, {"a": CLAIMED}) == frozenset()
    assert ready(committed, {"a": PROMISED}) == {"b"}
    assert ready(committed, {"a": APPROVED}) == {"b"}


def test_a_broken_promise_takes_the_started_matter_with_it_but_not_a_decided_one() -> None:
    committed = _pair(join="committed")
    broken = MatterState(State.REFUSED, committed=True)
    assert lapsed(committed, {"a": broken, "b": CLAIMED}) == {"b"}
    assert lapsed(committed, {"a": broken, "b": APPROVED}) == frozenset()


def test_where_the_arrow_says_go_on_a_refusal_lets_the_next_one_start() -> None:
    loose = _pair(if_refused="go_on")
    for state in (State.REFUSED, State.LAPSED, State.WITHDRAWN):
        assert ready(loose, {"a": MatterState(state)}) == {"b"}
        assert lapsed(loose, {"a": MatterState(state)}) == frozenset()


def test_a_withdrawn_matter_takes_its_successors_with_it() -> None:
    assert lapsed(_pair(), {"a": MatterState(State.WITHDRAWN)}) == {"b"}


@given(graphs(), st.randoms(use_true_random=False))
def test_whatever_is_decided_in_whatever_order_every_matter_comes_to_an_end(small: Catalogue, luck: object) -> None:
    import random

    assert isinstance(luck, random.Random)
    made = plan(small, "bundle", None, {})
    states = {one.id: MatterState() for one in made.active}
    for _step in range(4 * len(states) + 1):
        fallen, free = lapsed(made, states), ready(made, states)
        assert not fallen & free
        assert all(states[name].state is State.WAITING for name in free)
        states |= {name: MatterState(State.LAPSED) for name in fallen}
        states |= {name: MatterState(State.CLAIMED) for name in free}
        open_ones = [name for name, one in states.items() if one.state is State.CLAIMED]
        if not open_ones:
            break
        name = luck.choice(open_ones)
        if not states[name].committed and luck.random() < 0.3:
            states[name] = MatterState(State.CLAIMED, committed=True)
        else:
            states[name] = MatterState(luck.choice([State.APPROVED, State.REFUSED, State.WITHDRAWN]))
    assert all(one.state in ENDED for one in states.values())
