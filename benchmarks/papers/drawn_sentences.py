"""Drawn papers whose fields are in sentences or below headings, in several wordings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from benchmarks.papers.drawn_cards import DrawnPaper
from benchmarks.papers.drawn_contracts import CLAUSES, WORK_CLAUSES, in_capitals, long_day
from benchmarks.papers.invented import invent_address, invent_body, invent_day, invent_name, invent_person
from benchmarks.papers.sheets import Sheet, choose_style

_NUMBERS = "一二三四五六七八九十"
_LEASE_PARTIES = (
    "出租人{landlord}（以下简称甲方），身份证号码{landlord_id}；承租人{tenant}（以下简称乙方），身份证号码{tenant_id}。"
    "甲乙双方经协商一致，订立本合同。",
    "甲方{landlord}（身份证号码：{landlord_id}）与乙方{tenant}（身份证号码：{tenant_id}）就房屋租赁事宜，达成如下协议。",
    "{landlord}（身份证号码{landlord_id}，以下称甲方）与{tenant}（身份证号码{tenant_id}，以下称乙方）在平等自愿的基础上，"
    "就房屋租赁订立本合同。",
    "出租方：{landlord}，身份证号{landlord_id}（下称甲方）。承租方：{tenant}，身份证号{tenant_id}（下称乙方）。",
)
_LEASE_HOMES = (
    "甲方将位于{home}的房屋出租给乙方，建筑面积{area}平方米，用途为居住。",
    "甲方自愿将坐落在{home}的住房一套出租给乙方居住，建筑面积{area}平方米。",
    "乙方承租甲方位于{home}的房屋，建筑面积{area}平方米。",
    "甲方将{home}的房屋租给乙方使用，建筑面积为{area}平方米，仅作居住。",
    "该房屋坐落于{home}，建筑面积{area}平方米，产权归甲方所有。",
)
_LEASE_TERMS = (
    "自 {start} 起至 {end} 止，共{months}个月。",
    "租期{months}个月，从{start}起到{end}止。",
    "{start}起，{end}止，期满后甲方收回房屋。",
    "房屋租赁期限为{start}至{end}，期满前一个月乙方可以提出续租。",
)
_LEASE_RENTS = (
    "每月人民币 {rent} 元（大写：{capital}元整），按季支付，乙方应当在每季度第一个月的五日前支付。",
    "乙方每月支付租金{rent}元，物业费由乙方另行支付。",
    "房租按每月{rent}元计算，乙方于每月十日前付清。",
    "每月租金为人民币{capital}元整（¥{rent}.00），押金另付。",
)
_LEASE_HEADINGS = (
    ("房屋坐落", "房屋位置", "租赁标的"),
    ("租赁期限", "租期", "租赁期"),
    ("租金", "租金及支付方式", "租金"),
)


def draw_lease_in_sentences(dice: Random) -> DrawnPaper:
    """Draw a lease whose parties are in a sentence or rows, and its clauses below headings or without any."""
    landlord, tenant, home = invent_person(dice), invent_person(dice), invent_address(dice)
    start = invent_day(dice, 2024, 2026)
    years = dice.choice((1, 1, 2, 3))
    end = date(start.year + years, start.month, min(start.day, 28)) - timedelta(days=1)
    rent = dice.choice((1800, 2500, 4500, 3200, 6850, 12000))
    facts = {
        "landlord": landlord.name,
        "landlord_id": landlord.number,
        "tenant": tenant.name,
        "tenant_id": tenant.number,
        "home": home,
        "area": f"{dice.randrange(4000, 15000) / 100}",
        "start": long_day(start),
        "end": long_day(end),
        "months": str(years * 12),
        "rent": str(rent),
        "capital": in_capitals(rent),
    }
    sheet = _contract(dice)
    y = sheet.title(160, dice.choice(("房屋租赁合同", "租房合同", "房屋租赁协议")), 56, spaced=dice.random() < 0.3)
    if dice.random() < 0.4:
        for label, person in (("出租人（甲方）", landlord), ("承租人（乙方）", tenant)):
            y = sheet.paragraph(180, y, f"{label}：{person.name}", 1300)
            y = sheet.paragraph(180, y, f"身份证号码：{person.number}", 1300)
    else:
        y = _sentence(sheet, y, dice.choice(_LEASE_PARTIES).format(**facts))
    clauses = [dice.choice(texts).format(**facts) for texts in (_LEASE_HOMES, _LEASE_TERMS, _LEASE_RENTS)]
    headings = [dice.choice(words) for words in _LEASE_HEADINGS]
    if dice.random() < 0.65:
        y = _headed_clauses(sheet, y + 20, list(zip(headings, clauses, strict=True)))
    else:
        y = _clauses(sheet, y + 20, [f"{heading}：{clause}" for heading, clause in zip(headings, clauses, strict=True)])
    y = _clauses(sheet, y, dice.sample(CLAUSES, 3), first=3)
    sheet.text(180, y + 70, f"甲方（签字）：{dice.choice(('', landlord.name))}")
    sheet.text(950, y + 70, f"乙方（签字）：{dice.choice(('', tenant.name))}")
    sheet.text(180, y + 150, f"签订日期：{long_day(start - timedelta(days=dice.randrange(3, 30)))}")
    values = {
        "landlord": landlord.name,
        "landlord_id_number": landlord.number,
        "tenant": tenant.name,
        "tenant_id_number": tenant.number,
        "address": home,
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat(),
        "rent": f"{rent}.00",
    }
    return DrawnPaper("lease", sheet.image, values)


_WORK_PARTIES = (
    "甲方{employer}（统一社会信用代码{code}）与乙方{worker}（身份证号码{number}）根据《中华人民共和国劳动合同法》，"
    "经平等协商，订立本合同。",
    "{employer}（统一社会信用代码：{code}，以下简称甲方）聘用{worker}（身份证号码：{number}，以下简称乙方）为本单位员工，"
    "双方订立如下合同。",
    "用人单位{employer}（以下简称甲方），统一社会信用代码为{code}；劳动者{worker}（以下简称乙方），身份证号为{number}。",
)
_WORK_TERMS = (
    "本合同为固定期限劳动合同，期限自{start}起至{end}止，其中试用期两个月。",
    "自 {start} 起至 {end} 止，试用期自{start}起至{trial}止。",
    "合同期限为三年，从{start}到{end}。",
)


def draw_labour_contract_in_sentences(dice: Random) -> DrawnPaper:
    """Draw a labour contract whose parties and term are in sentences."""
    body, worker = invent_body(dice), invent_person(dice, oldest=1965)
    start = invent_day(dice, 2022, 2026)
    end = date(start.year + 3, start.month, min(start.day, 28)) - timedelta(days=1)
    facts = {
        "employer": body.name,
        "code": body.code,
        "worker": worker.name,
        "number": worker.number,
        "start": long_day(start),
        "end": long_day(end),
        "trial": long_day(start + timedelta(days=60)),
    }
    sheet = _contract(dice)
    y = sheet.title(160, dice.choice(("劳动合同", "劳动合同书")), 58, spaced=dice.random() < 0.4)
    y = _sentence(sheet, y, dice.choice(_WORK_PARTIES).format(**facts))
    term = dice.choice(_WORK_TERMS).format(**facts)
    if dice.random() < 0.6 or term.startswith("自"):
        y = _headed_clauses(sheet, y + 20, [(dice.choice(("合同期限", "劳动合同期限")), term)])
    else:
        y = _clauses(sheet, y + 20, [term])
    y = _clauses(sheet, y, dice.sample(WORK_CLAUSES, 4), first=1)
    if dice.random() < 0.6:
        sheet.stamp(480, y + 160, 120, body.name[:12])
    values = {
        "employer": body.name,
        "credit_code": body.code,
        "worker": worker.name,
        "id_number": worker.number,
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat(),
    }
    return DrawnPaper("labour-contract", sheet.image, values)


_MARRIAGES = (
    "{first}（{first_sex}，{first_born}出生，身份证号{first_id}）与{second}（{second_sex}，{second_born}出生，"
    "身份证号{second_id}）于{day}在示范市青山区民政局登记结婚。结婚证字号：{number}。",
    "兹证明{first}（{first_sex}，身份证件号：{first_id}）和{second}（{second_sex}，身份证件号：{second_id}）于{day}办理结婚登记，"
    "符合《中华人民共和国民法典》规定，予以登记，发给此证。结婚证字号为{number}。",
    "{first_party}{first}，身份证号码{first_id}；{second_party}{second}，身份证号码{second_id}。双方于{day}自愿登记结婚，"
    "经审查符合规定，准予登记。结婚证字号{number}。",
)


def draw_marriage_in_sentences(dice: Random) -> DrawnPaper:
    """Draw a marriage certificate whose persons are in one sentence."""
    wife, husband = invent_person(dice, "女", 1960, 2002), invent_person(dice, "男", 1958, 2000)
    day = invent_day(dice, 1990, 2025)
    number = f"J{dice.choice(('310101', '110105'))}-{day.year}-{dice.randrange(1, 999999):06}"
    facts = {"day": long_day(day), "number": number}
    for place, person in zip(("first", "second"), dice.sample((wife, husband), 2), strict=True):
        facts |= {
            place: person.name,
            f"{place}_sex": person.sex,
            f"{place}_party": f"{person.sex}方",
            f"{place}_born": long_day(person.born),
            f"{place}_id": person.number,
        }
    sheet = _certificate(dice)
    y = sheet.title(70, "结婚证", 66, spaced=dice.random() < 0.5)
    y = _sentence(sheet, y + 40, dice.choice(_MARRIAGES).format(**facts), left=100, width=1000)
    sheet.text(700, y + 120, "登记机关  示范市青山区民政局", size=26)
    if dice.random() < 0.5:
        sheet.stamp(850, y + 260, 130, "示范市青山区民政局婚姻登记专用章")
    values = {
        "certificate_number": number,
        "registered_on": day.isoformat(),
        "wife_name": wife.name,
        "wife_id_number": wife.number,
        "husband_name": husband.name,
        "husband_id_number": husband.number,
    }
    return DrawnPaper("marriage-certificate", sheet.image, values)


_BIRTHS = (
    "兹证明{child}（{sex}）于{day}{time}在{hospital}出生。母亲{mother}，身份证号码{mother_id}；父亲{father}，"
    "身份证号码{father_id}。",
    "新生儿{child}，{sex}，于{day}{time}在{hospital}出生，其母亲为{mother}（身份证件号码：{mother_id}），"
    "父亲为{father}（身份证件号码：{father_id}）。",
    "产妇{mother}（身份证号码{mother_id}）于{day}{time}在{hospital}产下一{sex}婴，取名{child}。婴儿父亲{father}"
    "（身份证号码{father_id}）。",
)


def draw_birth_in_sentences(dice: Random) -> DrawnPaper:
    """Draw a medical certificate of birth in sentences."""
    mother, father = invent_person(dice, "女", 1980, 2002), invent_person(dice, "男", 1978, 2001)
    child = invent_name(dice, father.name[0] if "·" not in father.name else "")
    sex, born = dice.choice("男女"), invent_day(dice, 2024, 2026)
    hospital = dice.choice(("示范市妇幼保健院", "明州市第一人民医院", "临江市中心医院"))
    number = f"{dice.choice('RSTU')}{dice.randrange(10**9):09}"
    sheet = _certificate(dice)
    y = sheet.title(70, "出生医学证明", 62, spaced=dice.random() < 0.5)
    text = dice.choice(_BIRTHS).format(
        child=child,
        sex=sex,
        day=long_day(born),
        time=dice.choice(("", f"{dice.randrange(24)}时{dice.randrange(60)}分")),
        hospital=hospital,
        mother=mother.name,
        mother_id=mother.number,
        father=father.name,
        father_id=father.number,
    )
    y = _sentence(sheet, y + 40, text, left=100, width=1000)
    sheet.text(100, y + 60, dice.choice((f"出生证编号：{number}", f"编号为{number}")))
    if dice.random() < 0.5:
        sheet.stamp(850, y + 260, 120, "出生医学证明专用章")
    values = {
        "certificate_number": number,
        "child_name": child,
        "child_sex": sex,
        "birth_date": born.isoformat(),
        "mother_name": mother.name,
        "mother_id_number": mother.number,
        "father_name": father.name,
        "father_id_number": father.number,
        "hospital": hospital,
    }
    return DrawnPaper("birth-certificate", sheet.image, values)


_PERMITS = (
    "准予{owner}在{place}建设{project}，建设规模为总长{size}米。",
    "{owner}：你单位提出的{project}的申请收悉。经审查，同意{owner}在{place}实施{project}，总长{size}米。",
    "经审核，批准{owner}于{place}新建{project}，总长{size}米，请按照批准的图纸施工。",
)


def draw_permit_in_sentences(dice: Random) -> DrawnPaper:
    """Draw a construction planning permit as a decision in sentences."""
    body = invent_body(dice)
    number = f"建字第{dice.choice(('310101', '440304'))}{dice.randrange(2018, 2026)}{dice.randrange(10**5):05}号"
    project = dice.choice(("示范大道", "滨江路", "文昌街")) + dice.choice(
        ("管线改造工程", "雨污分流工程", "道路修缮工程")
    )
    place = f"示范市{dice.choice(('青山区', '城北区'))}{dice.choice(('长宁路', '望江街'))}{dice.randrange(1, 300)}号"
    sheet = _certificate(dice)
    y = sheet.title(90, "建设工程规划许可证", 60, spaced=dice.random() < 0.3)
    sheet.text(680, y, number)
    reason = "根据《中华人民共和国城乡规划法》第四十条规定，本建设工程符合国土空间规划和用途管制要求，颁发此证。"
    text = dice.choice(_PERMITS).format(owner=body.name, project=project, place=place, size=dice.randrange(100, 2000))
    y = _sentence(sheet, y + 90, text, left=110, width=1000)
    y = _sentence(sheet, y + 10, reason, left=110, width=1000)
    sheet.text(700, y + 160, "发证机关  示范市自然资源局", size=28)
    if dice.random() < 0.6:
        sheet.stamp(900, y + 260, 120, "示范市自然资源和规划局")
    values = {"permit_number": number, "owner": body.name, "project": project, "location": place}
    return DrawnPaper("planning-permit", sheet.image, values)


def _contract(dice: Random) -> Sheet:
    sheet = Sheet(1654, 2339, dice, size=dice.choice((32, 34, 38)), **choose_style(dice))
    sheet.label_spacing, sheet.label_ink, sheet.label_face = False, sheet.ink, sheet.face
    return sheet


def _certificate(dice: Random) -> Sheet:
    background = dice.choice(((255, 250, 240), (255, 255, 255), (248, 248, 244)))
    return Sheet(1200, 1500, dice, background=background, size=dice.choice((30, 33, 36)), **choose_style(dice))


def _sentence(sheet: Sheet, y: float, text: str, left: float = 180, width: float = 1300) -> float:
    return sheet.paragraph(left, y, text, width, first=left + sheet.size * 2)


def _headed_clauses(sheet: Sheet, y: float, clauses: Sequence[tuple[str, str]]) -> float:
    for number, (heading, clause) in enumerate(clauses):
        sheet.text(180, y, f"第{_NUMBERS[number]}条  {heading}")
        y = _sentence(sheet, y + sheet.size * 1.7, clause) + sheet.size * 0.2
    return y


def _clauses(sheet: Sheet, y: float, clauses: Sequence[str], first: int = 0) -> float:
    for number, clause in enumerate(clauses, first):
        y = _sentence(sheet, y, f"第{_NUMBERS[number]}条  {clause}") + sheet.size * 0.2
    return y
