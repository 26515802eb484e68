"""The administrator's service in memory, for tests; what was called is recorded in `asked`."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import BadData, Refused
from clerk_app.views.admin import AdminService, AdminView, StaffActId, StaffDay, StaffRow
from clerk_app.views.shared import LabelledValue, Option
from tests.screens.sample_connection import SampleStaffService
from tests.screens.sample_data import localized, status
from tests.screens.sample_registry import SampleRegistry

ACTS: tuple[StaffActId, ...] = ("change", "reset_pin", "set_badge", "suspend", "dismiss")


class SampleAdminService(SampleRegistry, SampleStaffService):
    """Four persons: one is locked out, one was dismissed."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read_view(self) -> AdminView:
        centre, health = localized("Service centre", "政务服务中心"), localized("Health Commission", "卫生健康委")
        clerk, officer = localized("clerk", "窗口人员"), localized("officer", "审批人员")
        locked, gone = localized("locked out until 09:45", "锁定至09:45"), localized("dismissed", "已注销")
        li, chen = localized("Li Mei", "李梅"), localized("Chen Jing", "陈静")
        return AdminView(
            replace(status(), waiting=None),
            (
                StaffRow("1", "1001", li, "clerk", clerk, "centre", centre, "", "plain", ACTS),
                StaffRow("2", "1002", chen, "clerk", clerk, "centre", centre, locked, "warn", (*ACTS, "unlock")),
                StaffRow("3", "2001", chen, "officer", officer, "health", health, "", "plain", ACTS),
                StaffRow("4", "2002", li, "officer", officer, "health", health, gone, "bad", ()),
            ),
            day=StaffDay(
                (LabelledValue(localized("Window 1", "1号窗口"), f"{li}  {localized('2 h', '2小时')}"),),
                (LabelledValue("c1", localized("this machine", "本机")),),
            ),
        )

    def read_person(self, person: str) -> tuple[LabelledValue, ...]:
        badge = localized("identifies the person", "可识别本人")
        return (
            LabelledValue(localized("Badge", "工牌"), badge if person == "1" else localized("none", "无")),
            LabelledValue(localized("Works now", "当前在岗"), localized("Window 1 for 2 h", "1号窗口，已2小时")),
        )

    def list_roles(self) -> tuple[Option, ...]:
        return (Option("clerk", localized("clerk", "窗口人员")), Option("officer", localized("officer", "审批人员")))

    def list_organs(self) -> tuple[Option, ...]:
        return (Option("centre", "Service centre", "centre"), Option("health", "Health Commission", "health"))

    def check_number(self, number: str) -> None:
        if number == "1001":
            raise Refused("exists", "Staff number 1001 is taken.")

    def add_person(self, number: str, name: str, role: str, organ: str, pin: str) -> AdminView:
        if pin == "123456":
            raise BadData("This PIN is easy to guess.")
        return self._answer(f"add {number} {name} {role} {organ} {pin}")

    def change_person(self, person: str, name: str, role: str, organ: str) -> AdminView:
        return self._answer(f"change {person} {name} {role} {organ}")

    def set_state(self, person: str, act: StaffActId, reason: str) -> AdminView:
        return self._answer(f"{act} {person} {reason}")

    def reset_pin(self, person: str, pin: str) -> AdminView:
        return self._answer(f"reset_pin {person} {pin}")

    def unlock(self, person: str) -> AdminView:
        return self._answer(f"unlock {person}")

    def set_badge(self, person: str, code: str) -> AdminView:
        return self._answer(f"set_badge {person} {code}")

    def _answer(self, asked: str) -> AdminView:
        self.asked.append(asked)
        return replace(self.read_view(), message="Done.")


def sample_admin_service() -> AdminService:
    """Return the sample as its Protocol, so that the type checker compares the two."""
    return SampleAdminService()
