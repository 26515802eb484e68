"""Drawn certificates: business licence, real estate, birth, planning permit."""

from __future__ import annotations

from random import Random

from benchmarks.papers.drawn_cards import DrawnPaper, format_day
from benchmarks.papers.invented import invent_body, invent_day, invent_name, invent_person
from benchmarks.papers.sheets import Sheet, choose_style

_PAPER = ((255, 255, 255), (253, 250, 240), (248, 248, 244))
_SCOPE = (
    "许可项目：餐饮服务；食品销售（依法须经批准的项目，经相关部门批准后方可开展经营活动）。一般项目：技术服务、技术开发、"
    "技术咨询；信息系统集成服务；办公用品销售。"
)


def draw_business_licence(dice: Random) -> DrawnPaper:
    """Draw a business licence, wide with two columns or tall with one."""
    body, style = invent_body(dice), choose_style(dice)
    is_wide = dice.random() < 0.6
    sheet = Sheet(
        1700 if is_wide else 1200, 1180 if is_wide else 1650, dice, background=dice.choice(_PAPER), size=31, **style
    )
    sheet.label_spacing = dice.random() < 0.7
    y = sheet.title(90, "营业执照", 88, spaced=dice.random() < 0.6)
    if dice.random() < 0.6:
        sheet.text(sheet.width / 2 - 60, y - 40, "（副  本）", size=30)
    y += 30
    sheet.pair(110, y, "统一社会信用代码", body.code, column=440 if not sheet.colon else 400, width=600)
    y += 90
    established = invent_day(dice, 2001, 2024)
    person_label = dice.choice(("法定代表人", "法定代表人", "负责人"))
    place_label = dice.choice(("住所", "住所", "经营场所"))
    left = [
        ("名称", body.name),
        ("类型", dice.choice(("有限责任公司（自然人独资）", "有限责任公司", "股份有限公司（非上市）"))),
        (person_label, body.legal_person),
        ("经营范围", _SCOPE),
    ]
    right = [
        ("注册资本", dice.choice(("壹佰万元整", "伍佰万元人民币", "1000万元"))),
        ("成立日期", format_day(dice, established)),
        ("营业期限", f"{established.year}年{established.month}月{established.day}日至长期"),
        (place_label, body.address),
    ]
    if is_wide:
        column = 110 + 31 * 6.5
        ends = []
        for x, pairs, width in ((110, left, 560), (900, right, 560)):
            top = y
            for label, value in pairs:
                top = sheet.pair(x, top, label, value, column=column + x - 110, width=width) + 16
            ends.append(top)
        y = max(ends)
    else:
        first, rest = left[:3], left[3:]
        for label, value in (*first, *right, *rest):
            y = sheet.pair(110, y, label, value, column=340, width=720) + 12
    sheet.text(sheet.width - 560, sheet.height - 150, "登记机关  示范市市场监督管理局", size=28)
    if dice.random() < 0.7:
        sheet.stamp(sheet.width - 280, sheet.height - 170, 110, "示范市市场监督管理局")
    values = {
        "name": body.name,
        "credit_code": body.code,
        "legal_person": body.legal_person,
        "address": body.address,
        "established_on": established.isoformat(),
        "valid_until": "长期",
    }
    return DrawnPaper("business-licence", sheet.image, values)


def draw_real_estate_certificate(dice: Random) -> DrawnPaper:
    """Draw the inner page of a certificate of real estate: a table, rows, or labels above their values."""
    owner, style = invent_person(dice), choose_style(dice)
    sheet = Sheet(1240, 1600, dice, background=dice.choice(_PAPER), size=30, **style)
    y = sheet.title(60, "不动产权证书", 58, spaced=dice.random() < 0.3)
    year, serial = dice.randrange(2016, 2026), dice.randrange(1, 9999999)
    number = f"沪（{year}）示范市不动产权第{serial:07}号"
    sheet.text(360, y, number)
    y += 90
    parcel = f"{dice.choice(('310101', '440304'))}{dice.randrange(10**6):06}GB{dice.randrange(10**5):05}"
    unit = f"{parcel}F{dice.randrange(10**8):08}"
    pairs = [
        ("权利人", owner.name),
        ("共有情况", dice.choice(("单独所有", "共同共有"))),
        ("坐落", owner.address),
        ("不动产单元号", unit),
        ("权利类型", "国有建设用地使用权／房屋所有权"),
        ("权利性质", "出让／市场化商品房"),
        ("用途", "城镇住宅用地／住宅"),
        ("面积", f"宗地面积{dice.randrange(9000, 30000)}㎡／房屋建筑面积{dice.randrange(4000, 19000) / 100}㎡"),
        ("使用期限", "国有建设用地使用权 2005年06月01日起2075年05月31日止"),
    ]
    layout = dice.randrange(3)
    if layout == 0:
        y = sheet.table(y, [[pair] for pair in pairs], left=110, width=1020)
    elif layout == 1:
        for label, value in pairs:
            y = sheet.pair(110, y, label, value, column=370, width=720) + 14
    else:
        y = sheet.above(y, [[pairs[0], pairs[1]], *[[pair] for pair in pairs[2:]]], left=110, width=1020)
    if dice.random() < 0.5:
        sheet.stamp(930, 1420, 130, "示范市自然资源和规划局")
    values = {
        "certificate_number": number.replace("（", "(").replace("）", ")"),
        "owner": owner.name,
        "address": owner.address,
        "unit_number": unit,
    }
    return DrawnPaper("real-estate-certificate", sheet.image, values)


def draw_birth_certificate(dice: Random) -> DrawnPaper:
    """Draw a medical certificate of birth: rows, or a table."""
    mother, father = invent_person(dice, "女", 1980, 2002), invent_person(dice, "男", 1978, 2001)
    child, sex, born = (
        invent_name(dice, father.name[0] if "·" not in father.name else ""),
        dice.choice("男女"),
        invent_day(dice, 2024, 2026),
    )
    sheet = Sheet(1240, 1500, dice, background=dice.choice(_PAPER), size=30, **choose_style(dice))
    sheet.label_spacing = False
    y = sheet.title(70, "出生医学证明", 62, spaced=dice.random() < 0.5) + 20
    hospital, number = (
        dice.choice(("示范市妇幼保健院", "明州市第一人民医院")),
        f"{dice.choice('RSTU')}{dice.randrange(10**9):09}",
    )
    time = f"{born.year}年{born.month}月{born.day}日{dice.randrange(24)}时{dice.randrange(60)}分"
    id_label = dice.choice(("有效身份证件号码", "身份证件号码"))
    if dice.random() < 0.5:
        rows = [
            [("新生儿姓名", child), ("性别", sex)],
            [("出生时间", time)],
            [("出生孕周", f"{dice.randrange(37, 42)}周"), ("出生体重", f"{dice.randrange(2500, 4200)}克")],
            [("母亲姓名", mother.name), ("国籍", "中国")],
            [(id_label, mother.number)],
            [("父亲姓名", father.name), ("国籍", "中国")],
            [(id_label, father.number)],
            [("医疗机构名称", hospital)],
        ]
        y = sheet.table(y, rows, left=100, width=1040) + 40
    else:
        y = sheet.pair(100, y, "新生儿姓名", child, column=300, width=260)
        sheet.pair(620, y - 46, "性别", sex, column=740, width=100)
        y = sheet.pair(100, y + 20, "出生时间", time, column=300, width=800) + 20
        for parent, label in ((mother, "母亲姓名"), (father, "父亲姓名")):
            y = sheet.pair(100, y, label, parent.name, column=300, width=500) + 8
            y = sheet.pair(100, y, id_label, parent.number, column=400, width=600) + 24
        y = sheet.pair(100, y, "接生机构名称", hospital, column=400, width=700) + 40
    label = dice.choice(("出生证编号", "编号", "出生医学证明编号"))
    sheet.text(100, y + 20, f"{label}：{number}" if dice.random() < 0.7 else f"{label}  {number}")
    if dice.random() < 0.6:
        sheet.stamp(940, 1330, 120, "出生医学证明专用章")
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


def draw_planning_permit(dice: Random) -> DrawnPaper:
    """Draw a construction planning permit."""
    body, style = invent_body(dice), choose_style(dice)
    sheet = Sheet(1240, 1640, dice, background=dice.choice(_PAPER), size=31, **style)
    sheet.label_spacing = False
    y = sheet.title(80, "中华人民共和国", 46)
    y = sheet.title(y, "建设工程规划许可证", 60, spaced=dice.random() < 0.3)
    number = f"建字第{dice.choice(('310101', '440304'))}{dice.randrange(2018, 2026)}{dice.randrange(10**5):05}号"
    sheet.text(700, y, number)
    y = sheet.paragraph(
        110,
        y + 90,
        "根据《中华人民共和国城乡规划法》第四十条规定，经审核，本建设工程符合国土空间规划和用途管制要求，颁发此证。",
        1000,
    )
    road = dice.choice(("示范大道", "滨江路", "青山区", "文昌街"))
    project = road + dice.choice(("管线改造工程", "雨污分流工程", "综合楼项目", "道路修缮工程"))
    place = f"示范市{dice.choice(('青山区', '城北区'))}{dice.choice(('长宁路', '望江街'))}{dice.randrange(1, 300)}号"
    pairs = [
        (dice.choice(("建设单位（个人）", "建设单位")), body.name),
        ("建设项目名称", project),
        ("建设位置", place),
        ("建设规模", f"总长{dice.randrange(100, 2000)}米"),
    ]
    if dice.random() < 0.5:
        y = sheet.table(y + 40, [[pair] for pair in pairs], left=110, width=1020)
    else:
        for label, value in pairs:
            y = sheet.pair(110, y + 26, label, value, column=430, width=700)
    sheet.text(700, 1330, "发证机关  示范市自然资源局", size=28)
    sheet.text(700, 1390, f"日期  {format_day(dice, invent_day(dice, 2020, 2025))}", size=28)
    if dice.random() < 0.6:
        sheet.stamp(900, 1360, 120, "示范市自然资源和规划局")
    values = {"permit_number": number, "owner": body.name, "project": project, "location": place}
    return DrawnPaper("planning-permit", sheet.image, values)
