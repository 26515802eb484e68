"""Import of files: kinds of rows, encodings, counts, and one sentence for each row that is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from clerk_app.errors import BadData
from clerk_app.ledger import audit
from clerk_app.licences.identifiers import build_licence_number
from clerk_app.locales import set_language
from clerk_app.registry.source_files import _Workbook
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import ISSUER_CODE, id_number, import_file, licence, person, write_csv

pytestmark = postgresql_wide


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_persons_are_imported_from_each_encoding(office: SampleOffice, tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "p.csv", [person(1, "李𬭎"), person(2)], encoding)
    report, mistakes = import_file(office, path)
    assert (report.new, mistakes) == (2, [])
    assert [row["name"] for row in office.select("persons", id_number=id_number(1))] == ["李𬭎"]


def test_a_batch_is_one_entry_and_so_are_the_unchanged_rows_of_a_file(office: SampleOffice, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", [person(serial) for serial in range(5)])
    before = audit.verify_log(office.store)[0]
    import_file(office, path)
    report, _mistakes = import_file(office, path)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 5)
    assert audit.verify_log(office.store) == (before + 2, [])
    assert find_faults(office.store) == []


def test_values_in_quotation_marks_are_read(office: SampleOffice, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", [person(1, 住址="梧桐巷1号,2室"), person(2, 住址="一行\n二行"), person(2)])
    report, mistakes = import_file(office, path)
    assert (report.new, [mistake.row for mistake in mistakes]) == (1, [4, 5])
    assert [row["address"] for row in office.select("persons", id_number=id_number(1))] == ["梧桐巷1号,2室"]


def test_a_changed_row_changes_its_record_alone(office: SampleOffice, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", [person(1), person(2)])
    import_file(office, path)
    (first,) = office.select("persons", id_number=id_number(1))
    report, _mistakes = import_file(office, write_csv(path, [person(1, 手机号="13812345678"), person(2)]))
    assert (report.changed, report.unchanged) == (1, 1)
    assert office.select("persons", id_number=id_number(1))[0] | {"phone": "139"} == first | {
        "registered_at": office.select("persons", id_number=id_number(1))[0]["registered_at"]
    }


def test_a_licence_belongs_to_its_holder_and_follows_its_state(office: SampleOffice, tmp_path: Path) -> None:
    import_file(office, write_csv(tmp_path / "p.csv", [person(1)]))
    path = write_csv(tmp_path / "l.csv", [licence(1)])
    import_file(office, path)
    (held,) = office.select("licences", identifier="L1")
    holder = office.select("persons", id_number=id_number(1))[0]["id"]
    assert (held["holder"], held["state"], held["claims"]) == (holder, "valid", '{"name":"令狐1"}'.encode())
    assert [row["licence"] for row in office.select("licence_users", person=holder)] == [held["id"]]
    import_file(office, write_csv(path, [licence(1, 证照状态="撤销", 更新日期="2026-02-01")]))
    assert office.select("licences", identifier="L1")[0]["state"] == "revoked"
    _report, mistakes = import_file(office, write_csv(path, [licence(1, 更新日期="2026-03-01")]))
    assert [(mistake.row, mistake.column) for mistake in mistakes] == [(2, "证照状态")]
    assert find_faults(office.store) == []


def test_relations_are_imported_from_json_lines(office: SampleOffice, tmp_path: Path) -> None:
    import_file(office, write_csv(tmp_path / "p.csv", [person(1), person(2)]))
    path = tmp_path / "r.jsonl"
    row = f'{{"identifier":"r1","subject":"{id_number(1)}","other":"{id_number(2)}","relation":"监护人"}}\n'
    path.write_text(row, "utf-8")
    report, mistakes = import_file(office, path)
    assert (report.kind, report.new, mistakes) == ("relation", 1, [])
    assert [row["relation"] for row in office.select("relations")] == ["guardian"]


REFUSED = {
    "check digit": (person(1, 身份证号=id_number(1)[:-1] + ("1" if id_number(1)[-1] != "1" else "2")), "身份证号"),
    "rounded": (person(1, 身份证号="9.90101E+17"), "身份证号"),
    "no such date": (person(1, 出生日期="2026年2月30日"), "出生日期"),
    "another birth date": (person(1, 出生日期="1999-01-01"), "出生日期"),
    "no name": (person(1, 姓名=""), "姓名"),
    "hidden character": (person(1, 姓名="李\u202e四"), "姓名"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_value_is_named_with_row_and_column_and_the_other_rows_are_imported(
    office: SampleOffice, tmp_path: Path, case: str
) -> None:
    row, column = REFUSED[case]
    report, mistakes = import_file(office, write_csv(tmp_path / "p.csv", [person(7), row]))
    assert [(mistake.row, mistake.column) for mistake in mistakes] == [(3, column)]
    assert (report.new, report.refused) == (1, 1)


CONFLICTS = {
    "twice in the file": ([], [person(1), person(1, 住址="x")], "标识", 2),
    "split at the source": ([person(1)], [person(1), person(1, 标识="p9")], "身份证号", 1),
    "joined at the source": ([person(1), person(2)], [person(1), person(2, 身份证号=id_number(1))], "身份证号", 1),
    "identifier used again": ([person(1)], [person(2, 标识="p1")], "标识", 1),
    "unknown type": ([person(1)], [licence(1, certificateTypeCode="9999")], "certificateTypeCode", 1),
    "unknown holder": ([person(1)], [licence(2)], "certificateHolderCode", 1),
    "older": ([person(1), licence(1)], [licence(1, 更新日期="2025-12-31")], "更新日期", 1),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_a_row_that_contradicts_the_registry_is_named(office: SampleOffice, tmp_path: Path, case: str) -> None:
    before, rows, column, count = CONFLICTS[case]
    for row in before:
        import_file(office, write_csv(tmp_path / "x.csv", [row]))
    report, mistakes = import_file(office, write_csv(tmp_path / "x.csv", rows))
    assert [mistake.column for mistake in mistakes] == [column] * count
    assert report.refused == count


def test_a_dry_run_reports_and_imports_nothing(office: SampleOffice, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", [person(1), person(2, 姓名="")])
    before = len(office.entries())
    report, mistakes = import_file(office, path, is_dry_run=True)
    assert (report.new, report.refused, len(mistakes)) == (1, 1, 1)
    assert len(office.entries()) == before


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"", "标识,身份证号,姓名\n1,2,\x81".encode("latin-1", "ignore")])
def test_a_file_that_is_none_is_refused_with_a_sentence(office: SampleOffice, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.csv").write_bytes(content)
    with pytest.raises(BadData):
        import_file(office, tmp_path / "p.csv")


def test_an_identity_number_that_a_workbook_has_as_a_number_is_refused(office: SampleOffice, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    rounded = person(2) | {"身份证号": int(id_number(2)[:-1] + "0")}
    for row in (list(person(1)), list(person(1).values()), list(rounded.values())):
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    report, mistakes = import_file(office, tmp_path / "p.xlsx")
    assert (report.new, [(mistake.row, mistake.column) for mistake in mistakes]) == (1, [(3, "身份证号")])


def test_a_sentence_names_the_date_that_does_not_exist(office: SampleOffice, tmp_path: Path) -> None:
    set_language("zh_CN")
    _report, (mistake,) = import_file(office, write_csv(tmp_path / "p.csv", [person(1, 出生日期="2026-02-30")]))
    assert str(mistake.why) == "日期 2026-02-30 不存在。"


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(
    office: SampleOffice, tmp_path: Path, part: str
) -> None:
    size = 2_100_000_000
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as archive:
        archive.writestr(part, b"")
    content = bytearray((tmp_path / "bomb.xlsx").read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = size.to_bytes(4, "little")  # the unpacked size in the directory
    (tmp_path / "bomb.xlsx").write_bytes(content)
    with pytest.raises(BadData, match=r"too large|过大"):
        import_file(office, tmp_path / "bomb.xlsx")


def test_a_licence_with_all_columns_of_gb_t_36903_is_imported(office: SampleOffice, tmp_path: Path) -> None:
    import_file(office, write_csv(tmp_path / "persons.csv", [person(1)]))
    number = build_licence_number("0101000001", ISSUER_CODE, "20200001")
    row = licence(1) | {
        "certificateIdentifier": number,
        "certificateName": "居民身份证",
        "certificateTypeName": "居民身份证",
        "certificateHolderName": "令狐1",
        "certificateHolderTypeName": "公民身份号码",
        "certificateEffectiveDate": "2020-02-01",
    }
    report, mistakes = import_file(office, write_csv(tmp_path / "licences.csv", [row]))
    assert (report.new, mistakes) == (1, [])
    (stored,) = office.select("licences", issuer_code=ISSUER_CODE)
    assert (stored["identifier"], stored["valid_from"]) == (number, "2020-02-01")


@pytest.mark.usefixtures("english")
def test_a_full_sheet_is_refused_before_a_row_is_imported(
    office: SampleOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["标识", "姓名", "身份证号"], *([f"p{serial}", "令狐", id_number(serial)] for serial in range(9))):
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    monkeypatch.setattr(_Workbook, "most_rows", 10)
    with pytest.raises(BadData, match="most that a sheet can have"):
        import_file(office, tmp_path / "p.xlsx")
    assert office.select("registry_items") == []
    monkeypatch.setattr(_Workbook, "most_rows", 11)
    assert import_file(office, tmp_path / "p.xlsx")[0].new == 9
