"""Values in sentences: without labels, below headings, over two lines; what may be something else is unsure."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from clerk_app.pre_review.kinds import load_kinds
from clerk_app.pre_review.paper_reader import read_paper
from clerk_app.pre_review.readings import Reading
from scanners import PageText
from tests.pre_review.drawn_text import page

KINDS = load_kinds()
WIFE, HUSBAND = "310101198506053021", "310104198403124519"
HOME = "示范市青山区长宁路12号3栋502室"
LEASE = Path("clerk_app/demo/data/sample-city/papers/lease.txt")
_WIDTH, _LEFT, _PITCH = 34, 3, 1.6


def write(title: str, *paragraphs: str) -> PageText:
    """Return a page of paragraphs that are wrapped; those after a heading (`# `) have it in a line of its own."""
    lines: list[tuple[str, float, float]] = [(title, 22, 1)]
    row = 4.0
    for paragraph in paragraphs:
        text, indent = paragraph.removeprefix("# "), 0 if paragraph.startswith("# ") else 2
        while text:
            end, units = 0, 0.0
            while end < len(text) and (units < _WIDTH - indent or text[end] in "，。：；）"):
                units += 1.0 if unicodedata.east_asian_width(text[end]) in "WF" else 0.5
                end += 1
            lines.append((text[:end], _LEFT + indent, row))
            text, row, indent = text[end:], row + _PITCH, 0
    return page(*lines)


def read(*pages: PageText) -> Reading:
    return read_paper(pages, KINDS)


def values(reading: Reading) -> dict[str, str]:
    return {field.id: field.value for field in reading.fields}


def unsure(reading: Reading) -> set[str]:
    return {field.id for field in reading.fields if not field.is_sure}


def test_the_lease_of_the_sample_city_is_read_wholly() -> None:
    pages = [
        page(*((text, _LEFT if row else 22, _PITCH * row) for row, text in enumerate(part.splitlines()) if text))
        for part in LEASE.read_text("utf-8").split("---\n")
    ]
    reading = read(*pages)
    assert values(reading) == {
        "landlord": "郑国强",
        "landlord_id_number": "690103198211050323",
        "tenant": "孙浩然",
        "tenant_id_number": "690104199911300574",
        "address": "示范市示范区书院巷33号601室",
        "valid_from": "2026-09-01",
        "valid_until": "2027-08-31",
        "rent": "2600.00",
    }
    assert unsure(reading) == set()


@pytest.mark.parametrize(
    "paragraphs",
    [
        (
            f"出租方（以下简称甲方）：郑国强，身份证号码：{HUSBAND}",
            f"承租方（以下简称乙方）：王秀英，身份证号码：{WIFE}",
            f"一、甲方将位于{HOME}的房屋出租给乙方居住使用，租赁期限自2026年3月1日至2027年2月28日，计12个月。",
            "二、本房屋月租金为人民币2600元，按月结算。每月月初5日内，乙方向甲方支付当月租金。",
        ),
        (
            f"甲方（出租人）郑国强，男，身份证号{HUSBAND}，住示范市文昌街3号。乙方（承租人）王秀英，女，身份证号{WIFE}。",
            "# 第一条　租赁房屋",
            f"该房屋座落于{HOME}，建筑面积80平方米。",
            "# 第二条　租期",
            "本合同租赁期自二〇二六年三月一日起，至二〇二七年二月二十八日止。",
            "# 第三条　租金",
            "租金为每月贰仟陆佰元整（¥2,600.00）。",
        ),
        (
            f"出租人郑国强（以下简称甲方），身份证号码{HUSBAND}；承租人王秀英（以下简称乙方），身份证号码{WIFE}。",
            f"第一条　甲方将位于{HOME}的房屋出租给乙方，每月租金2600元。",
            "第二条　租期12个月，从2026年3月1日起到2027年2月28日止。",
        ),
        (
            f"郑国强（身份证号码{HUSBAND}，以下称甲方）与王秀英（身份证号码{WIFE}，以下称乙方）订立本合同。",
            f"第一条　甲方将{HOME}租给乙方使用，每月支付租金2600元。",
            "第二条　2026年3月1日起，2027年2月28日止，期满后甲方收回房屋。",
        ),
    ],
)
def test_a_lease_in_sentences_is_read(paragraphs: tuple[str, ...]) -> None:
    reading = read(write("房屋租赁合同", *paragraphs))
    assert values(reading) == {
        "landlord": "郑国强",
        "landlord_id_number": HUSBAND,
        "tenant": "王秀英",
        "tenant_id_number": WIFE,
        "address": HOME,
        "valid_from": "2026-03-01",
        "valid_until": "2027-02-28",
        "rent": "2600.00",
    }
    assert unsure(reading) <= {"rent"}


def test_a_labour_contract_in_sentences_is_read_and_its_trial_period_is_not_its_term() -> None:
    reading = read(
        write(
            "劳动合同",
            f"示范星海科技有限公司（统一社会信用代码91350100M000100Y43，以下简称“甲方”）与王秀英（身份证号码：{WIFE}，"
            "以下简称“乙方”）签订本合同。",
            "# 第一条  劳动合同期限",
            "自2026年3月1日起至2029年2月28日止，试用期自2026年3月1日起至2026年5月31日止。",
        )
    )
    assert values(reading) == {
        "employer": "示范星海科技有限公司",
        "credit_code": "91350100M000100Y43",
        "worker": "王秀英",
        "id_number": WIFE,
        "valid_from": "2026-03-01",
        "valid_until": "2029-02-28",
    }
    assert unsure(reading) <= {"valid_until"}


@pytest.mark.parametrize(
    "sentence",
    [
        f"李国强（男，1984年3月12日出生，身份证号{HUSBAND}）与王秀英（女，1985年6月5日出生，身份证号{WIFE}）"
        "于2020年5月20日在示范市民政局登记结婚。",
        f"女方王秀英，身份证号码{WIFE}；男方李国强，身份证号码{HUSBAND}。双方于2020年5月20日自愿登记结婚，准予登记。",
    ],
)
def test_a_marriage_certificate_in_a_sentence_is_read(sentence: str) -> None:
    reading = read(write("结婚证", sentence, "结婚证字号为J310101-2020-000123。"))
    assert values(reading) == {
        "certificate_number": "J310101-2020-000123",
        "registered_on": "2020-05-20",
        "wife_name": "王秀英",
        "wife_id_number": WIFE,
        "husband_name": "李国强",
        "husband_id_number": HUSBAND,
    }
    assert unsure(reading) == set()


def test_a_birth_certificate_and_a_decision_in_sentences_are_read() -> None:
    birth = read(
        write(
            "出生医学证明",
            f"产妇王秀英（身份证号码{WIFE}）于2026年2月3日8时15分在示范市妇幼保健院产下一女婴，取名李小宝。婴儿父亲李国强"
            f"（身份证号码{HUSBAND}）。编号为R310123456。",
        )
    )
    assert values(birth) == {
        "certificate_number": "R310123456",
        "child_name": "李小宝",
        "child_sex": "女",
        "birth_date": "2026-02-03",
        "mother_name": "王秀英",
        "mother_id_number": WIFE,
        "father_name": "李国强",
        "father_id_number": HUSBAND,
        "hospital": "示范市妇幼保健院",
    }
    assert unsure(birth) == {"hospital"}
    decision = read(
        write(
            "建设工程规划许可证",
            "建字第310101202500012号",
            "准予示范星海科技有限公司在示范市青山区长宁路12号建设滨江路管线改造工程，总长120米。",
        )
    )
    assert values(decision) == {
        "permit_number": "建字第310101202500012号",
        "owner": "示范星海科技有限公司",
        "location": "示范市青山区长宁路12号",
        "project": "滨江路管线改造工程",
    }


def test_a_name_that_may_end_in_two_places_is_unsure() -> None:
    reading = read(
        write("结婚证", f"李国强（男，身份证号{HUSBAND}）与李和王芳（女，身份证号{WIFE}）于2020年5月20日登记结婚。")
    )
    assert "wife_name" in unsure(reading)


def test_words_that_are_no_name_are_not_sure() -> None:
    reading = read(
        write("房屋租赁合同", f"甲方应提供（身份证号{HUSBAND}）；乙方须缴（身份证号{WIFE}）。出租人、承租人、月租金")
    )
    assert not {"landlord", "tenant"} & values(reading).keys() - unsure(reading)


def test_two_different_addresses_in_sentences_are_unsure() -> None:
    reading = read(
        write(
            "房屋租赁合同",
            f"甲方将位于{HOME}的房屋出租给乙方。",
            "乙方另有位于示范市青山区文昌街7号的房屋一套。出租人、承租人",
        )
    )
    assert unsure(reading) == {"address"}


def test_a_value_over_a_line_end_where_something_may_be_missing_is_unsure() -> None:
    lines = [
        ("房屋租赁合同", 22.0, 1.0),
        ("甲方将位于示范市青山区长宁路一百二", 3.0, 4.0),
        ("十八号三栋502室的房屋出租给乙方居住使用。", 3.0, 5.6),
        ("出租人、承租人、月租金、租赁期限。", 3.0, 7.2),
    ]
    reading = read(page(*lines))
    assert values(reading)["address"] == "示范市青山区长宁路一百二十八号三栋502室"
    assert unsure(reading) == {"address"}
