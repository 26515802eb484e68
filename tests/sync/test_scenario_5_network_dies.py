"""Scenario 5: the line dies while a clerk accepts; one case has a gap, one is only received, and one is a double."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.printing import CasePrinter
from tests.cases.promise_city import GAP, prepare_residence, sign
from tests.cases.receiving import print_notice, receipt_of, record_of
from tests.office import find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_duplicates import remote as remote

pytestmark = [pytest.mark.wide, pytest.mark.usefixtures("english")]


def test_a_dead_line_doubles_and_loses_nothing(city: City, counter: SampleWindow, remote: SampleWindow) -> None:
    counter.fetch_licences(counter.serve("mother"), "birth")
    counter.move_ticket("finish")
    lacking = counter.prepare_birth(bank_account="")
    counter.transport.down = True
    received = counter.door.perform(receipt_of(lacking), "clerk-1").number
    print_notice(counter, f"{received}-one_time")
    counter.move_ticket("finish")
    accepted = counter.accept(sign(counter, prepare_residence(counter), GAP))
    receipt = " ".join(CasePrinter(counter.office, "clerk-1", "1000").print_notice(f"{accepted}-receipt").lines)
    assert accepted in receipt
    assert "to be brought by" in receipt
    unsent = read_connection_facts(counter.office).unsent
    assert unsent > 0
    assert city.center.select("cases") == []
    with pytest.raises(OutOfReach):
        counter.client.step()
    elsewhere = remote.accept(remote.prepare_birth("w5"))  # the same mother, at another site
    remote.client.flush()

    counter.transport.down = False
    counter.transport.responses_to_lose = 1
    with pytest.raises(OutOfReach):
        counter.client.step()
    city.exchange_all()
    states = {row["number"]: row["state"] for row in city.center.select("cases")}
    assert states == {received: "received", accepted: "accepted", elsewhere: "accepted"}
    assert record_of(city.center, received)["notified_at"] is not None
    notices = city.center.select("notices", order=("made_at",))
    printed = [row["id"] for row in notices if row["case_number"] in (received, accepted)]
    assert printed == [f"{received}-one_time", f"{accepted}-receipt"]
    assert [row["subject"] for row in city.center.select("promises")] == ["lease"]
    assert read_connection_facts(counter.office).unsent == 0
    assert city.differences() == []
    assert find_faults(city.center.store) == []
