"""A sample service for papers that are brought to a kiosk: one requested paper, with a date to be typed."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import current_language
from clerk_app.views.kiosk_matters import MatterQuestion, PrintedReceipt
from clerk_app.views.kiosk_papers import HandedInPaper, RequestedPaper, ShownPage
from clerk_app.views.papers import PageCameraView
from clerk_app.views.shared import Picture

PICTURE = Picture(40, 56, bytes((240, 240, 240)) * 40 * 56)


def _localized(english: str, chinese: str) -> str:
    return english if current_language() == "en" else chinese


class SamplePapers:
    """The lease of case 260000000017, whose last valid day has to be typed."""

    is_asked = True
    findings: tuple[str, ...] = ()
    camera_error = ""
    refusal: Refused | OutOfReach | None = None  # of handing in

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked
        self._pages = 0
        self._day = ""
        self.on_view: Callable[[PageCameraView], None] | None = None

    def list_requests(self) -> tuple[RequestedPaper, ...]:
        return (self._request(),) if self.is_asked else ()

    def _request(self) -> RequestedPaper:
        name, matter = _localized("Lease", "房屋租赁合同"), _localized("Residence permit", "居住证")
        return RequestedPaper("0", name, matter, "260000000017", _localized("Not readable", "无法辨认"), "2026-05-20")

    def choose(self, paper: str) -> RequestedPaper:
        self._asked.append(f"choose {paper}")
        self._pages, self._day = 0, ""
        return self._request()

    def start_camera(self, on_view: Callable[[PageCameraView], None]) -> None:
        self._asked.append("start_camera")
        self.on_view = on_view
        outline = ((0.2, 0.1), (0.8, 0.1), (0.8, 0.9), (0.2, 0.9))
        guidance = _localized("Hold still, please", "请保持不动")
        on_view(PageCameraView(PICTURE, (outline,), guidance, self.camera_error, 0.5))

    def lay_still(self) -> None:
        """Let the page lie still, so that it is taken by itself."""
        assert self.on_view is not None
        self.on_view(PageCameraView(PICTURE, waiting=1))

    def stop_camera(self) -> None:
        self._asked.append("stop_camera")

    def take_page(self) -> ShownPage | None:
        self._asked.append("take_page")
        return ShownPage(self._pages + 1, PICTURE, self.findings)

    def take_now(self) -> ShownPage:
        self._asked.append("take_now")
        if self.camera_error:
            raise OutOfReach("The camera shows no picture yet.")
        return ShownPage(self._pages + 1, PICTURE, self.findings)

    def keep_page(self) -> int:
        self._pages += 1
        return self._pages

    def drop_page(self) -> None:
        self._asked.append("drop_page")

    def next_fact(self) -> MatterQuestion | None:
        if self._day:
            return None
        name = _localized("Until which day is it valid?", "有效期至哪一天?")
        return MatterQuestion("valid_to", name, "", "date", 1, 1, max_length=8)

    def answer_fact(self, field: str, value: str) -> None:
        if value.startswith("19"):
            raise BadData("A day has eight digits: four of the year, two of the month, two of the day.")
        self._asked.append(f"answer_fact {field} {value}")
        self._day = value

    def hand_in(self) -> HandedInPaper:
        self._asked.append("hand_in")
        if self.refusal is not None:
            raise self.refusal
        return HandedInPaper(_localized("Lease", "房屋租赁合同"), "260000000017", self._pages, (), True)

    def print_receipt(self) -> PrintedReceipt:
        return PrintedReceipt(True, _localized("The receipt is printed: please take it.", "回执已打印, 请取走。"))

    def discard(self) -> None:
        self._asked.append("discard")
