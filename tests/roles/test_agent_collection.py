"""Results collected by an agent: the center verifies the codes of the party and of the agent in the same visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.roles.printing import CasePrinter
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, approve_all

OFFICERS = ("2001", "2003", "2004", "2005", "2006")


@pytest.fixture
def number(counter: CounterService, workstation: Workstation, code: Callable[[str], str], english: None) -> str:
    """Return the number of a decided birth case, open at a window where somebody is served."""
    number = accept_birth(counter, code("mother"))
    approve_all(workstation, OFFICERS)
    counter.call_next("finish")
    counter.open_case(number)
    return number


def test_an_agent_collects_with_the_code_of_the_party_and_the_own_code(
    counter: CounterService, office: Office, code: Callable[[str], str], number: str
) -> None:
    assert counter.scan_collector(code("mother")).is_complete is False
    collector = counter.scan_collector(code("elder"))
    assert (collector.role, collector.party_name, collector.is_complete) == ("mother", "林**", True)
    view = counter.hand_over_results(collector.role, "codes")
    assert view.case is not None
    assert view.case.handed_over
    assert "agent of 林** (Mother)" in view.case.received_by
    with office.store.read() as tx:
        delivery = tx.get("deliveries", case_number=number, part=0)
        notice = tx.get("notices", id=f"{number}-hand_over")
    assert delivery is not None
    assert notice is not None
    assert (delivery["agent"], delivery["known_by"], delivery["signature"]) == (
        collector.agent,
        "codes",
        collector.agent_name,
    )
    text = "".join(CasePrinter(office, "clerk-1", "9999").render_paper(notice).lines)
    assert "agent of" in text
    assert "codes of both" in text


@pytest.mark.wide
def test_one_code_alone_is_not_enough(counter: CounterService, code: Callable[[str], str], number: str) -> None:
    counter.scan_collector(code("elder"))
    with pytest.raises(Refused) as refused:
        counter.hand_over_results("mother", "codes")
    assert refused.value.reason == "receiver"


@pytest.mark.wide
def test_the_codes_of_another_visit_do_not_count(
    counter: CounterService, code: Callable[[str], str], number: str
) -> None:
    counter.scan_collector(code("mother"))
    counter.scan_collector(code("elder"))
    counter.call_next("finish")
    counter.open_case(number)
    assert not counter.read_collector().is_complete
    with pytest.raises(Refused):
        counter.hand_over_results("mother", "codes")


@pytest.mark.wide
def test_a_forged_code_and_a_receipt_verify_nobody(
    counter: CounterService, code: Callable[[str], str], number: str
) -> None:
    with pytest.raises(Refused):
        counter.scan_collector(code("forged"))
    with pytest.raises(BadData):
        counter.scan_collector(number)
    assert counter.read_collector().role == ""
