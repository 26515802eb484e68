"""The internal hand-over log: a paper is at one place, and nothing counts as received before it was accepted."""

from __future__ import annotations

import pytest

from clerk_app.cases.delivery.consignments import (
    ConsignedItem,
    PapersReceived,
    ReceivePapers,
    SendPapers,
    locate_paper,
    new_list_number,
    read_movements,
)
from clerk_app.errors import Refused
from clerk_app.roles.courier import CourierDesk
from tests.engines import postgresql_wide, sqlite_only
from tests.office import SampleOffice, find_faults
from tests.sample_data import SITE

PAPER = "traffic-plan"


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a road excavation case with papers."""
    return office.accept_road()


def send(office: SampleOffice, number: str, receiver: str, actor: str = "clerk-1") -> str:
    consignment = new_list_number()
    item = ConsignedItem(kind="original", case=number, item=PAPER, version=1)
    command = SendPapers(consignment=consignment, receiver=receiver, items=(item,), courier="王强")
    office.door.perform(command, actor)
    return consignment


def receive(office: SampleOffice, consignment: str, actor: str, *positions: int, note: str = "") -> PapersReceived:
    command = ReceivePapers(consignment=consignment, positions=positions, note=note)
    return office.door.perform(command, actor)


def place_of(office: SampleOffice, number: str) -> str:
    with office.store.read() as tx:
        return locate_paper(read_movements(tx, number).get(("original", PAPER, 1), []), SITE)


def test_an_original_travels_to_the_organ_and_back(office: SampleOffice, number: str) -> None:
    assert place_of(office, number) == SITE
    there = send(office, number, "police")
    assert place_of(office, number) == ""
    assert receive(office, there, "police-1", 1).state == "received"
    assert place_of(office, number) == "police"
    back = send(office, number, SITE, "police-1")
    receive(office, back, "clerk-1", 1)
    assert place_of(office, number) == SITE
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_paper_under_way_or_elsewhere_is_not_sent(office: SampleOffice, number: str) -> None:
    consignment = send(office, number, "police")
    for actor in ("clerk-1", "police-1"):
        with pytest.raises(Refused) as refused:
            send(office, number, "transport" if actor == "clerk-1" else SITE, actor)
        assert refused.value.reason == "place"
    receive(office, consignment, "police-1", 1)
    with pytest.raises(Refused):
        send(office, number, "transport")


@postgresql_wide
def test_a_list_is_received_once_by_its_receiver(office: SampleOffice, number: str) -> None:
    consignment = send(office, number, "police")
    for actor, reason in (("transport-1", "other_site"), ("clerk-1", "other_site")):
        with pytest.raises(Refused) as refused:
            receive(office, consignment, actor, 1)
        assert refused.value.reason == reason
    receive(office, consignment, "police-1", 1)
    with pytest.raises(Refused) as refused:
        receive(office, consignment, "police-1", 1)
    assert refused.value.reason == "state"


@postgresql_wide
def test_what_is_missing_needs_a_note_and_is_looked_for_at_its_sender(office: SampleOffice, number: str) -> None:
    consignment = send(office, number, "police")
    with pytest.raises(Refused) as refused:
        receive(office, consignment, "police-1")
    assert refused.value.reason == "reason"
    assert receive(office, consignment, "police-1", note="not in the bag").state == "incomplete"
    assert place_of(office, number) == SITE
    send(office, number, "police")


@postgresql_wide
def test_a_paper_goes_only_to_an_organ_of_its_case(office: SampleOffice, number: str) -> None:
    with pytest.raises(Refused) as refused:
        send(office, number, "health")
    assert refused.value.reason == "item"


@sqlite_only
def test_a_window_and_a_department_see_what_waits_for_the_courier_and_what_comes(
    office: SampleOffice, number: str
) -> None:
    window, police = (
        CourierDesk(office.office, office.select("staff", id=staff)[0]) for staff in ("clerk-1", "police-1")
    )
    waiting = window.read().waiting
    assert waiting
    assert {paper.case_number for paper in waiting} == {number}
    for_police = [paper.id for paper in waiting if paper.receiver == "police"]
    assert "IH" in window.send(for_police, "王强")
    assert not {paper.id for paper in window.read().waiting} & set(for_police)
    (incoming,) = police.read().incoming
    police.receive(incoming.number, [paper.position for paper in incoming.papers], "")
    assert {paper.receiver for paper in police.read().waiting} >= {SITE}
    assert len(window.read().recent) == 1
    assert [row["state"] for row in office.select("consignments")] == ["received"]
