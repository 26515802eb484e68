"""`clerk audit`: altered, cut and rewritten logs, checkpoints, the export with its verifier, split views, the log."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from clerk_app.ledger.checkpoints import make_checkpoint
from clerk_app.ledger.entries import compute_link
from clerk_app.ledger.last_checkpoint import LAST_CHECKPOINT_FILE
from tests.cli.conftest import Clerk, Ran
from tests.office import SampleOffice


@pytest.fixture
def folder(office: SampleOffice) -> Path:
    """A closed office with two checkpoints, one before and one after a case."""
    for _case in range(2):
        office.take_ticket()
        make_checkpoint(office.store, office.office.folder, office.clock())
        office.approve_all(office.accept_birth())
    make_checkpoint(office.store, office.office.folder, office.clock())
    office.close()
    return office.office.folder


def alter(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as store:
        for statement in statements:
            store.execute(statement)
        store.commit()


def rewrite(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change an entry and compute all links again, as somebody who can write the file of the store would."""
    with closing(sqlite3.connect(folder / "store.db")) as store:
        store.row_factory = sqlite3.Row
        tips: dict[tuple[str, int], bytes] = {}
        for stored in store.execute("SELECT * FROM ledger_entries ORDER BY position").fetchall():
            row = dict(stored)
            change(row)
            row["previous"] = tips.get((row["node"], row["incarnation"]), bytes(32))
            row["link"] = tips[row["node"], row["incarnation"]] = compute_link(row)
            store.execute(
                "UPDATE ledger_entries SET actor = ?, previous = ?, link = ? WHERE position = ?",
                (row["actor"], row["previous"], row["link"], row["position"]),
            )
        store.commit()


def verify(clerk: Clerk, folder: Path, *words: object) -> tuple[int, dict[str, int]]:
    """Return the exit code, and for each problem the first position at which it is found."""
    ran = clerk("--office", folder, "audit", "verify", "--json", *words)
    problems: dict[str, int] = {}
    for found in ran.json["breaks"]:
        problems.setdefault(found["what"], found["position"])
    return ran.code, problems


def last_position(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "store.db")) as store:
        (position,) = store.execute("SELECT max(position) FROM ledger_entries").fetchone()
    return int(position)


def test_a_sound_log_is_proved_up_to_its_last_entry(clerk: Clerk, folder: Path) -> None:
    ran = clerk("--office", folder, "audit", "verify")
    count = last_position(folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0] == f"{count} entries were read; nothing was altered."
    assert f"prove entries 1 to {count}; no other machine has cosigned" in ran.lines[1]


def test_a_cut_tail_is_named_with_the_last_entry_that_is_left(clerk: Clerk, folder: Path) -> None:
    count = last_position(folder)
    alter(folder, f"DELETE FROM ledger_entries WHERE position > {count - 5}")
    assert verify(clerk, folder) == (1, {"cut off after": count - 5})


@pytest.mark.wide
def test_a_cut_tail_is_named_when_the_checkpoints_of_the_store_were_removed_too(clerk: Clerk, folder: Path) -> None:
    count = last_position(folder)
    clerk("--office", folder, "audit", "checkpoint")  # also keeps it in the folder of the keys
    removed = ("DELETE FROM log_tiles", "DELETE FROM checkpoints")
    alter(folder, f"DELETE FROM ledger_entries WHERE position > {count - 5}", *removed)
    assert verify(clerk, folder) == (1, {"cut off after": count - 5})
    clerk("--office", folder, "audit", "export", folder / "proof")
    assert "were cut off" in run_verifier(folder / "proof").out


def test_a_log_rewritten_as_a_whole_is_named_with_the_first_other_entry(clerk: Clerk, folder: Path) -> None:
    def change(row: dict[str, object]) -> None:
        if row["position"] == 90:
            row["actor"] = "somebody"

    rewrite(folder, change)
    code, problems = verify(clerk, folder)
    assert (code, problems["rewritten"]) == (1, 90)
    assert "altered" not in problems


@pytest.mark.wide
def test_removed_hashes_and_checkpoints_are_made_up_for_by_a_checkpoint_kept_elsewhere(
    clerk: Clerk, folder: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(clerk("--office", folder, "audit", "checkpoint").out, "utf-8")
    rewrite(folder, lambda row: row.update(actor="x") if row["position"] == 90 else None)
    alter(folder, "DELETE FROM log_tiles", "DELETE FROM checkpoints")
    (folder / "keys" / LAST_CHECKPOINT_FILE).unlink()
    assert verify(clerk, folder) == (0, {})
    assert verify(clerk, folder, "--checkpoint", kept) == (1, {"differs from checkpoint": last_position(folder)})


def test_a_checkpoint_signed_by_another_key_proves_nothing(clerk: Clerk, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "keys" / "center.key").unlink()
    alter(other, "DELETE FROM checkpoints", "UPDATE nodes SET public_key = ''", "DELETE FROM node_keys")
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(clerk("--office", other, "audit", "checkpoint").out, "utf-8")
    assert verify(clerk, folder, "--checkpoint", kept)[1] == {"checkpoint not signed": last_position(folder) + 0}


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE ledger_entries SET personal = NULL, salt = NULL WHERE kind = 'AcceptCase'", "erased without a record"),
        ("UPDATE ledger_entries SET decision = 'x' WHERE position = 90", "retyped"),
        ("DELETE FROM ledger_entries WHERE position = 90", "missing"),
        ("UPDATE ledger_entries SET actor = 'x' WHERE position = 90", "altered"),
        ("UPDATE checkpoints SET note = replace(note, 'clerk/', 'klerk/')", "checkpoint damaged"),
        ("UPDATE checkpoints SET note = 'x'", "checkpoint damaged"),
    ],
)
def test_each_change_is_named(clerk: Clerk, folder: Path, statement: str, problem: str) -> None:
    alter(folder, statement)
    code, problems = verify(clerk, folder)
    assert (code, problem in problems) == (1, True)
    ran = clerk("--office", folder, "audit", "verify")
    assert (ran.code, ran.err) == (1, "")
    assert "errors were found" in ran.lines[-1]


@pytest.mark.wide
def test_swapped_entries_are_named(clerk: Clerk, folder: Path) -> None:
    swap = "UPDATE ledger_entries SET position = {} WHERE position = {}"
    alter(folder, swap.format(-1, 90), swap.format(90, 91), swap.format(91, -1))
    code, problems = verify(clerk, folder)
    assert (code, problems["reordered"]) == (1, 91)
    assert min(problems.values()) == 90


def run_verifier(export: Path, *words: str) -> Ran:
    program = [sys.executable, "-I", "-S", str(export / "verify_log.py"), str(export), *words]
    ran = subprocess.run(program, capture_output=True, encoding="utf-8")
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def export(clerk: Clerk, folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "export"
    assert clerk("--office", folder, "audit", "export", path).code == 0
    return path


def test_the_export_is_verified_by_python_and_openssl_alone(export: Path, folder: Path) -> None:
    ran = run_verifier(export)
    count = last_position(folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[-1].startswith(f"{count} entries; 1 to {count} proved;")
    assert "王芳" not in (export / "log.jsonl").read_text("utf-8")


@pytest.mark.wide
def test_the_verifier_names_what_was_done_to_an_export(export: Path, folder: Path) -> None:
    log, notes = export / "log.jsonl", export / "checkpoints.txt"
    lines, text = log.read_text("utf-8").splitlines(keepends=True), notes.read_text("utf-8")
    log.write_text("".join(lines[:-3]), "utf-8")
    assert "3 were cut off" in run_verifier(export).out
    entry = msgspec.json.decode(lines[88])
    log.write_text("".join([*lines[:88], msgspec.json.encode(entry | {"decision": ""}).decode() + "\n", *lines[89:]]))
    assert "line 89, entry" in run_verifier(export).out
    log.write_text("".join([*lines[:88], *lines[89:]]), "utf-8")
    assert "were cut off" in run_verifier(export).out
    log.write_text("".join(lines), "utf-8")
    notes.write_text(text.replace(f"\n{last_position(folder)}\n", "\n7\n"), "utf-8")
    assert "checkpoint over 7 entries: not signed" in run_verifier(export).out
    notes.write_text(text, "utf-8")
    assert "not signed by the key of the log" in run_verifier(export, "--key", sha256(b"other").hexdigest()).out


@pytest.mark.wide
def test_two_views_of_one_log_contradict_each_other(clerk: Clerk, folder: Path, export: Path, tmp_path: Path) -> None:
    note = clerk("--office", folder, "audit", "checkpoint").out
    (tmp_path / "a.txt").write_text(note, "utf-8")
    assert clerk("audit", "compare", tmp_path / "a.txt", export).code == 0
    rewrite(folder, lambda row: row.update(actor="x") if row["position"] == 90 else None)
    alter(folder, "DELETE FROM log_tiles", "DELETE FROM checkpoints")
    (tmp_path / "b.txt").write_text(clerk("--office", folder, "audit", "checkpoint").out, "utf-8")
    for other in (tmp_path / "a.txt", export):
        ran = clerk("audit", "compare", other, tmp_path / "b.txt")
        assert (ran.code, str(tmp_path / "b.txt") in ran.out) == (1, True)


def test_the_log_is_read_by_case_actor_machine_person_and_day(clerk: Clerk, office: SampleOffice, folder: Path) -> None:
    def positions(*words: str) -> set[int]:
        lines = clerk("--office", folder, "audit", "log", "--json", *words).lines
        return {msgspec.json.decode(line)["position"] for line in lines}

    with closing(sqlite3.connect(folder / "store.db")) as store:
        (number, applicant) = store.execute("SELECT number, applicant FROM cases").fetchone()
    everything = positions()
    assert len(everything) == last_position(folder)
    assert positions("--machine", "center-1") == everything
    of_case = positions("--case", number)
    assert of_case
    assert of_case < positions("--person", applicant) < everything
    assert positions("--case", number, "--actor", "clerk-1") < of_case
    assert positions("--since", "2026-05-06") == positions("--until", "2026-05-06") - positions("--until", "2026-05-05")
    assert "is not a day" in clerk("--office", folder, "audit", "log", "--since", "today").refused
    assert clerk("--office", folder, "audit", "log", "--case", number).lines[-1] == f"{len(of_case)} entries."
