"""What a window did alone reaches its center once; what the center says takes its place; nothing is dropped between."""

from __future__ import annotations

import pytest

from clerk_app.cases.claims import ClaimTask, TakeBack
from clerk_app.cases.erase import EraseCase
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger import proof
from clerk_app.people.staff import RegisterStaff
from tests.office import SampleOffice
from tests.sync.city import City, SampleWindow


@pytest.fixture
def health(city: City) -> SampleWindow:
    return city.join("n2", organs=("health",))


def kinds_of(office: SampleOffice, node: str) -> list[tuple[str, str]]:
    return [(row["kind"], row["outcome"]) for row in office.rows("ledger_entries", order=("position",), node=node)]


def test_a_new_window_holds_exactly_what_the_center_would_give_it(city: City, counter: SampleWindow) -> None:
    assert city.differences() == []
    assert {row["id"] for row in counter.rows("staff")} >= {"clerk-1", "clerk-2", "supervisor"}
    assert counter.rows("staff", organ="health") == counter.rows("persons") == counter.rows("licences") == []


def test_a_case_accepted_without_a_network_is_the_same_case_at_the_center(city: City, counter: SampleWindow) -> None:
    accepting = counter.accepting_birth()
    counter.wire.down = True
    number = counter.accept(accepting)
    assert counter.case(number)["state"] == "accepted"
    assert city.center.rows("cases") == []
    with pytest.raises(OutOfReach):
        counter.line.step()
    counter.wire.down = False
    city.quiet()
    assert [row["number"] for row in city.center.rows("cases")] == [number]
    assert city.differences() == []
    assert counter.rows("unanswered") == counter.rows("bases") == []
    assert proof.verify(counter.store)[1] == proof.verify(city.center.store)[1] == []


def test_a_lost_answer_doubles_nothing(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    counter.wire.loses = 2
    for _try in range(2):
        with pytest.raises(OutOfReach):
            counter.line.step()
    city.quiet()
    assert kinds_of(city.center, "n1").count(("AcceptCase", "done")) == 1
    assert [row["number"] for row in city.center.rows("cases")] == [number]
    assert city.differences() == []


def test_what_is_typed_for_a_draft_never_leaves_the_window(city: City, counter: SampleWindow) -> None:
    counter.draft(counter.serve(), "birth", {"child_name": "李一诺"})
    city.quiet()
    assert [row["kind"] for row in counter.rows("ledger_entries", node="n1.own")] == ["FoundWindow", "KeepDraft"]
    assert city.center.rows("drafts") == []
    assert "KeepDraft" not in {kind for kind, _outcome in kinds_of(city.center, "n1")}


def test_what_a_window_refuses_by_itself_is_nobody_elses_business(city: City, counter: SampleWindow) -> None:
    counter.serve()
    with pytest.raises(Refused):
        counter.serve()  # somebody is being served
    counter.move("finish")
    city.quiet()
    assert ("WalkIn", "refused") in kinds_of(counter, "n1.own")
    assert {outcome for _kind, outcome in kinds_of(city.center, "n1")} == {"done"}


def test_a_task_held_before_the_line_was_cut_is_decided_and_what_follows_comes_back(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.quiet()
    claimed = health.claim("health")
    health.wire.down = True
    with pytest.raises(OutOfReach):
        health.claim("health")
    health.decide(claimed, "approved")
    assert [task["state"] for task in health.tasks(number)][:2] == ["approved", "waiting"]
    health.wire.down = False
    city.quiet()
    assert [task["state"] for task in counter.tasks(number)][:3] == ["approved", "pooled", "pooled"]
    assert city.differences() == []


def test_an_organ_knows_no_more_of_a_task_that_waits_than_that_it_will_come(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    hr = city.join("n3", organs=("hr",))
    number = counter.accept_birth()
    city.quiet()
    assert [(row["matter"], row["state"]) for row in hr.tasks(number)] == [("social-security-card", "waiting")]
    assert hr.rows("materials") == hr.rows("parties") == hr.rows("histories") == []
    assert "child_name" not in {row["field"] for row in hr.rows("field_values")}
    before = hr.rows("cursors", scope="organ/hr")
    health.decide(health.claim("health"), "approved")  # which starts others, but not this one
    city.quiet()
    assert hr.rows("cursors", scope="organ/hr") == before
    assert city.differences() == []


def test_a_machine_of_several_organs_holds_no_field_of_a_task_that_has_not_begun(
    city: City, counter: SampleWindow
) -> None:
    both = city.join("n4", organs=("health", "tax"))
    counter.accept_birth()
    city.quiet()
    assert {"pooled", "waiting"} <= {row["state"] for row in both.rows("tasks", organ="health")}
    assert {row["state"] for row in both.rows("tasks", organ="tax")} == {"waiting"}
    assert "bank_account" not in {row["field"] for row in both.rows("field_values")}
    assert city.differences() == []


def test_an_organ_sees_what_its_task_needs_from_the_moment_that_it_starts(city: City, counter: SampleWindow) -> None:
    offices = {organ: city.join(f"n-{organ}", organs=(organ,)) for organ in ("health", "police", "hr")}
    number = counter.accept_birth()
    for organ in ("health", "police"):
        city.quiet()
        offices[organ].decide(offices[organ].claim(organ), "approved")
    city.quiet()
    hr = offices["hr"]
    assert {row["matter"]: row["state"] for row in hr.tasks(number)}["social-security-card"] == "pooled"
    assert "child_name" in {row["field"] for row in hr.rows("field_values")}
    assert len(hr.tasks(number)) > 1  # where the others stand
    assert city.differences() == []


def test_a_question_asked_again_gets_its_first_answer(city: City, counter: SampleWindow, health: SampleWindow) -> None:
    for _case in range(2):
        counter.accept_birth()
    city.quiet()
    health.wire.loses = 2
    with pytest.raises(OutOfReach):
        health.claim("health")
    first = health.claim("health")
    assert first.fence == 1
    assert [task["state"] for task in city.center.rows("tasks", organ="health")].count("claimed") == 1
    assert health.claim("health").task != first.task


def test_a_decision_under_a_lease_that_was_taken_back_is_work_on_the_screen(
    city: City, counter: SampleWindow, health: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.quiet()
    claimed = health.claim("health")
    health.wire.down = True
    health.decide(claimed, "refused", "not born here")
    city.center.door.perform(TakeBack(task=claimed.task, reason="ill"), "supervisor")
    city.center.door.perform(ClaimTask(organ="health", task=claimed.task), "health-2")
    health.wire.down = False
    city.quiet()
    (refusal,) = health.rows("refusals")
    assert (refusal["reason"], refusal["settled_at"]) == ("stale", None)
    entry = health.rows("ledger_entries", position=refusal["position"])[0]
    assert b"not born here" in entry["command"]  # everything typed is kept
    assert health.tasks(number)[0]["owner"] == "health-2"
    assert city.differences() == []


def test_an_acceptance_by_a_clerk_who_was_struck_off_stands_with_an_objection(
    city: City, counter: SampleWindow
) -> None:
    accepting = counter.accepting_birth()
    city.quiet()
    counter.wire.down = True
    number = counter.accept(accepting)
    with city.center.store.write() as tx:  # no command strikes anybody off yet
        tx.change("staff", {"id": "clerk-1"}, active=False)
    counter.wire.down = False
    city.quiet()
    assert city.center.case(number)["state"] == "accepted"
    assert [row["reason"] for row in city.center.rows("objections", case_number=number)] == ["unknown_staff"]
    assert [row["reason"] for row in counter.rows("objections", case_number=number)] == ["unknown_staff"]


def test_a_second_case_of_the_same_applicant_elsewhere_is_an_objection(city: City, counter: SampleWindow) -> None:
    other = city.join("n3", window="w2")
    first, second = counter.accepting_birth(), other.accepting_birth("w2")
    numbers = [counter.accept(first), other.accept(second)]
    city.quiet()
    (objection,) = city.center.rows("objections")
    assert objection["reason"] == "twin"
    assert objection["case_number"] == numbers[1]
    assert city.differences() == []


def test_dates_come_out_right_whatever_the_windows_clock_said(city: City, counter: SampleWindow) -> None:
    accepting = counter.accepting_birth()
    right = city.center.clock()
    counter.skew[0] = 5 * 3_600 * 1_000_000
    counter.wire.down = True
    number = counter.accept(accepting)
    counter.wire.down = False
    city.quiet()
    assert abs(city.center.case(number)["accepted_at"] - right) < 60 * 1_000_000
    assert city.differences() == []


def test_a_window_speaks_for_the_staff_of_its_own_place_only(city: City, health: SampleWindow) -> None:
    city.center.door.perform(
        RegisterStaff(id="far-1", number="7001", name="远", role="officer", pin_hash="x", organ="police"), "admin"
    )
    with pytest.raises(Refused) as refused:
        health.line.ask(ClaimTask(organ="police"), "far-1")
    assert refused.value.reason == "other_place"


def test_a_window_restarted_goes_on_where_it_was(city: City, counter: SampleWindow) -> None:
    accepting = counter.accepting_birth()
    counter.wire.down = True
    number = counter.accept(accepting)
    again = city.windows["n1"] = counter.reopened()
    again.wire.down = False
    city.quiet()
    assert [row["number"] for row in city.center.rows("cases")] == [number]
    assert city.differences() == []


def test_what_the_center_erases_of_an_open_visit_is_erased_at_its_window(city: City, counter: SampleWindow) -> None:
    number = counter.door.perform(counter.accepting_birth(), "clerk-1").number  # the mother stays at the window
    city.quiet()
    assert [row["shown_name"] for row in counter.rows("visits")] == ["王芳"]
    city.center.withdraw(number)
    city.center.door.perform(EraseCase(case=number, reason="retention"), "admin")
    city.quiet()
    assert [row["shown_name"] for row in counter.rows("visits")] == [None]
    assert city.differences() == []


def test_what_the_center_erases_is_erased_at_the_window_in_its_own_log_too(city: City, counter: SampleWindow) -> None:
    accepting = counter.accepting_birth(home_address="紫藤路七号")
    number = counter.accept(accepting)
    city.quiet()
    city.center.withdraw(number)
    city.center.door.perform(EraseCase(case=number, reason="retention"), "admin")
    city.quiet()
    assert counter.case(number)["applicant_name"] is None
    assert [row["personal"] for row in counter.rows("ledger_entries") if row["personal"]] == []
    assert counter.store.forget()
    kept = b"".join(path.read_bytes() for path in counter.office.folder.glob("store.db*"))
    assert "紫藤路七号".encode() not in kept
    assert proof.verify(counter.store)[1] == []
    assert city.differences() == []
