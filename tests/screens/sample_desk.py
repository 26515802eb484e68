"""A small desk for tests of the screens: the contract of `clerk_app.desk`, in memory, with fixed data in two languages.

The real desks are tested in their own rooms; this one only answers what a screen must be able to show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from clerk_app.desk import (
    CameraView,
    CaseView,
    Choice,
    CounterView,
    Desks,
    HistoryRow,
    Intake,
    KioskDesk,
    Lens,
    MaterialView,
    Pair,
    Paper,
    PartyRow,
    Refused,
    Saving,
    SignedIn,
)
from tests.screens.sample_data import (
    BARS,
    CASE,
    FAR_CASE,
    NOW,
    applicant,
    fields,
    materials,
    matters,
    photo,
    say,
    status,
    tickets,
)
from tests.screens.sample_line import SampleLine


class SampleCounter(SampleLine):
    """One window, one citizen, one birth; everything asked of it is written down in `asked`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.kept_back = False
        self.waits = ""  # why the paper that was kept back is not printed
        self._values: dict[str, str] = {}
        self._paper: frozenset[str] = frozenset()
        self._dropped: frozenset[str] = frozenset()
        self._consent = False
        self.fetchable = False  # what the city holds was not asked for yet
        self._confirmed = False
        self._elsewhere = ""
        self._has = {"serving": False, "applicant": False, "intake": False, "case": False, "receipt": False}

    def _view(self, said: str = "") -> CounterView:
        has, waiting = self._has, tickets()
        serving = (
            replace(waiting[0], state=say("serving", "办理中"), calls=1, called_at=NOW) if has["serving"] else None
        )
        return CounterView(
            status=status(),
            serving=serving,
            waiting=waiting[1:] if serving else waiting,
            held=(),
            applicant=applicant(self._confirmed) if has["applicant"] else None,
            intake=self._intake() if has["intake"] else None,
            case=self._case() if has["case"] else None,
            receipt=self._receipt() if has["receipt"] else None,
            unprinted=(replace(self._receipt(), printed=False, waits=self.waits),) if self.kept_back else (),
            say=said,
            elsewhere=self._elsewhere,
        )

    def _intake(self) -> Intake:
        rows = fields(self._values)
        left = [row.label for row in rows if (row.required and not row.value) or row.error]
        left += [row.name for row in materials(self._consent, self._paper) if row.level == "bad"]
        if not self._consent:
            left.append(say("consent", "当事人同意"))
        parties = (
            PartyRow("mother", say("Mother", "母亲"), say("Wang Li", "王丽"), "1236", say("code", "亮证")),
            PartyRow("child", say("Child", "新生儿"), self._values.get("name", "-"), "", say("typed", "填写")),
        )
        return Intake(
            draft="d1",
            one_thing=say("A child is born", "小孩出生一件事"),
            catalogue="2026-11",
            parties=parties,
            matters=matters(self._dropped, done=False),
            materials=materials(self._consent, self._paper),
            fields=rows,
            left=tuple(left),
            promised="2026-11-27",
            statutory="2026-12-18",
            savings=(Saving(say("visits", "跑动次数"), "9", "1"), Saving(say("papers", "材料"), "23", "6")),
            saved_at=NOW,
            fetchable=self.fetchable,
        )

    def _case(self) -> CaseView:
        entry = HistoryRow(NOW, say("Li Mei", "李梅"), say("accepted", "受理"))
        return CaseView(
            number=CASE,
            one_thing=say("A child is born", "小孩出生一件事"),
            state=say("accepted, waits for a supplement", "已受理，待补正"),
            level="warn",
            applicant=say("Wang Li", "王丽"),
            accepted="2026-11-20",
            promised="2026-11-27",
            statutory="2026-12-18",
            matters=matters(frozenset(), done=True),
            materials=materials(True, self._paper),
            open_notice=(say("Father's identity card, original", "父亲身份证原件"),),
            results=(say("Household register", "户口簿"), say("Birth certificate", "出生医学证明")),
            history=(entry, entry),
            acts=("take_in", "hand_over", "withdraw", "reprint"),
            as_of=say("as of 09:30", "截至09:30"),
            handed_over=any(asked.startswith("hand_over") for asked in self.asked),
        )

    def _receipt(self) -> Paper:
        lines = (
            say("RECEIPT", "受理通知书"),
            "",
            say("A child is born", "小孩出生一件事"),
            say("Applicant: Wang *", "申请人：王*"),
            say("Accepted: 2026-11-20", "受理日期：2026-11-20"),
            say("Promised: 2026-11-27", "承诺日期：2026-11-27"),
            "",
            BARS,
            say(f"No. {CASE}", f"编号 {CASE}"),
        )
        return Paper("p1", say("Receipt", "受理通知书"), lines, True)

    def _do(self, name: str, said: str = "", **has: bool) -> CounterView:
        self.asked.append(name)
        self._has |= has
        return self._view(said)

    def look(self) -> CounterView:
        return self._view()

    def call_next(self) -> CounterView:
        self._confirmed = self._consent = False
        return self._do("call_next", say("A023 is called.", "正在呼叫 A023。"), serving=True)

    def recall(self) -> CounterView:
        return self._do("recall", say("A023 is called again.", "再次呼叫 A023。"))

    def hold(self) -> CounterView:
        return self._do("hold", serving=False, applicant=False, intake=False)

    def resume(self, ticket: str) -> CounterView:
        return self._do(f"resume {ticket}", serving=True)

    def no_show(self) -> CounterView:
        return self._do("no_show", serving=False)

    def walk_in(self) -> CounterView:
        return self._do("walk_in", serving=True)

    def finish(self) -> CounterView:
        return self._do("finish", serving=False, applicant=False, intake=False, case=False, receipt=False)

    def present(self, text: str) -> CounterView:
        if text.startswith("EL1:"):
            return self._do(f"present {text}", applicant=True)
        if text == CASE:
            return self._do(f"present {text}", case=True)
        if text == FAR_CASE:
            self._elsewhere = text
            return self._do(
                f"present {text}", say("It is not at this centre. F8 brings it here.", "该办件不在本中心。")
            )
        raise Refused("unknown_code", say("This is no code that this window knows.", "无法识别此码。"))

    def is_code(self, text: str, kind: str) -> bool:
        return text == CASE and kind != "bank_account"

    def confirm_person(self) -> CounterView:
        self._confirmed = True
        return self._do("confirm_person")

    def one_things(self, query: str) -> tuple[Choice, ...]:
        things = (
            Choice("birth", say("A child is born", "小孩出生一件事"), "csyjs"),
            Choice("road", say("Road excavation", "一般项目挖掘道路"), "wjdl"),
            Choice("hire", say("Hiring staff", "企业招用员工"), "zyyg"),
            Choice("permit", say("Residence permit", "居住证办理"), "jzz"),
            Choice("passport", say("Passport", "普通护照签发"), "hz"),
        )
        return tuple(row for row in things if query.casefold() in row.hint + row.name.casefold())

    def begin(self, one_thing: str) -> CounterView:
        if not self._confirmed:
            raise Refused("not_confirmed", say("First compare face and photo.", "请先核对人像。"))
        return self._do(f"begin {one_thing}", intake=True)

    def fetch_materials(self) -> CounterView:
        self.fetchable = False
        return self._do("fetch_materials")

    def drafts(self) -> tuple[Choice, ...]:
        return (Choice("d1", say("A child is born", "小孩出生一件事"), say("Wang Li, 09:12", "王丽 09:12")),)

    def reopen(self, draft: str) -> CounterView:
        self._confirmed = True
        return self._do(f"reopen {draft}", applicant=True, intake=True)

    def discard(self, reason: str) -> CounterView:
        return self._do(f"discard {reason}", intake=False)

    def fill(self, field: str, value: str) -> CounterView:
        self._values[field] = value
        return self._do(f"fill {field}={value}")

    def drop_matter(self, matter: str) -> CounterView:
        self._dropped |= {matter}
        return self._do(f"drop {matter}")

    def add_matter(self, matter: str) -> CounterView:
        self._dropped -= {matter}
        return self._do(f"add {matter}")

    def consent(self, materials: Sequence[str]) -> CounterView:
        self._consent = True
        return self._do(f"consent {','.join(materials)}")

    def take_paper(self, material: str) -> CounterView:
        self._paper ^= {material}
        return self._do(f"take_paper {material}")

    def look_at(self, material: str) -> MaterialView:
        self.asked.append(f"look_at {material}")
        facts = (Pair(say("Number", "编号"), "3101-2026-0042"), Pair(say("Holder", "持证人"), say("Wang Li", "王丽")))
        text = say("This is to certify that a child was born in this hospital.", "兹证明该新生儿在本院出生。")
        watermark = say("Only for: A child is born, until 2026-11-20", "仅用于：小孩出生一件事，至2026-11-20")
        return MaterialView(say("Birth certificate", "出生医学证明"), facts, text, photo(), watermark)

    def accept(self) -> CounterView:
        if self._intake().left:
            raise Refused("incomplete", say("Something is still missing; nothing was accepted.", "材料不齐，未受理。"))
        return self._do("accept", intake=False, applicant=False, receipt=True)

    def open_case(self, number: str) -> CounterView:
        return self._do(f"open_case {number}", case=True)

    def bring_case(self, last: str) -> CounterView:
        self._elsewhere = ""
        return self._do(f"bring_case {last}", case=True)

    def take_in(self, materials: Sequence[str]) -> CounterView:
        self._paper |= set(materials)
        return self._do(f"take_in {','.join(materials)}")

    def hand_over(self, signature: str) -> CounterView:
        return self._do(f"hand_over {signature}", case=False)

    def withdraw(self, reason: str) -> CounterView:
        return self._do(f"withdraw {reason}", case=False)

    def not_accept(self, reason: str) -> CounterView:
        return self._do(f"not_accept {reason}", intake=False)

    def reprint(self, paper: str) -> CounterView:
        self.kept_back = False
        self.waits = ""  # why the paper that was kept back is not printed
        return self._do(f"reprint {paper}")

    def close_case(self) -> CounterView:
        return self._do("close_case", case=False)


class SampleLens:
    """A camera that shows one picture as soon as it is started."""

    def __init__(self, view: CameraView | None = None) -> None:
        self.view = view or CameraView(photo(), (), say("Hold the code closer.", "请将码靠近镜头。"), "")
        self.running = False

    def start(self, want: Literal["citizen", "receipt"], on_view: Callable[[CameraView], None]) -> None:
        self.running = True
        on_view(self.view)

    def stop(self) -> None:
        self.running = False

    def sources(self) -> tuple[Choice, ...]:
        return (Choice("sample", "sample"), Choice("0", "0"))

    def use(self, source: str) -> None:
        self.running = False


class SampleDesks:
    """A store with one clerk: number 1001, PIN 2468."""

    hint = "1001 / 2468"

    def __init__(self, lens: SampleLens | None = None) -> None:
        self.office = status().office
        self.lens: Lens = lens or SampleLens()
        self.counter = SampleCounter()
        self.locked = True

    def sign_in(self, number: str, pin: str) -> SignedIn:
        if (number, pin) != ("1001", "2468"):
            raise Refused("not_known", say("Number or PIN is wrong.", "工号或密码不正确。"))
        self.locked = False
        return SignedIn(say("Li Mei", "李梅"), counter=self.counter)

    def lock(self) -> None:
        self.locked = True

    def kiosk(self) -> KioskDesk:
        raise Refused("no_kiosk", "There is no kiosk here.")

    def close(self) -> None:
        self.locked = True


def sample_desks() -> Desks:
    """The sample as the contract sees it, so that a type checker compares the two."""
    return SampleDesks()
