"""Promises of an acceptance at a window that was cut off, checked by the center when it arrives."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.cases.promises.follow_ups import ExtendPromise, KeepPromise, ReportPromise
from clerk_app.cases.promises.offers import MadePromise
from clerk_app.cases.tasks.broken_promises import AnswerReport
from clerk_app.errors import ClerkError
from clerk_app.roles.objection_view import describe_objection
from tests.cases.promise_city import (
    GAP,
    accept_low_risk,
    find_promise,
    prepare_residence,
    promises_of,
    prove_false,
    sign,
)
from tests.office import find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_forged_acceptances import altered_command, altered_decision, newest_acceptance, push


def offline(window: SampleWindow, *, down: bool) -> None:
    window.transport.down = down


def test_a_case_accepted_with_gaps_while_cut_off_reaches_the_organ(city: City, counter: SampleWindow) -> None:
    community = city.join("n2", organs=("community",))
    offline(counter, down=True)
    number = counter.accept(sign(counter, prepare_residence(counter), GAP))
    offline(counter, down=False)
    counter.client.flush()
    community.client.flush()
    (promise,) = community.select("promises")
    assert (promise["case_number"], promise["subject"], promise["state"]) == (number, "lease", "open")
    assert counter.select("promises") == city.center.select("promises")
    assert city.center.select("objections") == []
    assert find_faults(city.center.store) == []


def claim(kind: str, subject: str) -> list[dict[str, object]]:
    return [{"kind": kind, "subject": subject, "sheet": "CS-0000000000", "signed_at": 1}]


@pytest.mark.many_cases
@pytest.mark.parametrize(("kind", "subject"), [("matter", "excavation-road"), ("gap", "traffic-plan"), ("x", "y")])
def test_a_promise_that_the_catalogue_does_not_allow_is_rejected(
    city: City, counter: SampleWindow, kind: str, subject: str
) -> None:
    offline(counter, down=True)
    counter.accept_road()
    offline(counter, down=False)
    made = MadePromise(kind=kind, subject=subject, organ="transport", matters=("excavation-road",), due_at=1)
    entry = altered_command(newest_acceptance(counter), promises=claim(kind, subject))
    assert len(push(counter, altered_decision(entry, promises=(made,))).refused) == 1
    assert city.center.select("cases") == city.center.select("promises") == []


@pytest.mark.wide
def test_a_date_beyond_the_term_of_a_gap_is_rejected(city: City, counter: SampleWindow) -> None:
    offline(counter, down=True)
    counter.accept(sign(counter, prepare_residence(counter), GAP))
    offline(counter, down=False)
    entry = newest_acceptance(counter)
    (made,) = msgspec.json.decode(entry.decision, type=Accepted).promises
    late = msgspec.structs.replace(made, due_at=made.due_at + 60 * 86_400_000_000)
    assert len(push(counter, altered_decision(entry, promises=(late,))).refused) == 1


@pytest.mark.wide
def test_a_case_without_the_promise_that_it_needs_is_objected_to(city: City, counter: SampleWindow) -> None:
    offline(counter, down=True)
    number = accept_low_risk(counter)
    offline(counter, down=False)
    entry = altered_command(newest_acceptance(counter), promises=[])
    push(counter, altered_decision(entry, promises=()))
    (row,) = city.center.select("objections", case_number=number, reason="promise")
    with city.center.store.read() as tx:
        assert "挖掘城市道路许可" in describe_objection(tx, row, "Asia/Shanghai")


def test_a_record_of_a_false_promise_reaches_the_windows(city: City, counter: SampleWindow) -> None:
    number = accept_low_risk(counter)
    counter.client.flush()
    prove_false(city.center, find_promise(city.center, number, "excavation-road"))
    counter.client.flush()
    assert [row["subject"] for row in counter.select("broken_promises")] == ["enterprise"]
    offline(counter, down=True)
    with pytest.raises(ClerkError, match=number):
        accept_low_risk(counter)


@pytest.mark.wide
def test_the_promises_of_a_window_are_the_same_after_a_rebuild(city: City, counter: SampleWindow) -> None:
    number = accept_low_risk(counter)
    counter.client.flush()
    prove_false(city.center, find_promise(city.center, number, "excavation-traffic"))
    counter.client.flush()
    assert promises_of(counter, number) == promises_of(city.center, number)
    assert find_faults(city.center.store) == []


def test_the_history_at_the_window_has_each_act_on_a_promise(city: City, counter: SampleWindow) -> None:
    """Found by the simulation: the acts were not announced, so that the window had them with the next act only."""
    number = accept_low_risk(counter)
    counter.client.flush()
    promise = find_promise(city.center, number, "excavation-road")["id"]
    center = city.center.office.door
    center.perform(ExtendPromise(promise=promise, working_days=2, reason="the works begin later"), "transport-1")
    center.perform(ReportPromise(promise=promise, reason="too deep", evidence="photo"), "transport-1")
    center.perform(AnswerReport(promise=promise, confirmed=False, note="another road"), "transport-2")
    center.perform(KeepPromise(promise=promise, note="measured"), "transport-1")
    counter.client.flush()
    acts = [row["kind"] for row in counter.select("histories", case_number=number)]
    assert acts[-4:] == ["ExtendPromise", "ReportPromise", "AnswerPromiseReport", "KeepPromise"]
