"""Data of the sample office: catalogue, organs, staff, windows, people, licences and forms.

It is entered by commands through the door.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from stdnum.cn import ric, uscc

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.hall.service_days import OpenServiceDay
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import Door
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.licences.repository import LicenceStatements, RegisterLicence
from clerk_app.people import SCHEDULE, SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterOrgan, RegisterOrganisation, RegisterPerson
from clerk_app.people.staff import RegisterStaff
from tests.fast_pins import hash_pin_fast

NODE = "center-1"
HALL = "hall"
SITE = "centre"
PIN = "258046"
CITY_PIN = "471902"  # of everybody in the sample city of `clerk demo`
WINDOWS = ("w1", "w2")
CLERKS = ("clerk-1", "clerk-2")  # the first works at the first window, and so on
OFFICERS_PER_ORGAN = 2  # for each organ: health-1, health-2, ...

OFFICE_SETTINGS = """
name = {zh = "示范市政务服务中心", en = "Sample City service centre"}
hall = "hall"
window = "w1"
phone = "021-12345"
kiosk_staff = "kiosk"
code_urls = ["https://code.example.cn/{code}"]
categories = [
    {letter = "A", name = {zh = "综合", en = "General"}},
    {letter = "B", name = {zh = "企业", en = "Enterprises"}},
]
"""


def _id_number(first: str) -> str:
    return first + ric.calc_check_digit(first + "0")


MOTHER_NUMBER = _id_number("31010119900307123")
FATHER_NUMBER = _id_number("31010119880215451")
STRANGER_NUMBER = _id_number("31010119751111222")
CREDIT_CODE = "91310101MA1FP0001" + uscc.calc_check_digit("91310101MA1FP0001")

PERSONS = {
    "mother": PersonDetails(name="王芳", id_number=MOTHER_NUMBER, born="1990-03-07", phone="13800138000"),
    "father": PersonDetails(name="李强", id_number=FATHER_NUMBER, born="1988-02-15", phone="13900139000"),
    "stranger": PersonDetails(name="欧阳明", id_number=STRANGER_NUMBER, born="1975-11-11"),
}

# licence id: type, holder, valid to, other persons who may show it, claims
LICENCES: dict[str, tuple[str, str, str, tuple[str, ...], dict[str, str]]] = {
    "mother-card": ("0101", "mother", "2036-03-07", (), {"name": "王芳", "id_number": MOTHER_NUMBER}),
    "father-card": ("0101", "father", "2034-02-15", ("mother",), {"name": "李强", "id_number": FATHER_NUMBER}),
    "register": ("0102", "mother", "", (), {"head": "王芳", "address": "示范路1号"}),
    "marriage": ("0201", "mother", "", ("father",), {"wife_name": "王芳", "husband_name": "李强"}),
    "birth": ("0301", "child", "", ("mother", "father"), {"child_name": "李一诺", "child_sex": "女"}),
    "driving": ("0501", "mother", "2030-01-01", (), {"name": "王芳"}),
    "business": ("0401", "enterprise", "", (), {"name": "示范建设公司", "credit_code": CREDIT_CODE}),
    "planning": ("0801", "enterprise", "2027-12-31", (), {"project": "雨水管改造"}),
}

ROAD = {
    "enterprise_name": "示范建设公司",
    "enterprise_credit_code": CREDIT_CODE,
    "project_name": "雨水管改造",
    "road_section": "示范路1号至20号",
    "excavation_depth": "medium",
    "on_main_road": "no",
    "risk_class": "ordinary",
    "excavation_area": "120",
    "works_start": "2026-06-01",
    "works_end": "2026-06-20",
}
ROAD_PAPERS = ("business-licence", "planning-permit", "construction-drawings", "pipe-survey", "traffic-plan")


@lru_cache(maxsize=1)
def sample_city() -> Catalogue:
    """Return the packaged catalogue."""
    return load_folder(SAMPLE_CITY)


@lru_cache(maxsize=1)
def pin_hash() -> str:
    """Return the hash of the PIN of all staff."""
    return hash_pin_fast(PIN)


def fill_office(door: Door) -> None:
    """Perform all commands that a new store needs before its first ticket."""
    for command in (*_office_commands(), *_staff_commands(), *_city_commands()):
        door.perform(command, SYSTEM)
    door.perform(OpenServiceDay(hall=HALL), SCHEDULE)
    for window, clerk in zip(WINDOWS, CLERKS, strict=True):
        door.perform(SetWindowState(window=window, state="open"), clerk)


def _office_commands() -> list[Command[Any]]:
    city = sample_city()
    blocks: list[Command[Any]] = [LendNumbers(node=NODE, incarnation=1) for _ in range(1 + RESERVE_BLOCKS)]
    organs = [
        RegisterOrgan(id=organ.id, name_zh=organ.name.zh, name_en=organ.name.en, level=organ.level, parent=organ.parent)
        for organ in city.organs
    ]
    organs.append(RegisterOrgan(id=SITE, name_zh="政务服务中心", name_en="Service centre", level="street"))
    windows = [
        RegisterWindow(id=name, name=f"{name[1:]}号窗口", categories="AB", hall=HALL, site=SITE) for name in WINDOWS
    ]
    return [
        EnrolNode(node=NODE, name="示范市政务服务中心", node_kind="center", here=True, epoch="first"),
        *blocks,
        PublishCatalogue(catalogue=city.id, version=city.version, content=city.to_bytes().decode()),
        *organs,
        *windows,
    ]


def _staff_commands() -> list[Command[Any]]:
    people: list[tuple[str, str, str | None]] = [(name, "clerk", SITE) for name in CLERKS]
    people += [("supervisor", "supervisor", SITE), ("kiosk", "kiosk", SITE), ("admin", "administrator", None)]
    people += [
        (f"{organ.id}-{number}", "officer", organ.id)
        for organ in sample_city().organs
        for number in range(1, OFFICERS_PER_ORGAN + 1)
    ]
    return [
        RegisterStaff(id=name, number=f"{1000 + at}", name=f"员工{name}", role=role, pin_hash=pin_hash(), organ=organ)
        for at, (name, role, organ) in enumerate(people)
    ]


def _city_commands() -> list[Command[Any]]:
    persons = [RegisterPerson(id=name, personal=details) for name, details in PERSONS.items()]
    licences = [
        RegisterLicence(
            id=name,
            licence_type=kind,
            identifier=f"1.2.156.3005.2.{kind}.{at}",
            holder=holder,
            issuer="示范市公安局",
            issuer_code="11310000002420426M",
            valid_from="2020-01-01",
            valid_to=until,
            status_index=at,
            users=users,
            personal=LicenceStatements(claims=claims),
        )
        for at, (name, (kind, holder, until, users, claims)) in enumerate(LICENCES.items())
    ]
    enterprise = RegisterOrganisation(id="enterprise", name="示范建设公司", credit_code=CREDIT_CODE)
    return [*persons, enterprise, *licences]
