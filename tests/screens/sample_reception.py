"""The reception service in memory, for tests: a hall of three categories, with all classes and some issued tickets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from clerk_app.views.hall import WindowNumbers
from clerk_app.views.reception import (
    AppointmentRow,
    IssuedRow,
    ReceptionCategory,
    ReceptionClass,
    ReceptionView,
    TicketAct,
    TicketAnswer,
)
from clerk_app.views.shared import KioskCall, OpenCodeRequest
from tests.screens.sample_data import localized, status

WAITING: tuple[TicketAct, ...] = ("reprint", "left", "move")
CLASSES = (
    ("ordinary", "Ordinary", "普通", "", ""),
    ("prechecked", "Pre-checked", "预审领证", "notice that the papers were checked in advance", "预审通过通知"),
    ("return", "Return visit", "再次到访", "receipt or notice of the case", "办件的回执或通知书"),
    ("elderly", "Elderly", "老年人", "identity document with the date of birth", "载有出生日期的身份证件"),
    ("disabled", "Disabled", "残疾人", "disability certificate", "残疾人证"),
    ("pregnant", "Pregnant", "孕妇", "nothing is needed", "无需证件"),
    (
        "veteran",
        "Service member or veteran",
        "军人和退役军人",
        "certificate of a service member or veteran",
        "军人或退役军人证件",
    ),
)
CATEGORIES = (
    ("A", "Families and households", "婚育户籍", 12, 3, 4),
    ("B", "Enterprises", "企业事务", 3, 1, 2),
    ("C", "Pick up, bring papers", "领证补件", 0, 0, 2),
)
FURTHER = "DEFGHIJK"  # letters of further categories
ISSUED = (
    ("A023", 0, "elderly", "老年", "waits, 1 before it", "等候，前面1号", "to be printed", "待打印"),
    ("B007", 1, "", "", "at Window 2", "在2号窗口办理", "sent to printer (2x)", "已送打印机（重打2次）"),
    ("A021", 0, "", "", "waits, 11 before it", "等候，前面11号", "sent to printer", "已送打印机"),
    ("C002", 2, "return visit", "复办", "void", "作废", "not valid", "无效"),
)


@dataclass
class SampleReception:
    """Has the first category for all classes, the others for the first and the fourth one only."""

    asked: list[str] = field(default_factory=list)
    trouble: str = ""
    further_categories: int = 0
    expected: int = 0  # appointments
    calls: tuple[KioskCall, ...] = ()
    code_requests: tuple[OpenCodeRequest, ...] = ()
    unconfirmed: tuple[str, ...] = ()  # tickets whose slips the printer does not confirm

    def read_view(self) -> ReceptionView:
        return ReceptionView(
            status(),
            self._categories(),
            tuple(
                ReceptionClass(name, str(key), localized(en, zh), localized(proof, paper) if proof else "", key > 3)
                for key, (name, en, zh, proof, paper) in enumerate(CLASSES, 1)
            ),
            tuple(
                IssuedRow(
                    id=f"h/d/{number}",
                    number=number,
                    category=localized(*CATEGORIES[at][1:3]),
                    class_name=localized(en, zh) if en else "",
                    time="09:30",
                    state=localized(state, state_zh),
                    slip=localized(slip, slip_zh),
                    level="warn" if state == "void" else "plain",
                    acts=WAITING if state.startswith("waits") else (),
                )
                for number, at, en, zh, state, state_zh, slip, slip_zh in ISSUED
            ),
            (
                WindowNumbers(localized("Window 1", "1号窗口"), "", "A019", letters="AC"),
                WindowNumbers(localized("Window 2", "2号窗口"), "", "B007", letters="ABC"),
                WindowNumbers(localized("Window 3", "3号窗口"), localized("meal", "用餐"), is_open=False, letters="A"),
            ),
            tuple(
                AppointmentRow(
                    f"p{at}",
                    f"{10 + at}:00-{10 + at}:15",
                    localized(*CATEGORIES[1][1:3]),
                    localized("expected", "未到"),
                    is_expected=True,
                )
                for at in range(self.expected)
            ),
            trouble=self.trouble,
            calls=self.calls,
            code_requests=self.code_requests,
        )

    def _categories(self) -> tuple[ReceptionCategory, ...]:
        every = tuple(known[0] for known in CLASSES)
        rows = [
            ReceptionCategory(
                letter,
                str(key),
                localized(en, zh),
                every if letter == "A" else ("ordinary", "elderly"),
                waiting,
                localized("42 min", "42分钟") if waiting else "",
                localized("about 35 to 55 minutes", "约35至55分钟") if waiting else "",
                open_windows,
                windows,
            )
            for key, (letter, en, zh, waiting, open_windows, windows) in enumerate(CATEGORIES, 1)
        ]
        for at, letter in enumerate(FURTHER[: self.further_categories], len(CATEGORIES)):
            name = localized(f"Category {letter}", f"业务{letter}")
            rows.append(ReceptionCategory(letter, str(at % 9 + 1), name, ("ordinary",), 1, "", "", 1, 1))
        return tuple(rows)

    def answer_call(self, call: str) -> ReceptionView:
        self.asked.append(f"answer_call {call}")
        self.calls = ()
        return self.read_view()

    def confirm_code(self, request: str, last: str) -> ReceptionView:
        self.asked.append(f"confirm_code {request} {last}")
        self.code_requests = ()
        return self.read_view()

    def decline_code(self, request: str) -> ReceptionView:
        self.asked.append(f"decline_code {request}")
        self.code_requests = ()
        return self.read_view()

    def issue(self, category: str, ticket_class: str, count: int = 1) -> ReceptionView:
        self.asked.append(f"issue {category} {ticket_class} {count}")
        return replace(self.read_view(), unconfirmed=self.unconfirmed)

    def record_slip(self, ticket: str, *, printed: bool) -> ReceptionView:
        self.asked.append(f"slip {ticket} {printed}")
        return self.read_view()

    def describe_ticket(self, ticket: str) -> TicketAnswer:
        if ticket in self.unconfirmed:
            return TicketAnswer(ticket, ticket.rpartition("/")[2], ("?",), ("printed", "not_printed"))
        sentences = (
            localized("It is called next in its category.", "下一个就叫到本号。"),
            localized("Estimated further wait: about 5 to 10 minutes.", "预计还要等约5至10分钟。"),
        )
        return TicketAnswer(ticket, ticket.rpartition("/")[2], sentences, WAITING)

    def find_ticket(self, number: str) -> TicketAnswer:
        self.asked.append(f"find {number}")
        return self.describe_ticket(f"h/d/{number}")

    def reprint(self, ticket: str) -> ReceptionView:
        self.asked.append(f"reprint {ticket}")
        return self.read_view()

    def record_left(self, ticket: str) -> ReceptionView:
        self.asked.append(f"left {ticket}")
        return self.read_view()
