"""A citizen's session at the kiosk in memory, and what is read in it, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from clerk_app.errors import OutOfReach, Refused
from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.kiosk_own import AccessList, AccessRow, HeldRow, HeldView, OfferedThing, OwnCaseRow, OwnCases
from clerk_app.views.kiosk_session import FACTOR_NEEDED, SESSION_ENDED, OpenSession, SessionService
from tests.screens.sample_data import CASE, NOW, localized

FACTOR = "123X"
OLD_CASE = "250000000012"


class SampleSessions:
    """A code `EL1:mother` that opens at once, `EL1:print` that needs 8000, and the receipt of the sample case."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked
        self.current: OpenSession | None = None
        self.is_cut = False  # whether the center is out of reach

    def is_code(self, text: str) -> bool:
        return text.startswith("EL1:")

    def open_by_code(self, text: str, digits: str = "") -> OpenSession:
        self.asked.append(f"open_by_code {text} {digits}".rstrip())
        self._require_center()
        if text == "EL1:print" and digits != "8000":
            reason = "phone_factor" if digits else FACTOR_NEEDED
            raise Refused(reason, localized("Type the last four digits of your telephone.", "请输入手机号后四位。"))
        if text not in ("EL1:mother", "EL1:print"):
            raise Refused("code", localized("The center does not confirm this code.", "中心未能核验此码。"))
        return self._open("code", "")

    def open_by_receipt(self, number: str, second_factor: str) -> OpenSession:
        self.asked.append(f"open_by_receipt {number} {second_factor}")
        self._require_center()
        if (number, second_factor) != (CASE, FACTOR):
            raise Refused("second_factor", localized("These do not belong together.", "编号与证件号不相符。"))
        return self._open("receipt", number)

    def prolong(self) -> None:
        self.asked.append("prolong")
        self._require_center()
        if self.current is None:
            raise Refused(SESSION_ENDED, localized("Your session has ended.", "您的会话已结束。"))

    def end(self, *, is_idle: bool = False) -> None:
        if self.current is not None:
            self.asked.append("end idle" if is_idle else "end")
        self.current = None

    def _open(self, kind: Literal["code", "receipt"], case: str) -> OpenSession:
        self.current = OpenSession(kind, case, NOW)
        return self.current

    def _require_center(self) -> None:
        if self.is_cut:
            raise OutOfReach("The center is out of reach.")


class SampleOwn:
    """Two cases of the person of a code, one of a receipt; a held and a missing paper; two accesses."""

    def __init__(
        self, asked: list[str], sessions: SessionService, describe_case: Callable[[str], CaseStatusView]
    ) -> None:
        self.asked = asked
        self._sessions = sessions
        self._describe_case = describe_case

    def list_cases(self) -> OwnCases:
        session = self._require_session()
        name, old = localized("A child is born", "小孩出生一件事"), localized("Retirement", "退休一件事")
        rows = (
            OwnCaseRow(CASE, name, localized("accepted", "已受理"), localized("Papers to bring: 1", "待补1份"), "warn"),
            OwnCaseRow(OLD_CASE, old, localized("finished", "已办结"), "", "plain"),
        )
        return OwnCases(rows if session.kind == "code" else rows[:1])

    def read_case(self, number: str) -> CaseStatusView:
        self._require_session()
        self.asked.append(f"read_case {number}")
        return self._describe_case(number)

    def list_themes(self) -> tuple[OfferedThing, ...]:
        return (OfferedThing("family", localized("Family", "婚育")), OfferedThing("work", localized("Work", "就业")))

    def list_things(self, theme: str) -> tuple[OfferedThing, ...]:
        assert theme == "family"
        return (OfferedThing("birth", localized("A child is born", "小孩出生一件事"), localized("Health", "卫健委")),)

    def list_held(self, thing: str) -> HeldView:
        self._require_session()
        self.asked.append(f"list_held {thing}")
        card = HeldRow(
            localized("Identity card", "居民身份证"),
            localized("The city has it.", "本市已有。"),
            "good",
            is_held=True,
            facts=(localized("Issued by: Police", "签发机关：公安局"), localized("grade A", "A级")),
        )
        paper = HeldRow(localized("Photo", "照片"), localized("Bring it.", "请携带。"), "warn", is_held=False)
        return HeldView(localized("A child is born", "小孩出生一件事"), (card, paper))

    def list_accesses(self) -> AccessList:
        self._require_session()
        police = localized("Police", "公安局")
        return AccessList(
            (
                AccessRow("2026-11-20 09:30", police, localized("opened a licence", "查看了证照"), ()),
                AccessRow("2026-11-19 10:00", "k1", localized("tried", "尝试"), (CASE,), is_refused=True),
            )
        )

    def _require_session(self) -> OpenSession:
        if self._sessions.current is None:
            raise Refused(SESSION_ENDED, localized("Your session has ended.", "您的会话已结束。"))
        return self._sessions.current
