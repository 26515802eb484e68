"""Drawn cards and certificates: identity card, register page, permits, driving licence, marriage certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from PIL import Image

from benchmarks.papers.invented import Person, invent_day, invent_person
from benchmarks.papers.sheets import Sheet, choose_style


class DrawnPaper(NamedTuple):
    """A drawn paper of a kind, and the values that are printed on it by field."""

    kind: str
    image: Image.Image
    values: Mapping[str, str]


def format_day(dice: Random, day: date) -> str:
    """Return a date in one of the forms in which papers print it."""
    return dice.choice(
        (f"{day.year}年{day.month}月{day.day}日", f"{day:%Y年%m月%d日}", f"{day:%Y-%m-%d}", f"{day:%Y.%m.%d}")
    )


def draw_id_card(dice: Random) -> DrawnPaper:
    """Draw the front of an identity card, or both sides on one page."""
    person = invent_person(dice)
    both, style = dice.random() < 0.4, choose_style(dice) | {"colon": "", "label_spacing": False}
    style["label_ink"] = dice.choice(((40, 90, 150), (60, 60, 60)))
    tint = dice.choice(((232, 240, 246), (240, 244, 240), (255, 255, 255)))
    sheet = Sheet(1010, 1320 if both else 640, dice, background=tint, size=34, **style)
    left, column = 70, 190
    y = sheet.pair(left, 70, "姓名", _spread_name(dice, person.name), column=column, width=420) + 22
    end = sheet.text(left, y, "性别", face=sheet.label_face, ink=sheet.label_ink)
    end = sheet.text(column, y, person.sex)
    end = sheet.text(end + 70, y, "民族", face=sheet.label_face, ink=sheet.label_ink)
    sheet.text(end + 30, y, person.nation)
    y += 76
    sheet.text(left, y, "出生", face=sheet.label_face, ink=sheet.label_ink)
    gap = dice.choice((" ", "  ", ""))
    born = person.born
    sheet.text(column, y, f"{born.year}{gap}年{gap}{born.month}{gap}月{gap}{born.day}{gap}日")
    y = sheet.pair(left, y + 76, "住址", person.address, column=column, width=430)
    y = max(y + 20, 520)
    sheet.text(left, y, "公民身份号码", face=sheet.label_face, ink=sheet.label_ink)
    sheet.text(340, y, person.number, size=38)
    sheet.draw.ellipse((770, 120, 880, 250), fill=(190, 170, 155))
    sheet.draw.polygon([(710, 460), (740, 280), (910, 280), (940, 460)], fill=(90, 100, 120))
    values = _person_values(person)
    if both:
        start, end_day = _period(dice, 2012, 2025, 20)
        sheet.title(740, "中华人民共和国", 54)
        sheet.title(840, "居民身份证", 66)
        sheet.pair(270, 1080, "签发机关", "示范市公安局青山分局", column=450, width=500)
        sheet.pair(270, 1160, "有效期限", f"{start:%Y.%m.%d}-{end_day:%Y.%m.%d}", column=450, width=500)
        values |= {"valid_until": end_day.isoformat()}
    return DrawnPaper("id-card", sheet.image, values)


def draw_register_page(dice: Random) -> DrawnPaper:
    """Draw a person's page of the household register, a table with labels in one or two lines."""
    person, style = invent_person(dice), choose_style(dice) | {"colon": "", "label_spacing": False}
    sheet = Sheet(1300, 940, dice, background=dice.choice(((255, 255, 255), (250, 244, 235))), size=27, **style)
    y = sheet.title(40, dice.choice(("常住人口登记卡", "常住人口登记卡", "居民户口簿")), 46, spaced=dice.random() < 0.5)
    relation = dice.choice(("户主", "妻", "长女", "次子", "孙女"))
    rows = [
        [("姓名", person.name), ("户主或与户主关系", relation)],
        [("曾用名", ""), ("性别", person.sex)],
        [("出生地", "示范市"), ("民族", person.nation)],
        [("籍贯", dice.choice(("示范市", "临江市"))), ("出生日期", format_day(dice, person.born))],
        [("住址", person.address)],
        [("公民身份证件编号", person.number), ("身高", f"{dice.randrange(150, 190)}")],
        [("文化程度", dice.choice(("大学本科", "高中"))), ("婚姻状况", dice.choice(("已婚", "未婚")))],
        [
            ("服务处所", dice.choice(("示范市第一中学", "星海科技有限公司", ""))),
            ("职业", dice.choice(("教师", "职员"))),
        ],
    ]
    end = sheet.table(y, rows, left=60, width=1180)
    sheet.text(80, end + 20, "承办人签章：", face=sheet.label_face)
    sheet.text(760, end + 20, f"登记日期：{format_day(dice, invent_day(dice, 2005, 2024))}", face=sheet.label_face)
    return DrawnPaper("household-register", sheet.image, _person_values(person))


def draw_residence_permit(dice: Random) -> DrawnPaper:
    """Draw both sides of a residence permit."""
    person, style = invent_person(dice), choose_style(dice)
    style["label_spacing"] = False
    sheet = Sheet(1010, 1300, dice, background=dice.choice(((238, 246, 238), (255, 255, 255))), size=33, **style)
    home = invent_person(dice).address
    y = sheet.pair(70, 70, "姓名", person.name, column=230, width=400) + 14
    y = sheet.pair(70, y, "性别", person.sex, column=230, width=300) + 14
    y = sheet.pair(70, y, "出生日期", format_day(dice, person.born), column=270, width=420) + 14
    y = sheet.pair(70, y, dice.choice(("户籍地址", "住址")), home, column=270, width=420) + 14
    sheet.pair(70, y, "公民身份号码", person.number, column=360, width=560)
    y = sheet.title(680, dice.choice(("居住证", "示范市居住证")), 60, spaced=dice.random() < 0.4)
    y = sheet.pair(70, y + 10, dice.choice(("居住地址", "现居住地址")), person.address, column=300, width=640) + 10
    _, end_day = _period(dice, 2024, 2026, 1)
    y = sheet.pair(70, y, "有效期限", f"至{format_day(dice, end_day)}", column=300, width=640) + 10
    sheet.pair(70, y, "签发机关", "示范市公安局", column=300, width=640)
    values = _person_values(person) | {"registered_address": home, "valid_until": end_day.isoformat()}
    return DrawnPaper("residence-permit", sheet.image, values)


def draw_driving_licence(dice: Random) -> DrawnPaper:
    """Draw a driving licence, whose labels are in two languages."""
    person, style = invent_person(dice, oldest=1960), choose_style(dice) | {"colon": "", "label_spacing": False}
    sheet = Sheet(1100, 760, dice, background=dice.choice(((255, 255, 255), (245, 247, 250))), size=31, **style)
    english = dice.random() < 0.7
    y = sheet.title(36, "中华人民共和国机动车驾驶证", 40)
    if english:
        sheet.text(180, y - 18, "Driving License of the People's Republic of China", size=24)
    y += 20
    start, end_day = _period(dice, 2016, 2025, 10)
    classes = dice.choice(("C1", "B2", "A1A2", "C2", "C1D"))

    def row(y: float, *cells: tuple[float, str, str, str]) -> float:
        ends = []
        for x, label, translation, value in cells:
            end = sheet.text(x, y, label, face=sheet.label_face, ink=sheet.label_ink)
            if english:
                end = sheet.text(end + 8, y + 8, translation, size=20)
            ends.append(sheet.paragraph(end + 26, y, value, 1060 - end - 26))
        return max(ends) + 14

    y = row(y, (70, "证号", "", person.number))
    y = row(
        y, (70, "姓名", "Name", person.name), (470, "性别", "Sex", person.sex), (760, "国籍", "Nationality", "中国")
    )
    y = row(y, (70, "住址", "Address", person.address))
    y = row(y, (300, "出生日期", "Date of Birth", f"{person.born:%Y-%m-%d}"))
    y = row(y, (300, "初次领证日期", "Date of First Issue", f"{start - timedelta(days=2000):%Y-%m-%d}"))
    y = row(y, (300, "准驾车型", "Class", classes))
    row(y, (300, "有效期限", "Valid Period", f"{start:%Y-%m-%d}至{end_day:%Y-%m-%d}"))
    if dice.random() < 0.5:
        sheet.stamp(165, 600, 95, "示范市公安局交通警察支队")
    values = _person_values(person) | {"licence_number": person.number, "classes": classes}
    return DrawnPaper("driving-licence", sheet.image, values | {"valid_until": end_day.isoformat()})


def draw_marriage_certificate(dice: Random) -> DrawnPaper:
    """Draw a marriage certificate, its two persons below each other or side by side."""
    wife, husband = invent_person(dice, "女", 1960, 2002), invent_person(dice, "男", 1958, 2000)
    sheet = Sheet(
        1200, 1500, dice, background=dice.choice(((255, 250, 240), (255, 255, 255))), size=31, **choose_style(dice)
    )
    sheet.label_spacing = False
    y = sheet.title(50, "结婚证", 66, spaced=dice.random() < 0.5)
    day = invent_day(dice, 1990, 2025)
    number = f"J{dice.choice(('310101', '110105'))}-{day.year}-{dice.randrange(1, 999999):06}"
    holder = dice.choice((wife, husband))
    y = sheet.pair(90, y, "持证人", holder.name, column=310, width=700)
    y = sheet.pair(90, y, "登记日期", format_day(dice, day), column=310, width=700)
    y = sheet.pair(90, y, "结婚证字号", number, column=310, width=700) + 40
    first, second = dice.sample((wife, husband), 2)
    if dice.random() < 0.5:
        for person in (first, second):
            y = _draw_spouse(sheet, dice, 90, y, person) + 40
    else:
        ends = [
            _draw_spouse(sheet, dice, 60 + 570 * column, y, person) for column, person in enumerate((first, second))
        ]
        y = max(ends) + 40
    sheet.paragraph(90, y, "结婚申请，符合《中华人民共和国民法典》规定，予以登记，发给此证。", 1000)
    if dice.random() < 0.6:
        sheet.stamp(850, 1290, 130, "示范市青山区民政局婚姻登记专用章")
    values = {
        "certificate_number": number,
        "registered_on": day.isoformat(),
        "wife_name": wife.name,
        "wife_id_number": wife.number,
        "husband_name": husband.name,
        "husband_id_number": husband.number,
    }
    return DrawnPaper("marriage-certificate", sheet.image, values)


def _draw_spouse(sheet: Sheet, dice: Random, x: float, y: float, person: Person) -> float:
    y = sheet.pair(x, y, "姓名", person.name, column=x + 190, width=360)
    y = sheet.pair(x, y, "性别", person.sex, column=x + 190, width=360)
    y = sheet.pair(x, y, "国籍", "中国", column=x + 190, width=360)
    y = sheet.pair(x, y, "出生日期", format_day(dice, person.born), column=x + 190, width=360)
    return sheet.pair(x, y, "身份证件号", person.number, column=x + 190, width=380)


def _person_values(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "sex": person.sex,
        "nation": person.nation,
        "birth_date": person.born.isoformat(),
        "address": person.address,
        "id_number": person.number,
    }


def _spread_name(dice: Random, name: str) -> str:
    return "  ".join(name) if len(name) == 2 and dice.random() < 0.5 else name


def _period(dice: Random, first: int, last: int, years: int) -> tuple[date, date]:
    start = invent_day(dice, first, last)
    return start, date(start.year + years, start.month, min(start.day, 28))
