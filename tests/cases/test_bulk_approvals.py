"""Several tasks of one matter are approved together: each by its own claim and decision, and a failure is named."""

from __future__ import annotations

import pytest
from msgspec import structs

from clerk_app.cases.case_messages import CaseMessageText, SendCaseMessage
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.objections import RaiseObjection
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.similar_findings import SimilarCase, store_findings
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.people import SYSTEM
from clerk_app.people.joined_accounts import SetPerson
from clerk_app.roles.department.bulk import MOST_AT_ONCE
from clerk_app.roles.department.undo import UndoableDepartment
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS

pytestmark = pytest.mark.usefixtures("english")
VACCINATION = "vaccination-record"


def open_department(office: SampleOffice, staff: str) -> UndoableDepartment:
    (row,) = office.select("staff", id=staff)
    return UndoableDepartment(office.office, row)


def accept_children(office: SampleOffice, *names: str) -> list[str]:
    """Accept a birth for each child up to the vaccination record; return the ids of the tasks."""
    numbers = [office.accept_birth(child_name=name) for name in names]
    for number in numbers:
        office.approve(number, "birth-medical-certificate")
    return [office.task(number, VACCINATION)["id"] for number in numbers]


def approve_all_chosen(department: UndoableDepartment, tasks: list[str], note: str) -> tuple[str, ...]:
    """Approve the tasks one after another; return what was not approved, and why."""
    progress = department.begin_bulk(VACCINATION, tasks, note)
    while not progress.is_finished:
        progress = department.approve_next()
    return progress.failed


def test_each_task_gets_its_own_claim_and_decision_and_one_that_fails_is_named(office: SampleOffice) -> None:
    first, second, third = accept_children(office, "李一", "李二", "李三")
    department = open_department(office, "health-1")
    department.open_task(first)
    (matter,) = department.list_bulk_matters()
    assert (matter.id, matter.hint) == (VACCINATION, "3")
    found = department.list_bulk_tasks(VACCINATION)
    assert {task.id for task in found.tasks} == {first, second, third}
    assert [task.id for task in found.tasks if task.is_own] == [first]
    assert {line.label for line in found.tasks[0].differs} == {"Name of the child"}
    open_department(office, "health-2").open_task(third)  # another officer takes it meanwhile
    (failed,) = approve_all_chosen(department, [first, second, third], "all alike")
    assert failed == f"{format_task_number(third)}: It is not in the queue any more."
    view = department.end_bulk()
    assert view.message == "2 tasks are approved. Not approved: 1."
    assert view.task is None
    assert [office.select("tasks", id=task)[0]["state"] for task in (first, second, third)] == [
        *("approved", "approved"),
        "claimed",
    ]
    decisions = [row for row in office.select("decisions") if row["task"] in (first, second, third)]
    assert {(row["task"], row["signer"], row["reason"]) for row in decisions} == {
        (first, "health-1", "all alike"),
        (second, "health-1", "all alike"),
    }
    kinds = [row["kind"] for row in office.entries() if second in bytes(row["command"]).decode()]
    assert kinds == [ClaimTask.stored_name, DecideTask.stored_name]
    offer = department.read_undo()
    assert offer is not None
    assert "approvals of 2 tasks are recorded and are not undone" in (offer.reason or offer.question)
    assert find_faults(office.store) == []


def test_a_task_that_is_looked_at_alone_is_named_with_its_reason_and_not_approved(office: SampleOffice) -> None:
    office.door.perform(SetPerson(staff="health-1", other="clerk-2"), "admin")
    numbers = [office.accept_birth(child_name=f"李{name}") for name in "一二三"]
    numbers.append(office.accept_birth("w2", child_name="李四"))
    numbers.append(office.accept(_with_pages(office, office.prepare_birth(child_name="李五"))))
    certificate = "birth-medical-certificate"
    for number in numbers:
        office.decide(office.claim_of(number, certificate, "health-2"), "approved")
    plain, objected, written, own, paper = (office.task(number, VACCINATION)["id"] for number in numbers)
    office.door.perform(RaiseObjection(case=numbers[1], reason="twin", sentence="x"), SYSTEM)
    message = CaseMessageText(text="call me")
    send = SendCaseMessage(case=numbers[2], addressee="organ", organ="health", personal=message)
    office.door.perform(send, CLERKS[0])
    department = open_department(office, "health-1")
    found = department.list_bulk_tasks(VACCINATION)
    assert [task.id for task in found.tasks] == [plain]
    assert {task.id: task.obstacle for task in found.alone} == {
        objected: "an objection to the case is open",
        written: "a message on the case is not read",
        own: "you accepted the case",
        paper: "not read: Mother's identity card",
    }
    failed = approve_all_chosen(department, [own, plain], "")
    assert failed == (f"{format_task_number(own)}: It is decided alone: you accepted the case",)
    assert office.select("tasks", id=own)[0]["state"] == "pooled"
    department.open_task(paper)
    department.open_material("mother-id")
    assert paper in {task.id for task in department.list_bulk_tasks(VACCINATION).tasks}


def test_a_claimed_task_that_is_not_approved_goes_back_into_the_queue(office: SampleOffice) -> None:
    first, second = accept_children(office, "李一", "李二")
    with office.store.write() as tx:  # the rule of the decision refuses it, after the claim
        store_findings(tx, first, [SimilarCase(number="260000000017", leader=True)], 0)
    department = open_department(office, "health-1")
    (failed,) = approve_all_chosen(department, [first, second], "")
    assert failed.startswith(f"{format_task_number(first)}: Similar applications were found and are not settled yet")
    assert [office.select("tasks", id=task)[0]["state"] for task in (first, second)] == ["pooled", "approved"]
    assert department.end_bulk().message == "1 task is approved. Not approved: 1."


def test_a_matter_without_the_mark_is_decided_alone_and_a_choice_has_a_limit(office: SampleOffice) -> None:
    number = office.accept_birth()
    department = open_department(office, "health-1")
    assert department.list_bulk_matters() == ()
    found = department.list_bulk_tasks("birth-medical-certificate")
    assert [task.obstacle for task in found.alone] == ["the catalogue of its case does not allow several at once"]
    with pytest.raises(Refused, match="At most 50"):
        department.begin_bulk(VACCINATION, [f"{number}{index:02}" for index in range(MOST_AT_ONCE + 1)], "")
    assert department.list_bulk_tasks("household-registration").tasks == ()


def _with_pages(office: SampleOffice, command: AcceptCase) -> AcceptCase:
    """Return the command with the mother's identity card as a paper of which pages were taken in."""
    digest = office.office.attachments.add(b"pages")
    paper = GivenMaterial(material="mother-id", how="paper", content=digest, paper_code="differs", paper_reason="x")
    others = [material for material in command.materials if material.material != "mother-id"]
    return structs.replace(command, materials=(paper, *others))
