"""An office without the sample city: the packaged catalogue, registers imported from files, a trust list of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from stdnum.cn import ric

from clerk_app.cli.licence_issue import issue_licence_code
from clerk_app.cli.office_access import add_staff_member, found_office
from clerk_app.composition.list_renewal import ListRenewal
from clerk_app.composition.office import Office, create_office
from clerk_app.composition.trust_administration import add_issuer, init_trust, publish_draft
from clerk_app.people import SYSTEM
from clerk_app.registry.file_import import FileImport, RowMistake
from clerk_app.registry.source_files import open_source_file
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from tests.paper.escpos_reader import read_escpos
from tests.sample_data import CITY_PIN, sample_city

POLICE, CIVIL_AFFAIRS, HEALTH = "11690100000001011R", "116901000000020225", "11690100000003033G"
NAMES = {
    POLICE: ("新区公安局", "Police"),
    CIVIL_AFFAIRS: ("新区民政局", "Civil affairs"),
    HEALTH: ("新区卫生健康委", "Health commission"),
}
OFFICERS = {"2001": "health", "2002": "police", "2003": "hr", "2004": "medical-insurance", "2005": "tax",
            "2006": "community"}  # fmt: skip
SETTINGS = """name = {zh = "新区中心", en = "New district"}
centre = "centre"
window = "w1"
hall = "1"
phone = "021-12345"
categories = [{letter = "A", name = {zh = "个人事务", en = "Personal affairs"}}]
"""


def id_number(born: str, serial: int) -> str:
    """Return the identity number of an invented person."""
    digits = f"310101{born.replace('-', '')}{serial:03}"
    return digits + str(ric.calc_check_digit(digits + "0"))


MOTHER, FATHER = id_number("1994-03-12", 26), id_number("1992-08-25", 31)
CHILD = "Y310000127"  # number of the birth certificate: a newborn child has no identity number
OLD_MAN, DRIVER = id_number("1944-05-01", 11), id_number("1985-07-07", 77)
ADDRESS = "梧桐巷18号"

PERSONS = (
    ("p1", MOTHER, "令狐晓雯", "", "13900000001"),
    ("p2", FATHER, "令狐志远", "", "13900000002"),
    ("p3", CHILD, "令狐一诺", "other", ""),
    ("p4", OLD_MAN, "令狐德福", "", "13900000004"),
    ("p5", DRIVER, "令狐建", "", "13900000005"),
)
RELATIONS = (
    {"标识": "r1", "本人证件号码": CHILD, "关系人证件号码": MOTHER, "关系": "监护人"},
    {"标识": "r2", "本人证件号码": MOTHER, "关系人证件号码": FATHER, "关系": "家庭成员"},
)


def licence(number: str, kind: str, holder: str, issuer: str, **content: str) -> dict[str, str]:
    """Return the row of a licence, with names of GB/T 36903."""
    return {
        "certificateNumber": number,
        "certificateTypeCode": kind,
        "certificateHolderCode": holder,
        "certificateIssuingAuthorityName": NAMES[issuer][0],
        "certificateIssuingAuthorityCode": issuer,
        "certificateIssuedDate": "2020-01-01",
        **content,
    }


def card(holder: str) -> dict[str, str]:
    """Return the row of the identity card of a person."""
    name = next(person[2] for person in PERSONS if person[1] == holder)
    content = {"name": name, "address": ADDRESS, "id_number": holder}
    return licence(f"SFZ{holder}", "0101", holder, POLICE, **content)


LICENCES = (
    *map(card, (MOTHER, FATHER, OLD_MAN, DRIVER)),
    licence("HKB1", "0102", MOTHER, POLICE, head="令狐志远", name="令狐晓雯", address=ADDRESS),
    licence("JSZ1", "0501", DRIVER, POLICE),
    licence("JHZ1", "0201", MOTHER, CIVIL_AFFAIRS, wife_name="令狐晓雯", husband_name="令狐志远"),
    licence(
        "CSZ1", "0301", CHILD, HEALTH, child_name="令狐一诺", child_sex="女",
        birth_date="2026-11-02", mother_name="令狐晓雯", mother_id_number=MOTHER, father_name="令狐志远",
        father_id_number=FATHER, hospital="新区医院", 出生证编号=CHILD,
    ),
)  # fmt: skip


def build_city(folder: Path) -> None:
    """Build the office: staff, trust list, registers."""
    office = create_office(folder, SETTINGS)
    found_office(office, sample_city())
    add_staff_member(office, "9001", "王主任", "administrator", CITY_PIN)
    add_staff_member(office, "1001", "许窗口", "clerk", CITY_PIN, "centre")
    for number, organ in OFFICERS.items():
        add_staff_member(office, number, f"审批{number}", "officer", CITY_PIN, organ)
    init_trust(office)
    types = {POLICE: ("0101", "0102", "0501"), CIVIL_AFFAIRS: ("0201",), HEALTH: ("0301", "0302")}
    for code, names in NAMES.items():
        add_issuer(office, code, *names, types[code], None, 900)
    publish_draft(office, SYSTEM)
    columns = ("标识", "证件号码", "姓名", "证件类型", "手机号")
    import_rows(office, "population", [dict(zip(columns, person, strict=True)) for person in PERSONS])
    import_rows(office, "population", RELATIONS)
    import_rows(office, "licences", LICENCES)
    ListRenewal(office).run()
    office.store.close()


def import_rows(office: Office, source: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Import rows from a file of JSON lines, or of CSV if they all have the same columns; none may be refused."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    path = office.folder / "rows.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    mistakes: list[RowMistake] = []
    FileImport(
        office.door, open_source_file(path), source, SYSTEM, is_dry_run=False, today=office.local_time().date(),
        report_mistake=mistakes.append,
    ).run()  # fmt: skip
    path.unlink()
    assert mistakes == [], json.dumps([str(mistake) for mistake in mistakes], ensure_ascii=False)


def make_code(office: Office, holder: str, kind: str = "0101") -> str:
    """Return a code of a licence of somebody, valid for a day."""
    return issue_licence_code(office, holder, kind, timedelta(days=1))


def sign_in_clerk(workstation: Workstation) -> CounterService:
    """Return the service of the window, at which a clerk serves a citizen without a ticket."""
    counter = workstation.sign_in("1001", CITY_PIN).counter
    assert counter is not None
    counter.serve_walk_in()
    return counter


def identify(counter: CounterService, code: str) -> CounterView:
    """Scan the code of the citizen, and compare the person."""
    counter.process_scan(code)
    return counter.confirm_person()


def materials(view: CounterView) -> dict[str, MaterialRow]:
    """Return the rows of the materials by id."""
    assert view.intake is not None
    return {row.id: row for row in view.intake.materials}


def agree(counter: CounterService, view: CounterView, phone: str) -> CounterView:
    """Record the consent to everything that the city holds, and show it with the end of the telephone number."""
    counter.record_consent([name for name, row in materials(view).items() if row.consent == "asked"])
    return counter.release_materials(phone)


def read_papers(office: Office) -> list[str]:
    """Return the texts of the papers that were printed, oldest first, without spaces."""
    paths = sorted(office.printers.spool.list_papers(), key=lambda path: path.stat().st_mtime_ns)
    printed = [read_escpos(path.read_bytes()) for path in paths]
    return ["".join("".join([*paper.rows, *paper.wide_rows]).split()) for paper in printed]
