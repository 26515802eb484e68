"""A catalogue of the size of a large city: thousands of matters, whose names are made of lists of words.

The names follow the pattern of published implementing lists: field of work, subject, act, and for handling items the
circumstance. The one things, materials, fields and organs of the sample city are kept.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue

MATTERS, ITEMS = 3_500, 35_000

_FIELDS = (  # with the department that decides, and the theme
    ("食品", "Food", "market", "food"), ("药品", "Medicine", "market", "health"),
    ("医疗器械", "Medical devices", "market", "health"), ("化妆品", "Cosmetics", "market", "health"),
    ("特种设备", "Special equipment", "market", "safety"), ("计量器具", "Measuring instruments", "market", "safety"),
    ("个体工商户", "Sole traders", "market", "business"), ("企业", "Enterprises", "market", "business"),
    ("道路货物运输", "Road freight", "transport", "travel"), ("道路旅客运输", "Road passengers", "transport", "travel"),
    ("出租汽车", "Taxis", "transport", "travel"), ("机动车维修", "Vehicle repair", "transport", "travel"),
    ("港口", "Ports", "transport", "travel"), ("船舶", "Ships", "transport", "travel"),
    ("建设工程", "Construction works", "housing", "building"), ("商品房", "New flats", "housing", "building"),
    ("城镇燃气", "Town gas", "housing", "building"), ("城市排水", "Urban drainage", "housing", "building"),
    ("户外广告", "Outdoor advertising", "city", "building"), ("城市绿化", "Urban greenery", "city", "building"),
    ("建筑垃圾", "Building rubble", "city", "building"), ("夜间施工", "Work at night", "city", "building"),
    ("国有建设用地", "State building land", "land", "building"), ("不动产", "Real estate", "land", "home"),
    ("采矿权", "Mining rights", "land", "business"), ("海域使用权", "Use of the sea", "land", "business"),
    ("社会保险", "Social insurance", "labour", "work"), ("失业保险", "Unemployment insurance", "labour", "work"),
    ("工伤保险", "Accident insurance", "labour", "work"), ("职业技能培训", "Vocational training", "labour", "work"),
    ("劳务派遣", "Labour leasing", "labour", "work"), ("人力资源服务", "Employment services", "labour", "work"),
    ("基本医疗保险", "Health insurance", "insurance", "health"),
    ("生育保险", "Maternity insurance", "insurance", "birth"),
    ("居住证", "Residence permits", "police", "home"), ("户口", "Household registers", "police", "home"),
    ("机动车", "Motor vehicles", "police", "travel"), ("机动车驾驶证", "Driving licences", "police", "travel"),
    ("旅馆业", "Hotels", "police", "safety"), ("大型群众性活动", "Large events", "police", "safety"),
    ("烟花爆竹", "Fireworks", "emergency", "safety"), ("危险化学品", "Hazardous chemicals", "emergency", "safety"),
    ("矿山", "Mines", "emergency", "safety"), ("消防安全", "Fire safety", "fire", "safety"),
    ("民办学校", "Private schools", "education", "school"), ("教师资格", "Teachers", "education", "school"),
    ("校外培训机构", "Tutoring centres", "education", "school"), ("养老机构", "Care homes", "civil", "age"),
    ("婚姻", "Marriages", "civil", "family"), ("社会团体", "Associations", "civil", "business"),
    ("慈善组织", "Charities", "civil", "business"), ("残疾人", "Disabled people", "civil", "age"),
    ("公共场所卫生", "Hygiene of public places", "health", "health"), ("医疗机构", "Clinics", "health", "health"),
    ("护士执业", "Nurses", "health", "health"), ("医师执业", "Doctors", "health", "health"),
    ("饮用水供水", "Drinking water", "health", "health"), ("放射诊疗", "Radiology", "health", "health"),
    ("营业性演出", "Shows", "culture", "business"), ("互联网上网服务", "Internet cafes", "culture", "business"),
    ("文物保护", "Monuments", "culture", "building"), ("旅行社", "Travel agencies", "culture", "business"),
    ("出版物", "Publications", "press", "business"), ("印刷业", "Printing", "press", "business"),
    ("广播电视", "Broadcasting", "press", "business"), ("种子", "Seeds", "farming", "farm"),
    ("农药", "Pesticides", "farming", "farm"), ("兽药", "Animal medicine", "farming", "farm"),
    ("动物防疫", "Animal disease", "farming", "farm"), ("拖拉机", "Tractors", "farming", "farm"),
    ("渔业捕捞", "Fishing", "farming", "farm"), ("林木采伐", "Felling", "forest", "farm"),
    ("野生动物", "Wild animals", "forest", "farm"), ("取水", "Water use", "water", "farm"),
    ("河道管理", "Rivers", "water", "building"), ("水土保持", "Soil", "water", "building"),
    ("排污", "Discharges", "environment", "business"), ("辐射安全", "Radiation", "environment", "safety"),
    ("危险废物", "Hazardous waste", "environment", "safety"),
    ("环境影响评价", "Environmental impact", "environment", "building"),
    ("住房公积金", "Housing fund", "fund", "home"), ("公租房", "Public housing", "housing", "home"),
    ("发票", "Invoices", "tax", "business"), ("增值税", "Value added tax", "tax", "business"),
    ("个人所得税", "Income tax", "tax", "work"), ("对外贸易经营", "Foreign trade", "commerce", "business"),
    ("成品油零售", "Petrol stations", "commerce", "business"), ("拍卖企业", "Auction houses", "commerce", "business"),
)  # fmt: skip
_SUBJECTS = (
    ("经营", "business"), ("生产", "production"), ("销售", "sale"), ("使用", "use"), ("场所设立", "premises"),
    ("从业人员", "staff"), ("设施安装", "installation"), ("项目", "project"), ("单位", "unit"), ("权益", "claims"),
)  # fmt: skip
_ACTS = (
    ("许可", "licence", "permit"), ("备案", "filing", "confirmation"), ("变更登记", "change", "confirmation"),
    ("注销登记", "deletion", "confirmation"), ("延续审批", "extension", "permit"), ("补贴申领", "subsidy", "benefit"),
)  # fmt: skip
_STATES = (
    ("首次申请", "first application"), ("变更名称", "new name"), ("变更地址", "new address"),
    ("变更法定代表人", "new legal representative"), ("变更经营范围", "new scope"), ("增加品种", "new kinds"),
    ("遗失补发", "lost document"), ("破损换发", "damaged document"), ("到期延续", "expiry"),
    ("县级权限", "county level"),
    ("市级权限", "city level"), ("告知承诺方式", "by commitment"),
)  # fmt: skip
_ORGANS = {
    "market": "市场监督管理局", "transport": "交通运输局", "housing": "住房和城乡建设局", "city": "城市管理局",
    "land": "自然资源和规划局", "labour": "人力资源和社会保障局", "insurance": "医疗保障局", "police": "公安局",
    "emergency": "应急管理局", "fire": "消防救援支队", "education": "教育局", "civil": "民政局",
    "health": "卫生健康委员会",
    "culture": "文化广电旅游局", "press": "新闻出版局", "farming": "农业农村局", "forest": "林业局", "water": "水务局",
    "environment": "生态环境局", "fund": "住房公积金管理中心", "tax": "税务局", "commerce": "商务局",
}  # fmt: skip
_THEMES = {
    "food": "餐饮食品", "health": "医疗卫生", "safety": "安全生产", "business": "开办经营", "travel": "交通出行",
    "building": "工程建设", "home": "住房安居", "work": "就业社保", "birth": "生育收养", "school": "教育科研",
    "age": "养老助残", "family": "婚姻家庭", "farm": "农林牧渔",
}  # fmt: skip


def build_catalogue(matters: int = MATTERS, items: int = ITEMS, version: int | None = None) -> Catalogue:
    """Build the sample city with this many further matters, all of which are chosen alone, and handling items."""
    city = load_folder(SAMPLE_CITY)
    data = city.model_dump(mode="json", by_alias=True)
    random = Random(18)  # noqa: S311 - the same catalogue each time
    data["version"] = version or city.version + 1
    data["organs"] += [_organ(name, zh) for name, zh in _ORGANS.items()]
    data["themes"] = [
        *data["themes"],
        *(_named(f"s-{name}", zh, name) for name, zh in _THEMES.items()),
    ]
    states = [_named(f"state-{place}", zh, en) for place, (zh, en) in enumerate(_STATES)]
    data["fields"] = [
        *data["fields"],
        {"id": "s-state", "name": _text("办理情形", "Circumstance"), "kind": "choice", "choices": states},
    ]
    names = list(product(_FIELDS, _SUBJECTS, _ACTS))
    random.shuffle(names)
    data["materials"] = [*data["materials"], *(_material(field) for field in _FIELDS)]
    each, more = divmod(items, matters)
    data["matters"] = [
        *data["matters"],
        *(_matter(number, *names[number % len(names)], random, each + (number < more)) for number in range(matters)),
    ]
    return Catalogue.model_validate(data)


def _matter(
    number: int,
    field: tuple[str, str, str, str],
    subject: tuple[str, str],
    act: tuple[str, str, str],
    random: Random,
    items: int,
) -> dict[str, Any]:
    district = "" if number < len(_FIELDS) * len(_SUBJECTS) * len(_ACTS) else "（开发区）"
    days = random.choice((1, 3, 5, 8, 10, 15))
    code = f"11320{number:05d}MB{random.randrange(10**6):06d}"
    states = random.sample(range(len(_STATES)), min(items, len(_STATES)))
    return {
        "id": f"s-{number}",
        "name": _text(field[0] + subject[0] + act[0] + district, f"{field[1]}: {subject[1]}, {act[1]} {number}"),
        "organ": f"s-{field[2]}",
        "kind": act[2],
        "materials": [f"s-paper-{field[1].lower().replace(' ', '-')}"],
        "fields": ["s-state"],
        "statutory_days": 20,
        "promised_days": days,
        "number": code,
        "themes": [f"s-{field[3]}"],
        "alone": True,
        "scope": "city",
        "conditions": [{"text": _text(f"具备{field[0]}{subject[0]}条件", f"Fit for {field[1]}")}],
        "process": [
            {"name": _text("受理", "Acceptance"), "days": 1},
            {"name": _text("审查决定", "Decision"), "days": days},
        ],
        "consultation_phone": "0512-12345",
        "sample": True,
        "variants": [
            {
                "id": f"item-{state}",
                "name": _text(*_STATES[state]),
                "when": {"field": "s-state", "is": f"state-{state}"},
                "promised_days": max(1, days - state % 3),
                "number": f"{code}{state:02d}",
            }
            for state in states
        ],
    }


def _material(field: tuple[str, str, str, str]) -> dict[str, Any]:
    zh, en = field[:2]
    name = _text(f"{zh}申请材料", f"{en}: application papers")
    return {"id": f"s-paper-{en.lower().replace(' ', '-')}", "name": name, "form": "original", "origin": "applicant"}


def _organ(name: str, zh: str) -> dict[str, Any]:
    return _named(f"s-{name}", zh, f"Office of {name}") | {"level": "city"}


def _named(name: str, zh: str, en: str) -> dict[str, Any]:
    return {"id": name, "name": _text(zh, en)}


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}
