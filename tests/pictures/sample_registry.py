"""An office whose registry other registers have filled for a fortnight: feeds in every state, and corrections."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.office import SampleOffice, build_template
from tests.pictures.built import Built
from tests.registry.registry_office import SECOND, add_second, ask, correct
from tests.registry.source_data import id_number, import_file, licence, person, write_csv

_PEOPLE = 60
_ROADS = ("文昌路", "建设路", "和平街", "解放路")
_NAMES = ("林秀英", "张建国", "王丽华", "陈志强", "赵桂兰")


def build_registry_office(folder: Path) -> Built:
    """Build an office at twenty to nine whose feeds have sent rows since 23 April."""
    begin = "2026-04-23 02:10"
    sample = SampleOffice.open_copy(build_template(folder), folder / "registry", local_time=begin)
    add_second(sample)
    _import(sample, folder, "population", (_person(serial) for serial in range(1, _PEOPLE)))
    _import(sample, folder, "police", (licence(serial) for serial in range(1, _PEOPLE)))
    _import(sample, folder, "civil-affairs", (_relation(serial) for serial in range(1, 20)))
    correct(sample, "address", "文昌路18号2单元301室")
    asked = False
    for day in range(1, 14):
        sample.clock.advance(hours=24)
        moved = (_person(serial, _ROADS[(serial + day) % 4]) for serial in range(5 * day % 40 + 2, 5 * day % 40 + 6))
        _import(sample, folder, "population", moved)
        if day % 3 == 0:
            changed = (licence(serial, certificateExpiringDate=f"2040-01-{day:02}") for serial in range(day, day + 9))
            _import(sample, folder, "police", changed)
        if day == 12:
            ask(sample, "phone", "13900008765", SECOND)
            asked = True
    assert asked
    sample.clock.advance(minutes=40)
    wrong = _person(7) | {"出生日期": "2026-02-30"}
    _import(sample, folder, "population", [_person(1), wrong, _person(8, "长江路")])
    sample.clock.advance(hours=5, minutes=50)
    local_time = f"{sample.office.local_time():%Y-%m-%d %H:%M}"
    sample.close()
    return Built(sample.office.folder, local_time, code=id_number(1))


def _import(sample: SampleOffice, folder: Path, source: str, rows: Iterable[dict[str, str]]) -> None:
    import_file(sample, write_csv(folder / f"{source}.csv", rows), source)


def _person(serial: int, road: str = _ROADS[0]) -> dict[str, str]:
    return person(serial, _NAMES[serial % 5], 住址=f"{road}{serial}号")


def _relation(serial: int) -> dict[str, str]:
    numbers = {"证件号码": id_number(serial), "关系人证件号码": id_number(serial + 20)}
    return {"标识": f"r{serial}", **numbers, "关系": "guardian", "有效期起": "2020-01-01", "有效期止": ""}
