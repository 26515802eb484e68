"""The staff list after a restore of a center: nobody who was dismissed, and no old PIN, comes back with the backup."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, rmtree

import pytest

from clerk_app.cli import main
from clerk_app.composition.office import open_office
from clerk_app.people.staff import check_pin
from db.engines import Row
from tests.clock import Clock
from tests.office import SampleOffice, find_faults
from tests.sample_data import PIN
from tests.sample_node import RunningCenter

OTHER_PIN = "835274"


def run(*words: str | Path) -> int:
    """Run the program in English."""
    return main(["--language", "en", *map(str, words)])


def restore(folder: Path, backup: Path, keys: Path) -> SampleOffice:
    """A center that was restored from a backup with a copy of the folder keys, as it is after a command of it."""
    copytree(keys, folder / "keys")
    assert run("--office", folder, "db", "restore", backup) == 0
    assert run("center", "nodes", "--folder", folder) == 0
    return SampleOffice(open_office(folder), Clock())


@pytest.fixture
def changed(served: RunningCenter, office: SampleOffice, tmp_path: Path) -> dict[str, Row]:
    """The staff list of a center, changed after a backup."""
    folder, pin = office.office.folder, tmp_path / "pin"
    pin.write_text(f"{OTHER_PIN}\n")
    pin.chmod(0o600)
    del served
    assert run("center", "nodes", "--folder", folder) == 0
    assert run("--office", folder, "db", "backup", tmp_path / "backups") == 0
    copytree(folder / "keys", tmp_path / "older-keys")
    acts: list[list[str | Path]] = [
        ["dismiss", "1000", "--reason", "left"],
        ["pin", "1001", "--pin-file", pin],
        ["add", "7777", "新人", "--role", "officer", "--organ", "health", "--pin-file", pin],
        ["change", "1002", "--role", "clerk", "--organ", "centre"],
        ["same-person", "1005", "1006"],
    ]
    for words in acts:
        assert run("--office", folder, "staff", *words) == 0
    return {row["id"]: row for row in office.select("staff")}


def test_a_restore_brings_back_nobody_who_was_dismissed_and_no_old_pin(
    changed: dict[str, Row], office: SampleOffice, tmp_path: Path
) -> None:
    (backup,) = (tmp_path / "backups").glob("*.db")
    restored = restore(tmp_path / "restored", backup, office.office.folder / "keys")
    found = {row["id"]: row for row in restored.select("staff")}
    assert found == changed
    by_number = {row["number"]: row for row in found.values()}
    assert not by_number["1000"]["active"]
    assert (by_number["1002"]["role"], by_number["7777"]["organ"]) == ("clerk", "health")
    assert (check_pin(by_number["1001"], PIN), check_pin(by_number["1001"], OTHER_PIN)) == (False, True)
    assert find_faults(restored.store) == []
    restored.store.close()


@pytest.mark.wide
def test_an_older_copy_of_the_list_undoes_nothing_that_the_backup_has(
    changed: dict[str, Row], office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, older = office.office.folder, tmp_path / "older-keys"
    rmtree(tmp_path / "backups")
    assert run("--office", folder, "db", "backup", tmp_path / "backups") == 0
    (backup,) = (tmp_path / "backups").glob("*.db")
    restored = restore(tmp_path / "restored", backup, older)
    assert {row["id"]: row for row in restored.select("staff")} == changed
    restored.store.close()
    path = tmp_path / "restored" / "keys" / "staff-list.json"
    path.write_bytes(path.read_bytes().replace(b"officer", b"auditor", 1))
    capsys.readouterr()
    assert run("center", "nodes", "--folder", tmp_path / "restored") != 0
    assert "staff list" in capsys.readouterr().err
