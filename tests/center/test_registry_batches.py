"""The routes of issuing organs over HTTP: batches, reports, signatures, machines that may not write."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.center.enrolment import create_invitation
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import MAX_ROWS
from clerk_app.registry.feed_grants import list_feeds
from clerk_app.registry.feed_messages import BatchReport
from clerk_app.registry.feeds import AdmitFeed, FeedTerms
from tests.center.feed_machine import FeedMachine, join_feed
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import ISSUER_CODE, feed_licence, feed_person
from tests.sample_data import HALL, SITE
from tests.sample_node import RunningCenter, SampleNode

PATH = "/v1/registry/batches"


@pytest.fixture
def feed(served: RunningCenter, office: SampleOffice) -> FeedMachine:
    """A machine that may write persons and identity cards."""
    return join_feed(served, office)


def test_a_batch_is_imported_and_its_report_can_be_read_later_without_values(
    feed: FeedMachine, office: SampleOffice
) -> None:
    sent = feed.send("person", feed_person(1), feed_person(2, name=""))
    assert [row.state for row in sent.rows] == ["new", "refused"]
    response = feed.node.request("GET", f"{PATH}/{sent.batch}")
    report = msgspec.json.decode(response.content, type=BatchReport)
    assert (report.new, report.refused) == (1, 1)
    assert [(row.index, row.field, row.code, row.identifier) for row in report.rows] == [(1, "name", "needed", "")]
    assert feed.node.request("GET", f"{PATH}/99").status_code == 404
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_batch_of_too_many_rows_or_of_no_kind_is_refused_as_a_whole(feed: FeedMachine, office: SampleOffice) -> None:
    before = len(office.entries())
    for kind, rows in (("person", [feed_person(1)] * (MAX_ROWS + 1)), ("person", []), ("shoe\0", [feed_person(1)])):
        assert feed.post(kind, rows).status_code == 409
    assert len(office.entries()) == before


@pytest.mark.wide
def test_a_batch_that_is_cut_or_not_signed_by_the_machine_leaves_nothing(
    feed: FeedMachine, served: RunningCenter, office: SampleOffice
) -> None:
    body = msgspec.json.encode({"kind": "person", "rows": [feed_person(serial) for serial in range(50)]})
    cut, altered, before = (
        body[: len(body) // 2],
        body.replace("令狐7".encode(), "令狐8".encode()),
        len(office.entries()),
    )
    assert feed.node.request("POST", PATH, cut).status_code == 400
    for content in (cut, altered):
        headers = feed.node.headers("POST", PATH, body)
        assert served.client.post(PATH, content=content, headers=headers).status_code == 400
    forged = feed.node.headers("POST", PATH, body) | {"signature": f"clerk=:{'A' * 86}==:"}
    for wrong in (forged, {}):
        assert served.client.post(PATH, content=body, headers=wrong).status_code == 401
    signed = feed.node.headers("POST", PATH, body)
    assert served.client.post(PATH, content=body, headers=signed).status_code == 200
    assert served.client.post(PATH, content=body, headers=signed).status_code == 401  # the same request again
    assert len(office.entries()) == before + 1


@pytest.mark.wide
def test_a_machine_without_a_feed_or_of_another_kind_writes_nothing(
    served: RunningCenter, office: SampleOffice
) -> None:
    issuer = FeedMachine(SampleNode.enrol(served.client, served.invite(kind="issuer", window="")))
    for machine, reason in ((issuer, "no_feed"), (FeedMachine(served.join()), "machine_kind")):
        response = machine.post("person", [feed_person(1)])
        assert (response.status_code, msgspec.json.decode(response.content)["reason"]) == (409, reason)
    assert office.select("registry_items") == []


@pytest.mark.wide
def test_a_machine_reads_the_batches_of_its_own_source_alone(served: RunningCenter, office: SampleOffice) -> None:
    first, second = join_feed(served, office), join_feed(served, office, source="police")
    first.send("person", feed_person(1))
    assert second.node.request("GET", f"{PATH}/1").status_code == 404


@pytest.mark.wide
def test_a_feed_is_changed_and_ended_by_an_administrator(feed: FeedMachine, office: SampleOffice) -> None:
    node = feed.node.enrolled.node
    office.door.perform(AdmitFeed(node=node, source="population"), SYSTEM)
    assert feed.states("person", feed_person(1)) == [("refused", "", "not_allowed")]
    office.door.perform(AdmitFeed(node=node, source="population", kinds=("person",)), SYSTEM)
    assert feed.states("person", feed_person(1)) == [("new", "", "")]


@pytest.mark.wide
def test_a_machine_that_was_invited_to_a_feed_sends_as_soon_as_it_has_joined(
    served: RunningCenter, office: SampleOffice
) -> None:
    terms = FeedTerms(source="population", kinds=("person",), licence_types=("0101",), issuer_codes=(ISSUER_CODE,))
    code = create_invitation(
        served.service.authority,
        name="公安局前置机",
        kind="issuer",
        hall=HALL,
        window="",
        organs=(SITE,),
        valid_minutes=60,
        feed=terms,
    )
    machine = FeedMachine(SampleNode.enrol(served.client, code))
    assert machine.states("person", feed_person(1)) == [("new", "", "")]
    foreign = feed_licence(1, certificateIssuingAuthorityCode="11310000002420426M")
    assert machine.states("licence", feed_licence(1)) == [("new", "", "")]
    assert machine.states("licence", foreign) == [("refused", "issuer_code", "not_issuer")]
    node = machine.node.enrolled.node
    with office.store.read() as tx:
        assert [feed.node for feed in list_feeds(tx)] == [node]
    office.door.perform(AdmitFeed(node=node, source="population"), SYSTEM)  # the two-step way changes it
    assert machine.states("person", feed_person(1)) == [("refused", "", "not_allowed")]
    assert find_faults(office.store) == []


def test_an_invitation_to_a_feed_that_may_write_nothing_is_refused(served: RunningCenter) -> None:
    for terms in (FeedTerms(source="x"), FeedTerms(source="", kinds=("person",)), FeedTerms(source="x", kinds=("y",))):
        with pytest.raises(Refused):
            create_invitation(
                served.service.authority,
                name="x",
                kind="issuer",
                hall=HALL,
                window="",
                organs=(SITE,),
                valid_minutes=60,
                feed=terms,
            )
