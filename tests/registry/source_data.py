"""Files of an invented population register and licence register, and their import."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from stdnum.cn import ric, uscc

from clerk_app.people import SYSTEM
from clerk_app.registry.file_import import FileImport, ImportReport, RowMistake
from clerk_app.registry.source_files import open_source_file
from tests.office import SampleOffice

PERSON_COLUMNS = ("标识", "身份证号", "姓名", "出生日期", "手机号", "住址")
LICENCE_COLUMNS = (
    "certificateNumber",
    "certificateTypeCode",
    "certificateHolderCode",
    "certificateIssuingAuthorityName",
    "certificateIssuingAuthorityCode",
    "certificateIssuedDate",
    "certificateExpiringDate",
    "证照状态",
    "更新日期",
    "姓名",
)
ISSUER_CODE = "11310000" + "MB2F30017"
ISSUER_CODE += uscc.calc_check_digit(ISSUER_CODE)
TODAY = date(2026, 5, 29)
Row = dict[str, Any]
"""A row of a batch of the API."""


def id_number(serial: int) -> str:
    """Return the identity number of an invented person born in 1980."""
    digits = f"3101011980{1 + serial % 12:02}{1 + serial // 12 % 28:02}{serial // 336 % 1000:03}"
    return digits + str(ric.calc_check_digit(digits + "0"))


def person(serial: int, name: str = "", **changed: str) -> dict[str, str]:
    """Return the row of an invented person."""
    row = (f"p{serial}", id_number(serial), name or f"令狐{serial}", "", "139", f"梧桐巷{serial}号")
    return dict(zip(PERSON_COLUMNS, row, strict=True)) | changed


def licence(serial: int, **changed: str) -> dict[str, str]:
    """Return the row of an identity card of the invented person."""
    row = (f"L{serial}", "0101", id_number(serial), "示范市公安局", ISSUER_CODE, "2020-01-01", "", "有效", "2026-01-01")
    return dict(zip(LICENCE_COLUMNS, (*row, f"令狐{serial}"), strict=True)) | changed


def write_csv(path: Path, rows: Iterable[dict[str, str]], encoding: str = "utf-8") -> Path:
    """Write rows with the same columns; return the path."""
    listed = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, listed[0])
        writer.writeheader()
        writer.writerows(listed)
    return path


def import_file(
    office: SampleOffice, path: Path, source: str = "population", *, is_dry_run: bool = False
) -> tuple[ImportReport, list[RowMistake]]:
    """Import a file; return the report and the rows that were refused."""
    mistakes: list[RowMistake] = []
    file = open_source_file(path)
    report = FileImport(
        office.door, file, source, SYSTEM, is_dry_run=is_dry_run, today=TODAY, report_mistake=mistakes.append
    ).run()
    return report, mistakes


def feed_person(serial: int, **changed: object) -> Row:
    """Return the row of an invented person as the machine of an organ sends it."""
    return {"identifier": f"p{serial}", "id_number": id_number(serial), "name": f"令狐{serial}"} | changed


def feed_licence(serial: int, **changed: object) -> Row:
    """Return the row of an identity card as the machine of an organ sends it."""
    return dict(licence(serial)) | changed
