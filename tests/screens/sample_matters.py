"""A sample service for an application at a kiosk: one matter that is complete, one whose papers have to be brought."""

from __future__ import annotations

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import current_language
from clerk_app.views.kiosk_matters import (
    AcceptedMatter,
    AnswerKind,
    MatterChoice,
    MatterOffer,
    MatterQuestion,
    MatterSummary,
    PrintedReceipt,
)
from clerk_app.views.shared import LabelledValue, Option

CASE_NUMBER = "260000000025"
ACCOUNT = "6222020200112233445"


def _localized(english: str, chinese: str) -> str:
    return english if current_language() == "en" else chinese


class SampleMatters:
    """Questions: kind of household (two answers), account (19 digits), telephone (may be left out)."""

    prints = True
    account_kind: AnswerKind = "digits"
    refusal: Refused | OutOfReach | None = None  # of the acceptance

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked
        self._answers: dict[str, str] = {}
        self._order: list[str] = []
        self._matter = ""
        self._has_agreed = False
        self.accepted = 0

    def list_matters(self) -> tuple[MatterChoice, ...]:
        days = _localized("1 working day", "1个工作日")
        return (
            MatterChoice("medical-payment", _localized("Medical payment on credit", "医疗付费信用就医"), days),
            MatterChoice("residence-change-address", _localized("Change of address", "居住地址变更"), days),
        )

    def open(self, matter: str) -> MatterOffer:
        self._asked.append(f"open {matter}")
        self._matter = matter
        return self._describe_offer()

    def _describe_offer(self) -> MatterOffer:
        matter = self._matter
        card = LabelledValue(_localized("Identity card", "居民身份证"), _localized("Police", "示范市公安局"))
        missing = () if matter == "medical-payment" else (_localized("Lease", "房屋租赁合同"),)
        return MatterOffer(next(found.name for found in self.list_matters() if found.id == matter), (card,), missing)

    def agree(self) -> MatterQuestion | MatterSummary:
        self._asked.append("agree")
        self._has_agreed = True
        return self._next()

    def decline(self) -> tuple[str, ...]:
        self._asked.append("decline")
        return (_localized("Identity card", "居民身份证"),)

    def answer(self, field: str, value: str) -> MatterQuestion | MatterSummary:
        self._asked.append(f"answer {field} {value}")
        if field == "account" and len(value) != len(ACCOUNT):
            raise BadData("An answer is needed here.")
        self._answers[field] = value
        self._order.append(field)
        return self._next()

    def go_back(self) -> MatterQuestion | None:
        if not self._order:
            return None
        return self._questions()[self._order.pop()]

    def read_step(self) -> MatterOffer | MatterQuestion | MatterSummary | AcceptedMatter | None:
        if not self._matter:
            return None
        if self.accepted:
            return self._describe_accepted()
        return self._next() if self._has_agreed else self._describe_offer()

    def accept(self) -> AcceptedMatter:
        self._asked.append("accept")
        if self.refusal is not None:
            raise self.refusal
        self.accepted += 1
        return self._describe_accepted()

    def _describe_accepted(self) -> AcceptedMatter:
        name = _localized("Medical payment on credit", "医疗付费信用就医")
        return AcceptedMatter(CASE_NUMBER, name, "2026-05-07", self.accepted > 1)

    def print_receipt(self) -> PrintedReceipt:
        self._asked.append("print_receipt")
        if self.prints:
            return PrintedReceipt(True, _localized("The receipt is printed: please take it.", "回执已打印, 请取走。"))
        return PrintedReceipt(False, _localized("Any window prints the receipt.", "任何窗口都可打印回执。"))

    def discard(self) -> None:
        self._asked.append("discard")
        self._answers, self._order, self._matter, self._has_agreed = {}, [], "", False

    def _questions(self) -> dict[str, MatterQuestion]:
        household = (Option("city", _localized("Of this city", "本市")), Option("other", _localized("Other", "外地")))
        kind = _localized("Household", "户籍")
        account, phone = _localized("Account", "银行账号"), _localized("Phone", "联系电话")
        values = self._answers
        return {
            "kind": MatterQuestion("kind", kind, "", "choice", 1, 3, household, values.get("kind", "")),
            "account": MatterQuestion(
                "account", account, "", self.account_kind, 2, 3, value=values.get("account", ""), max_length=30
            ),
            "phone": MatterQuestion(
                "phone", phone, "", "digits", 3, 3, value=values.get("phone", ""), is_required=False, max_length=11
            ),
        }

    def _next(self) -> MatterQuestion | MatterSummary:
        for name, question in self._questions().items():
            if name not in self._order:
                return question
        answers = tuple(
            LabelledValue(question.name, self._answers.get(name, "")) for name, question in self._questions().items()
        )
        card, days = _localized("Identity card", "居民身份证"), _localized("1 working day", "1个工作日")
        return MatterSummary(_localized("Medical payment on credit", "医疗付费信用就医"), answers, (card,), days)
