"""A board in memory, for tests: they make calls, cut the connection and close the hall."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import Refused
from clerk_app.views.board import BoardCall, BoardService, BoardView, BothLanguages, WaitingCategory
from clerk_app.views.workstation import Workstation
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.sample_kiosk import SampleKioskWorkstation

CODE = "12345678"
OFFICE = BothLanguages("示范市政务服务中心", "Sample City service centre")
CATEGORIES = (
    WaitingCategory("A", BothLanguages("个人事务", "Personal affairs"), 12, "good", (10, 15)),
    WaitingCategory("B", BothLanguages("企业事务", "Enterprises"), 27, "bad", (35, 50)),
    WaitingCategory("C", BothLanguages("领证补件", "Pick up, bring papers"), 0, "good"),
)


def call(number: str, window: int, *, recall: bool = False) -> BoardCall:
    """Return a call of a ticket to a window."""
    name = BothLanguages(f"{window}号窗口", f"Window {window}")
    return BoardCall(f"{number}-{window}-{recall}", number, name, str(window), "10:41", is_recall=recall)


class SampleBoardService:
    """Returns a view that tests change; records the announced calls."""

    theme = "citizen-dark"

    def __init__(self, *calls: BoardCall) -> None:
        self.view = BoardView(OFFICE, "10:42", True, tuple(reversed(calls)), (), CATEGORIES, ("1", "2", "5", "12"))
        self.new_calls: list[BoardCall] = []
        self.announced: list[str] = []
        self.has_voice = True
        self.failed = 0
        self.closed = False

    def make_calls(self, *calls: BoardCall) -> None:
        """Make calls, the oldest first, between two reads."""
        self.new_calls += calls
        self.view = replace(self.view, calls=(*reversed(calls), *self.view.calls)[:7])

    def read_view(self) -> BoardView:
        new_calls, self.new_calls = tuple(self.new_calls), []
        return replace(self.view, new_calls=new_calls)

    def announce(self, call: BoardCall) -> bool:
        self.announced.append(call.number)
        return self.has_voice

    def take_failed_calls(self) -> int:
        failed, self.failed = self.failed, 0
        return failed

    def unlock(self, secret: str) -> None:
        if secret != CODE:
            raise Refused("pin", "This is not the code of this machine.")

    def close(self) -> None:
        self.closed = True


class SampleBoardWorkstation(SampleKioskWorkstation):
    """A workstation with a board."""

    def __init__(self, *calls: BoardCall) -> None:
        super().__init__()
        self.board = SampleBoardService(*calls)
        self.drawing = SampleDrawing()

    def open_board(self, zone: str = "") -> BoardService:
        self.board.view = replace(self.board.view, zone=zone)
        return self.board


def sample_board_workstation() -> Workstation:
    """Return the sample as its Protocol, so that the type checker compares the two."""
    return SampleBoardWorkstation()
