"""A sample of each document."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from clerk_app.paper.documents.co_signature_sheet import CoSignatureSheet, SignedAnswer
from clerk_app.paper.documents.consent_list import CitizenConsent, ConsentList
from clerk_app.paper.documents.hand_over import HandedItem, HandOverList, PrintedDecision
from clerk_app.paper.documents.notices import MissingItem, NotAcceptedNotice, SupplementNotice
from clerk_app.paper.documents.receipt import CaseReceipt, SupplementReceipt
from clerk_app.paper.documents.shared_facts import PrintedDates, PrintedMatter, PrintedParty
from clerk_app.paper.documents.ticket_slip import TicketSlip
from clerk_app.paper.page import PaperPage

CHINA = timezone(timedelta(hours=8))
NUMBER = "261234567893"
HALL = "示例市政务服务中心"
MATTERS = (
    PrintedMatter("出生医学证明", "市卫生健康委员会", PrintedDates(date(2026, 11, 23), date(2026, 12, 18))),
    PrintedMatter(
        "出生登记（户口登记）", "公安局城东派出所", PrintedDates(date(2026, 12, 1), date(2027, 1, 4), expected=True)
    ),
    PrintedMatter("社会保障卡申领", "市人力资源和社会保障局"),
)

SLIP = TicketSlip("A023", "婚育收养", 7, datetime(2026, 11, 21, 9, 5, tzinfo=CHINA), HALL)
RECEIPT = CaseReceipt(
    case_number=NUMBER,
    applicant_masked="李*华",
    one_thing="新生儿出生一件事",
    matters=MATTERS,
    materials=("结婚证（复印件）", "Passport of the father, original seen"),
    received_at=datetime(2026, 11, 21, 9, 30, tzinfo=CHINA),
    hall=HALL,
    window="03",
    clerk_number="1007",
    phone="0571-12345",
)
SUPPLEMENT = SupplementNotice(
    case_number=NUMBER,
    applicant="李*华",
    one_thing="道路挖掘一件事",
    missing_items=(
        MissingItem("交通疏导方案", "占用挖掘道路审批", "市公安局交通警察支队", "补充夜间施工时段的疏导方案，加盖公章"),
        MissingItem("施工图", "市政设施审批", "市城市管理局", "比例尺 1:500 的平面图 2 份"),
    ),
    notified_on=date(2026, 11, 21),
    working_days=5,
    deadline=date(2026, 11, 27),
    office=HALL,
    phone="0571-12345",
)
NOT_ACCEPTED = NotAcceptedNotice(
    case_number=NUMBER,
    applicant="李*华",
    one_thing="居住证办理一件事",
    reasons=("申请事项依法不属于本行政机关职权范围，应向公安局城西派出所申请。",),
    legal_basis="《中华人民共和国行政许可法》第三十二条",
    decided_on=date(2026, 11, 21),
    office=HALL,
    phone="0571-12345",
    reconsideration_organ="示例市人民政府",
    court="示例市城东区人民法院",
)
SUPPLEMENT_RECEIPT = SupplementReceipt(
    case_number=NUMBER,
    applicant_masked="李*华",
    is_organisation=False,
    one_thing="新生儿出生一件事",
    materials=("父亲身份证",),
    still_missing=("结婚证",),
    received_at=datetime(2026, 11, 25, 10, 5, tzinfo=CHINA),
    hall=HALL,
    window="05",
    clerk_number="1009",
    phone="0571-12345",
)
HAND_OVER = HandOverList(
    case_number=NUMBER,
    applicant="李*华",
    one_thing="新生儿出生一件事",
    decisions=(
        PrintedDecision("出生医学证明", "市卫生健康委员会", "准予", date(2026, 11, 23), "2031"),
        PrintedDecision("社会保障卡申领", "市人社局", "不予", date(2026, 11, 24), "2044", "参保信息与申请人不一致"),
    ),
    items=(
        HandedItem("出生医学证明", "V330000123"),
        HandedItem("社会保障卡申领：决定内容见上", "261234567893-02"),
    ),
    handed_over_at=datetime(2026, 11, 30, 14, 0, tzinfo=CHINA),
    hall=HALL,
    window="05",
    clerk_number="1009",
)

CONSENT = ConsentList(
    number="CL-0A1B2C3D4E",
    consents=(
        CitizenConsent("李*华", ("居民身份证（市公安局）", "出生医学证明（市卫生健康委员会）"), "李*华"),
        CitizenConsent("王*", ("户口簿（市公安局）",), "王*"),
    ),
    one_thing="新生儿出生一件事",
    matters=("出生医学证明", "社会保障卡申领"),
    printed_at=datetime(2026, 11, 21, 9, 30, tzinfo=CHINA),
    hall=HALL,
    window="05",
    clerk_number="1009",
)


CO_SIGNATURE = CoSignatureSheet(
    number="CS-0A1B2C3D4E",
    role="父亲",
    signer="王强",
    parties=(PrintedParty("母亲", "李华"),),
    one_thing="新生儿出生一件事",
    matters=("出生医学证明",),
    answers=(SignedAnswer("新生儿姓名", "王小安"), SignedAnswer("父亲证件号码", "3301************12")),
    printed_at=datetime(2026, 11, 21, 9, 30, tzinfo=CHINA),
    hall=HALL,
    window="05",
    clerk_number="1009",
)


class PaperDocument(Protocol):
    """A document that can be printed."""

    def to_page(self, language: str) -> PaperPage:
        """Return the page in `language`."""
        ...


PAPERS: dict[str, PaperDocument] = {
    "slip": SLIP,
    "receipt": RECEIPT,
    "supplement": SUPPLEMENT,
    "supplement receipt": SUPPLEMENT_RECEIPT,
    "not accepted": NOT_ACCEPTED,
    "hand-over": HAND_OVER,
    "consent": CONSENT,
    "co-signature": CO_SIGNATURE,
}


def pages() -> list[PaperPage]:
    """Return the pages of every sample in both languages."""
    return [paper.to_page(language) for paper in PAPERS.values() for language in ("zh_CN", "en")]
