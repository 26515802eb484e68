"""A restored center keeps apart what an excluded machine had sent before the restore, also what was answered."""

from __future__ import annotations

import socket
from pathlib import Path
from shutil import copytree

import pytest

from clerk_app.cli import main
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.windows import SetWindowState
from clerk_app.licences.shared_materials import FetchMaterials
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.sign_in import verify_here
from db.engines import Store
from tests.fast_pins import hash_pin_fast
from tests.office import SampleOffice
from tests.sample_data import PIN, sample_city
from tests.sync.test_http_sync import (
    case_numbers_at,
    create_invitation_code,
    enrol_window_at,
    run_center_program,
    run_window,
    wait_until,
)


def run(*words: object) -> int:
    return main(["--language", "en", *map(str, words)])


def count_kept(folder: Path, state: str = "kept") -> int:
    store = Store(folder / "store.db")
    with store.read() as tx:
        count = len(tx.select("kept_entries", state=state))
    store.close()
    return count


@pytest.mark.wide
def test_what_a_restore_lost_of_an_excluded_machine_is_kept_apart_and_released(
    office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, machine, restored, pin = office.office.folder, tmp_path / "w1", tmp_path / "restored", tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    second = RegisterStaff(id="b", number="900b", name="b", role="administrator", pin_hash=hash_pin_fast(PIN))
    office.door.perform(second, SYSTEM)
    first = office.select("staff", id="admin")[0]["number"]
    office.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with run_center_program(folder, port):
        enrol_window_at(machine, f"http://127.0.0.1:{port}", create_invitation_code(folder, "w1"))
        with run_window(machine) as (window, own, _connection):
            verify_here(own, "1000", PIN, "w1")
            window.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
            assert run("--office", folder, "db", "backup", tmp_path / "backups") == 0
            accepted = [window.accept_road()]
            visit = window.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
            catalogue = sample_city()
            fetch = FetchMaterials(
                visit=visit, one_thing="birth", catalogue=catalogue.id, catalogue_version=catalogue.version
            )
            window.door.perform(fetch, "clerk-1")  # a call between the entries
            window.door.perform(MoveTicket(visit=visit, act="finish"), "clerk-1")
            accepted.append(window.accept_road())
            wait_until(lambda: read_connection_facts(own).unsent == 0)
            assert case_numbers_at(folder) == set(accepted)
            (own_node,) = window.select("nodes", here=True)
    (backup,) = (tmp_path / "backups").glob("*.db")
    copytree(folder / "keys", restored / "keys")
    assert run("--office", restored, "db", "restore", backup) == 0
    node = own_node["id"]
    assert run("center", "shut", "--folder", restored, node, "--reason", "stolen, then found") == 0
    with run_center_program(restored, port), run_window(machine) as (_window, own, _connection):
        wait_until(lambda: count_kept(restored) > 0 and read_connection_facts(own).state == "shut")
        unsent = read_connection_facts(own).unsent
        wait_until(lambda: count_kept(restored) >= unsent - 2)  # the backup has two of them at most
    assert case_numbers_at(restored) == set()  # nothing was performed
    capsys.readouterr()
    release = ["center", "release", "--folder", restored, node, "--until", "2090-01-01", "--pin-file", pin, "--admin"]
    assert run(*release, first) == 1
    reference = capsys.readouterr().err.split("confirm ")[1].split()[0].rstrip(".")
    assert run("--office", restored, "staff", "confirm", reference, "--pin-file", pin, "--admin", "900b") == 0
    assert run(*release, first) == 0
    assert case_numbers_at(restored) == set(accepted)  # both receipts are valid
    assert count_kept(restored) == 0
