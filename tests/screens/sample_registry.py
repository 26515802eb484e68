"""The registry in memory, for tests of the administrator's screen; what was called is recorded in `asked`."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.views.registry import (
    Arrivals,
    FeedArrivals,
    RecordActId,
    RecordView,
    RegistryRow,
    RegistryTable,
    RegistryView,
)
from clerk_app.views.shared import LabelledValue, Option
from tests.screens.sample_data import localized


def table(id: str, title: str, columns: tuple[str, ...], *rows: RegistryRow, level: str = "plain") -> RegistryTable:
    empty = localized("There is nothing.", "没有内容。")
    return RegistryTable(id, title, columns, rows, empty, level)  # type: ignore[arg-type]


class SampleRegistry:
    """One person with one licence, a correction that waits, two feeds of which one is overdue."""

    asked: list[str]

    def list_registry_purposes(self) -> tuple[Option, ...]:
        return (
            Option("complaint", localized("somebody reports a mistake", "有人反映登记库数据有误"), key="1"),
            Option("own_data", localized("the person asks for their own data", "本人查询自己的数据"), key="2"),
        )

    def read_registry(self, reading: str = "") -> RegistryView:
        self.asked.append(f"read {reading}".rstrip())
        state = localized("waits for a second administrator", "待第二位管理员审批")
        asked = RegistryRow(
            "k1",
            ("2026-05-29 09:12", localized("person", "自然人"), localized("Address", "地址"), state, "8002"),
            facts=(LabelledValue(localized("Reason", "理由"), localized("passport shown", "出示护照")),),
            subject="P1",
            correction="k1",
        )
        refused = localized("Row 4: This is not a date.", "第4行：不是日期。")
        late = RegistryRow(
            "civil",
            ("civil-affairs", localized("Relations", "关系"), localized("9 d ago", "9天前"), "2", "0", "0", "overdue"),
            "bad",
        )
        fresh = RegistryRow(
            "population",
            ("population", localized("Persons", "自然人"), localized("2 h ago", "2小时前"), "1", "7", "1", "refused"),
            "warn",
            (LabelledValue(localized("Batch 2", "第2批"), refused),),
        )
        feeds = tuple(localized(*names) for names in (("Source", "来源"), ("Rows", "数据"), ("Last batch", "最近一批")))
        to_do = (
            RegistryRow(
                "civil", (localized("Feed", "来源"), "civil-affairs", localized("9 d", "9天"), "overdue"), "bad"
            ),
            RegistryRow(
                "k1",
                (localized("Decision", "审批"), localized("Address", "地址"), localized("2 d", "2天"), state),
                "warn",
                subject="P1",
                correction="k1",
            ),
        )
        names = (("What", "事项"), ("Which", "对象"), ("Since", "已过"), ("State", "状态"))
        found = table("found", localized("Found", "查找结果"), (localized("Name", "姓名"),))
        return RegistryView(
            (
                table(
                    "attention",
                    localized("To do", "待办"),
                    tuple(localized(*each) for each in names),
                    *to_do,
                    level="bad",
                ),
                table(
                    "corrections", localized("Corrections", "更正"), (localized("Asked", "申请"),), asked, level="warn"
                ),
                table("feeds", localized("Feeds", "来源"), (*feeds, "+", "~", "x", ""), fresh, late, level="bad"),
                found,
            ),
            "09:30",
            "r1",
            arrivals=self._arrivals(),
        )

    def _arrivals(self) -> Arrivals:
        persons, relations = localized("Persons", "自然人"), localized("Relations", "关系")
        names = (("Time", "时间"), ("Source", "来源"), ("Rows", "数据"))
        return Arrivals(
            tuple(f"05-{day:02}" for day in range(16, 30)),
            (
                FeedArrivals("population", persons, tuple((number * 9, number == 13) for number in range(14)), "warn"),
                FeedArrivals("civil-affairs", relations, ((2, 0), (2, 0), *((0, 0),) * 12), "bad"),
            ),
            (*(localized(*each) for each in names), "+", "~", "=", "x"),
            (RegistryRow("population 2", ("05-29 07:30", "population", persons, "1", "7", "-", "1"), "warn"),),
        )

    def find_registered(self, text: str, purpose: str) -> RegistryTable:
        self.asked.append(f"find {text} {purpose}")
        cells = (localized("W***", "王**"), "690***********0285", localized("person", "自然人"), "1986", "1")
        names = tuple(localized(*each) for each in (("Name", "姓名"), ("Number", "证件号码"), ("Kind", "类别")))
        return table("found", localized("Found", "查找结果"), (*names, "", ""), RegistryRow("P1", cells, subject="P1"))

    def open_record(self, subject: str, purpose: str) -> RecordView:
        self.asked.append(f"open {subject} {purpose}")
        return self._record(subject, purpose)

    def unmask_record(self, subject: str, purpose: str) -> RecordView:
        self.asked.append(f"unmask {subject} {purpose}")
        return self._record(subject, purpose, in_full=True)

    def open_correction(self, subject: str, correction: str) -> RecordView:
        self.asked.append(f"open {subject} {correction}")
        return self._record(subject, "correction", in_full=True, correction=correction)

    def read_record_again(self, record: RecordView, correction: str = "") -> RecordView:
        chosen = correction or record.correction
        self.asked.append(f"again {record.subject} {chosen}".rstrip())
        return self._record(record.subject, record.purpose, in_full=record.in_full, correction=chosen)

    def request_correction(self, field: str, value: str, reason: str) -> str:
        if value == "same":
            raise Refused("same", "The record has this value already.")
        self.asked.append(f"correct {field} {value} {reason}")
        return localized("The correction was asked for.", "已申请更正。")

    def approve_correction(self, correction: str) -> str:
        self.asked.append(f"approve {correction}")
        return localized("The record was corrected.", "已更正。")

    def propose_repair(self, promise: str, reason: str, credit_case: str) -> str:
        self.asked.append(f"propose {promise} {reason} {credit_case}".strip())
        return "The repair was proposed."

    def confirm_repair(self, promise: str) -> str:
        self.asked.append(f"confirm {promise}")
        return "The record was repaired."

    def end_correction(self, correction: str, note: str) -> str:
        self.asked.append(f"end {correction} {note}")
        return localized("The correction was declined.", "不予更正。")

    def _record(self, subject: str, purpose: str, *, in_full: bool = False, correction: str = "") -> RecordView:
        name = localized("Wang Fang", "王芳") if in_full else localized("W***", "王**")
        acts: tuple[RecordActId, ...] = ("correct",) if in_full else ("unmask", "correct")
        acts = (*acts, "approve", "end") if correction else acts
        data = RegistryRow("name", (localized("Name", "姓名"), name, "", "", ""))
        licence = RegistryRow(
            "L1",
            (localized("Identity card", "身份证"), "T690***0021", "2040-07-21", localized("valid", "有效"), "police"),
            facts=(LabelledValue(localized("Issuer", "颁发机构"), localized("Police", "公安局")),),
        )
        change = RegistryRow(
            "0", ("2026-02-10 09:00", localized("batch", "批次"), "", localized("Address", "地址"), "c1")
        )
        question = (LabelledValue(localized("Corrected value", "更正为"), localized("Sample Road 8", "示范路8号")),)
        return RecordView(
            subject,
            purpose,
            localized(f"person  {name}", f"自然人  {name}"),
            in_full,
            (
                table("data", localized("Data", "数据"), ("", "", ""), data),
                table("licences", localized("Licences", "证照"), (localized("Type", "类型"), "", "", "", ""), licence),
                table("history", localized("History", "历史"), (localized("Time", "时间"), "", "", "", ""), change),
            ),
            acts,
            (Option("person|P1|address", localized("Address", "地址"), key="1"),),
            correction,
            question if correction else (),
        )
