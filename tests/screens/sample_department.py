"""The department service in memory, for tests; what was called is recorded in `asked`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from clerk_app.errors import ClerkError, Refused
from clerk_app.views.case import FieldRow, HistoryRow, MaterialView
from clerk_app.views.course import WaitOutcome, WaitStep, WaitView
from clerk_app.views.department import (
    DecidedRow,
    DepartmentService,
    DepartmentView,
    ExtensionRow,
    QueueName,
    TaskAction,
    TaskPage,
    TaskSelection,
    TaskView,
)
from clerk_app.views.shared import LabelledValue, Option
from clerk_app.views.undo import UndoOffer
from tests.screens.sample_bulk import SampleBulk
from tests.screens.sample_connection import SampleStaffService
from tests.screens.sample_courier import SampleCourier
from tests.screens.sample_data import NOW, format_given, localized, materials, matters, photo, status
from tests.screens.sample_follow_ups import SampleFollowUps
from tests.screens.sample_messages import SampleCaseMessages
from tests.screens.sample_paper_reviews import SampleCaseReviews
from tests.screens.sample_queue import ME, OTHER, SampleQueue
from tests.screens.sample_requested import SampleRequestedPapers
from tests.screens.sample_similar import SampleSimilar
from tests.screens.sample_tracks import sample_tracks

ACTS: tuple[TaskAction, ...] = (
    *("approve", "refuse", "return", "commit", "release", "procedure", "extend"),
    *("refer", "send_back", "wait"),
)
EVERYTHING = TaskSelection()
ADDRESS = (
    "Room 1203, Building 7, Lane 1888 Yan'an Middle Road, Jing'an District, Shanghai, above the post office",
    "静安区延安中路1888弄7号楼1203室，邮局楼上，与社区卫生服务中心同一个院子，东门进出",
)


class SampleDepartmentService(
    SampleBulk,
    SampleCaseMessages,
    SampleStaffService,
    SampleCourier,
    SampleCaseReviews,
    SampleFollowUps,
    SampleSimilar,
):
    """A queue of 450 tasks; the officer is Zhao Min."""

    def __init__(self) -> None:
        super().__init__()
        self.other_materials: tuple[Option, ...] = ()
        self.asked: list[str] = []
        self.previewed: list[str] = []
        self.decided: list[DecidedRow] = []
        self.queues = SampleQueue()
        self.queues.holders[1] = OTHER
        self.lease_over = False
        self.has_tracks = True
        self.bulk_matter = ""
        self.ended: tuple[str, ...] = ()
        self.extensions: tuple[ExtensionRow, ...] = ()
        self.escalations: tuple[Option, ...] = ()
        self.result_fields: tuple[FieldRow, ...] = ()
        self.undecided: tuple[str, ...] = ()
        self.wait_steps: tuple[WaitStep, ...] = ()
        self.failure: ClerkError | None = None  # raised by the next approval
        self._open: int | None = None
        self.offer: UndoOffer | None = None
        self.requested_papers = SampleRequestedPapers()

    def read_undo(self) -> UndoOffer | None:
        return self.offer

    def undo(self, offer: int) -> DepartmentView:
        self.asked.append(f"undo {offer}")
        return self._view()

    def read_view(self) -> DepartmentView:
        return self._view()

    def list_tasks(self, which: QueueName, offset: int, limit: int, selection: TaskSelection = EVERYTHING) -> TaskPage:
        return self.queues.page(which, offset, limit, selection)

    def list_selections(self, which: QueueName) -> tuple[Option, ...]:
        options = (("due:today", "due today", "今日到期"), ("kind:free", "held by nobody", "无人办理"))
        return tuple(
            Option(name, localized(*words), str(self.queues.page(which, 0, 1, EVERYTHING.narrow(name)).total), str(at))
            for at, (name, *words) in enumerate(options, 1)
        )

    def preview_task(self, task: str) -> TaskView | None:
        self.previewed.append(task)
        return replace(self._task(int(task[1:])), fields=(), actions=())

    def list_decided(self) -> tuple[DecidedRow, ...]:
        return tuple(reversed(self.decided))

    def reopen_decision(self, task: str, reason: str) -> DepartmentView:
        self.asked.append(f"reopen_decision {task}: {reason}")
        return replace(self._claim(0), message=localized("The matter is checked again.", "该事项重新审查。"))

    def list_unmask_purposes(self) -> tuple[Option, ...]:
        return (Option("review", "to check the application"),)

    def unmask(self, purpose: str) -> DepartmentView:
        self.asked.append(f"unmask {purpose}")
        return self.read_view()

    def claim_next(self) -> DepartmentView:
        self.asked.append("claim_next")
        return self._claim(next(index for index in self.queues.indexes("open") if index not in self.queues.holders))

    def open_task(self, task: str) -> DepartmentView:
        self.asked.append(f"open_task {task}")
        index = int(task[1:])
        if self.queues.holders.get(index, ME) != ME:
            raise Refused("held", localized("Sun Hao holds this task.", "孙浩正在办理此任务。"))
        return self._claim(index)

    def renew_claim(self) -> DepartmentView:
        self.asked.append("renew_claim")
        if not self._mine:
            raise Refused("stale", localized("The task was given to Sun Hao.", "任务已改派给孙浩。"))
        return self._view()

    def check_results(self, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        return tuple(
            replace(row, value=value.strip(), error="" if value.strip() else localized("This is needed.", "此项必填。"))
            for row in self.result_fields
            for value in (values.get(row.id, ""),)
        )

    def approve(self, note: str, results: Mapping[str, str] | None = None) -> DepartmentView:
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        return self._end(f"approve {note}" + "".join(f" {name}={value}" for name, value in (results or {}).items()))

    def refuse(self, reason: str, codes: Sequence[str] = ()) -> DepartmentView:
        return self._end(f"refuse {format_given(reason, codes)}")

    def return_task(
        self,
        materials: Sequence[str],
        reason: str,
        late_code: str = "",
        late_reason: str = "",
        *,
        codes: Sequence[str] = (),
        legal_basis: str = "",
    ) -> DepartmentView:
        self.queues.returned.add(self._open or 0)
        late = f" late {late_code}: {late_reason}" if late_code else ""
        late += f" basis {legal_basis}" if legal_basis else ""
        return self._end(f"return_task {','.join(materials)}: {format_given(reason, codes)}{late}", ended=False)

    def list_late_reasons(self) -> tuple[Option, ...]:
        return (Option("law", localized("The law changed", "法律变更")), Option("overlooked", "Overlooked"))

    def commit_to_approve(self, note: str) -> DepartmentView:
        self.asked.append(f"commit_to_approve {note}")
        return self._view(localized("Committed.", "已书面承诺。"))

    def list_procedures(self) -> tuple[Option, ...]:
        return (Option("hearing", localized("hearing", "听证")), Option("testing", localized("testing", "检测")))

    def begin_procedure(self, kind: str, working_days: int, reason: str) -> DepartmentView:
        return self._end(f"begin_procedure {kind} {working_days} {reason}", ended=False)

    def end_procedure(self, task: str, result: str) -> DepartmentView:
        self.asked.append(f"end_procedure {task} {result}")
        return self._view(localized("Ended.", "已结束。"))

    def answer_escalation(self, escalation: str, note: str) -> DepartmentView:
        self.asked.append(f"answer_escalation {escalation} {note}")
        return self._view(localized("Recorded.", "已记录。"))

    def list_referred(self) -> tuple[Option, ...]:
        return (Option("t9", "2026 0109 Police", localized("to Government on 05-08; in the queue", "5月8日转报")),)

    def refer_task(self, opinion: str) -> DepartmentView:
        return self._end(f"refer_task {opinion}", ended=False)

    def list_correctable_answers(self) -> tuple[Option, ...]:
        return (Option("works_end", "Works end"),)

    def correct_answer(self, field: str, value: str, reason: str) -> DepartmentView:
        return self._end(f"correct_answer {field} {value} {reason}", ended=False)

    def send_back(self, reason: str) -> DepartmentView:
        return self._end(f"send_back {reason}", ended=False)

    def begin_wait(self, office: str, document: str, working_days: int, reason: str) -> DepartmentView:
        return self._end(f"begin_wait {office}, {document}, {working_days}, {reason}", ended=False)

    def read_wait(self, task: str) -> WaitView:
        row = self.queues.row(int(task[1:]))
        return WaitView(
            id=f"{task}-1",
            task=task,
            number=row.number,
            matter=row.matter,
            office=localized("County archive", "县档案馆"),
            document=localized("personnel file", "人事档案"),
            since="2026-11-10",
            until="2026-11-24",
            reminders=localized("reminded once", "已催办1次"),
            clock=localized("its time is counted", "时间照常计算"),
            is_overdue=False,
        )

    def remind_office(self, wait: str) -> DepartmentView:
        self.asked.append(f"remind_office {wait}")
        return self._view(localized("Reminded.", "已催办。"))

    def extend_wait(self, wait: str, working_days: int, reason: str) -> DepartmentView:
        self.asked.append(f"extend_wait {wait} {working_days} {reason}")
        return self._view(localized("Extended.", "已延长。"))

    def end_wait(self, wait: str, outcome: WaitOutcome, note: str = "") -> DepartmentView:
        self.asked.append(f"end_wait {wait} {outcome} {note}".rstrip())
        return self._view(localized("Ended.", "已结束。"))

    def ask_extension(self, working_days: int, reason: str) -> DepartmentView:
        self.asked.append(f"ask_extension {working_days} {reason}")
        return self._view(localized("Asked for.", "已申请。"))

    def decide_extension(self, task: str, note: str, *, approved: bool) -> DepartmentView:
        self.asked.append(f"decide_extension {task} {approved} {note}")
        return self._view(localized("Decided.", "已决定。"))

    def release_task(self) -> DepartmentView:
        if self._open is not None:
            self.queues.holders.pop(self._open)
        return self._end("release_task", ended=False)

    def acknowledge_ended(self) -> DepartmentView:
        self.asked.append("acknowledge_ended")
        self.ended = ()
        return self._view()

    def open_material(self, material: str) -> MaterialView:
        self.asked.append(f"open_material {material}")
        facts = (LabelledValue(localized("Number", "编号"), "3101-2026-0042"),)
        watermark = localized("Only for: A child is born", "仅用于：小孩出生一件事")
        return MaterialView(localized("Birth certificate", "出生医学证明"), facts, photo(), watermark)

    def take_away(self) -> None:
        """Give the open task to another officer."""
        if self._open is not None:
            self.queues.holders[self._open] = OTHER

    def lapse(self, sentence: str) -> None:
        """End the open task without a decision."""
        self._open, self.ended = None, (sentence,)

    @property
    def _mine(self) -> bool:
        return self._open is not None and self.queues.holders.get(self._open) == ME

    def _claim(self, index: int) -> DepartmentView:
        self._open = index
        self.queues.holders[index] = ME
        return self._view()

    def _end(self, asked: str, *, ended: bool = True) -> DepartmentView:
        self.asked.append(asked)
        if ended and self._open is not None:
            self.queues.ended.add(self._open)
            self._add_decided(self._open, asked)
        self._open = None
        return self._view(localized("Recorded.", "已记录。"))

    def _add_decided(self, index: int, asked: str) -> None:
        row, (act, _space, reasons) = self.queues.row(index), asked.partition(" ")
        approved = act == "approve"
        self.decided.append(
            DecidedRow(
                id=row.id,
                number=row.number,
                matter=row.matter,
                applicant=localized("Wang *", "王*"),
                outcome=localized("approved", "准予") if approved else localized("refused", "不予"),
                level="good" if approved else "bad",
                at=NOW,
                reasons=reasons,
                obstacle="" if approved else localized("The results are made out.", "结果已制作。"),
            )
        )

    def _view(self, message: str = "") -> DepartmentView:
        count = {which: len(self.queues.indexes(which)) for which in ("open", "mine", "overdue", "returned")}
        organ = localized("Public Security", "公安局")
        return DepartmentView(
            status=replace(status(), place=organ, person=localized(*ME), waiting=count["open"]),
            organ=organ,
            open_tasks=count["open"],
            held=count["mine"],
            overdue=count["overdue"],
            returned=count["returned"],
            task=self._task(self._open) if self._open is not None else None,
            message=message,
            ended=self.ended,
            extensions=self.extensions,
            escalations=self.escalations,
            follow_ups=self.list_follow_ups(),
            decided=len(self.decided),
            due_today=3,
            due_this_week=12,
            next_due=localized("2026-11-19, due today", "2026-11-19，今日到期"),
        )

    def _task(self, index: int) -> TaskView:
        fields = (
            LabelledValue(localized("Name of the child", "新生儿姓名"), localized("Wang Xiao'an", "王小安")),
            LabelledValue(localized("Sex", "性别"), localized("female", "女")),
            LabelledValue(localized("Date of birth", "出生日期"), "2026-11-02"),
            LabelledValue(localized("Register at", "落户地址"), localized(*ADDRESS)),
            LabelledValue(localized("Mother's number", "母亲证件号"), "110101********1236"),
        )
        own = [row for row in materials(True, frozenset()) if row.id in ("birth", "mother", "father", "book")]
        happened = (
            (localized("Li Mei", "李梅"), localized("accepted", "受理")),
            (localized(*ME), localized("Household registration: taken up", "户口登记：认领")),
        )
        row = self.queues.row(index)
        return TaskView(
            row=row,
            applicant=localized("Wang *", "王*"),
            promised=row.due,
            statutory="2026-12-18",
            fields=fields,
            materials=self.with_paper(tuple(own)),
            siblings=tuple(row for row in matters(frozenset(), True) if row.id != "hukou"),
            history=tuple(HistoryRow(NOW + timedelta(minutes=n), *what) for n, what in enumerate(happened)),
            lease_until=NOW + timedelta(minutes=15) if self._mine else None,
            lease_over=self.lease_over,
            actions=ACTS if self._mine else (),
            superior=localized("District government", "区人民政府"),
            refuse_reasons=(
                Option("conditions-not-met", localized("The conditions are not met", "不符合法定条件")),
                Option("facts-not-true", localized("The papers are not true", "材料不实")),
            ),
            return_reasons=(Option("copy-not-legible", localized("The copy cannot be read", "复印件不清晰")),),
            late_materials=("book",),
            other_materials=self.other_materials,
            result_fields=self.result_fields,
            undecided=self.undecided,
            bulk_matter=self.bulk_matter,
            wait_steps=self.wait_steps,
            has_compared_texts=self.has_compared_texts,
            tracks=sample_tracks() if self.has_tracks else None,
            accepted=localized("2026-11-02 09:12, Service centre", "2026-11-02 09:12，政务服务中心"),
            waiting=(
                localized(
                    "Nobody holds it: it is in the queue since 11-02 09:12.", "无人办理：11-02 09:12起在队列中。"
                ),
                localized("Wait for this one: Social security card.", "等待本事项的：社会保障卡申领。"),
            ),
        )


def sample_department_service() -> DepartmentService:
    """Return the sample as its Protocol, so that the type checker compares the two."""
    return SampleDepartmentService()
