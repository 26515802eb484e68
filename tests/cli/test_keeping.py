"""`clerk db` where a store is kept, taken elsewhere or thinned out."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from clerk_app.ledger.history_file import import_history
from clerk_app.ledger.machine_keys import SigningKey, machine_key_path, read_or_create_signing_key
from clerk_app.licences.repository import AddAttachment
from clerk_app.people import SYSTEM
from db.engines import Store
from tests.cli.conftest import Clerk
from tests.empty_store import create_empty_store
from tests.engines import ENGINES, PostgresServer, raw_connection
from tests.office import SampleOffice, find_faults, with_store_url
from tests.sample_data import PIN

both = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    path = tmp_path / "pin"
    path.write_text(f"{PIN}\n")
    return path


def number_of(office: SampleOffice, staff: str) -> str:
    return str(office.select("staff", id=staff)[0]["number"])


def test_an_administrator_erases_a_case(clerk: Clerk, office: SampleOffice, pin: Path) -> None:
    number = office.accept_birth(child_name="令狐小雨")
    office.withdraw(number)
    words = ("--office", office.office.folder, "db", "erase", number, "--reason", "five years", "--pin-file", pin)
    assert "administrator" not in clerk(*words, "--admin", number_of(office, "admin")).err
    assert office.case(number)["applicant_name"] is None
    assert clerk("--office", office.office.folder, "audit", "verify").code == 0
    assert "does not include this" in clerk(*words, "--admin", number_of(office, "clerk-1")).refused
    pin.write_text("0000")
    assert "Nothing was erased" in clerk(*words, "--admin", number_of(office, "admin")).refused
    assert "Nothing was erased" in clerk(*words, "--admin", "4711").refused
    data = b"".join(file.read_bytes() for file in office.office.folder.glob("store.db*"))
    assert "令狐小雨".encode() not in data


@pytest.fixture
def office_with_cases(office: SampleOffice) -> SampleOffice:
    """An office with a delivered case, one that is decided upon, and a picture; open, as at noon."""
    number = office.accept_birth()
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    office.return_task(office.accept_road(), "excavation-road", "safety-plan")
    office.take_ticket()
    digest = office.office.attachments.add(b"a scan")
    office.door.perform(AddAttachment(digest=digest, media_type="image/png", size=6), SYSTEM)
    return office


def backup(clerk: Clerk, office: SampleOffice, folder: Path, *words: object) -> Path:
    assert clerk("--office", office.office.folder, "db", "backup", folder, *words).code == 0
    return max(folder.glob("*.db"))


def settings_at(folder: Path, office: SampleOffice, store: str) -> Path:
    """A new folder with the same settings, and its store at a URL (in the folder, for none)."""
    folder.mkdir()
    text = (office.office.folder / "office.toml").read_text("utf-8")
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("store ="))
    (folder / "office.toml").write_text(with_store_url(kept, store), "utf-8")
    return folder


@both
@pytest.mark.parametrize("onto", ENGINES)
@pytest.mark.wide
def test_a_backup_of_a_live_office_is_put_back_and_proved(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path, onto: str, request: pytest.FixtureRequest
) -> None:
    file = backup(clerk, office_with_cases, tmp_path / "backups")
    entries = len(office_with_cases.entries())
    lost = office_with_cases.accept_birth()  # after the backup
    server = request.getfixturevalue("postgres")
    store = server.url(server.copy_database(server.empty_database())) if onto == "postgresql" else ""
    folder = settings_at(tmp_path / "new", office_with_cases, store)
    ran = clerk("--office", folder, "db", "restore", file)
    assert (ran.code, ran.err) == (0, "")
    assert f"{entries + 3} entries" in ran.lines[0]  # new: its incarnation, a block of numbers, the end of leases
    assert "(2)" in ran.lines[1]
    back = SampleOffice(open_office(folder, clock=office_with_cases.clock), office_with_cases.clock)
    assert find_faults(back.store) == []
    assert back.office.attachments.read(back.select("contents")[0]["digest"]) == b"a scan"
    assert back.select("cases", number=lost) == []
    assert back.accept_birth() > lost  # a number that stands on a receipt is not given again
    assert find_faults(back.store) == []
    back.close()
    assert "There is a store in" in clerk("--office", folder, "db", "restore", file).refused


def test_a_backup_brings_its_own_settings_to_an_empty_machine(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path
) -> None:
    file = backup(clerk, office_with_cases, tmp_path / "backups")
    (tmp_path / "backups" / "content").rename(tmp_path / "elsewhere")
    ran = clerk("--office", tmp_path / "new", "db", "restore", file)
    assert ran.code == 1  # the store is there, a picture is not
    assert "missing in the backup" in ran.lines[-1]
    assert clerk("--office", tmp_path / "new", "audit", "verify").code == 0
    file.with_suffix(".toml").unlink()
    assert "no settings" in clerk("--office", tmp_path / "newer", "db", "restore", file).refused


def test_only_as_many_backups_are_kept_as_asked(clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path) -> None:
    made = []
    for _ in range(3):
        made.append(backup(clerk, office_with_cases, tmp_path / "backups", "--keep", "2"))
        office_with_cases.clock.advance(hours=1)
    assert sorted((tmp_path / "backups").glob("*.db")) == made[1:]
    assert (
        "At least one"
        in clerk("--office", office_with_cases.office.folder, "db", "backup", tmp_path, "--keep", "0").refused
    )


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE ledger_entries SET actor = 'x' WHERE number = 9", "was altered"),
        ("UPDATE cases SET state = 'archived'", "cases"),
    ],
)
def test_a_backup_that_was_tampered_with_is_not_restored(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path, statement: str, message: str
) -> None:
    file = backup(clerk, office_with_cases, tmp_path / "backups")
    store = Store(file)
    with raw_connection(store) as connection:
        connection.execute(statement)
    store.close()
    before = sorted(tmp_path.rglob("*.db"))
    assert message in clerk("--office", tmp_path / "new", "db", "restore", file).refused
    assert sorted(tmp_path.rglob("*.db")) == before


@pytest.mark.wide
def test_a_damaged_backup_is_not_restored(clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path) -> None:
    file = backup(clerk, office_with_cases, tmp_path / "backups")
    data = bytearray(file.read_bytes())
    data[4096 * 20 : 4096 * 40] = bytes(4096 * 20)
    file.write_bytes(data)
    assert "not a sound store" in clerk("--office", tmp_path / "new", "db", "restore", file).refused
    assert not (tmp_path / "new" / "store.db").exists()


@pytest.mark.many_cases
@both
@pytest.mark.parametrize("onto", ENGINES)
def test_every_case_goes_to_another_engine_as_json_lines(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path, onto: str, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "cases.jsonl"
    ran = clerk("--office", office_with_cases.office.folder, "db", "export", "--cases", file)
    assert ran.lines == [f"{file} holds {len(office_with_cases.entries())} entries."]
    assert file.stat().st_mode & 0o077 == 0
    server = request.getfixturevalue("postgres")
    store = server.url(server.copy_database(server.empty_database())) if onto == "postgresql" else ""
    folder = settings_at(tmp_path / "new", office_with_cases, store)
    assert clerk("--office", folder, "db", "import", "--cases", file).code == 0
    back = open_office(folder)
    assert find_faults(back.store) == []
    changed = ["ledger_entries", "nodes", "number_blocks", "tasks"]  # of tasks the fences: old leases do not hold
    assert audit.list_different_tables(office_with_cases.store, back.store) == changed
    back.store.close()
    assert "another history" in clerk("--office", folder, "db", "import", "--cases", file).refused


@pytest.mark.wide
def test_an_export_goes_on_where_it_stopped(clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path) -> None:
    words = ("--office", office_with_cases.office.folder, "db", "export", "--cases")
    clerk(*words, tmp_path / "whole.jsonl")
    whole = (tmp_path / "whole.jsonl").read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 1, len(whole)):
        (tmp_path / "part.jsonl").write_bytes(whole[:cut])
        ran = clerk(*words, tmp_path / "part.jsonl")
        if cut == 10:  # not even its heading is whole: that may be anybody's file
            assert "was not exported" in ran.refused
            assert (tmp_path / "part.jsonl").read_bytes() == whole[:10]
        else:
            assert (ran.code, (tmp_path / "part.jsonl").read_bytes()) == (0, whole)
    office_with_cases.take_ticket()
    clerk(*words, tmp_path / "whole.jsonl")
    assert (tmp_path / "whole.jsonl").read_bytes().startswith(whole[: whole.rindex(b'{"entries"')])
    (tmp_path / "letter").write_text("Dear sirs\n")
    assert "was not exported" in clerk(*words, tmp_path / "letter").refused
    assert (tmp_path / "letter").read_text() == "Dear sirs\n"


@pytest.mark.wide
def test_an_import_goes_on_where_it_stopped(clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    clerk("--office", office_with_cases.office.folder, "db", "export", "--cases", file)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    folder = settings_at(tmp_path / "new", office_with_cases, "")
    broken = [*lines[:70], lines[70].replace('"actor":"', '"actor":"x'), *lines[71:]]
    file.write_text("".join(broken), "utf-8")
    assert "line 71" in clerk("--office", folder, "db", "import", "--cases", file).refused
    file.write_text("".join(lines[:70]) + lines[70][:50], "utf-8")
    assert "no last line" in clerk("--office", folder, "db", "import", "--cases", file).refused
    assert not (folder / "store.db").exists()
    interrupted = Store(create_empty_store(folder / "store.db"))
    interrupted.mark_as_copy()
    assert import_history(file, interrupted, all_rules(), lambda _: None) == 69
    interrupted.close()
    file.write_text("".join(lines), "utf-8")
    assert clerk("--office", folder, "db", "import", "--cases", file).code == 0
    store = Store(folder / "store.db")
    assert find_faults(store) == []
    assert audit.verify_log(store)[0] == len(lines) - 2 + 3
    store.close()


def cut_tail(lines: list[str]) -> list[str]:
    return lines[:70]


def cut_before_the_end(lines: list[str]) -> list[str]:
    return [*lines[:70], lines[-1]]


def removed_entry(lines: list[str]) -> list[str]:
    return [*lines[:-3], *lines[-2:]]


def added_entry(lines: list[str]) -> list[str]:
    return [*lines, lines[-2]]


def other_key(lines: list[str]) -> list[str]:
    end = json.loads(lines[-1])
    other = SigningKey.generate()
    return [*lines[:-1], json.dumps(end | {"key": other.public.text}, separators=(",", ":")) + "\n"]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (cut_tail, "has no last line"),
        (cut_before_the_end, "the last line does not fit"),
        (removed_entry, "the last line does not fit"),
        (added_entry, "lines were added after the last line"),
        (other_key, "the signature of the last line is wrong"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(
    clerk: Clerk,
    office_with_cases: SampleOffice,
    tmp_path: Path,
    change: Callable[[list[str]], list[str]],
    sentence: str,
) -> None:
    file = tmp_path / "cases.jsonl"
    folder = office_with_cases.office.folder
    key = read_or_create_signing_key(machine_key_path(folder))
    clerk("--office", folder, "db", "export", "--cases", file)
    new = settings_at(tmp_path / "new", office_with_cases, "")
    words = ("--office", new, "db", "import", "--cases", file, "--signed-by")
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(change(lines)), "utf-8")
    assert sentence in clerk(*words, key.public.fingerprint).refused
    file.write_text("".join(lines), "utf-8")
    assert "was not signed by" in clerk(*words, "another").refused
    assert not (new / "store.db").exists()


@pytest.mark.wide
def test_a_cut_or_earlier_file_is_imported_only_on_request(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path
) -> None:
    file = tmp_path / "cases.jsonl"
    clerk("--office", office_with_cases.office.folder, "db", "export", "--cases", file)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([lines[0].replace(":2}", ":1}"), *lines[1:-1]]), "utf-8")
    folder = settings_at(tmp_path / "new", office_with_cases, "")
    words = ("--office", folder, "db", "import", "--cases", file)
    assert "has no last line" in clerk(*words).refused
    assert clerk(*words, "--incomplete").lines == [f"{len(lines) - 2} entries were imported; nothing was altered."]


TRIGGER = "CREATE TRIGGER pay_me AFTER INSERT ON ledger_entries BEGIN UPDATE cases SET applicant_name = 'x'; END"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (TRIGGER, "trigger pay_me"),
        ("CREATE VIEW staff_list AS SELECT * FROM staff", "view staff_list"),
        ("CREATE TABLE mine (a)", "table mine"),
        ("CREATE INDEX mine ON cases (state)", "index mine"),
        ("DROP INDEX entries_unanswered", "index entries_unanswered"),
        ("ALTER TABLE cases ADD COLUMN mine TEXT DEFAULT (upper('x'))", "table cases"),
    ],
)
@pytest.mark.wide
def test_a_backup_with_more_than_tables_of_the_program_is_refused(
    clerk: Clerk, office: SampleOffice, tmp_path: Path, statement: str, named: str
) -> None:
    clerk("--office", office.office.folder, "db", "backup", tmp_path / "backups")
    (file,) = (tmp_path / "backups").glob("*.db")
    with closing(sqlite3.connect(file)) as backup:
        backup.execute(statement)
        backup.commit()
    refused = clerk("--office", tmp_path / "new", "db", "restore", file).refused
    assert named in refused
    assert "did not create" in refused
    assert not (tmp_path / "new" / "store.db").exists()


@pytest.mark.wide
def test_an_entry_that_was_altered_on_the_way_is_named(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path
) -> None:
    file = tmp_path / "cases.jsonl"
    clerk("--office", office_with_cases.office.folder, "db", "export", "--cases", file)
    lines = file.read_text("utf-8").splitlines()
    entry = json.loads(lines[9])
    entry["actor"] = "somebody"
    lines[9] = json.dumps(entry)
    file.write_text("\n".join(lines), "utf-8")
    folder = settings_at(tmp_path / "new", office_with_cases, "")
    assert "line 10: the entry was altered" in clerk("--office", folder, "db", "import", "--cases", file).refused


@both
@pytest.mark.wide
def test_stats_check_and_rebuild_work_on_both(clerk: Clerk, office_with_cases: SampleOffice) -> None:
    ran = clerk("--office", office_with_cases.office.folder, "db", "stats")
    rows = {line.split()[-1]: line.split()[0] for line in ran.lines[1:]}
    assert (ran.code, rows["cases"], rows["deliveries"]) == (0, "2", "1")
    assert int(ran.lines[0].split()[0]) > 100_000
    for words in (("check",), ("rebuild", "--check"), ("upgrade",)):
        assert clerk("--office", office_with_cases.office.folder, "db", *words).code == 0


@pytest.mark.wide
def test_a_server_that_is_away_is_one_sentence(clerk: Clerk, office: SampleOffice, tmp_path: Path) -> None:
    folder = settings_at(tmp_path / "far", office, "postgresql://somebody:secret@127.0.0.1:1/clerk")
    for words in (("stats",), ("check",), ("upgrade",), ("backup", tmp_path / "b"), ("restore", tmp_path / "b.db")):
        message = clerk("--office", folder, "db", *words).refused
        assert "secret" not in message
        assert "cannot be" in message


def test_a_new_office_may_stand_on_a_server(clerk: Clerk, postgres: PostgresServer, pin: Path, tmp_path: Path) -> None:
    url = postgres.url(postgres.copy_database(postgres.empty_database()))
    words = ("--name", "新区", "--admin", "1001", "--admin-name", "王主任", "--pin-file", pin, "--store", url)
    assert clerk("office", "init", tmp_path / "office", *words).code == 0
    assert not (tmp_path / "office" / "store.db").exists()
    for check in (("db", "check"), ("db", "rebuild", "--check"), ("audit", "verify")):
        assert clerk("--office", tmp_path / "office", *check).code == 0
    assert "belongs to a node already" in clerk("office", "init", tmp_path / "another", *words).refused


@pytest.mark.wide
def test_a_copied_office_is_only_looked_at_by_checks(
    clerk: Clerk, office_with_cases: SampleOffice, tmp_path: Path
) -> None:
    office_with_cases.store.settle_location()
    entries = len(office_with_cases.entries())
    office_with_cases.close()
    copy = Path(shutil.copytree(office_with_cases.office.folder, tmp_path / "copy"))
    for words in (("db", "check"), ("db", "stats"), ("audit", "verify"), ("db", "rebuild", "--check")):
        assert clerk("--office", copy, *words).code == 0
    assert clerk("--office", copy, "audit", "verify", "--json").json["entries"] == entries
    with_pin = tmp_path / "pin"
    with_pin.write_text("24681357")
    clerk("--office", copy, "staff", "add", "9001", "赵四", "--role", "clerk", "--pin-file", with_pin)
    verified = clerk("--office", copy, "audit", "verify", "--json").json
    assert (verified["entries"], verified["breaks"]) == (entries + 4, [])
