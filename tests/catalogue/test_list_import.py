"""Implementing lists in the styles of different departments are read; what is not certain is named by its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from clerk_app.catalogue.list_import.importing import ImportResult, read_lists
from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import BadData
from tests.catalogue.workbooks import PLAIN_HEADINGS, plain_row, save_list

pytestmark = pytest.mark.usefixtures("english")


def _matters(result: ImportResult) -> list[dict[str, Any]]:
    contents = [yaml.safe_load(text) for text in result.files.values()]
    return [matter for content in contents for matter in content.get("matters", ())]


def _read_row(tmp_path: Path, city: Catalogue, **changed: Any) -> ImportResult:
    return read_lists(save_list(tmp_path, [PLAIN_HEADINGS, plain_row(**changed)]), city)


def test_a_plain_list_is_taken_over_with_its_sources(tmp_path: Path, city: Catalogue) -> None:
    result = _read_row(tmp_path, city)
    assert result.report.mistakes == []
    (matter,) = _matters(result)
    assert matter["source"] == "清单.xlsx Sheet!2"
    assert (matter["number"], matter["organ"], matter["kind"]) == ("JC0001", "health", "permit")
    assert (matter["statutory_days"], matter["promised_days"], matter["visits"]) == (20, 5, 1)
    assert [condition["text"]["zh"] for condition in matter["conditions"]] == ["有固定场所", "符合卫生标准"]
    assert [(step["name"]["zh"], step.get("days")) for step in matter["process"]] == [
        ("受理", None),
        ("审查", 3),
        ("决定", None),
    ]
    assert [(step["kind"], step["days"]) for step in matter["special_steps"]] == [("expert_review", 15)]
    assert (matter["scope"], matter["complaint_phone"], matter["initials"]) == ("city", "12345", "ggcswsxk")
    assert result.materials == 2


def test_two_rows_of_headings_with_merged_groups_and_a_title(tmp_path: Path, city: Catalogue) -> None:
    rows: list[list[Any]] = [
        ["示范区实施清单"] + [""] * 7,
        ["序号", "事项\n名称", "责任部门", "权力类型", "办结时限", "", "收费", ""],
        ["", "", "", "", "法定（工作日）", "承诺（工作日）", "是否收费", "收费标准"],
        [1, "营业性演出审批", "公安局", "行政许可", 20, 7, "是", "１２０元/次"],
        ["序号", "事项\n名称", "责任部门", "权力类型", "办结时限", "", "收费", ""],
        [2, "烟花爆竹燃放许可", "公安局", "行政许可", "二十", "即办", "免费", ""],
        ["备注：以上时限均为工作日。"] + [""] * 7,
    ]
    merged = ["A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:H2", "A7:H7"]
    result = read_lists(save_list(tmp_path, rows, merged), city)
    first, second = _matters(result)
    assert (first["statutory_days"], first["promised_days"]) == (20, 7)
    assert (second["statutory_days"], second["promised_days"]) == (20, 0)
    assert [fee["amount"] for fee in first["fees"]] == [12000]
    assert [str(mistake) for mistake in result.report.mistakes] == []
    assert not any("working days" in sentence for sentence in result.report.notes)
    left_out = [place for sentence, places in result.report.notes.items() if "one text" in sentence for place in places]
    assert left_out == ["Sheet!7"]


@pytest.mark.parametrize("style", ["merged", "repeated"])
def test_handling_items_are_variants_with_their_own_conditions(tmp_path: Path, city: Catalogue, style: str) -> None:
    headings = [*PLAIN_HEADINGS, "业务办理项名称", "业务办理项编码"]
    new = [*plain_row(), "新办", "JC0001-1"]
    change = [*plain_row(承诺办结时限="即办", 申请条件="有固定场所", 申请材料="经营场所平面图"), "变更", "JC0001-2"]
    other = [*plain_row(事项名称="医师执业注册", 实施编码="JC0002"), "", ""]
    merged: tuple[str, ...] = ()
    if style == "merged":
        change[:4] = [""] * 4
        merged = ("A2:A3", "B2:B3", "C2:C4", "D2:D3")
        other[2] = ""
    result = read_lists(save_list(tmp_path, [headings, new, change, other], merged), city)
    assert result.report.mistakes == []
    matter, second = _matters(result)
    assert second["organ"] == "health"
    assert "variants" not in second
    assert (matter["number"], matter["promised_days"], len(matter["materials"])) == ("JC0001", 5, 2)
    assert [(item["name"]["zh"], item["number"]) for item in matter["variants"]] == [
        ("新办", "JC0001-1"),
        ("变更", "JC0001-2"),
    ]
    assert [item.get("promised_days") for item in matter["variants"]] == [None, 0]
    assert [len(item.get("materials", ())) for item in matter["variants"]] == [0, 1]
    own = [condition.get("when") for condition in matter["conditions"]]
    assert own == [None, {"field": f"{matter['id']}-item", "in": ["item-1"]}]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("heading", "value", "words"),
    [
        ("实施编码", 310101199001011234, "its last digits are lost"),
        ("实施编码", "编号甲", "is no code"),
        ("实施主体", "卫生健康", "Did you mean 卫生健康委?"),
        ("事项类型", "行政审批", "is not one of: 行政许可"),
        ("法定办结时限", "20个自然日", "in working days"),
        ("法定办结时限", "一个月", "in working days"),
        ("承诺办结时限", "5-10个工作日", "is no number of working days"),
        ("承诺办结时限", date(2026, 5, 10), "made a date of it"),
        ("承诺办结时限", "30个工作日", "30 days are promised, but the law allows 20."),
        ("承诺办结时限", 5.5, "is no number of working days"),
        ("申请材料", "身份证、户口簿", "one material or several?"),
        ("特殊环节", "专家评审", "its working days are missing"),
        ("特殊环节", "公示（5个工作日）", "is not one of: 听证"),
        ("收费标准", "120元", "said to be free of charge"),
        ("事项名称", "=A1", "formula without a value"),
        ("到现场次数", "若干", "is no number of visits"),
        ("通办范围", "长三角通办", "is not one of: 全国"),
        ("申请条件", "甲" * 401, "401 characters"),
        ("承诺办结时限", "=E2-15", "formula without a value"),
    ],
)
def test_a_cell_that_is_not_understood_is_named_and_not_guessed(
    tmp_path: Path, city: Catalogue, heading: str, value: Any, words: str
) -> None:
    result = _read_row(tmp_path, city, **{heading: value})
    (mistake,) = result.report.mistakes
    column = chr(ord("A") + PLAIN_HEADINGS.index(heading))
    assert mistake.place == f"Sheet!{column}2"
    assert mistake.field == heading
    assert words in mistake.sentence
    if heading == "事项名称":
        assert _matters(result) == []
        return
    (matter,) = _matters(result)
    required = {
        "实施主体": "organ",
        "事项类型": "kind",
        "法定办结时限": "statutory_days",
        "承诺办结时限": "promised_days",
    }
    if heading in required:
        assert matter[required[heading]] == "____"


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("５个工作日", 5),
        ("即办", 0),
        ("当场办结", 0),
        ("自受理之日起7个工作日内", 7),
        (" 3 ", 3),
        ("十五个工作日", 15),
        ("0", 0),
    ],
)
def test_time_limits_are_read_as_departments_write_them(tmp_path: Path, city: Catalogue, value: str, days: int) -> None:
    (matter,) = _matters(_read_row(tmp_path, city, 承诺办结时限=value))
    assert matter["promised_days"] == days


def test_days_without_a_unit_and_other_assumptions_are_noted(tmp_path: Path, city: Catalogue) -> None:
    result = _read_row(tmp_path, city, 法定办结时限="20日", 申请材料="申请表")
    notes = {sentence: list(places) for sentence, places in result.report.notes.items()}
    assert notes["Days that are not called working days were taken as working days."] == ["Sheet!E2"]
    assert notes["Materials without a form were taken as originals."] == ["Sheet!H2"]
    assert "Sheet!2" in notes["No English text is given: the Chinese text is used."]


def test_materials_are_matched_by_name_and_similar_ones_are_named(tmp_path: Path, city: Catalogue) -> None:
    known = city.materials[0]
    similar = "租赁合同书备案证明文件"
    text = f"1、{known.name.zh}（原件）\n2、{similar}\n3、{similar}书"
    result = _read_row(tmp_path, city, 申请材料=text)
    (matter,) = _matters(result)
    assert matter["materials"][0] == known.id
    assert result.materials == 2
    assert sum("nearly the name" in sentence for sentence in result.report.notes) == 2


def test_commas_inside_brackets_do_not_end_a_material_or_a_step(tmp_path: Path, city: Catalogue) -> None:
    text = "一、申请书（原件，1份）；二、租房合同（复印件2份，容缺）"
    steps = "听证（20个工作日）、专家评审（5个工作日）"
    result = _read_row(tmp_path, city, 申请材料=text, 特殊环节=steps, 咨询电话=2112345678)
    assert result.report.mistakes == []
    (matter,) = _matters(result)
    assert [step["days"] for step in matter["special_steps"]] == [20, 5]
    added = yaml.safe_load(result.files["imported/清单-materials.yaml"])["materials"]
    assert [(material["name"]["zh"], material["form"], material.get("gap_allowed")) for material in added] == [
        ("申请书", "original", None),
        ("租房合同", "copy", True),
    ]
    assert any("telephone was stored as a number" in sentence for sentence in result.report.notes)


def test_an_empty_name_is_ambiguous_and_a_second_row_of_a_name_is_a_mistake(tmp_path: Path, city: Catalogue) -> None:
    rows = [PLAIN_HEADINGS, plain_row(), plain_row(事项名称=""), plain_row()]
    result = read_lists(save_list(tmp_path, rows), city)
    empty, twice = result.report.mistakes
    assert (empty.place, "merge the cells or repeat the name" in empty.sentence) == ("Sheet!A3", True)
    assert (twice.place, twice.sentence) == ("Sheet!A4", "公共场所卫生许可 is there twice; the first is in Sheet!2.")
    assert len(_matters(result)) == 1


def test_unknown_headings_hidden_sheets_and_sheets_without_a_list_are_named(tmp_path: Path, city: Catalogue) -> None:
    path = save_list(tmp_path, [[*PLAIN_HEADINGS, "神秘列"], [*plain_row(), "x"]])
    book = Workbook()
    for row in ([*PLAIN_HEADINGS, "神秘列"], [*plain_row(), "x"]):
        book.active.append(list(row))
    book.create_sheet("旧表").append(["事项名称"])
    hidden = book.create_sheet("隐藏")
    hidden.append(list(PLAIN_HEADINGS))
    hidden.append(plain_row(事项名称="旧事项", 实施编码="JC0009"))
    hidden.sheet_state = "hidden"
    book.save(path)
    result = read_lists(path, city)
    (mistake,) = result.report.mistakes
    assert str(mistake) == "Sheet!S1: 神秘列: This heading is not known: the column was left out."
    assert {"A hidden sheet was left out.", "A sheet without known headings was left out."} <= set(result.report.notes)
    assert len(_matters(read_lists(path, city, with_hidden=True))) == 2


def test_files_that_are_no_list_are_refused_with_a_sentence(tmp_path: Path, city: Catalogue) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "b.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    empty = save_list(tmp_path, [["姓名", "年龄"], ["甲", 3]], name="c.xlsx")
    for path, words in ((tmp_path / "a.xlsx", "cannot be read"), (tmp_path / "b.xls", "XLS"), (empty, "事项名称")):
        with pytest.raises(BadData, match=words):
            read_lists(path, city)


def test_a_number_of_the_catalogue_is_not_written_twice(tmp_path: Path, city: Catalogue) -> None:
    numbered = city.matters[0].model_copy(update={"number": "JC0001"})
    with_number = city.model_copy(update={"matters": (numbered, *city.matters[1:])})
    result = _read_row(tmp_path, with_number)
    assert [numbered.id in mistake.sentence for mistake in result.report.mistakes] == [True]
    assert _matters(result) == []
