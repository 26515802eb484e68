"""`clerk registry list|show|feeds` prints what the administrator's screen shows."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Clerk
from tests.office import SampleOffice
from tests.registry.registry_office import import_person
from tests.registry.source_data import id_number, import_file, licence, person, write_csv
from tests.sample_data import PIN


def test_the_registry_is_read_in_text(office: SampleOffice, clerk: Clerk, tmp_path: Path) -> None:
    import_person(office, tmp_path, 姓名="令狐大海", 住址="银杏路3号")
    import_file(office, write_csv(tmp_path / "l.csv", [licence(1)]), "police")
    import_file(office, write_csv(tmp_path / "p.csv", [person(2, 出生日期="2026-02-30")]))
    (row,) = office.select("staff", id="admin")
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n", "utf-8")
    where = ("--office", str(office.office.folder), "registry")
    who = ("--purpose", "own_data", "--admin", row["number"], "--pin-file", str(pin), "--language", "en")
    office.close()
    listed = clerk(*where, "list", id_number(1), *who)
    assert (listed.code, "令**" in listed.out, id_number(1) in listed.out) == (0, True, False)
    shown = clerk(*where, "show", "L1", "--in-full", *who)
    assert shown.code == 0
    assert all(text in shown.out for text in ("令狐大海", "银杏路3号", "batch of police", "L1"))
    assert clerk(*where, "list", id_number(2), *who).code == 1
    feeds = clerk(*where, "feeds", "--language", "en")
    assert "This is not a date" in feeds.out
