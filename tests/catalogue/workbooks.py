"""Makes workbooks with implementing lists as different departments keep them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

PLAIN_HEADINGS = (
    "事项名称", "实施编码", "实施主体", "事项类型", "法定办结时限", "承诺办结时限", "申请条件", "申请材料", "办理流程",
    "特殊环节", "是否收费", "收费标准", "收费依据", "到现场次数", "通办范围", "设定依据", "咨询电话", "监督投诉电话",
)  # fmt: skip
PLAIN_ROW = (
    "公共场所卫生许可", "JC0001", "卫生健康委", "行政许可", "20个工作日", "5个工作日",
    "1.有固定场所；\n2.符合卫生标准。", "1.经营场所平面图（原件1份）\n2.卫生检测报告（复印件）",
    "受理→审查（3个工作日）→决定", "专家评审（15个工作日）",
    "否", "", "", "1次", "全市通办", "《公共场所卫生管理条例》第四条", "021-12345678", "12345",
)  # fmt: skip


def save_list(folder: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), name: str = "清单.xlsx") -> Path:
    """Save one sheet with these rows and merged ranges."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([None if value == "" else value for value in row])
    for area in merged:
        sheet.merge_cells(area)
    path = folder / name
    book.save(path)
    return path


def plain_row(**changed: Any) -> list[Any]:
    """Return a good row in which the values of some headings are other ones."""
    assert set(changed) <= set(PLAIN_HEADINGS)
    return [changed.get(heading, value) for heading, value in zip(PLAIN_HEADINGS, PLAIN_ROW, strict=True)]
