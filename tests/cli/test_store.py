"""`clerk db` and `clerk audit`: sound, damaged and altered stores."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clerk_app.catalogue.loader import SAMPLE_CITY
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from tests.cli.conftest import Clerk
from tests.office import SampleOffice

CHECKS = [("db", "check"), ("db", "rebuild", "--check"), ("audit", "verify")]


@pytest.fixture
def folder(office: SampleOffice) -> Path:
    """The folder of an office in which a case was accepted and decided, closed."""
    number = office.accept_birth()
    office.approve_all(number)
    office.close()
    return office.office.folder


def altered(folder: Path, statement: str) -> None:
    """Changes the store behind the program's back."""
    with sqlite3.connect(folder / "store.db") as store:
        assert store.execute(statement).rowcount
    store.close()


@pytest.mark.parametrize("words", CHECKS, ids=" ".join)
def test_a_sound_store_passes_every_check(clerk: Clerk, folder: Path, words: tuple[str, ...]) -> None:
    ran = clerk("--office", folder, *words)
    assert (ran.code, ran.err, len(ran.lines)) == (0, "", 2 if "audit" in words else 1)


def test_a_check_leaves_nothing_behind(clerk: Clerk, folder: Path) -> None:
    before = sorted(folder.iterdir())
    for words in CHECKS:
        clerk("--office", folder, *words)
    assert sorted(folder.iterdir()) == before


def test_the_audit_counts_every_entry(clerk: Clerk, folder: Path) -> None:
    with sqlite3.connect(folder / "store.db") as store:
        (count,) = store.execute("SELECT count(*) FROM ledger_entries").fetchone()
    store.close()
    verified = clerk("--office", folder, "audit", "verify", "--json").json
    assert (verified["entries"], verified["breaks"]) == (count, [])


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE ledger_entries SET actor = 'somebody' WHERE number = 9", "altered"),
        ("UPDATE ledger_entries SET command = x'7b7d' WHERE number = 9", "altered"),
        ("UPDATE ledger_entries SET personal = x'7b7d' WHERE personal IS NOT NULL", "personal part altered"),
        ("DELETE FROM ledger_entries WHERE number = 9", "missing"),
        ("UPDATE ledger_entries SET decision = CAST(decision AS TEXT) WHERE number = 9", "retyped"),
        ("UPDATE ledger_entries SET actor = x'37' WHERE number = 9", "retyped"),
        ("UPDATE ledger_entries SET said_at = 'soon' WHERE number = 9", "retyped"),
    ],
)
def test_the_audit_names_the_place_of_what_was_altered(clerk: Clerk, folder: Path, statement: str, what: str) -> None:
    altered(folder, statement)
    ran = clerk("--office", folder, "audit", "verify", "--json")
    assert ran.code == 1
    assert what in {chain_break["what"] for chain_break in ran.json["breaks"]}
    plain = clerk("--office", folder, "audit", "verify")
    assert plain.code == 1
    assert len(plain.lines) == len(ran.json["breaks"]) + 1
    if "number = 9" in statement:
        assert ran.json["breaks"][0]["number"] in (9, 10)


def test_a_table_that_is_not_what_the_history_says_is_named(clerk: Clerk, folder: Path) -> None:
    altered(folder, "UPDATE cases SET state = 'delivered'")
    altered(folder, "DELETE FROM staff WHERE role = 'kiosk'")
    ran = clerk("--office", folder, "db", "rebuild", "--check")
    assert (ran.code, ran.lines) == (1, ["These tables differ from the log: cases, staff"])


def test_a_history_that_makes_no_tables_is_a_sentence(clerk: Clerk, folder: Path) -> None:
    altered(folder, "UPDATE ledger_entries SET decision = x'78' WHERE number = 9")
    assert "clerk audit verify" in clerk("--office", folder, "db", "rebuild", "--check").refused


def test_pictures_are_checked_and_strangers_named(clerk: Clerk, office: SampleOffice) -> None:
    folder = office.office.folder
    kept = [office.office.attachments.add(data) for data in (b"one", b"two", b"three")]
    for digest in kept:
        office.door.perform(AddAttachment(digest=digest, media_type="image/png", size=3), SYSTEM)
    stray = folder / "content" / "half-written.part"
    stray.write_bytes(b"four")
    ran = clerk("--office", folder, "db", "check")
    assert ran.code == 0
    assert str(stray) in ran.lines[0]
    assert len(ran.lines) == 2
    (folder / "content" / kept[0][:2] / kept[0]).unlink()
    (folder / "content" / kept[1][:2] / kept[1]).write_bytes(b"2")
    ran = clerk("--office", folder, "db", "check")
    assert ran.code == 1
    assert {line.partition(":")[0] for line in ran.lines} >= set(kept[:2])
    assert kept[2] not in ran.out


def test_stats_count_the_rows_of_each_table(clerk: Clerk, folder: Path) -> None:
    rows = {line.split()[-1]: line.split()[0] for line in clerk("--office", folder, "db", "stats").lines[1:]}
    assert (rows["cases"], rows["tasks"], rows["windows"]) == ("1", "7", "2")


@pytest.mark.wide
def test_an_upgrade_of_a_store_that_is_new_enough_changes_nothing(clerk: Clerk, folder: Path) -> None:
    before = (folder / "store.db").read_bytes()
    assert clerk("--office", folder, "db", "upgrade").code == 0
    assert (folder / "store.db").read_bytes() == before


def newer(folder: Path) -> None:
    altered(folder, "UPDATE alembic_version SET version_num = '9999'")


def no_store(folder: Path) -> None:
    (folder / "store.db").write_bytes(b"this is not a store" * 500)
    for leftover in folder.glob("store.db-*"):
        leftover.unlink()


def gone(folder: Path) -> None:
    (folder / "store.db").unlink()


def broken_settings(folder: Path) -> None:
    (folder / "office.toml").write_text("name = ")


@pytest.mark.many_cases
@pytest.mark.parametrize("words", [*CHECKS, ("db", "upgrade"), ("db", "stats"), ("catalogue", "show")], ids=" ".join)
@pytest.mark.parametrize(
    ("spoil", "message"),
    [(newer, "newer version"), (no_store, "not a sound store"), (gone, "store"), (broken_settings, "office.toml")],
)
def test_a_store_that_cannot_be_used_is_a_sentence(
    clerk: Clerk, folder: Path, words: tuple[str, ...], spoil: Callable[[Path], None], message: str
) -> None:
    spoil(folder)
    before = sorted((path, path.stat().st_size) for path in folder.glob("store.db"))
    assert message in clerk("--office", folder, *words).refused
    assert sorted((path, path.stat().st_size) for path in folder.glob("store.db")) == before


def obey_permissions() -> None:
    """Takes from a superuser's child the right to write where nobody may (linux/prctl.h, linux/capability.h)."""
    drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability)


@pytest.mark.wide
@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are of Linux")
@pytest.mark.parametrize(
    "words", [("db", "upgrade"), pytest.param(("catalogue", "publish", str(SAMPLE_CITY)), marks=pytest.mark.wide)]
)
def test_a_folder_that_may_not_be_written_is_a_sentence(home: Path, folder: Path, words: tuple[str, ...]) -> None:
    (folder / "store.db").chmod(0o400)
    folder.chmod(0o500)
    ran = subprocess.run(
        [sys.executable, "-m", "clerk_app", "--office", str(folder), *words],
        capture_output=True,
        encoding="utf-8",
        preexec_fn=obey_permissions if os.geteuid() == 0 else None,
    )
    folder.chmod(0o700)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert len(ran.stderr.splitlines()) == 1
    assert "read-only" in ran.stderr
