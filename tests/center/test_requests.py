"""Requests of a node and responses of the center, over HTTP."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.center.center_key import rotate_center_key
from clerk_app.hall.calls import CallNext
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import ShutNode
from clerk_app.ledger.numbers import LendNumbers
from clerk_app.ledger.replication.messages import EnrolResponse, ErrorBody
from clerk_app.people import SYSTEM
from tests.engines import ENGINES
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS, HALL, SITE, sample_city
from tests.sample_node import RunningCenter, SampleNode, enrol_request, pause_entry, run_center

both = pytest.mark.parametrize("engine", ENGINES)


def status_and_reason(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of an error response."""
    body = msgspec.json.decode(response.content, type=ErrorBody)
    assert body.sentence
    return response.status_code, body.reason


@both
def test_window_enrols_once_and_pulls_its_visible_documents(served: RunningCenter, office: SampleOffice) -> None:
    code = served.invite()
    window = SampleNode.enrol(served.client, code.lower().replace("-", " "))
    assert (window.enrolled.window, window.enrolled.hall, window.enrolled.organs) == ("w1", HALL, (SITE,))
    repeated = served.client.post("/v1/enrol", content=msgspec.json.encode(enrol_request(code)))
    assert status_and_reason(repeated) == (409, "invitation")
    documents = window.catch_up()
    kinds = {name.partition("/")[0] for name in documents}
    assert kinds == {"block", "catalogue", "organ", "service_day", "staff", "window"}
    assert sum(name.startswith("block/") for name in documents) == 2
    assert {f"staff/{name}" for name in CLERKS} <= documents.keys()
    assert "staff/health-1" not in documents
    (row,) = office.select("nodes", id=window.enrolled.node)
    assert (row["public_key"], row["key_number"]) == (window.enrolled.public_key, 1)
    assert code.split("-")[0] not in str(office.select("invitations"))


def post_enrolment(served: RunningCenter, code: str, key: SigningKey) -> httpx.Response:
    """Enrol as a machine with this key."""
    return served.client.post("/v1/enrol", content=msgspec.json.encode(enrol_request(code, key)))


@both
def test_repeated_enrolment_gets_the_same_node(served: RunningCenter, office: SampleOffice) -> None:
    code, key = served.invite(), SigningKey.generate()
    first, repeated = (post_enrolment(served, written, key) for written in (code, code.lower()))
    assert first.status_code == repeated.status_code == 200
    enrolled = [msgspec.json.decode(response.content, type=EnrolResponse) for response in (first, repeated)]
    assert enrolled[0] == enrolled[1]
    assert len(office.select("nodes")) == 2
    assert len(office.select("number_blocks", node=enrolled[0].node)) == 2
    assert status_and_reason(post_enrolment(served, code, SigningKey.generate())) == (409, "invitation")
    assert len(office.select("nodes")) == 2
    assert find_faults(office.store) == []


def test_no_code_is_used_up_while_the_center_signs_with_the_key_before_its_rotation(office: SampleOffice) -> None:
    with run_center(office.office) as served:
        rotate_center_key(office.office.folder, office.door)
        code, key = served.invite(), SigningKey.generate()
        assert post_enrolment(served, code, key).status_code == 503
    with run_center(office.office) as served:
        assert post_enrolment(served, code, SigningKey.generate()).status_code == 200


@pytest.mark.wide
def test_enrolment_is_not_repeated_for_an_expired_code_or_a_shut_node(
    served: RunningCenter, office: SampleOffice
) -> None:
    stolen, late = served.invite(), served.invite(minutes=1)
    first, second = SigningKey.generate(), SigningKey.generate()
    enrolled = msgspec.json.decode(post_enrolment(served, stolen, first).content, type=EnrolResponse)
    office.door.perform(ShutNode(node=enrolled.node, reason="stolen"), SYSTEM)
    assert status_and_reason(post_enrolment(served, stolen, first)) == (409, "invitation")
    assert post_enrolment(served, late, second).status_code == 200
    office.clock.advance(seconds=61)
    assert status_and_reason(post_enrolment(served, late, second)) == (409, "invitation")


def test_enrolment_without_the_code_or_the_machines_key_leaves_no_entry(
    served: RunningCenter, office: SampleOffice
) -> None:
    request = enrol_request(served.invite())
    entries = len(office.select("ledger_entries"))
    for changed, expected in (
        ({"public_key": SigningKey.generate().public.text}, (400, "bad_data")),  # its key is not proven
        ({"key_signature": bytes(64)}, (400, "bad_data")),
        ({"code_signature": bytes(64)}, (409, "invitation")),
        ({"invitation": SigningKey.generate().public.raw.hex()}, (400, "bad_data")),
        ({"invitation": "x"}, (400, "bad_data")),
        ({"public_key": "", "code": "AAAA"}, (400, "bad_data")),  # an earlier version
    ):
        body = msgspec.json.encode(msgspec.structs.replace(request, **changed))
        assert status_and_reason(served.client.post("/v1/enrol", content=body)) == expected
    assert len(office.select("ledger_entries")) == entries


@pytest.mark.wide
def test_invitation_code_expires(served: RunningCenter, office: SampleOffice) -> None:
    code = served.invite(minutes=1)
    office.clock.advance(seconds=61)
    assert status_and_reason(post_enrolment(served, code, SigningKey.generate())) == (409, "invitation")


@both
def test_entry_sent_twice_is_performed_once(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    batch = window.build_push(pause_entry(), pause_entry(state="open"))
    first = window.send("push", batch)
    assert (first.last_number, first.refused, first.fork) == (2, {}, 0)
    repeated = window.send("push", batch)
    assert (repeated.last_number, repeated.refused, repeated.fork) == (2, {}, 0)
    assert [row["state"] for row in office.select("windows", id="w1")] == ["open"]
    assert len(office.select("ledger_entries", node=window.enrolled.node)) == 2
    assert find_faults(office.store) == []


def test_gap_and_fork_are_reported(served: RunningCenter) -> None:
    window = served.join()
    gap = window.send("push", window.build_push(pause_entry(), first=2))
    assert (gap.last_number, gap.fork) == (0, 0)
    window.push(pause_entry())
    fork = window.send("push", window.build_push(pause_entry(state="open"), first=1))
    assert fork.fork == 1


def test_refused_entry_blocks_nothing(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    answer = window.push(pause_entry(state="sleeping"), pause_entry())
    assert answer.last_number == 2
    assert answer.refused[1].reason == "state"
    assert [row["state"] for row in office.select("windows", id="w1")] == ["paused"]


def test_actor_of_another_site_is_refused(served: RunningCenter) -> None:
    window = served.join(organs=("health",))
    assert window.push(pause_entry()).refused[1].reason == "other_place"


def test_truncated_batch_is_rejected_as_a_whole(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    complete = window.build_push(pause_entry(), pause_entry(state="open"))
    truncated = msgspec.structs.replace(complete, entries=complete.entries[:1])
    assert status_and_reason(window.post("push", msgspec.json.encode(truncated))) == (400, "bad_data")
    assert office.select("ledger_entries", node=window.enrolled.node) == []


@both
def test_call_precedes_waiting_entries_and_a_repeat_gets_the_same_decision(
    served: RunningCenter, office: SampleOffice
) -> None:
    office.take_ticket()
    window = served.join()
    call = CallNext(hall=HALL, window="w1")
    first = window.call(call, CLERKS[0])
    window.last_call_number -= 1
    repeated = window.call(call, CLERKS[0])
    assert bytes(first.result) == bytes(repeated.result) != b""
    assert len(office.select("visits")) == 1
    assert any(name.startswith("visit/") for name in first.changes.documents)
    lend = LendNumbers(node=window.enrolled.node, incarnation=1)
    assert b"first" in bytes(window.call(lend, SYSTEM).result)


def test_pull_returns_changed_documents_only(served: RunningCenter, office: SampleOffice) -> None:
    window, other = served.join(), served.join(window="w2")
    window.catch_up()
    other.catch_up()
    assert window.pull().changes.documents == {}
    other.push(pause_entry("w1"))
    assert list(window.pull().changes.documents) == ["window/w1"]
    assert window.pull().changes.documents == {}


def test_fetch_returns_current_documents_and_marks_invisible_ones_removed(served: RunningCenter) -> None:
    window = served.join()
    names = ("window/w1", "staff/health-1", "catalogue/x/y", f"block/{'9' * 40}", "case/260000000017", "visit/")
    given = window.fetch(*names, "shoe/1").changes.documents
    assert given.keys() == set(names)
    assert {name for name in names if bytes(given[name]) != b"null"} == {"window/w1"}


@pytest.mark.wide
def test_first_pull_is_paged_and_reports_the_remaining_count(served: RunningCenter, office: SampleOffice) -> None:
    for _ in range(40):
        office.take_ticket()
    window = served.join()
    left, seen = [], 0
    while True:
        answer = window.send("pull", {**window.request_fields(), "most": 10})
        seen += len(answer.changes.documents)
        left.append(answer.changes.total)
        if not answer.changes.more:
            break
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert seen >= 40


@pytest.mark.wide
def test_new_catalogue_reaches_every_window(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    window.catch_up()
    city = sample_city().model_copy(update={"version": sample_city().version + 1})
    content = city.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=city.id, version=city.version, content=content), SYSTEM)
    assert list(window.pull().changes.documents) == [f"catalogue/{city.id}/{city.version}"]
