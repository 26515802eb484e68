"""A command on a case or task is refused to who works for another service centre or department: one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clerk_app.cases.case_fetch import FetchCase
from clerk_app.cases.case_messages import CaseMessageText, MarkCaseMessagesRead, SendCaseMessage
from clerk_app.cases.delivery.closure import ArchiveCase, WithdrawCase
from clerk_app.cases.delivery.parts import HandOverPart
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults, IssueResults
from clerk_app.cases.duplicate_objection import DUPLICATE
from clerk_app.cases.intake.later_notice import NotifyAgain
from clerk_app.cases.intake.received_opening import OpenReceived, ReturnReceived
from clerk_app.cases.intake.received_terms import CloseReceived, ExtendReceived
from clerk_app.cases.listed_receipts import ListReceipt
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.objections import SettleObjection, insert_objection
from clerk_app.cases.originals import OpenOriginal
from clerk_app.cases.prints import BeginPrint
from clerk_app.cases.rejected_acceptances import DeclareNotValid
from clerk_app.cases.tasks.answer_corrections import CorrectAnswer, CorrectedValue
from clerk_app.cases.tasks.claims import ClaimTask, ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.consent_withdrawals import WithdrawCaseConsent
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.cases.tasks.extensions import AskExtension, DecideExtension
from clerk_app.cases.tasks.external_waits import BeginExternalWait
from clerk_app.cases.tasks.matter_withdrawals import WithdrawMatters
from clerk_app.cases.tasks.procedures import BeginProcedure, EndProcedure
from clerk_app.cases.tasks.referrals import ReferTask, SendBackTask
from clerk_app.cases.tasks.similar_cases import FindSimilar
from clerk_app.cases.tasks.similar_findings import SettleSimilar
from clerk_app.cases.tasks.supplements import ReturnTask, TakeInMaterials
from clerk_app.cases.unmasking import UnmaskCase
from clerk_app.composition.registry import all_rules
from clerk_app.errors import ClerkError, Refused
from clerk_app.ledger.access import Role
from clerk_app.ledger.commands import Command
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from tests.case_prints import begin_receipt
from tests.engines import postgresql_wide
from tests.office import SampleOffice, paper_materials

OTHER_PLACE = {"other_site", "organ", "not_held", "stale"}

BUILDERS: dict[type[Command[Any]], tuple[str, str, Callable[[str, str], Command[Any]]]] = {
    # own actor, actor of another place, command for a case number and a task of the health department
    WithdrawMatters: (
        "clerk-1",
        "clerk-5",
        lambda case, _: WithdrawMatters(case=case, matters=("social-security-card",), reason="x"),
    ),
    CorrectAnswer: (
        "clerk-1",
        "clerk-5",
        lambda case, _: CorrectAnswer(
            case=case, field="home_address", personal=CorrectedValue(value="示范路 9 号", reason="x")
        ),
    ),
    ListReceipt: (
        "clerk-1",
        "clerk-5",
        lambda case, _: ListReceipt(notice=f"{case}-receipt", paper=f"{case}-receipt_list"),
    ),
    WithdrawCase: ("clerk-1", "clerk-5", lambda case, _: WithdrawCase(case=case, reason="x")),
    WithdrawCaseConsent: (
        "clerk-1",
        "clerk-5",
        lambda case, _: WithdrawCaseConsent(case=case, materials=("mother-id",), visit="v", window="w1"),
    ),
    ArchiveCase: ("clerk-1", "clerk-5", lambda case, _: ArchiveCase(case=case)),
    IssueResults: ("clerk-1", "clerk-5", lambda case, _: IssueResults(case=case)),
    HandOverResults: (
        "clerk-1",
        "clerk-5",
        lambda case, _: HandOverResults(case=case, window="w1", personal=Signature(name="x")),
    ),
    HandOverPart: (
        "clerk-1",
        "clerk-5",
        lambda case, _: HandOverPart(
            case=case,
            window="w1",
            matters=("birth-medical-certificate",),
            cause="x",
            role="delegate",
            known_by="delegation",
            personal=Signature(name="x"),
        ),
    ),
    TakeInMaterials: (
        "clerk-1",
        "clerk-5",
        lambda case, _: TakeInMaterials(case=case, materials=paper_materials("mother-id")),
    ),
    RecordNoticePrint: (
        "clerk-1",
        "clerk-5",
        lambda case, _: RecordNoticePrint(notice=f"{case}-receipt", printed=True),
    ),
    BeginPrint: ("clerk-1", "clerk-5", lambda case, _: begin_receipt(case)),
    FetchCase: ("clerk-1", "clerk-5", lambda case, _: FetchCase(case=case)),
    OpenReceived: ("clerk-1", "clerk-5", lambda case, _: OpenReceived(case=case, window="w1")),
    ReturnReceived: ("clerk-1", "clerk-5", lambda case, _: ReturnReceived(case=case)),
    ExtendReceived: ("clerk-1", "clerk-5", lambda case, _: ExtendReceived(case=case, window="w1", reason="x")),
    CloseReceived: ("supervisor", "supervisor-5", lambda case, _: CloseReceived(case=case, window="w1", reason="x")),
    NotifyAgain: (
        "clerk-1",
        "clerk-5",
        lambda case, _: NotifyAgain(case=case, draft="d", visit="v", window="w1", chosen=None, materials=()),
    ),
    SettleObjection: ("clerk-1", "clerk-5", lambda case, _: SettleObjection(case=case, number=1, note="x")),
    UnmaskCase: ("supervisor", "supervisor-5", lambda case, _: UnmaskCase(case=case, purpose="contact")),
    OpenOriginal: (
        "clerk-1",
        "clerk-5",
        lambda case, _: OpenOriginal(case=case, material="mother-id", content="0" * 64, purpose="birth"),
    ),
    DeclareNotValid: ("supervisor", "supervisor-5", lambda case, _: DeclareNotValid(case=case, reason="x")),
    ReassignTask: ("supervisor", "supervisor-5", lambda _, task: ReassignTask(task=task, staff="health-2", reason="x")),
    TakeBackTask: ("supervisor", "supervisor-5", lambda _, task: TakeBackTask(task=task, reason="x")),
    ClaimTask: ("health-1", "police-1", lambda _, task: ClaimTask(organ="health", task=task)),
    RenewClaim: ("health-1", "police-1", lambda _, task: RenewClaim(task=task, fence=1)),
    FindSimilar: ("health-1", "police-1", lambda _, task: FindSimilar(task=task)),
    SettleSimilar: (
        "health-1",
        "police-1",
        lambda case, task: SettleSimilar(task=task, fence=1, other=case, code="not_relevant"),
    ),
    ReleaseTask: ("health-1", "police-1", lambda _, task: ReleaseTask(task=task, fence=1)),
    CommitTask: ("health-1", "police-1", lambda _, task: CommitTask(task=task, fence=1, note="x")),
    ReturnTask: (
        "health-1",
        "police-1",
        lambda _, task: ReturnTask(task=task, fence=1, materials=("mother-id",), reason="x"),
    ),
    DecideTask: ("health-1", "police-1", lambda _, task: DecideTask(task=task, fence=1, outcome="approved")),
    BeginProcedure: (
        "health-1",
        "police-1",
        lambda _, task: BeginProcedure(task=task, fence=1, kind="hearing", working_days=5, reason="x"),
    ),
    EndProcedure: ("health-1", "police-1", lambda _, task: EndProcedure(task=task, result="x")),
    AskExtension: (
        "health-1",
        "police-1",
        lambda _, task: AskExtension(task=task, fence=1, working_days=5, reason="x"),
    ),
    DecideExtension: ("health-1", "police-1", lambda _, task: DecideExtension(task=task, approved=True)),
    SendCaseMessage: (
        "health-1",
        "planning-1",
        lambda case, _: SendCaseMessage(case=case, addressee="window", personal=CaseMessageText(text="x")),
    ),
    MarkCaseMessagesRead: ("health-1", "planning-1", lambda case, _: MarkCaseMessagesRead(case=case, reader="organ")),
    ReferTask: ("health-1", "police-1", lambda _, task: ReferTask(task=task, fence=1, opinion="x")),
    SendBackTask: ("health-1", "police-1", lambda _, task: SendBackTask(task=task, fence=1, reason="x")),
    BeginExternalWait: (
        "health-1",
        "police-1",
        lambda _, task: BeginExternalWait(
            task=task, fence=1, office="archive", document="file", working_days=5, reason="x"
        ),
    ),
}
NO_PLACE = {
    "CountWaitingMessages",  # a receipt of any site, at a reception: a number and no content
    "AskCase", "AskState",  # a citizen with the second factor, at any machine
    "CopyLicence",  # in a running visit of the clerk, with the consent given there
    "FileComplaint", "GiveRating",  # a citizen about any case, a rating with its second factor
    "BringCase",  # brings a case of another site, with the second factor
    "EraseCase",  # an administrator, for the whole city
    "RaiseObjection", "RecomputeDates", "EndPapersTerm",  # the center itself
    "LookAt", "AskAccess",  # access records
    "ReopenDecision",  # the person who signed the decision, nobody else
    "ResolveCode",  # of the citizen who is served
    "RemoveTicketPaper", "OpenTicketPaper",  # papers of a ticket: its hall, and the window that serves it
}  # fmt: skip


@pytest.fixture
def prepared(office: SampleOffice) -> tuple[SampleOffice, str, str]:
    """An office with a second site, a case with an objection, and a claimed task of the health department."""
    commands: list[Command[Any]] = [
        RegisterOrgan(id="centre-2", name_zh="第二中心", name_en="Second centre", level="street"),
        RegisterStaff(id="clerk-5", number="0005", name="周明", role="clerk", pin_hash="", organ="centre-2"),
        RegisterStaff(id="supervisor-5", number="0006", name="吴", role="supervisor", pin_hash="", organ="centre-2"),
    ]
    for command in commands:
        office.door.perform(command, SYSTEM)
    number = office.accept_birth()
    with office.store.write() as tx:
        insert_objection(tx, number, 1, DUPLICATE, facts={"other": number}, raised_at=1)
    return office, number, office.claim("health").task


def reason_of(office: SampleOffice, command: Command[Any], actor: str) -> str:
    try:
        office.door.perform(command, actor)
    except Refused as refused:
        return refused.reason
    except ClerkError as error:
        return type(error).__name__
    return ""


@pytest.mark.parametrize("command", BUILDERS, ids=lambda command: command.__name__)
@postgresql_wide
def test_command_is_refused_to_another_place_only(
    prepared: tuple[SampleOffice, str, str], command: type[Command[Any]]
) -> None:
    office, number, task = prepared
    own, other, build = BUILDERS[command]
    before = office.select("cases"), office.select("tasks"), office.select("notices")
    assert reason_of(office, build(number, task), other) in OTHER_PLACE
    assert (office.select("cases"), office.select("tasks"), office.select("notices")) == before
    assert reason_of(office, build(number, task), own) not in OTHER_PLACE


def test_every_command_on_a_case_or_task_is_in_the_table() -> None:
    staff = {Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR}
    named = {
        rule.kind
        for rule in all_rules()
        if {"case", "task", "notice", "paper"} & set(rule.command.__struct_fields__) and rule.roles & staff
    }
    assert named <= {command.stored_name for command in BUILDERS} | NO_PLACE


def test_supervisor_of_a_department_acts_on_its_tasks_only(prepared: tuple[SampleOffice, str, str]) -> None:
    office, _number, task = prepared
    for organ in ("health", "police"):
        register = RegisterStaff(id=f"{organ}-s", number=organ, name="x", role="supervisor", pin_hash="", organ=organ)
        office.door.perform(register, SYSTEM)
    assert reason_of(office, TakeBackTask(task=task, reason="x"), "police-s") == "other_site"
    assert reason_of(office, TakeBackTask(task=task, reason="x"), "health-s") == ""
    assert [row for row in office.select("tasks", id=task) if row["state"] != "pooled"] == []
