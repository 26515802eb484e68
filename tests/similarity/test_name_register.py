"""The register of names at the center: rows, checks, reservations."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.registry.name_import import import_names
from clerk_app.registry.source_files import open_source_file
from clerk_app.similarity.names.checking import AskedName, CheckName, NameChecked
from clerk_app.similarity.names.register import RegisteredName, RegisterNames
from clerk_app.similarity.names.reservations import NameReserved, ReleaseName, ReserveName
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS

pytestmark = pytest.mark.usefixtures("english")
NAME = "海州市华联科技有限公司"
DAY = 86_400_000_000


def register(
    office: SampleOffice, *names: str, state: str = "in_use", ended_on: str = "", source: str = "market"
) -> None:
    rows = tuple(
        RegisteredName(identifier=f"n{number}", name=name, state=state, ended_on=ended_on, digest=f"{name}{state}")
        for number, name in enumerate(names)
    )
    office.door.perform(RegisterNames(source=source, rows=rows), SYSTEM)


def check(office: SampleOffice, name: str = NAME, draft: str = "d1") -> NameChecked:
    return office.door.perform(CheckName(draft=draft, field="name", personal=AskedName(name=name)), CLERKS[0])


def reserve(office: SampleOffice, name: str = NAME, draft: str = "d1", reason: str = "") -> NameReserved:
    asked = AskedName(name=name, reason=reason)
    return office.door.perform(ReserveName(draft=draft, field="name", personal=asked), CLERKS[0])


def test_a_name_in_use_stops_and_a_free_one_does_not(office: SampleOffice) -> None:
    register(office, NAME)
    assert check(office).severity == "stop"
    assert check(office).findings[0].other == NAME
    assert check(office, "海州市永盛科技有限公司").severity == ""


def test_a_changed_row_replaces_the_name(office: SampleOffice) -> None:
    register(office, NAME)
    register(office, "海州市永盛物流有限公司")
    assert check(office).severity == ""
    assert check(office, "海州市永盛运输有限公司").severity == "stop"


def test_a_cancelled_name_is_free_after_a_year(office: SampleOffice) -> None:
    register(office, NAME, state="cancelled", ended_on="2025-06-01")
    assert check(office).severity == "stop"
    office.clock.set("2026-06-03 09:00")
    assert check(office).severity == ""


def test_alternatives_come_from_the_pool_and_are_free_themselves(office: SampleOffice) -> None:
    register(office, NAME, "海州市青禾科技有限公司")
    register(office, "青禾", "云岫", "沐川", state="pool", source="pool")
    found = check(office)
    assert set(found.alternatives) == {"海州市云岫科技有限公司", "海州市沐川科技有限公司"}


def test_a_reserved_name_is_taken_for_others_and_free_for_its_draft(office: SampleOffice) -> None:
    reserve(office)
    assert check(office, draft="d1").severity == ""
    other = check(office, draft="d2")
    assert (other.severity, other.findings[0].state) == ("stop", "reserved")
    with pytest.raises(Refused, match="is used or reserved"):
        reserve(office, draft="d2")


def test_a_near_name_needs_a_reason(office: SampleOffice) -> None:
    register(office, "海州市华联达科技有限公司")
    with pytest.raises(Refused, match="write down why"):
        reserve(office)
    assert reserve(office, reason="the other enterprise consents").severity == "reason"


def test_another_name_of_the_field_ends_the_reservation_before(office: SampleOffice) -> None:
    reserve(office)
    reserve(office, "海州市永盛科技有限公司")
    assert reserve(office, draft="d2").until > 0


def test_a_reservation_is_released_or_lapses(office: SampleOffice) -> None:
    first = reserve(office)
    office.door.perform(ReleaseName(draft="d1", reservation=first.reservation), CLERKS[0])
    second = reserve(office, draft="d2")
    office.clock.now = second.until + 1
    assert check(office, draft="d3").severity == ""
    assert run_due_commands(office.office) > 0
    with office.store.read() as tx:
        states = {row["id"]: row["state"] for row in tx.select("name_reservations")}
    assert states == {first.reservation: "released", second.reservation: "lapsed"}
    assert reserve(office, draft="d3").until > second.until


def test_another_draft_cannot_release_a_reservation(office: SampleOffice) -> None:
    kept = reserve(office)
    with pytest.raises(Refused, match="has ended"):
        office.door.perform(ReleaseName(draft="d2", reservation=kept.reservation), CLERKS[0])


@pytest.mark.parametrize("name", ["", " ", "华" * 10_000], ids=["empty", "blank", "endless"])
def test_an_empty_or_endless_name_is_refused(office: SampleOffice, name: str) -> None:
    with pytest.raises(Refused, match="whole name"):
        check(office, name)


def test_rows_with_hidden_characters_or_unknown_states_are_refused(office: SampleOffice) -> None:
    for name, state in (("华\u202e联", "in_use"), (NAME, "lost"), ("华" * 101, "in_use")):
        with pytest.raises(Refused, match="no row of the register"):
            register(office, name, state=state)


@both_engines
def test_of_two_programs_that_reserve_at_once_one_gets_the_name(office: SampleOffice) -> None:
    """Both programs have the same store open, as two processes of a center have."""
    other = open_office(office.office.folder, clock=office.clock)
    start = threading.Barrier(2)
    outcomes: list[object] = []

    def run(door: object, draft: str) -> None:
        start.wait()
        try:
            command = ReserveName(draft=draft, field="name", personal=AskedName(name=NAME))
            outcomes.append(door.perform(command, CLERKS[0]))  # type: ignore[attr-defined]
        except Refused as refused:
            outcomes.append(refused.reason)

    threads = [
        threading.Thread(target=run, args=(door, draft)) for door, draft in ((office.door, "d1"), (other.door, "d2"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.store.close()
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["name_taken"]
    assert sum(isinstance(outcome, NameReserved) for outcome in outcomes) == 1


def test_a_file_of_changes_adds_revokes_and_releases_names_and_may_be_imported_again(
    office: SampleOffice, tmp_path: Path
) -> None:
    def import_changes(*lines: str) -> tuple[int, int, int, int]:
        file = tmp_path / "changes.csv"
        file.write_text("\n".join(("identifier,name,state,ended_on", *lines)), "utf-8")
        today = date(2026, 9, 1)
        done = import_names(
            office.door, open_source_file(file), "market", SYSTEM, report_mistake=lambda *_: None, changes=today
        )
        return done.new, done.changed, done.unchanged, done.refused

    register(office, NAME, "海州市永盛物流有限公司")
    changes = (
        f"n0,{NAME},revoked,2025-03-01",
        "n7,海州市金桥物流有限公司,in_use,",
        "n1,海州市永盛物流有限公司,吊销,2026-08-01",
    )
    assert import_changes(*changes) == (1, 2, 0, 0)
    assert import_changes(*changes) == (0, 0, 3, 0)
    assert import_changes("n8,海州市无状态物流有限公司,,") == (0, 0, 0, 1)
    assert import_changes("n0,,released,", "n1,,released,", "n9,,released,") == (0, 1, 1, 1)
    assert import_changes("n0,,released,") == (0, 0, 1, 0)
    names = {row["name"] for row in office.select("enterprise_names")}
    assert names == {"海州市永盛物流有限公司", "海州市金桥物流有限公司"}
    assert check(office).severity == ""
    assert check(office, "海州市永盛运输有限公司").severity == "stop"
    assert find_faults(office.store) == []
