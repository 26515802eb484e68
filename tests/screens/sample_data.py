"""Fixed data of the sample services, in two languages: tickets, a person, materials, matters, fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from clerk_app.licences.recognised_code import CodePolicy
from clerk_app.locales import current_language
from clerk_app.roles.counter.scan import is_scanned_code
from clerk_app.views.case import Applicant, FieldRow, LicenceCheck, MaterialRow, MatterRow, OpenStep
from clerk_app.views.counter import TicketRow
from clerk_app.views.hall import DayNumbers, QueueNumbers
from clerk_app.views.shared import (
    CasePaper,
    LabelledValue,
    ListAge,
    Option,
    PendingPaper,
    Picture,
    PrintQuestion,
    PrintRow,
    Status,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CODE = "EL1:WANG-LI"
FORGED_CODE = "EL1:FORGED"
CASE = "260000000017"
FAR_CASE = "260000000025"  # of another centre
BARS = "█▌▐█ ▌█▐▌ " * 5


def is_code(text: str, kind: str) -> bool:
    """Apply the rule of an office; the sample case numbers, whose check digits are wrong, count as codes too."""
    if text in (CASE, FAR_CASE):
        return kind != "bank_account"
    return is_scanned_code(CodePolicy(urls=("https://codes.example/{code}",)), text, kind)


def localized(english: str, chinese: str) -> str:
    """Return the text in the current language."""
    return chinese if current_language() == "zh_CN" else english


def status() -> Status:
    return Status(
        office=localized("Jing'an Service Centre", "静安区政务服务中心"),
        place=localized("Window 3", "3号窗口"),
        person=localized("Li Mei", "李梅"),
        connection=localized("stand-alone", "单机运行"),
        connection_level="good",
        unsent=0,
        lists=(ListAge(localized("trust list", "信任名单"), localized("3 h old", "3小时前"), "good"),),
        waiting=18,
        now=NOW,
    )


def tickets() -> tuple[TicketRow, ...]:
    kinds = (("Family matters", "婚育户籍"), ("Enterprises", "企业事务"), ("Pick-up", "取件"))
    rows = []
    for index in range(9):
        priority = (
            localized("appointment", "预约") if index == 0 else (localized("elderly", "老年人") if index == 3 else "")
        )
        waited = localized(f"{21 - 2 * index} min", f"{21 - 2 * index}分钟")
        number = f"{'ABC'[index % 3]}{23 + index:03d}"
        rows.append(
            TicketRow(
                f"t{index}",
                number,
                localized(*kinds[index % 3]),
                priority,
                localized("waiting", "等候"),
                waited,
                0,
                None,
            )
        )
    return tuple(rows)


def day_numbers() -> DayNumbers:
    queues = (("Family matters", "婚育户籍", "9"), ("Enterprises", "企业事务", "6"), ("Pick-up", "取件", "3"))
    waiting = tuple(
        QueueNumbers(localized(english, chinese), int(count), localized("21 min", "21分钟"), ("A023", "A026"), 1)
        for english, chinese, count in queues
    )
    return DayNumbers(14, 1, localized("11 min", "11分钟"), localized("21 min", "21分钟"), waiting)


def photo() -> Picture:
    """A face of two colours, 60 x 72."""
    pixels = bytearray()
    for y in range(72):
        for x in range(60):
            face = ((x - 30) / 17) ** 2 + ((y - 30) / 22) ** 2 < 1
            coat = y > 54 and abs(x - 30) < 10 + (y - 54)
            pixels += bytes((222, 184, 150) if face else (60, 80, 120) if coat else (188 - y, 206 - y, 220 - y))
    return Picture(60, 72, bytes(pixels))


def applicant(confirmed: bool) -> Applicant:
    facts = (
        LabelledValue(localized("Licence", "证照"), localized("Resident identity card", "居民身份证")),
        LabelledValue(localized("Issuer", "颁发机构"), localized("Jing'an Public Security", "静安公安分局")),
        LabelledValue(localized("Valid to", "有效期至"), "2036-04-18"),
        LabelledValue(localized("Code", "码"), localized("signed, shown on paper", "签名码，纸质出示")),
    )
    check = LicenceCheck(
        "amber",
        localized("the signature is right, the list is 3 hours old", "签名正确，名单为3小时前"),
        (localized("A withdrawal of today may not be known yet.", "当日吊销信息可能尚未收到。"),),
        facts,
    )
    return Applicant(localized("Wang Li", "王丽"), "110101********1236", check, photo(), (), confirmed)


PENDING_PAPERS = (
    PendingPaper("p1", "Supplement notice", CASE, "王*", "Household register", "A department asks for papers."),
    PendingPaper("p2", "Receipt", "260000000033", "李*", "A child is born", "It did not come out of the printer."),
)
CASE_PAPERS = (
    CasePaper("p2", "2", "Hand-over list", CASE, NOW, "not printed"),
    CasePaper("p1", "1", "Receipt", CASE, NOW, "sent to the printer"),
)
PRINTS = (
    PrintRow("p3", "reprint 1", NOW, "Li Mei", "Window 1", "receipts", "not known", "warn", "中文", "0123456789ab"),
    PrintRow("p1", "first print", NOW, "Li Mei", "Window 1", "receipts", "printed", "good", "中文", "0123456789ab"),
)
PRINTED_PAPER = CasePaper("p1", "1", "Receipt", CASE, NOW, "printed", PRINTS[1:], can_renew=True, has_changed=True)
PRINT_QUESTION = PrintQuestion("p3", "p1", "Receipt", CASE, "王*", NOW, "receipts")
REFUSED_APPLICANT = Applicant("", "", LicenceCheck("red", "The code is not genuine.", (), ()), None, (), False)

HELD, MISSING = ("held", "good", "held", "已有"), ("missing", "bad", "missing", "缺少")
EXPIRED, CLOSED = ("expired", "warn", "expired", "已过期"), ("not_shared", "warn", "not shared", "不共享")
MATERIALS = (
    ("birth", "Birth certificate", "出生医学证明", HELD, "", ""),
    ("mother", "Mother's identity card", "母亲身份证", HELD, "", ""),
    ("father", "Father's identity card", "父亲身份证", MISSING, "no code scanned", "未扫码"),
    ("book", "Household register", "户口簿", HELD, "", ""),
    ("marriage", "Marriage certificate", "结婚证", EXPIRED, "ended 2025", "2025年到期"),
    ("bank", "Bank account", "银行账户", CLOSED, "negative list", "负面清单"),
)


def materials(consent: bool, paper: frozenset[str], *, lacks_validity: bool = False) -> tuple[MaterialRow, ...]:
    rows = []
    for key, english, chinese, (state, level, state_en, state_zh), why_en, why_zh in MATERIALS:
        handed = key in paper
        asked = "given" if consent else "asked"
        row = MaterialRow(
            id=key,
            name=localized(english, chinese),
            needed_for=localized("household registration", "户口登记"),
            state="paper" if handed else state,  # type: ignore[arg-type]
            state_name=localized("on paper", "纸质件") if handed else localized(state_en, state_zh),
            level="good" if handed else level,  # type: ignore[arg-type]
            reason=localized(why_en, why_zh),
            issuer=localized("Public Security", "公安"),
            valid_to="2036-04-18",
            freshness=localized("2 days old", "2天前"),
            grade="A",
            consent=asked if state == "held" else "not_needed",  # type: ignore[arg-type]
            is_paper=handed,
            lacks_validity=handed and lacks_validity,
        )
        rows.append(row)
    return tuple(rows)


def open_steps(form: Sequence[FieldRow], needed: Sequence[MaterialRow], consent: bool) -> tuple[OpenStep, ...]:
    steps = [OpenStep("field", row.label, row.id) for row in form if (row.required and not row.value) or row.error]
    steps += [OpenStep("material", row.name, row.id) for row in needed if row.level == "bad"]
    return (*steps, *(() if consent else (OpenStep("consent", localized("consent", "当事人同意")),)))


MATTERS = (
    ("cert", "Birth certificate", "出生医学证明", "Health", "卫健委"),
    ("vaccine", "Vaccination record", "预防接种", "Health", "卫健委"),
    ("hukou", "Household registration", "户口登记", "Police", "公安局"),
    ("card", "Social security card", "社保卡申领", "Human resources", "人社局"),
    ("insure", "Medical insurance", "医保参保登记", "Medical insurance", "医保局"),
    ("fee", "Insurance payment", "医保缴费", "Tax", "税务局"),
    ("booklet", "Medical booklet", "就医记录册", "Medical insurance", "医保局"),
    ("proof", "Maternity certificate", "生育医学证明", "Health", "卫健委"),
    ("benefit", "Maternity benefit", "生育保险待遇", "Medical insurance", "医保局"),
)


def matters(dropped: frozenset[str], done: bool) -> tuple[MatterRow, ...]:
    rows = []
    for index, (key, en, zh, organ_en, organ_zh) in enumerate(MATTERS):
        reason = localized("dropped at the window", "窗口取消") if key in dropped else ""
        decided = done and index < 4
        state = localized("approved", "准予") if decided else localized("in review", "审批中") if done else ""
        state = localized("left out", "不办") if reason else state
        after = localized("household registration", "户口登记") if key in ("card", "insure") else ""
        level: Literal["good", "plain"] = "good" if decided or not (done or reason) else "plain"
        organ = localized(organ_en, organ_zh)
        row = MatterRow(key, localized(en, zh), organ, state, level, reason, "2026-11-27", "2026-12-18", after)
        rows.append(replace(row, chosen=key not in dropped))
    return tuple(rows)


FIELDS = (
    ("name", "Name of the child", "新生儿姓名", "text", ""),
    ("sex", "Sex", "性别", "choice", "female"),
    ("born", "Date of birth", "出生日期", "date", "2026-11-02"),
    ("hospital", "Hospital", "接生机构", "text", "City Hospital|市妇幼保健院"),
    ("mother", "Mother", "母亲姓名", "text", "Wang Li|王丽"),
    ("mother_id", "Mother's number", "母亲证件号", "id_number", "110101199004181236"),
    ("father", "Father", "父亲姓名", "text", "Chen Bo|陈波"),
    ("father_id", "Father's number", "父亲证件号", "id_number", ""),
    ("home", "Register at", "落户地址", "text", "12 Yan'an Road, Jing'an|静安区延安中路12号"),
    ("phone", "Mobile phone", "联系电话", "phone", ""),
    ("post", "Send by post", "邮寄送达", "yes_no", "no"),
    ("account", "Bank account", "银行账号", "bank_account", ""),
)


def fields(values: dict[str, str]) -> tuple[FieldRow, ...]:
    rows = []
    for index, (key, en, zh, kind, known) in enumerate(FIELDS):
        given = values.get(key)
        before = localized(*known.split("|")) if "|" in known else known
        value = before if given is None else given
        source = (
            localized("typed now", "本次填写")
            if given is not None
            else localized("birth certificate, 18 d", "出生证明 18天前")
        )
        wrong = key == "father_id" and bool(value) and len(value) != 18
        rows.append(
            FieldRow(
                id=key,
                number=index + 1,
                label=localized(en, zh),
                value=value,
                kind=kind,  # type: ignore[arg-type]
                options=(Option("female", localized("female", "女")), Option("male", localized("male", "男")))
                if key == "sex"
                else (),
                required=key != "account",
                source=source if value else "",
                warning=localized("the household register says 14", "户口簿登记为14号")
                if key == "home" and given is None
                else "",
                error=localized("An identity number has 18 characters.", "身份证号应为18位。") if wrong else "",
                needed_for=localized("household registration, card", "户口登记、社保卡"),
            )
        )
    return tuple(rows)


def format_given(reason: str, codes: Sequence[str]) -> str:
    """Return the reasons of an act as a record: ids of stock reasons in brackets, then the own words."""
    return "".join(f"[{code}]" for code in codes) + reason
