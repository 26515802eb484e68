"""The center client: offline work reaches the center exactly once, and responses replace documents."""

from __future__ import annotations

import pytest

from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.tasks.claims import ClaimTask, TakeBackTask
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger import audit
from clerk_app.people.staff import RegisterStaff
from tests.office import SampleOffice
from tests.sync.city import City, SampleWindow


@pytest.fixture
def health(city: City) -> SampleWindow:
    return city.join("n2", organs=("health",))


def entry_kinds(office: SampleOffice, node: str) -> list[tuple[str, str]]:
    return [(row["kind"], row["outcome"]) for row in office.select("ledger_entries", order=("position",), node=node)]


def test_new_window_has_exactly_its_visible_documents(city: City, counter: SampleWindow) -> None:
    assert city.differences() == []
    assert {row["id"] for row in counter.select("staff")} >= {"clerk-1", "clerk-2", "supervisor"}
    assert counter.select("staff", organ="health") == counter.select("persons") == counter.select("licences") == []


def test_case_accepted_offline_reaches_the_center_unchanged(city: City, counter: SampleWindow) -> None:
    accepting = counter.prepare_birth()
    counter.transport.down = True
    number = counter.accept(accepting)
    assert counter.case(number)["state"] == "accepted"
    assert city.center.select("cases") == []
    with pytest.raises(OutOfReach):
        counter.client.step()
    counter.transport.down = False
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert city.differences() == []
    assert counter.select("unanswered") == counter.select("bases") == []
    assert audit.verify_log(counter.store)[1] == audit.verify_log(city.center.store)[1] == []


def test_lost_response_duplicates_nothing(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    counter.transport.responses_to_lose = 2
    for _try in range(2):
        with pytest.raises(OutOfReach):
            counter.client.step()
    city.exchange_all()
    assert entry_kinds(city.center, "n1").count(("AcceptCase", "done")) == 1
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert city.differences() == []


@pytest.mark.wide
def test_drafts_never_leave_the_window(city: City, counter: SampleWindow) -> None:
    counter.draft(counter.serve(), "birth", {"child_name": "李一诺"})
    city.exchange_all()
    assert [row["kind"] for row in counter.select("ledger_entries", node="n1.own")] == ["FoundWindow", "KeepDraft"]
    assert city.center.select("drafts") == []
    assert "KeepDraft" not in {kind for kind, _outcome in entry_kinds(city.center, "n1")}


@pytest.mark.wide
def test_local_refusals_stay_in_the_window(city: City, counter: SampleWindow) -> None:
    counter.serve()
    with pytest.raises(Refused):
        counter.serve()  # somebody is being served
    counter.move_ticket("finish")
    city.exchange_all()
    assert ("WalkIn", "refused") in entry_kinds(counter, "n1.own")
    assert {outcome for _kind, outcome in entry_kinds(city.center, "n1")} == {"done"}


@pytest.mark.wide
def test_task_claimed_before_disconnection_can_be_decided_offline(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    claimed = health.claim("health")
    health.transport.down = True
    with pytest.raises(OutOfReach):
        health.claim("health")
    health.decide(claimed, "approved")
    assert [task["state"] for task in health.tasks(number)][:2] == ["approved", "waiting"]
    health.transport.down = False
    city.exchange_all()
    assert [task["state"] for task in counter.tasks(number)][:3] == ["approved", "pooled", "pooled"]
    assert city.differences() == []


def test_organ_sees_only_the_existence_of_a_waiting_task(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    hr = city.join("n3", organs=("hr",))
    number = counter.accept_birth()
    city.exchange_all()
    assert [(row["matter"], row["state"]) for row in hr.tasks(number)] == [("social-security-card", "waiting")]
    assert hr.select("materials") == hr.select("parties") == hr.select("histories") == []
    assert "child_name" not in {row["field"] for row in hr.select("field_values")}
    before = hr.select("cursors", scope="organ/hr")
    health.decide(health.claim("health"), "approved")  # which starts others, but not this one
    city.exchange_all()
    assert hr.select("cursors", scope="organ/hr") == before
    assert city.differences() == []


@pytest.mark.wide
def test_machine_of_several_organs_gets_no_field_of_a_waiting_task(city: City, counter: SampleWindow) -> None:
    both = city.join("n4", organs=("health", "tax"))
    counter.accept_birth()
    city.exchange_all()
    assert {"pooled", "waiting"} <= {row["state"] for row in both.select("tasks", organ="health")}
    assert {row["state"] for row in both.select("tasks", organ="tax")} == {"waiting"}
    assert "bank_account" not in {row["field"] for row in both.select("field_values")}
    assert city.differences() == []


@pytest.mark.wide
def test_organ_sees_the_fields_of_its_task_once_it_starts(city: City, counter: SampleWindow) -> None:
    offices = {organ: city.join(f"n-{organ}", organs=(organ,)) for organ in ("health", "police", "hr")}
    number = counter.accept_birth()
    for organ in ("health", "police"):
        city.exchange_all()
        offices[organ].decide(offices[organ].claim(organ), "approved")
    city.exchange_all()
    hr = offices["hr"]
    assert {row["matter"]: row["state"] for row in hr.tasks(number)}["social-security-card"] == "pooled"
    assert "child_name" in {row["field"] for row in hr.select("field_values")}
    assert len(hr.tasks(number)) > 1  # where the others stand
    assert city.differences() == []


def test_repeated_call_after_a_lost_response_gets_the_first_decision(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    for _case in range(2):
        counter.accept_birth()
    city.exchange_all()
    health.transport.responses_to_lose = 2
    with pytest.raises(OutOfReach):
        health.claim("health")
    first = health.claim("health")
    assert first.fence == 1
    assert [task["state"] for task in city.center.select("tasks", organ="health")].count("claimed") == 1
    assert health.claim("health").task != first.task


def test_decision_under_a_revoked_lease_becomes_rejected_work(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    claimed = health.claim("health")
    health.transport.down = True
    health.decide(claimed, "refused", "not born here")
    city.center.door.perform(TakeBackTask(task=claimed.task, reason="ill"), "supervisor")
    city.center.door.perform(ClaimTask(organ="health", task=claimed.task), "health-2")
    health.transport.down = False
    city.exchange_all()
    (refusal,) = health.select("refusals")
    assert (refusal["reason"], refusal["settled_at"]) == ("stale", None)
    entry = health.select("ledger_entries", position=refusal["position"])[0]
    assert b"not born here" in entry["command"]  # everything typed is kept
    assert health.tasks(number)[0]["owner"] == "health-2"
    assert city.differences() == []


@pytest.mark.wide
def test_acceptance_by_a_dismissed_clerk_is_kept_with_an_objection(city: City, counter: SampleWindow) -> None:
    accepting = counter.prepare_birth()
    city.exchange_all()
    counter.transport.down = True
    number = counter.accept(accepting)
    with city.center.store.write() as tx:  # no command strikes anybody off yet
        tx.update("staff", {"id": "clerk-1"}, active=False)
    counter.transport.down = False
    city.exchange_all()
    assert city.center.case(number)["state"] == "accepted"
    assert [row["reason"] for row in city.center.select("objections", case_number=number)] == ["dismissed"]
    assert [row["reason"] for row in counter.select("objections", case_number=number)] == ["dismissed"]


def test_second_case_of_an_applicant_at_another_window_raises_an_objection(city: City, counter: SampleWindow) -> None:
    other = city.join("n3", window="w2")
    first, second = counter.prepare_birth(), other.prepare_birth("w2")
    numbers = [counter.accept(first), other.accept(second)]
    city.exchange_all()
    (objection,) = city.center.select("objections")
    assert objection["reason"] == "twin"
    assert objection["case_number"] == numbers[1]
    assert city.differences() == []


@pytest.mark.wide
def test_dates_are_correct_with_a_wrong_window_clock(city: City, counter: SampleWindow) -> None:
    accepting = counter.prepare_birth()
    right = city.center.clock()
    counter.skew[0] = 5 * 3_600 * 1_000_000
    counter.transport.down = True
    number = counter.accept(accepting)
    counter.transport.down = False
    city.exchange_all()
    assert abs(city.center.case(number)["accepted_at"] - right) < 60 * 1_000_000
    assert city.differences() == []


def test_window_can_act_for_its_own_staff_only(city: City, health: SampleWindow) -> None:
    city.center.door.perform(
        RegisterStaff(id="far-1", number="7001", name="远", role="officer", pin_hash="x", organ="police"), "admin"
    )
    with pytest.raises(Refused) as refused:
        health.client.call(ClaimTask(organ="police"), "far-1")
    assert refused.value.reason == "other_place"


@pytest.mark.wide
def test_restarted_window_continues(city: City, counter: SampleWindow) -> None:
    accepting = counter.prepare_birth()
    counter.transport.down = True
    number = counter.accept(accepting)
    reopened = city.windows["n1"] = counter.reopen()
    reopened.transport.down = False
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert city.differences() == []


@pytest.mark.wide
def test_erasure_reaches_an_open_visit(city: City, counter: SampleWindow) -> None:
    number = counter.door.perform(counter.prepare_birth(), "clerk-1").number  # the mother stays at the window
    city.exchange_all()
    assert [row["shown_name"] for row in counter.select("visits")] == ["王芳"]
    city.center.withdraw(number)
    city.center.door.perform(EraseCase(case=number, reason="retention"), "admin")
    city.exchange_all()
    assert [row["shown_name"] for row in counter.select("visits")] == [None]
    assert city.differences() == []


@pytest.mark.wide
def test_erasure_reaches_the_windows_own_log(city: City, counter: SampleWindow) -> None:
    accepting = counter.prepare_birth(home_address="紫藤路七号")
    number = counter.accept(accepting)
    city.exchange_all()
    city.center.withdraw(number)
    city.center.door.perform(EraseCase(case=number, reason="retention"), "admin")
    city.exchange_all()
    assert counter.case(number)["applicant_name"] is None
    assert [row["personal"] for row in counter.select("ledger_entries") if row["personal"]] == []
    assert counter.store.purge_old_versions()
    kept = b"".join(path.read_bytes() for path in counter.office.folder.glob("store.db*"))
    assert "紫藤路七号".encode() not in kept
    assert audit.verify_log(counter.store)[1] == []
    assert city.differences() == []
