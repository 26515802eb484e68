"""Drawn contracts on A4: lease and labour contract, whose fields are in sentences."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from benchmarks.papers.drawn_cards import DrawnPaper
from benchmarks.papers.invented import invent_body, invent_day, invent_person
from benchmarks.papers.sheets import Sheet, choose_style

CLAUSES = (
    "乙方应当按照约定的方法使用租赁物，不得擅自转租，未经甲方书面同意不得改变房屋结构。",
    "租赁期间，甲方负责房屋主体结构的维修，乙方负责室内设施的日常维护，并承担相应费用。",
    "乙方逾期支付租金的，每逾期一日，应当按照欠付金额的万分之五向甲方支付违约金。",
    "本合同未尽事宜，由双方协商解决；协商不成的，可以向房屋所在地人民法院提起诉讼。",
    "任何一方提前解除合同的，应当提前三十日书面通知对方，并承担由此造成的损失。",
    "合同期满后，乙方应当在五日内将房屋交还甲方，并结清水、电、燃气等各项费用。",
    "本合同一式两份，甲乙双方各执一份，自双方签字或者盖章之日起生效。",
)
WORK_CLAUSES = (
    "甲方安排乙方从事管理岗位工作，乙方应当按照甲方的要求完成规定的工作任务。",
    "甲方按照国家规定为乙方缴纳社会保险，乙方个人应当缴纳的部分由甲方代扣代缴。",
    "乙方实行标准工时制度，每日工作时间不超过八小时，平均每周不超过四十小时。",
    "甲方应当以货币形式按月支付劳动报酬，不得克扣或者无故拖欠。",
    "乙方应当遵守甲方依法制定的规章制度，保守甲方的商业秘密。",
)
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def draw_lease(dice: Random) -> DrawnPaper:
    """Draw the first page of a lease."""
    landlord, tenant, home = invent_person(dice), invent_person(dice), invent_person(dice)
    sheet = Sheet(1654, 2339, dice, size=dice.choice((32, 34, 38)), **choose_style(dice))
    sheet.label_spacing, sheet.label_ink = False, sheet.ink
    sheet.label_face = sheet.face
    y = sheet.title(
        160, dice.choice(("房屋租赁合同", "住房租赁合同", "房屋租赁合同书", "租赁合同")), 56, spaced=dice.random() < 0.3
    )
    first, second = dice.choice(
        (("出租方（甲方）", "承租方（乙方）"), ("甲方（出租人）", "乙方（承租人）"), ("出租人", "承租人"))
    )
    id_label = dice.choice(("身份证号", "身份证号码", "公民身份号码"))
    colon = dice.choice(("：", ":"))
    for label, person in ((first, landlord), (second, tenant)):
        if dice.random() < 0.5:
            sheet.text(180, y, f"{label}{colon}{person.name}    {id_label}{colon}{person.number}")
            y += 64
        else:
            sheet.text(180, y, f"{label}{colon}{person.name}")
            sheet.text(180, y + 60, f"{id_label}{colon}{person.number}")
            y += 124
    start = invent_day(dice, 2024, 2026)
    end = date(start.year + dice.choice((1, 1, 2, 3)), start.month, min(start.day, 28)) - timedelta(days=1)
    rent = dice.choice((1800, 2500, 4500, 3200, 6850, 12000))
    place = dice.choice(
        (
            "房屋坐落于{}，建筑面积{}平方米。",
            "房屋坐落：{}，建筑面积{}平方米。",
            "甲方将位于{}的房屋出租给乙方使用，建筑面积{}平方米。",
            "租赁房屋地址：{}，建筑面积约{}平方米。",
        )
    )
    period = dice.choice(("租赁期限自{}起至{}止。", "租赁期限：{}至{}。", "房屋租赁期自{}起，至{}止。"))
    money = dice.choice(
        (
            "月租金为人民币（大写）{capital}元整（¥{digits}.00），乙方按月支付。",
            "每月租金人民币{digits}元（大写：{capital}元整）。",
            "月租金：{digits}元。",
        )
    )
    clauses = [
        "根据《中华人民共和国民法典》及相关法律法规的规定，甲乙双方在平等、自愿的基础上，就房屋租赁事宜达成如下协议：",
        place.format(home.address, dice.randrange(4000, 15000) / 100),
        period.format(long_day(start), long_day(end)),
        money.format(capital=in_capitals(rent), digits=rent),
        *dice.sample(CLAUSES, dice.randrange(4, 8)),
    ]
    y = _write_clauses(sheet, y + 30, clauses)
    sheet.text(180, y + 90, f"甲方（签字）{colon}")
    sheet.text(950, y + 90, f"乙方（签字）{colon}")
    if dice.random() < 0.3:
        sheet.stamp(520, y + 110, 120, "示范市房屋租赁备案专用章")
    values = {
        "landlord": landlord.name,
        "landlord_id_number": landlord.number,
        "tenant": tenant.name,
        "tenant_id_number": tenant.number,
        "address": home.address,
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat(),
        "rent": f"{rent}.00",
    }
    return DrawnPaper("lease", sheet.image, values)


def draw_labour_contract(dice: Random) -> DrawnPaper:
    """Draw the first page of a labour contract."""
    body, worker = invent_body(dice), invent_person(dice, oldest=1965)
    sheet = Sheet(1654, 2339, dice, size=dice.choice((32, 35)), **choose_style(dice))
    sheet.label_spacing, sheet.label_ink, sheet.label_face = False, sheet.ink, sheet.face
    y = sheet.title(160, dice.choice(("劳动合同", "劳动合同书")), 58, spaced=dice.random() < 0.4)
    colon = dice.choice(("：", ":"))
    rows = [
        (dice.choice(("甲方（用人单位）", "甲方（用人单位）名称", "用人单位名称")), body.name),
        ("统一社会信用代码", body.code),
        ("法定代表人", body.legal_person),
        ("住所", body.address),
        (dice.choice(("乙方（劳动者）", "乙方（劳动者）姓名", "劳动者姓名")), worker.name),
        (dice.choice(("居民身份证号码", "身份证号码")), worker.number),
        ("住址", worker.address),
    ]
    for label, value in rows:
        sheet.text(180, y, f"{label}{colon}{value}")
        y += sheet.size * 1.9
    start = invent_day(dice, 2022, 2026)
    end = date(start.year + 3, start.month, min(start.day, 28)) - timedelta(days=1)
    clauses = [
        f"合同期限：自{long_day(start)}起至{long_day(end)}止，其中试用期两个月。",
        *dice.sample(WORK_CLAUSES, dice.randrange(3, 6)),
    ]
    y = _write_clauses(sheet, y + 40, clauses)
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


def _write_clauses(sheet: Sheet, y: float, clauses: list[str]) -> float:
    numbers = (
        ["", *(f"{number}、" for number in "一二三四五六七八九十")]
        if len(clauses) > 6
        else [f"第{number}条  " for number in "一二三四五六七八九十"]
    )
    for number, clause in zip(numbers, clauses, strict=False):
        y = sheet.paragraph(180, y, number + clause, 1300, first=180 + sheet.size * 2) + sheet.size * 0.3
    return y


def long_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def in_capitals(amount: int) -> str:
    """Return an amount below 100,000 in capital numerals."""
    text = ""
    for place, unit in ((10000, "万"), (1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = amount // place % 10
        if digit:
            text += _DIGITS[digit] + unit
        elif text and amount % place and not text.endswith("零"):
            text += "零"
    return text
