"""The supervisor service in memory, for tests; what was called is recorded in `asked`."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.views.department import NO_QUERY, TaskPage, TaskSelection
from clerk_app.views.hall import HallEvent
from clerk_app.views.lists import ListQuery
from clerk_app.views.shared import Option
from clerk_app.views.supervisor import (
    Alert,
    CategoryRow,
    HallAct,
    HallDay,
    HallDetails,
    QueueRow,
    SupervisorService,
    SupervisorView,
    WindowRow,
)
from tests.screens.sample_data import localized, status
from tests.screens.sample_measures import SampleMeasureService
from tests.screens.sample_plots import sample_hall_plots
from tests.screens.sample_queue import ME, OTHER, SampleQueue
from tests.screens.sample_reductions import SampleReductionService
from tests.screens.sample_supervisor_acts import SampleSupervisorActs

ORGANS = (
    ("health", "Health Commission", "卫生健康委", (3, 0, 0, 1, 0)),
    ("police", "Public Security", "公安局", (446, 4, 3, 1, 2)),
    ("human", "Human Resources", "人力资源和社会保障局", (12, 2, 0, 2, 1)),
    ("medical", "Medical Insurance", "医疗保障局", (7, 0, 0, 1, 0)),
    ("tax", "Tax", "税务局", (1, 0, 0, 0, 0)),
    ("traffic", "Traffic Police", "公安交管", (2, 1, 0, 0, 0)),
    ("works", "Municipal Works", "市政管理", (4, 0, 1, 1, 0)),
)
HALL = (
    ("A", "Family matters", "婚育户籍", 8, 34, 41, "bad"),
    ("B", "Enterprises", "企业事务", 3, 12, 18, "warn"),
    ("C", "Pick-up", "取件", 1, 2, 63, "good"),
)


class SampleSupervisorService(SampleMeasureService, SampleReductionService, SampleSupervisorActs):
    """Seven organs, three categories, four windows; the queue of the police is long."""

    def __init__(self) -> None:
        super().__init__()
        self.queues = SampleQueue(446)
        self.queues.holders = {1: OTHER}
        self.waiting = 8
        self.calm = False
        self.more_alerts: tuple[Alert, ...] = ()
        self.is_open = True
        self.seconds = 1264  # for which the second ticket has been served

    def read_view(self) -> SupervisorView:
        return self._view()

    def list_tasks(self, organ: str, offset: int, limit: int, query: ListQuery = NO_QUERY) -> TaskPage:
        selection = TaskSelection(query=query)
        return self.queues.page("all", offset, limit, selection) if organ == "police" else TaskPage((), 0)

    def list_urgent(self, organ: str, limit: int) -> TaskPage:
        return self.list_tasks(organ, 0, limit)

    def list_officers(self, organ: str) -> tuple[Option, ...]:
        return (Option("2001", localized(*ME), "2001"), Option("2002", localized(*OTHER), "2002"))

    def release_task(self, task: str, reason: str) -> SupervisorView:
        self.asked.append(f"release_task {task}: {reason}")
        self.queues.holders.pop(int(task[1:]))
        return self._view(localized("The claim was released.", "已解除认领。"))

    def reassign_task(self, task: str, officer: str, reason: str) -> SupervisorView:
        self.asked.append(f"reassign_task {task} {officer}: {reason}")
        self.queues.holders[int(task[1:])] = ME if officer == "2001" else OTHER
        return self._view(localized("The task was given away.", "任务已改派。"))

    def read_category(self, category: str) -> HallDetails:
        return HallDetails(title=category, lines=("Waiting, in the order of calling: 2", "  A024", "  A025"))

    def read_window(self, window: str) -> HallDetails:
        acts = {
            "w0": (HallAct("open_day", "Open the hall"), HallAct("close_window", "Close this window")),
            "w1": (HallAct("close_window", "Close this window", "signs Li Mei out"),),
        }
        return HallDetails(title=window, lines=("State: open",), acts=acts.get(window, ()))

    def read_day(self) -> HallDetails:
        act = HallAct("close_day", "Close the day") if self.is_open else HallAct("open_day", "Open the hall")
        return HallDetails(title="Service day", lines=("Still waiting: 1", "  A024"), acts=(act,))

    def list_lockouts(self) -> tuple[Option, ...]:
        return (Option("1001", "Li Mei  1001", "locked out until 10:15"),)

    def end_lockout(self, person: str) -> SupervisorView:
        self.asked.append(f"end_lockout {person}")
        return self._view("This person can sign in again.")

    def close_day(self) -> SupervisorView:
        self.asked.append("close_day")
        self.is_open = False
        return self._view("The day was closed.")

    def open_day(self) -> SupervisorView:
        self.asked.append("open_day")
        self.is_open = True
        return self._view("The day was opened.")

    def view_with(self, message: str) -> SupervisorView:
        return self._view(message)

    def _view(self, message: str = "") -> SupervisorView:
        queues = []
        for organ, english, chinese, (length, soon, late, taken, papers) in ORGANS:
            soon, late = (0, 0) if self.calm else (soon, late)
            level = "bad" if late else "warn" if soon else "good"
            oldest = localized(f"{length % 9 + 1} days", f"{length % 9 + 1}天")
            name = localized(english, chinese)
            queue = QueueRow(organ, name, length, oldest, soon, late, taken, papers, level)  # type: ignore[arg-type]
            queues.append(queue)
        hall = []
        for letter, english, chinese, waiting, minutes, served, level in HALL:
            waiting = self.waiting if letter == "A" else waiting
            level = "good" if self.calm else level
            longest = localized(f"{minutes} minutes", f"{minutes}分钟")
            name = localized(english, chinese)
            row = CategoryRow(letter, name, waiting, longest, served, level, windows=3, open_windows=2)  # type: ignore[arg-type]
            hall.append(row)
        return SupervisorView(
            status=replace(status(), place=localized("supervisor", "主管"), person=localized("Chen Jing", "陈静")),
            queues=tuple(queues),
            hall=tuple(hall),
            windows=_windows(self.seconds),
            longest=localized("34 minutes", "34分钟"),
            alerts=(*self._day_alerts(), *(() if self.calm else _alerts()), *self.more_alerts),
            message=message,
            emergencies=tuple(self.emergencies),
            events=_events(),
            promise_minutes=20,
            plots=sample_hall_plots() if self.is_open else None,
            day=HallDay(self.is_open, "day 2026-11-24" if self.is_open else "The hall is closed since 17:30."),
        )

    def _day_alerts(self) -> tuple[Alert, ...]:
        return () if self.is_open else (Alert("warn", "The hall is closed since 17:30. F8 opens it.", "day"),)


def _windows(seconds: int) -> tuple[WindowRow, ...]:
    names = (("Li Mei", "李梅"), ("Zhou Lan", "周兰"), ("Wu Gang", "吴刚"), ("", ""))
    states = (("open", "开放"), ("open", "开放"), ("paused", "暂停"), ("closed", "关闭"))
    tickets = ("A023", "B007", "", "")
    since = localized("2 hours", "2小时")
    rows = tuple(
        WindowRow(
            f"w{index}",
            localized(f"Window {index + 1}", f"{index + 1}号窗口"),
            localized(*states[index]),
            since if index < 3 else "",
            localized(*names[index]),
            ticket,
            is_open=index < 3,
            is_paused=index == 2,
            served=12 - index,
            average_seconds=540,
            busy=tuple(minute % 7 > 0 for minute in range(30)),
        )
        for index, ticket in enumerate(tickets)
    )
    family, trade = localized("Family matters", "婚育户籍"), localized("Enterprises", "企业事务")
    return (
        replace(rows[0], category=family, seconds=252, usual_seconds=480),
        replace(
            rows[1], category=trade, seconds=seconds, usual_seconds=480, level="warn" if seconds > 960 else "plain"
        ),
        *rows[2:],
    )


def _events() -> tuple[HallEvent, ...]:
    call = localized("A023 was called to Window 1", "A023呼叫至1号窗口")
    pause = localized("Window 3 was paused: Wu Gang", "3号窗口已暂停：吴刚")
    return (
        HallEvent("ticket:A023", "10:38", call, place="windows", row="w0"),
        HallEvent("window:w2", "10:21", pause, "warn", "windows", "w2"),
    )


def _alerts() -> tuple[Alert, ...]:
    family = localized("Family matters: longest 34 min > 20 min", "婚育户籍：最长等候34分钟 > 20分钟")
    window = localized("Window 2: B007 takes 21 min, usually 8", "2号窗口：B007已办21分钟，通常8分钟")
    return (
        Alert("bad", localized("Public Security: 3 tasks overdue", "公安局：3个任务超期"), "departments", "police"),
        Alert("bad", localized("Municipal Works: 1 task overdue", "市政管理：1个任务超期"), "departments", "works"),
        Alert("bad", family, "waiting", "A"),
        Alert("warn", window, "windows", "w1"),
    )


def sample_supervisor_service() -> SupervisorService:
    """Return the sample as its Protocol, so that the type checker compares the two."""
    return SampleSupervisorService()
