"""Feedback and papers of the kiosk in memory, for tests."""

from __future__ import annotations

from datetime import date, timedelta

from clerk_app.errors import OutOfReach, Refused
from clerk_app.views.kiosk_copies import CodeRequest, OwnLicenceRow, PrintedCode, PrintedCopy, RequestState
from clerk_app.views.kiosk_feedback import FiledComplaint, PrintState, RatingChoice, TicketPrefix
from clerk_app.views.shared import Option
from tests.screens.sample_data import NOW, localized

AWAY = "The center cannot be reached, so it is not certain that this was stored."


class SampleFeedback:
    """Implements views.FeedbackService. `asked` records the calls."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked
        self.slip: PrintState = "printed"
        self.is_away = False
        self.refusal: Refused | None = None

    def list_reasons(self) -> tuple[RatingChoice, ...]:
        return (
            RatingChoice("friendly", localized("Friendly", "态度好"), (4, 5)),
            RatingChoice("fast", localized("Fast", "办得快"), (4, 5)),
            RatingChoice("long-wait", localized("Long wait", "等候时间长"), (1, 2, 3)),
        )

    def list_categories(self) -> tuple[Option, ...]:
        return (
            Option("waiting", localized("Waiting and calling", "等候与叫号")),
            Option("conduct", localized("Conduct of staff", "工作人员态度")),
            Option("other", localized("Something else", "其他")),
        )

    def list_ticket_prefixes(self) -> tuple[TicketPrefix, ...]:
        return (
            TicketPrefix("A", localized("Family matters", "婚育户籍"), 3),
            TicketPrefix("B", localized("Enterprises", "企业事务"), 3),
        )

    def rate(self, score: int, reason: str = "", *, ticket: str = "", case: str = "", second_factor: str = "") -> str:
        self._take(f"rate {score} {reason} {ticket}{case} {second_factor}")
        return localized("You can change it here for 24 hours.", "24小时内可以在此修改。")

    def complain(
        self, category: str, *, ticket: str = "", case: str = "", contact: str = "", text: str = ""
    ) -> FiledComplaint:
        self._take(f"complain {category} {ticket}{case} {contact} {text}")
        name = next(option.name for option in self.list_categories() if option.id == category)
        return FiledComplaint("104729386", name, date(2026, 11, 27), False, self.slip)

    def _take(self, call: str) -> None:
        self.asked.append(" ".join(call.split()))
        if self.refusal is not None:
            raise self.refusal
        if self.is_away:
            raise OutOfReach(AWAY)


class SampleCopies:
    """Implements views.CopiesService."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked
        self.confirms_codes = False
        self.most_copies = 3
        self.is_unknown = False
        self.printed = True
        self.refusal: Refused | None = None
        self.state: RequestState = "waiting"

    def list_licences(self) -> tuple[OwnLicenceRow, ...]:
        self._take("list_licences")
        card = localized("Identity card", "居民身份证")
        return (
            OwnLicenceRow("card", card, "310***********1236", localized("Police", "公安局"), "2036-05-01"),
            OwnLicenceRow(
                "marriage", localized("Marriage certificate", "结婚证"), "1.2****4568", localized("Civil", "民政局"), ""
            ),
        )

    def list_purposes(self) -> tuple[Option, ...]:
        return (Option("bank", localized("a bank", "银行")), Option("school", localized("a school", "学校")))

    def print_copy(self, licence: OwnLicenceRow, purpose: str, count: int, repeats: str = "") -> PrintedCopy:
        self._take(f"print_copy {licence.id} {purpose} {count} {repeats}")
        printed = 0 if self.is_unknown else count
        name = next(option.name for option in self.list_purposes() if option.id == purpose)
        until = (NOW + timedelta(days=30)).date()
        return PrintedCopy("LC-0A1B2C3D4E", licence.name, name, until, count, printed, self.is_unknown)

    def request_code(self, licence: OwnLicenceRow) -> CodeRequest:
        self._take(f"request_code {licence.id}")
        return CodeRequest("r1", "472", NOW + timedelta(minutes=5))

    def read_request(self, request: CodeRequest) -> RequestState:
        self.asked.append("read_request")
        return self.state

    def print_code(self, licence: OwnLicenceRow, request: CodeRequest | None = None) -> PrintedCode:
        self._take(f"print_code {licence.id}" + (f" {request.id}" if request is not None else ""))
        return PrintedCode(licence.name, NOW + timedelta(hours=24), self.is_unknown)

    def _take(self, call: str) -> None:
        self.asked.append(call.strip())
        if self.refusal is not None:
            raise self.refusal
        if not self.printed and call.startswith("print"):
            raise OutOfReach("This machine cannot print now: nothing was printed.")
