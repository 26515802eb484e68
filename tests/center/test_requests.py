"""What a center and a window say to each other over HTTP."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.center.authority import compute_key_digest
from clerk_app.hall.calls import CallNext
from clerk_app.ledger.nodes import ShutNode
from clerk_app.ledger.numbers import LendNumbers
from clerk_app.ledger.replication.messages import EnrolRequest, EnrolResponse, ErrorBody
from clerk_app.people import SYSTEM
from tests.center.sample_node import RunningCenter, SampleNode, pause_entry
from tests.engines import ENGINES
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS, HALL, SITE, sample_city

both = pytest.mark.parametrize("engine", ENGINES)


def status_and_reason(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of an answer that is none."""
    told = msgspec.json.decode(response.content, type=ErrorBody)
    assert told.sentence
    return response.status_code, told.reason


@both
def test_a_window_joins_once_with_its_code_and_is_told_everything_it_may_see(
    served: RunningCenter, office: SampleOffice
) -> None:
    code = served.invite()
    window = SampleNode.enrol(served.client, code.lower().replace("-", " "))
    assert (window.enrolled.window, window.enrolled.hall, window.enrolled.organs) == ("w1", HALL, (SITE,))
    assert len(window.enrolled.key) == 43
    again = served.client.post("/v1/enrol", content=msgspec.json.encode(EnrolRequest(code=code)))
    assert status_and_reason(again) == (409, "invitation")
    seen = window.catch_up()
    kinds = {name.partition("/")[0] for name in seen}
    assert kinds == {"block", "catalogue", "organ", "staff", "window"}
    assert sum(name.startswith("block/") for name in seen) == 2
    assert {f"staff/{name}" for name in CLERKS} <= seen.keys()
    assert "staff/health-1" not in seen
    keys = [row["key_digest"] for row in office.select("nodes", id=window.enrolled.node)]
    assert keys
    assert window.enrolled.key not in keys


def post_enrolment(served: RunningCenter, code: str, key: str) -> httpx.Response:
    """A machine that made its key before it asks, and tells only its digest."""
    return served.client.post(
        "/v1/enrol", content=msgspec.json.encode(EnrolRequest(code=code, key_digest=compute_key_digest(key)))
    )


@both
def test_a_machine_whose_enrolment_had_no_answer_says_the_same_again_and_has_the_same_place(
    served: RunningCenter, office: SampleOffice
) -> None:
    code = served.invite()
    first, again = (post_enrolment(served, written, "its-own-key") for written in (code, code.lower()))
    assert first.status_code == again.status_code == 200
    told = [msgspec.json.decode(each.content, type=EnrolResponse) for each in (first, again)]
    assert told[0] == told[1]
    assert told[0].key == ""  # the center has never seen it
    assert len(office.select("nodes")) == 2
    assert len(office.select("number_blocks", node=told[0].node)) == 2
    assert (
        SampleNode(served.client, msgspec.structs.replace(told[0], key="its-own-key")).push(pause_entry()).last_number
        == 1
    )
    assert status_and_reason(post_enrolment(served, code, "another key")) == (409, "invitation")
    assert status_and_reason(served.client.post("/v1/enrol", content=msgspec.json.encode(EnrolRequest(code=code)))) == (
        409,
        "invitation",
    )
    assert len(office.select("nodes")) == 2
    assert find_faults(office.store) == []


def test_a_place_is_not_given_again_when_its_code_is_old_or_its_node_is_shut_out(
    served: RunningCenter, office: SampleOffice
) -> None:
    stolen, late = served.invite(), served.invite(minutes=1)
    told = msgspec.json.decode(post_enrolment(served, stolen, "k1").content, type=EnrolResponse)
    office.door.perform(ShutNode(node=told.node, reason="stolen"), SYSTEM)
    assert status_and_reason(post_enrolment(served, stolen, "k1")) == (409, "invitation")
    assert post_enrolment(served, late, "k2").status_code == 200
    office.clock.advance(seconds=61)
    assert status_and_reason(post_enrolment(served, late, "k2")) == (409, "invitation")


def test_what_is_no_digest_of_a_key_is_not_taken_for_one(served: RunningCenter) -> None:
    body = msgspec.json.encode({"code": served.invite(), "key_digest": "x"})
    assert status_and_reason(served.client.post("/v1/enrol", content=body)) == (400, "bad_data")


def test_a_code_is_good_for_a_while_only(served: RunningCenter, office: SampleOffice) -> None:
    code = served.invite(minutes=1)
    office.clock.advance(seconds=61)
    late = served.client.post("/v1/enrol", content=msgspec.json.encode(EnrolRequest(code=code)))
    assert status_and_reason(late) == (409, "invitation")


@both
def test_an_entry_sent_twice_is_performed_once_and_gets_its_first_answer(
    served: RunningCenter, office: SampleOffice
) -> None:
    window = served.join()
    batch = window.build_push(pause_entry(), pause_entry(state="open"))
    first = window.send("push", batch)
    assert (first.last_number, first.refused, first.fork) == (2, {}, 0)
    again = window.send("push", batch)
    assert (again.last_number, again.refused, again.fork) == (2, {}, 0)
    assert [row["state"] for row in office.select("windows", id="w1")] == ["open"]
    assert len(office.select("ledger_entries", node=window.enrolled.node)) == 2
    assert find_faults(office.store) == []


def test_what_came_out_of_order_or_says_something_else_is_said(served: RunningCenter) -> None:
    window = served.join()
    gap = window.send("push", window.build_push(pause_entry(), first=2))
    assert (gap.last_number, gap.fork) == (0, 0)
    window.push(pause_entry())
    fork = window.send("push", window.build_push(pause_entry(state="open"), first=1))
    assert fork.fork == 1


def test_what_a_rule_refuses_is_answered_and_blocks_nothing_behind_it(
    served: RunningCenter, office: SampleOffice
) -> None:
    window = served.join()
    answer = window.push(pause_entry(state="sleeping"), pause_entry())
    assert answer.last_number == 2
    assert answer.refused[1].reason == "state"
    assert [row["state"] for row in office.select("windows", id="w1")] == ["paused"]


def test_somebody_who_works_elsewhere_is_refused(served: RunningCenter) -> None:
    window = served.join(organs=("health",))
    assert window.push(pause_entry()).refused[1].reason == "other_place"


def test_a_batch_that_was_cut_is_not_touched(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    whole = window.build_push(pause_entry(), pause_entry(state="open"))
    cut = msgspec.structs.replace(whole, entries=whole.entries[:1])
    assert status_and_reason(window.post("push", msgspec.json.encode(cut))) == (400, "bad_data")
    assert office.select("ledger_entries", node=window.enrolled.node) == []


@both
def test_a_question_overtakes_what_waits_and_a_repeat_gets_the_same_answer(
    served: RunningCenter, office: SampleOffice
) -> None:
    office.take_ticket()
    window = served.join()
    call = CallNext(hall=HALL, window="w1")
    first = window.call(call, CLERKS[0])
    window.last_call_number -= 1
    again = window.call(call, CLERKS[0])
    assert bytes(first.result) == bytes(again.result) != b""
    assert len(office.select("visits")) == 1
    assert any(name.startswith("visit/") for name in first.changes.documents)
    lend = LendNumbers(node=window.enrolled.node, incarnation=1)
    assert b"first" in bytes(window.call(lend, SYSTEM).result)


def test_only_what_changed_is_told(served: RunningCenter, office: SampleOffice) -> None:
    window, other = served.join(), served.join(window="w2")
    window.catch_up()
    other.catch_up()
    assert window.pull().changes.documents == {}
    other.push(pause_entry("w1"))
    assert list(window.pull().changes.documents) == ["window/w1"]
    assert window.pull().changes.documents == {}


def test_documents_are_given_as_they_are_now_and_as_gone_where_they_are_nobodys_business(served: RunningCenter) -> None:
    window = served.join()
    names = ("window/w1", "staff/health-1", "catalogue/x/y", f"block/{'9' * 40}", "case/260000000017", "visit/")
    given = window.fetch(*names, "shoe/1").changes.documents
    assert given.keys() == set(names)
    assert {name for name in names if bytes(given[name]) != b"null"} == {"window/w1"}


def test_a_first_pull_comes_in_pages_and_says_how_much_is_left(served: RunningCenter, office: SampleOffice) -> None:
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


def test_only_the_right_key_of_a_node_that_may_speak_is_listened_to(
    served: RunningCenter, office: SampleOffice
) -> None:
    window = served.join()
    body = msgspec.json.encode(window.request_fields())
    node, key = window.enrolled.node, window.enrolled.key
    for said in ("", "Clerk", f"Clerk {node}:", f"Clerk {node}:{key}x", f"Bearer {key}", f"Clerk c1:{key}", "Clerk x:"):
        wrong = served.client.post("/v1/pull", content=body, headers={"authorization": said})
        assert status_and_reason(wrong) == (401, "stranger")
        assert wrong.headers["www-authenticate"] == "Clerk"
    office.door.perform(ShutNode(node=node, reason="stolen"), SYSTEM)
    for route in ("push", "ask", "pull", "want"):
        assert status_and_reason(window.post(route, body)) == (403, "shut")


def test_a_new_catalogue_reaches_every_window(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    window.catch_up()
    city = sample_city().model_copy(update={"version": sample_city().version + 1})
    content = city.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=city.id, version=city.version, content=content), SYSTEM)
    assert list(window.pull().changes.documents) == [f"catalogue/{city.id}/{city.version}"]
