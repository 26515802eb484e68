"""A workstation in memory, for tests, with one clerk."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import Refused
from clerk_app.views.board import BoardService
from clerk_app.views.drawing import DrawingService
from clerk_app.views.kiosk import KioskService
from clerk_app.views.shared import CameraService, Status
from clerk_app.views.workstation import StaffSession, Workstation
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_counter import SampleCounterService
from tests.screens.sample_data import is_code, localized, status

__all__ = ["SampleCounterService", "SampleWorkstation"]


class SampleWorkstation:
    """A workstation with one clerk: number 1001, PIN 2468."""

    hint = "1001 / 2468"
    scan_prefix = ""
    drawing: DrawingService | None = None
    version = "1.0"
    idle_seconds = 900.0
    session_over = False
    is_code = staticmethod(is_code)

    def __init__(self, lens: SampleCamera | None = None) -> None:
        self.office = status().office
        self.camera: CameraService = lens or SampleCamera()
        self.counter = SampleCounterService()
        self.locked = True

    def read_status(self, role: str = "") -> Status:
        place = localized("supervisor", "主管") if role == "supervisor" else status().place
        return replace(status(), place=place, person="", waiting=None)

    def sign_in(self, number: str, pin: str) -> StaffSession:
        if (number, pin) != ("1001", "2468"):
            raise Refused("not_known", localized("Number or PIN is wrong.", "工号或密码不正确。"))
        self.locked = False
        return StaffSession(localized("Li Mei", "李梅"), counter=self.counter)

    def sign_in_at(self, number: str, pin: str, time: str) -> StaffSession:
        self.counter.asked.append(f"sign_in_at {time}")
        return self.sign_in(number, pin)

    def change_pin(self, number: str, pin: str, new_pin: str) -> None:
        self.counter.asked.append(f"change_pin {number} {pin} {new_pin}")

    def find_badge(self, code: str) -> str:
        if code != "BADGE-1001":
            raise Refused("badge", "Nobody has this badge.")
        return "1001"

    def is_session_over(self) -> bool:
        return self.session_over

    def lock(self) -> None:
        self.locked = True

    def describe_sign_out(self) -> str:
        return "A023 goes back to its place in the queue." if self.counter.read_view().serving else ""

    def sign_out(self) -> str:
        self.counter.asked.append("sign_out")
        return "Signed out."

    def renew_lease(self) -> None:
        self.counter.asked.append("renew_lease")

    def open_kiosk(self) -> KioskService:
        raise Refused("no_kiosk", "There is no kiosk here.")

    def open_board(self, zone: str = "") -> BoardService:
        raise Refused("no_board", "There is no board here.")

    def close(self) -> None:
        self.locked = True


def sample_workstation() -> Workstation:
    """Return the sample as its Protocol, so that the type checker compares the two."""
    return SampleWorkstation()
