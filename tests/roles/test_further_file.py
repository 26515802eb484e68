"""Files with further persons: what is read, and what a spreadsheet program may have changed is refused by its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.errors import BadData
from clerk_app.roles.counter.further_file import read_list, write_form
from tests.roles.test_further_persons import WORKER

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(scope="module")
def fields() -> tuple[Field, ...]:
    catalogue = load_folder(SAMPLE_CITY)
    return tuple(catalogue.field(name) for name in WORKER)


def save(path: Path, *rows: tuple[object, ...]) -> Path:
    """Write a workbook."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


HEADINGS = ("员工姓名", "Document number of worker", "contract_start", "月工资（元）", "worker_has_card")


def test_formulas_and_numbers_stored_as_numbers_are_refused_with_row_and_column(
    tmp_path: Path, fields: tuple[Field, ...]
) -> None:
    good = ("员工甲", "６９０１０２１９９２０８２５０３１４", "2026-12-01", 5000, "是")
    found = read_list(save(tmp_path / "good.xlsx", HEADINGS, good, (None,), good), fields)
    assert found.mistakes == ()
    assert len(found.rows) == 2
    assert found.rows[0]["worker_id_number"] == "690102199208250314"
    assert found.rows[0]["worker_has_card"] == "yes"
    assert found.rows[0]["monthly_wage"] == "5000"
    wrong = ("=A2", 690102199208250314, "2026-12-01", "=2*2500", "maybe")
    mistakes = read_list(save(tmp_path / "wrong.xlsx", HEADINGS, good, wrong), fields).mistakes
    assert [line.partition(":")[0] for line in mistakes] == ["Row 3, column A", "Row 3, column B", "Row 3, column D"]
    assert "formula" in mistakes[0]
    assert "stored as a number" in mistakes[1]


@pytest.mark.wide
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no rows"),
        ("员工姓名,worker_name\n甲,乙\n", "there twice"),
        ("员工姓名,shoe size\n甲,42\n", "is no field"),
        ("员工姓名\n甲\n", "A column is missing"),
        (",".join(HEADINGS) + "\n", "no person"),
        (",".join(HEADINGS) + "\n甲" * 201, "at most 200"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, fields: tuple[Field, ...], text: str, sentence: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="gb18030")
    with pytest.raises(BadData, match=sentence):
        read_list(path, fields)


@pytest.mark.wide
def test_a_number_with_an_exponent_and_a_stray_cell_are_refused(tmp_path: Path, fields: tuple[Field, ...]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(",".join(HEADINGS) + "\n员工甲,6.90102E+17,2026-12-01,5000,是,left over\n", encoding="utf-8-sig")
    mistakes = read_list(path, fields).mistakes
    assert [line.partition(":")[0] for line in mistakes] == ["Row 2, column B", "Row 2, column F"]


@pytest.mark.wide
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_the_empty_list_has_the_headings_that_are_read(tmp_path: Path, fields: tuple[Field, ...], name: str) -> None:
    write_form(tmp_path / name, fields)
    with pytest.raises(BadData, match="no person"):
        read_list(tmp_path / name, fields)
    with pytest.raises(BadData, match="there already"):
        write_form(tmp_path / name, fields)


@pytest.mark.wide
@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b"\xff\xfe\x00", b""])
def test_a_damaged_workbook_is_refused(tmp_path: Path, fields: tuple[Field, ...], content: bytes) -> None:
    (tmp_path / "list.xlsx").write_bytes(content)
    with pytest.raises(BadData):
        read_list(tmp_path / "list.xlsx", fields)
    with pytest.raises(BadData, match="There is no file"):
        read_list(tmp_path / "none.xlsx", fields)
