"""Kind and fields of papers, from lines of text as recognition returns them."""

from __future__ import annotations

import pytest

from clerk_app.pre_review.kinds import load_kinds
from clerk_app.pre_review.paper_reader import read_paper
from clerk_app.pre_review.readings import Reading
from scanners import PageText
from tests.pre_review.drawn_text import line, page, tilted

KINDS = load_kinds()
WIFE, HUSBAND = "310101198506053021", "310104198403124519"

ID_CARD = page(
    ("姓名", 3, 3),
    ("王秀英", 8, 3),
    ("性别女民族汉", 3, 6),
    ("出生1985年6月5日", 3, 9),
    ("住址", 3, 12),
    ("示范市青山区长宁路128弄3号", 8, 12),
    ("502室", 8, 14),
    ("公民身份号码", 3, 18),
    (WIFE, 13, 18),
)


def read(*pages: PageText) -> Reading:
    return read_paper(pages, KINDS)


def values(reading: Reading) -> dict[str, str]:
    return {field.id: field.value for field in reading.fields}


def unsure(reading: Reading) -> set[str]:
    return {field.id for field in reading.fields if not field.is_sure}


def test_an_identity_card_is_read_with_an_address_in_two_lines() -> None:
    reading = read(ID_CARD)
    assert reading.kind == "id-card"
    assert values(reading) == {
        "name": "王秀英",
        "sex": "女",
        "nation": "汉",
        "birth_date": "1985-06-05",
        "address": "示范市青山区长宁路128弄3号502室",
        "id_number": WIFE,
    }
    assert unsure(reading) == set()


@pytest.mark.parametrize("slope", [-0.04, 0.03])
def test_a_tilted_page_is_read_like_a_straight_one(slope: float) -> None:
    assert values(read(tilted(ID_CARD, slope))) == values(read(ID_CARD))


def test_the_corners_of_a_value_are_those_of_its_characters() -> None:
    field = read(ID_CARD).field("id_number")
    assert field is not None
    (left, top), (right, _), (_, bottom), _ = field.corners
    assert (round(left * 60), round(right * 60), round(top * 40), round(bottom * 40)) == (13, 22, 18, 19)
    address = read(page(*ID_CARD.lines), page(("无", 1, 1))).field("address")
    assert address is not None
    assert address.page == 1
    assert [round(y * 40) for _, y in address.corners] == [12, 12, 15, 15]


def test_a_wrong_check_digit_is_asked_and_never_corrected() -> None:
    wrong = page(*ID_CARD.lines[:-1], (WIFE[:-1] + "2", 13, 18))
    reading = read(wrong)
    assert values(reading)["id_number"] == WIFE[:-1] + "2"
    assert "id_number" in unsure(reading)


def test_a_birth_date_or_sex_that_contradicts_the_number_makes_both_unsure() -> None:
    lines = [part for part in ID_CARD.lines if not part.text.startswith(("出生", "性别"))]
    reading = read(page(*lines, ("性别男", 3, 6), ("出生1985年6月6日", 3, 9)))
    assert unsure(reading) == {"sex", "birth_date", "id_number"}


def test_a_value_with_one_uncertain_character_is_unsure() -> None:
    lines = [part for part in ID_CARD.lines if part.text != "王秀英"]
    reading = read(page(*lines, line("王秀英", 8, 3, 英=0.9)))
    assert values(reading)["name"] == "王秀英"
    assert unsure(reading) == {"name"}


def test_labels_are_found_with_blanks_in_other_forms_and_above_their_values() -> None:
    reading = read(
        page(
            ("營  業  執  照", 24, 2),
            ("統一社會信用代碼", 3, 5),
            ("91350100M000100Y43", 14, 5),
            ("名", 3, 8),
            ("称", 6, 8),
            ("示范星海科技有限公司", 10, 8),
            ("住    所", 3, 11),
            ("示范市青山区长宁路12号", 10, 11),
            ("法定代表人：赵敏", 3, 14),
        )
    )
    assert reading.kind == "business-licence"
    assert values(reading) == {
        "credit_code": "91350100M000100Y43",
        "name": "示范星海科技有限公司",
        "address": "示范市青山区长宁路12号",
        "legal_person": "赵敏",
    }
    above = read(
        page(
            ("不动产权证书", 20, 2),
            ("沪（2026）示范市不动产权第0012345号", 20, 4),
            ("权利人", 3, 7),
            ("共有情况", 15, 7),
            ("王秀英", 3, 9),
            ("单独所有", 15, 9),
            ("坐落", 3, 12),
            ("示范市青山区长宁路12号", 3, 14),
            ("不动产单元号", 3, 17),
            ("310101001001GB00001F00010001", 3, 19),
        )
    )
    assert values(above) == {
        "certificate_number": "沪(2026)示范市不动产权第0012345号",
        "owner": "王秀英",
        "address": "示范市青山区长宁路12号",
        "unit_number": "310101001001GB00001F00010001",
    }
    assert unsure(above) == set()


def test_a_register_page_with_labels_in_two_lines_is_read() -> None:
    reading = read(
        page(
            ("常住人口登记卡", 20, 2),
            ("姓名", 3, 5),
            ("王秀英", 9, 5),
            ("户主或与", 25, 4.4),
            ("户主关系", 25, 5.6),
            ("妻", 33, 5),
            ("性别", 3, 9),
            ("女", 9, 9),
            ("出生日期", 3, 13),
            ("1985年6月5日", 9, 13),
            ("公民身份", 3, 16.4),
            ("证件编号", 3, 17.6),
            (WIFE, 9, 17),
            ("服务处所", 25, 17),
            ("示范纺织厂", 33, 17),
        )
    )
    assert reading.kind == "household-register"
    expected = {"name": "王秀英", "relation": "妻", "sex": "女", "birth_date": "1985-06-05", "id_number": WIFE}
    assert values(reading) == expected


@pytest.mark.parametrize("second_column", [0, 30])
def test_the_persons_of_a_marriage_certificate_are_distinguished_by_their_sex(second_column: int) -> None:
    def person(column: float, row: float, name: str, sex: str, number: str) -> list[tuple[str, float, float]]:
        born = f"{number[6:10]}年{number[10:12]}月{number[12:14]}日"
        return [
            ("姓名", column, row),
            (name, column + 8, row),
            ("性别", column, row + 2),
            (sex, column + 8, row + 2),
            ("出生日期", column, row + 4),
            (born, column + 8, row + 4),
            ("身份证件号", column, row + 6),
            (number, column + 8, row + 6),
        ]

    second_row = 12 if second_column else 24
    reading = read(
        page(
            ("结婚证", 25, 1),
            ("登记日期  2020年5月20日", 3, 4),
            ("结婚证字号：J310101-2020-000123", 3, 6),
            *person(3, 12, "李国强", "男", HUSBAND),
            *person(3 + second_column, second_row, "王秀英", "女", WIFE),
        )
    )
    assert reading.kind == "marriage-certificate"
    assert values(reading) == {
        "certificate_number": "J310101-2020-000123",
        "registered_on": "2020-05-20",
        "wife_name": "王秀英",
        "wife_id_number": WIFE,
        "husband_name": "李国强",
        "husband_id_number": HUSBAND,
    }


def test_the_numbers_of_a_birth_certificate_belong_to_the_parent_before_them() -> None:
    reading = read(
        page(
            ("出生医学证明", 22, 2),
            ("新生儿姓名", 3, 6),
            ("王小宝", 10, 6),
            ("性别", 20, 6),
            ("女", 24, 6),
            ("出生时间2026年2月3日8时15分", 30, 6),
            ("母亲姓名", 3, 9),
            ("王秀英", 10, 9),
            ("有效身份证件号码", 25, 9),
            (WIFE, 36, 9),
            ("父亲姓名", 3, 12),
            ("李国强", 10, 12),
            ("有效身份证件号码", 25, 12),
            (HUSBAND, 36, 12),
            ("编号：R310123456", 3, 20),
        )
    )
    assert values(reading) == {
        "certificate_number": "R310123456",
        "child_name": "王小宝",
        "child_sex": "女",
        "birth_date": "2026-02-03",
        "mother_name": "王秀英",
        "mother_id_number": WIFE,
        "father_name": "李国强",
        "father_id_number": HUSBAND,
    }
    assert unsure(reading) == set()


LEASE = (
    ("房屋租赁合同", 24, 1),
    (f"出租方（甲方）：李国强    身份证号：{HUSBAND}", 3, 4),
    (f"承租方（乙方）：王秀英    身份证号：{WIFE}", 3, 6),
    ("一、甲方将房屋出租给乙方，房屋坐落于示范市青山区长宁路一百二十八弄三号", 3, 9),
    ("楼502室，建筑面积86.5平方米。", 3, 11),
    ("二、租赁期限自2026年3月1日起至2027年2月28日止。", 3, 13),
    ("三、月租金为人民币肆仟伍佰元整（¥4,500.00），乙方按月支付。", 3, 15),
    ("乙方应当按照约定的方法使用租赁物。", 3, 17),
    ("甲方（签字）：", 3, 30),
    ("乙方（签字）：", 30, 30),
)


def test_the_fields_of_a_lease_are_found_in_its_sentences() -> None:
    reading = read(page(*LEASE))
    assert reading.kind == "lease"
    assert values(reading) == {
        "landlord": "李国强",
        "landlord_id_number": HUSBAND,
        "tenant": "王秀英",
        "tenant_id_number": WIFE,
        "address": "示范市青山区长宁路一百二十八弄三号楼502室",
        "valid_from": "2026-03-01",
        "valid_until": "2027-02-28",
        "rent": "4500.00",
    }
    assert unsure(reading) == set()


def test_amounts_that_differ_and_a_period_without_its_end_are_unsure() -> None:
    lines = [
        (text.replace("4,500", "4,600").replace("至2027年2月28日止", "至"), column, row) for text, column, row in LEASE
    ]
    reading = read(page(*lines))
    assert unsure(reading) == {"rent", "valid_until"}


def test_an_address_that_may_have_lost_a_zero_is_unsure() -> None:
    lines = [(text.replace("楼502室", "楼五二室"), column, row) for text, column, row in LEASE]
    assert unsure(read(page(*lines))) == {"address"}


def test_a_zero_that_recognition_lost_between_chinese_digits_is_put_back_as_uncertain() -> None:
    text = "示范市青山区长宁路三号五二室"
    places = [number / 15 for number in range(15) if number != 12]  # 〇 was between 五 and 二
    read_line = line(text, 8, 12)
    (left, top), _, (_, bottom), _ = read_line.corners
    corners = ((left, top), (left + 15 / 60, top), (left + 15 / 60, bottom), (left, bottom))
    lost = read_line._replace(places=tuple(places), corners=corners)
    others = [part for part in ID_CARD.lines if not part.text.startswith(("示范", "502"))]
    reading = read(page(*others, lost))
    assert values(reading)["address"] == "示范市青山区长宁路三号五〇二室"
    assert unsure(reading) == {"address"}


def test_labels_in_two_languages_and_labels_with_a_covered_beginning_are_read() -> None:
    reading = read(
        page(
            ("中华人民共和国机动车驾驶证", 15, 1),
            ("证号", 3, 4),
            (WIFE, 8, 4),
            ("姓名Name", 3, 7),
            ("王秀英", 10, 7),
            ("住址", 3, 10),
            ("Address示范市青山区长宁路12号", 6, 10),
            ("准驾车型Class", 3, 13),
            ("C1", 14, 13),
            ("效期限：2020-01-05至2030-01-05", 4, 16),
        )
    )
    assert values(reading) == {
        "name": "王秀英",
        "address": "示范市青山区长宁路12号",
        "licence_number": WIFE,
        "classes": "C1",
        "valid_until": "2030-01-05",
    }


def test_a_line_below_a_short_one_is_no_part_of_its_value() -> None:
    reading = read(
        page(
            ("营业执照", 24, 1),
            ("统一社会信用代码", 3, 4),
            ("91350100M000100Y43", 14, 4),
            ("名称", 3, 8),
            ("示范星海科技有限公司", 10, 8),
            ("股份有限公司（非上市）", 10, 10),  # the label 类型 is covered
            ("住所", 3, 12),
            ("示范市青山区长宁路12号", 10, 12),
            ("二层", 10, 14),
            ("经营范围", 3, 16),
            ("技术服务、技术开发、技术咨询；信息系统集成服务；办公用品", 10, 16),
        )
    )
    assert values(reading)["name"] == "示范星海科技有限公司"
    assert "address" in unsure(reading)


def test_two_different_values_of_one_field_are_unsure() -> None:
    assert unsure(read(ID_CARD, page(("姓名", 3, 3), ("王秀芳", 8, 3)))) == {"name"}


def test_a_paper_of_no_kind_has_no_field_and_one_without_text_cannot_be_read() -> None:
    letter = read(page(("关于春节放假的通知", 20, 2), ("各科室：春节放假七天，请做好值班安排。", 3, 5)))
    assert (letter.kind, letter.is_readable, letter.fields) == ("", True, ())
    cat = read(PageText((), 0))
    assert (cat.kind, cat.is_readable, cat.unreadable_pages) == ("", False, (1,))
    blurred = read(page(*(line(part.text, 3, number, score=0.6) for number, part in enumerate(ID_CARD.lines))), ID_CARD)
    assert (blurred.is_readable, blurred.unreadable_pages) == (True, (1,))


def test_a_value_that_is_covered_is_not_taken_from_its_neighbours() -> None:
    covered = [part for part in ID_CARD.lines if part.text not in ("王秀英", WIFE)]
    reading = read(page(*covered))
    assert not {"name", "id_number"} & values(reading).keys()
