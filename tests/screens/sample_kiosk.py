"""The kiosk service and workstation in memory, for tests, and a clock that tests set."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import OutOfReach, Refused
from clerk_app.views.board import BoardService
from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.drawing import DrawingService
from clerk_app.views.kiosk import IssuedTicket, KioskCategory, KioskClass, KioskService, KioskView
from clerk_app.views.kiosk_own import OwnService
from clerk_app.views.kiosk_session import SessionService
from clerk_app.views.shared import CameraService, Status
from clerk_app.views.workstation import StaffSession, Workstation
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_data import CASE, NOW, is_code, localized, matters, status
from tests.screens.sample_kiosk_copies import SampleCopies, SampleFeedback
from tests.screens.sample_kiosk_guide import SampleGuide
from tests.screens.sample_kiosk_papers import SamplePapers
from tests.screens.sample_kiosk_session import FACTOR, SampleOwn, SampleSessions
from tests.screens.sample_matters import SampleMatters

CATEGORIES = (
    ("A", "Family matters", "婚育户籍", 8),
    ("B", "Enterprises", "企业事务", 3),
    ("C", "Pick-up", "取件", 0),
    ("D", "Social security and medical insurance", "社会保障与医疗保险", 12),
    ("E", "Traffic and roads", "交通与道路", 1),
    ("F", "Everything else", "其他事项", 0),
)
GREEN_LANE = (
    ("elderly", "Elderly", "老年人", "identity document with the date of birth", "载有出生日期的身份证件"),
    ("disabled", "Disabled", "残疾人", "disability certificate", "残疾人证"),
    ("pregnant", "Pregnant", "孕妇", "nothing is needed", "无需出示"),
    ("veteran", "Veteran", "军人", "certificate of a veteran", "退役军人优待证"),
)
APPOINTMENT = "83742210"


class Clock:
    """A clock in seconds that only tests advance."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class SampleSpeech:
    """A synthesiser that speaks until a test ends the sentence."""

    is_available = False
    reads_personal = False
    is_speaking = False

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.holds = False  # whether a sentence continues until `stop`

    def speak(self, sentence: str) -> None:
        self.spoken.append(sentence)
        self.is_speaking = self.holds

    def stop(self) -> None:
        self.is_speaking = False


class SampleKioskService:
    """Three categories; case 260000000017 with 123X; supervisor 9001 with PIN 1357.

    `gives_other_tickets`: it has the green lane, all of it in the first two categories, and appointments.
    """

    has_exit_code = False
    slip_is_unknown = False  # whether the printer confirms no slip
    idle_seconds = 45
    screen_mount = (0, 0)
    theme = "citizen-dark"

    def __init__(self, categories: int = 3) -> None:
        self.asked: list[str] = []
        self.sample_speech = SampleSpeech()
        self.sessions: SessionService = SampleSessions(self.asked)
        self.own: OwnService = SampleOwn(self.asked, self.sessions, self.describe_case)
        self.matters = SampleMatters(self.asked)
        self.papers = SamplePapers(self.asked)
        self.sample_guide = SampleGuide(self)
        self.feedback = SampleFeedback(self.asked)
        self.copies = SampleCopies(self.asked)
        self.paper = True
        self.is_open = True
        self.is_connected = True
        self.can_print = True
        self.gives_other_tickets = False
        self.refusal: Refused | None = None  # of every ticket
        self.wait = (0, 0)  # estimated minutes on every ticket
        self._categories = CATEGORIES[:categories]

    def note_terminal_size(self, columns: int, rows: int) -> None:
        self.terminal = columns, rows

    @property
    def guide(self) -> SampleGuide:
        return self.sample_guide

    @property
    def speech(self) -> SampleSpeech:
        return self.sample_speech

    def call_staff(self) -> bool:
        self.asked.append("call_staff")
        if not self.is_connected:
            raise OutOfReach("The center cannot be reached.")
        return self.asked.count("call_staff") == 1

    def read_view(self) -> KioskView:
        lane = GREEN_LANE if self.gives_other_tickets else ()
        named = tuple(
            KioskCategory(
                letter, localized(en, zh), count, classes=tuple(known[0] for known in lane if letter in ("A", "B"))
            )
            for letter, en, zh, count in self._categories
        )
        return KioskView(
            replace(status(), place=localized("kiosk", "自助机"), person=""),
            named,
            self.is_open,
            self.is_connected,
            tuple(KioskClass(name, localized(en, zh), localized(proof, paper)) for name, en, zh, proof, paper in lane),
            self.can_print,
            self.gives_other_tickets,
        )

    def take_ticket(self, category: str, ticket_class: str = "ordinary") -> IssuedTicket:
        self.asked.append(f"take_ticket {category}" + ("" if ticket_class == "ordinary" else f" {ticket_class}"))
        if self.refusal is not None:
            raise self.refusal
        if not self.paper:
            raise OutOfReach("The printer is out of paper. Put in a new roll, then print again.")
        letter, english, chinese, count = next(row for row in CATEGORIES if row[0] == category)
        proof = next((localized(known[3], known[4]) for known in GREEN_LANE if known[0] == ticket_class), "")
        name, number = localized(english, chinese), f"{letter}{count + 23:03d}"
        return IssuedTicket(number, name, count, NOW, self.wait, proof, is_unknown=self.slip_is_unknown)

    def take_ticket_by_code(self, code: str) -> IssuedTicket:
        self.asked.append(f"take_ticket_by_code {code}")
        if code != APPOINTMENT:
            raise Refused("appointment_code", localized("No appointment has this code.", "没有这个预约码。"))
        return IssuedTicket("B007", localized("Enterprises", "企业事务"), 1, NOW)

    def check_case_number(self, number: str) -> None:
        if number != CASE:
            raise Refused("number", localized("One of the 12 digits is wrong.", "12位编号中有一位不对。"))

    def find_case_status(self, number: str, second_factor: str) -> CaseStatusView:
        self.asked.append(f"find_case_status {number} {second_factor}")
        if (number, second_factor) != (CASE, FACTOR):
            raise Refused("second_factor", localized("These do not belong together.", "编号与证件号不相符。"))
        return self.describe_case(number)

    def describe_case(self, number: str) -> CaseStatusView:
        """Return the state of the sample case."""
        return CaseStatusView(
            number=number,
            one_thing=localized("A child is born", "小孩出生一件事"),
            state=localized("accepted", "已受理"),
            promised="2026-11-27",
            matters=matters(frozenset({"benefit"}), done=True),
            requested_materials=(
                localized("Father's identity card: the copy cannot be read", "父亲身份证：复印件无法辨认"),
            ),
            as_of=localized("as of 09:30", "截至09:30"),
            phases=("done", "done", "done", "done", "now", "now", "now", "later", "not_needed"),
            next_steps=(localized("Bring the papers named below to any window.", "请将下列材料带到任一窗口。"),),
        )

    def unlock(self, secret: str) -> None:
        self.asked.append("unlock")
        if secret != "9001 1357":
            raise Refused("pin", localized("Only a supervisor opens this machine.", "只有主管可以打开本机。"))


class SampleKioskWorkstation:
    """A workstation with a kiosk, without staff."""

    office = "Jing'an Service Centre"
    hint = ""
    scan_prefix = ""
    drawing: DrawingService | None = None
    version = "1.0"
    idle_seconds = 900.0
    session_over = False
    is_code = staticmethod(is_code)

    def __init__(self, categories: int = 3) -> None:
        self.camera: CameraService = SampleCamera()
        self.service = SampleKioskService(categories)
        self.closed = False

    def read_status(self, role: str = "") -> Status:
        return replace(status(), person="", waiting=None)

    def sign_in(self, number: str, pin: str) -> StaffSession:
        raise Refused("no_desk", "Nobody signs in at a kiosk.")

    def sign_in_at(self, number: str, pin: str, time: str) -> StaffSession:
        raise Refused("no_desk", "Nobody signs in at a kiosk.")

    def change_pin(self, number: str, pin: str, new_pin: str) -> None:
        raise Refused("no_desk", "Nobody signs in at a kiosk.")

    def find_badge(self, code: str) -> str:
        raise Refused("no_desk", "Nobody signs in at a kiosk.")

    def is_session_over(self) -> bool:
        return self.session_over

    def lock(self) -> None:
        raise Refused("no_desk", "A kiosk is not locked.")

    def describe_sign_out(self) -> str:
        return ""

    def sign_out(self) -> str:
        raise Refused("no_desk", "Nobody signs in at a kiosk.")

    def renew_lease(self) -> None:
        raise Refused("no_desk", "A kiosk holds no window.")

    def open_kiosk(self) -> KioskService:
        return self.service

    def open_board(self, zone: str = "") -> BoardService:
        raise Refused("no_board", "There is no board here.")

    def close(self) -> None:
        self.closed = True


def sample_kiosk_workstation() -> Workstation:
    """Return the sample as its Protocol, so that the type checker compares the two."""
    return SampleKioskWorkstation()
