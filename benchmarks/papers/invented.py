"""Invented people, bodies, places and numbers, from a seed. The numbers have valid check digits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from clerk_app.text.check_characters import compute_credit_check, compute_id_check

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "慕容")
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国志文玉梅红春晓东海燕雪飞鹏宇浩然子轩梓涵欣怡诗雨辰博思远"
    "佳琪天佑若曦俊熙嘉豪雅婷"
)
RARE = "玥犇喆堃祎昇䶮翀奡垚燊骉淼焱彧旻赟珩祺甯弢烜鋆玙婳嫄"
_TURKIC = ("买买提·艾合买提", "阿依古丽·吐尔逊", "古丽娜尔·买买提", "艾力·吐尔洪", "热依汗·阿布力孜")
_NATIONS = ("汉",) * 12 + ("回", "满", "维吾尔", "壮", "土家", "朝鲜", "蒙古")
_CITIES = ("示范市", "明州市", "临江市", "海原市", "云溪市")
_DISTRICTS = ("青山区", "城北区", "江东区", "开发区", "滨湖区", "南明县", "长乐县")
_ROADS = ("长宁路", "人民中路", "解放大道", "文昌街", "学府路", "东风西路", "桂花巷", "建设北路", "望江街", "朝阳大街")
_ESTATES = ("翠湖花园", "阳光新城", "锦绣家园", "金色水岸", "和平小区", "绿洲苑")
_TRADES = ("科技", "商贸", "餐饮管理", "建筑工程", "信息技术", "物流", "文化传播", "环保设备")
_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "经营部", "合作社")
_CORES = ("星海", "瑞丰", "华远", "云帆", "恒达", "新纪元", "明德", "嘉禾", "卓越", "宏图")
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Person:
    """An invented person. `sex` is 男 or 女."""

    name: str
    sex: str
    nation: str
    born: date
    number: str
    address: str


@dataclass(frozen=True)
class Body:
    """An invented enterprise."""

    name: str
    code: str
    legal_person: str
    address: str


def invent_person(dice: Random, sex: str = "", oldest: int = 1945, youngest: int = 2004) -> Person:
    """Return a person; a tenth have a rare character in the name, a few a name of several parts."""
    sex = sex or dice.choice("男女")
    born = date(oldest, 1, 1) + timedelta(days=dice.randrange((youngest - oldest) * 365))
    nation = dice.choice(_NATIONS)
    name = dice.choice(_TURKIC) if nation == "维吾尔" else invent_name(dice)
    return Person(name, sex, nation, born, invent_number(dice, born, sex), invent_address(dice))


def invent_name(dice: Random, surname: str = "") -> str:
    """Return a name of two to four characters."""
    surname = surname or (dice.choice(_COMPOUND) if dice.random() < 0.03 else dice.choice(_SURNAMES))
    given = "".join(dice.choice(_GIVEN) for _ in range(1 if dice.random() < 0.25 else 2))
    if dice.random() < 0.1:
        given = given[:-1] + dice.choice(RARE)
    return surname + given


def invent_number(dice: Random, born: date, sex: str) -> str:
    """Return an identity number (GB 11643)."""
    district = dice.choice(("310101", "110105", "440304", "350203", "653101", "420106"))
    serial = dice.randrange(0, 500) * 2 + (1 if sex == "男" else 0)
    body = f"{district}{born:%Y%m%d}{serial:03}"
    return body + compute_id_check(body + "0")


def invent_address(dice: Random) -> str:
    """Return an address of 12 to 35 characters, in digits or in Chinese numerals."""
    head = (dice.choice(("", "示范省", "江海省")) + dice.choice(_CITIES) + dice.choice(_DISTRICTS)) + dice.choice(
        _ROADS
    )
    house, floor, room = dice.randrange(1, 999), dice.randrange(1, 30), dice.randrange(1, 5)
    style = dice.randrange(5)
    if style == 0:
        return f"{head}{house}弄{dice.randrange(1, 40)}号{floor}0{room}室"
    if style == 1:
        return (
            f"{head}{house}号{dice.choice(_ESTATES)}{dice.randrange(1, 20)}栋{dice.randrange(1, 4)}单元{floor}0{room}"
        )
    if style == 2:
        room_words = "".join(_DIGITS[int(digit)] for digit in f"{floor}0{room}")
        return f"{head}{_in_words(house)}号{_in_words(dice.randrange(1, 12))}号楼{room_words}室"
    if style == 3:
        return f"{head}{house}号"
    return f"{head}{house}号{dice.choice(_ESTATES)}{dice.choice('ABCD')}座{floor}层{floor}0{room}室"


def invent_body(dice: Random) -> Body:
    """Return an enterprise."""
    place = dice.choice(("示范市", "明州", "（明州）", "临江市"))
    core, trade, form = dice.choice(_CORES) + dice.choice(_CORES)[:1], dice.choice(_TRADES), dice.choice(_FORMS)
    name = core + place + trade + form if place.startswith("（") else place + core + trade + form
    return Body(name, invent_credit_code(dice), invent_name(dice), invent_address(dice))


def invent_credit_code(dice: Random) -> str:
    """Return a unified social credit code (GB 32100)."""
    body = "91" + dice.choice(("310101", "110105", "440304")) + "".join(dice.choice(_CODE) for _ in range(9))
    return body + compute_credit_check(body)


def invent_day(dice: Random, first: int, last: int) -> date:
    """Return a day in the years `first` to `last`."""
    return date(first, 1, 1) + timedelta(days=dice.randrange((last - first + 1) * 365))


def _in_words(number: int) -> str:
    """Return a number below 1000 in Chinese characters, as house numbers are written."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
