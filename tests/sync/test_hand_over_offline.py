"""Results handed over while the center is out of reach: what has happened is kept, also if the receiver is doubtful."""

from __future__ import annotations

import pytest

from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults
from clerk_app.errors import Refused
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.locales import set_language
from clerk_app.roles.rejected_work import read_rejected_work
from tests.sync.city import City, SampleWindow


@pytest.fixture
def number(city: City, counter: SampleWindow) -> str:
    """Return the number of a case whose results are issued at the counter."""
    number = counter.accept_birth()
    city.exchange_all()
    city.center.approve_all(number)
    city.exchange_all()
    counter.issue(number)
    return number


def hand_over(window: SampleWindow, number: str, visit: str) -> None:
    command = HandOverResults(
        case=number, window="w1", role="mother", known_by="code", visit=visit, personal=Signature(name="王芳")
    )
    window.door.perform(command, "clerk-1")


def test_a_hand_over_whose_visit_the_center_does_not_confirm_is_kept_with_an_objection(
    city: City, counter: SampleWindow, number: str
) -> None:
    visit = counter.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    city.exchange_all()
    with pytest.raises(Refused, match="未亮码"):
        hand_over(counter, number, visit)  # at the window it is refused until the code is shown
    counter.transport.down = True
    city.center.door.perform(MoveTicket(visit=visit, act="finish"), "clerk-1")
    counter.identify(visit, "mother", "clerk-1")
    counter.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    hand_over(counter, number, visit)
    counter.transport.down = False
    city.exchange_all()

    assert city.center.case(number)["state"] == "delivered"
    (delivery,) = city.center.select("deliveries")
    assert (delivery["signature"], delivery["role"], delivery["known_by"]) == ("王芳", "mother", "code")
    set_language("en")
    with counter.store.read() as tx:
        sentences = [work.sentence for work in read_rejected_work(tx, "Asia/Shanghai", number)]
    assert sentences == [
        "The results were handed over to a party known by a code, which the center cannot find in that visit."
    ]
    assert city.differences() == []


@pytest.mark.wide
def test_a_hand_over_that_the_center_confirms_has_no_objection(city: City, counter: SampleWindow, number: str) -> None:
    counter.transport.down = True
    hand_over(counter, number, counter.serve("mother"))
    counter.transport.down = False
    city.exchange_all()
    assert city.center.case(number)["state"] == "delivered"
    assert city.center.select("objections") == []
    assert city.differences() == []
