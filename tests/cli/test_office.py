"""`clerk office init` and `clerk staff add`: a real office that people can sign in to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clerk_app.catalogue.publication import load_newest
from clerk_app.cli import main
from clerk_app.composition.office import open_office
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.windows import SetWindowState
from clerk_app.people.staff import check_pin, find_staff
from tests.cli.conftest import Clerk, Ran

INIT = ("--name", "新区政务中心/New District", "--admin", "1001", "--admin-name", "王主任")


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    path = tmp_path / "pin"
    path.write_text("24681357\n")
    return path


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new office, as `clerk office init` leaves it."""
    folder = tmp_path_factory.mktemp("new") / "place" / "office"
    pin = folder.parents[1] / "pin"
    pin.write_text("24681357\n")
    categories = ("--category", "A=综合/General", "--category", "B=企业")
    assert main(["office", "init", str(folder), *INIT, *categories, "--pin-file", str(pin)]) == 0
    return folder


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made_once, tmp_path / "office"))


def test_a_new_office_is_alone_in_its_place(made_once: Path) -> None:
    assert [path.name for path in made_once.parent.iterdir()] == ["office"]


def test_a_new_office_is_whole_and_guarded(clerk: Clerk, made: Path) -> None:
    assert (made / "office.toml").is_file()
    assert made.stat().st_mode & 0o077 == 0
    for words in (("db", "check"), ("db", "rebuild", "--check"), ("audit", "verify")):
        assert clerk("--office", made, *words).code == 0


def test_its_settings_are_those_asked_for(made: Path) -> None:
    office = open_office(made)
    settings = office.settings
    assert (settings.name.zh, settings.name.en) == ("新区政务中心", "New District")
    assert [(category.letter, category.name.zh, category.name.en) for category in settings.categories] == [
        ("A", "综合", "General"),
        ("B", "企业", "企业"),
    ]
    with office.store.read() as tx:
        assert load_newest(tx).one_things
        assert tx.get("windows", id=settings.window)["categories"] == '["A","B","C"]'  # type: ignore[index]
    office.store.close()


def test_people_sign_in_with_the_pin_that_was_given(clerk: Clerk, made: Path, pin: Path) -> None:
    assert clerk("--office", made, "staff", "add", "2001", "李丽", "--role", "clerk", "--pin-file", pin).code == 0
    office = open_office(made)
    for number, role in (("1001", "administrator"), ("2001", "clerk")):
        staff = find_staff(office.store, number)
        assert staff is not None
        assert staff["role"] == role
        assert check_pin(staff, "24681357")
        assert not check_pin(staff, "24681358")
    kiosk = find_staff(office.store, office.settings.kiosk_staff)
    assert kiosk is not None
    assert kiosk["role"] == "kiosk"
    office.store.close()


def test_the_first_clerk_serves_the_first_citizen(clerk: Clerk, made: Path, pin: Path) -> None:
    clerk("--office", made, "staff", "add", "2001", "李丽", "--role", "clerk", "--pin-file", pin)
    office = open_office(made)
    office.door.perform(SetWindowState(window=office.settings.window, state="open"), "2001")
    assert office.door.perform(ServeWalkIn(window=office.settings.window), "2001")
    office.store.close()


@pytest.mark.wide
def test_staff_must_be_possible(clerk: Clerk, made: Path, pin: Path) -> None:
    def add(*words: str) -> str:
        return clerk("--office", made, "staff", "add", *words, "--pin-file", pin).refused

    assert "1001" in add("1001", "二号", "--role", "clerk")
    assert "police" in add("3001", "官员", "--role", "officer")
    assert "police" in add("3001", "官员", "--role", "officer", "--organ", "polcie")
    assert add("3001", "evil\x1b[31m", "--role", "clerk")
    assert add("3001", "", "--role", "clerk")
    assert clerk("--office", made, "staff", "add", "3001", "官员", "--role", "officer", "--organ", "police",
                 "--pin-file", pin).code == 0  # fmt: skip


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--category", "Z=x"), "categories"),
        (("--category", "nothing"), "categories"),
        (("--catalogue", "nowhere"), "nowhere"),
        (("--hall", "a\x1bb"), "hidden control character"),
        (("--admin", ""), "staff number"),
        (("--pin-file", "nowhere"), "nowhere"),
    ],
)
def test_an_office_that_cannot_be_made_leaves_nothing(
    clerk: Clerk, tmp_path: Path, pin: Path, words: tuple[str, ...], message: str
) -> None:
    folder = tmp_path / "place" / "office"
    assert message in clerk("office", "init", folder, *INIT, "--pin-file", pin, *words).refused
    assert not folder.exists()
    assert not folder.parent.exists() or not list(folder.parent.iterdir())


@pytest.mark.parametrize("content", [b"", b"12\n", b"\n123456\n", b"\xff\xfe\xff\n", b"12\x1b456\n"])
def test_a_pin_that_is_none_is_refused(clerk: Clerk, tmp_path: Path, pin: Path, content: bytes) -> None:
    pin.write_bytes(content)
    assert clerk("office", "init", tmp_path / "office", *INIT, "--pin-file", pin).refused
    assert not (tmp_path / "office").exists()


def test_an_office_is_never_made_over_another(clerk: Clerk, made: Path, pin: Path) -> None:
    before = (made / "store.db").read_bytes()
    assert "not empty" in clerk("office", "init", made, *INIT, "--pin-file", pin).refused
    assert (made / "store.db").read_bytes() == before


def test_an_empty_folder_may_become_an_office(clerk: Clerk, tmp_path: Path, pin: Path) -> None:
    (tmp_path / "office").mkdir()
    assert clerk("office", "init", tmp_path / "office", *INIT, "--pin-file", pin).code == 0


def test_without_a_terminal_a_pin_comes_from_a_file(tmp_path: Path) -> None:
    words = ["--language", "en", "office", "init", str(tmp_path / "office"), *INIT]
    ran = subprocess.run(
        [sys.executable, "-m", "clerk_app", *words], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8"
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "--pin-file" in ran.stderr
    assert not (tmp_path / "office").exists()


@pytest.mark.wide
@pytest.mark.parametrize(("answers", "code"), [("24681357\n24681357\n", 0), ("24681357\n24681358\n", 1), ("\x04", 1)])
def test_at_a_terminal_the_pin_is_typed_twice_unseen(tmp_path: Path, answers: str, code: int) -> None:
    pty = pytest.importorskip("pty", reason="pseudo-terminals are of POSIX")
    keyboard, terminal = pty.openpty()
    words = ["--language", "en", "office", "init", str(tmp_path / "office"), *INIT]
    with subprocess.Popen(
        [sys.executable, "-m", "clerk_app", *words],
        stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(terminal)
        output = b""
        for answer in answers.splitlines(keepends=True):
            asked = output.count(b": ")
            while output.count(b": ") == asked:
                output += os.read(keyboard, 1000)
            os.write(keyboard, answer.encode())
        assert process.wait(timeout=60) == code
    os.close(keyboard)
    assert b"24681357" not in output
    assert (tmp_path / "office").exists() == (code == 0)


def edit_settings(folder: Path, old: str, new: str) -> None:
    path = folder / "office.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _printers(device: str, *papers: str) -> str:
    names = ", ".join(f'"{kind}"' for kind in papers)
    return f'[[printers]]\nname = "p"\ndevice = "{device}"\npapers = [{names}]\n\n[[categories]]'


def test_a_new_office_has_no_mistakes(clerk: Clerk, made: Path) -> None:
    assert clerk("--office", made, "office", "check").code == 0
    assert clerk("--office", made, "office", "check", "--json").json == {"mistakes": []}


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ('hall = "1"', 'hall = "1"\nwindwo = "2"', "windwo", "Did you mean window?"),
        ("paper_mm = 80", "paper_mm = 70", "paper_mm", "70"),
        ("paper_mm = 80", "paper_mm = 80.0", "paper_mm", "80.0"),
        ("paper_mm = 80", "paper_mm = 80\nkiosk_idle_seconds = 5", "kiosk_idle_seconds", "at least 20"),
        ("paper_mm = 80", 'paper_mm = 80\npromise_minutes = "soon"', "promise_minutes", "soon"),
        ('letter = "A"', 'letter = "Z"', "categories[0].letter", "Z"),
        ('centre = "centre"', 'centre = "nowhere"', "centre", "nowhere"),
        ('hall = "1"', 'hall = "9"', "hall", "9"),
        ('window = "1"', 'window = "9"', "window", "9"),
        ('kiosk_staff = "kiosk"', 'kiosk_staff = "nobody"', "kiosk_staff", "nobody"),
        ("paper_mm = 80", 'paper_mm = 80\nspool = "gone"', "spool", "gone"),
        ('camera = "0"', 'camera = "film.avi"', "camera", "film.avi"),
        ("[[categories]]", _printers("cups:a", "ticket", "tickets"), "printers[0].papers", "tickets"),
        ("[[categories]]", _printers("cups:a", "ticket", "ticket"), "printers[0].papers", "twice"),
        ("[[categories]]", _printers("folder:gone", "ticket"), "printers[0].device", "gone"),
        ("[[categories]]", _printers("lpt1", "ticket"), "printers[0].device", "lpt1"),
        ("[[categories]]", _printers("tcp://a:b", "ticket"), "printers[0].device", "tcp://a:b"),
    ],
)
def test_a_mistake_in_the_settings_is_named_by_file_and_key(
    clerk: Clerk, made: Path, old: str, new: str, key: str, sentence: str
) -> None:
    edit_settings(made, old, new)
    ran = clerk("--office", made, "office", "check", "--json")
    (mistake,) = ran.json["mistakes"]
    assert (ran.code, mistake["file"], mistake["key"]) == (1, "office.toml", key)
    assert sentence in mistake["sentence"]
    assert clerk("--office", made, "office", "check").out.startswith(f"office.toml: {key}: ")


def test_all_mistakes_of_the_settings_are_named_at_once(clerk: Clerk, made: Path) -> None:
    edit_settings(made, "paper_mm = 80", 'paper_mm = 81\ncode_seconds = 5\nfoo = "bar"')
    mistakes = clerk("--office", made, "office", "check", "--json").json["mistakes"]
    assert sorted(mistake["key"] for mistake in mistakes) == ["code_seconds", "foo", "paper_mm"]


def test_settings_that_cannot_be_read_are_a_mistake(clerk: Clerk, made: Path, tmp_path: Path) -> None:
    assert clerk("--office", tmp_path / "none", "office", "check").code == 1
    (made / "office.toml").write_text("name = {", "utf-8")
    ran = clerk("--office", made, "office", "check")
    assert (ran.code, len(ran.lines), ran.err) == (1, 1, "")


def test_missing_folders_and_a_missing_store_are_mistakes(clerk: Clerk, made: Path) -> None:
    shutil.rmtree(made / "trust")
    shutil.rmtree(made / "content")
    for path in made.glob("store.db*"):
        path.unlink()
    mistakes = clerk("--office", made, "office", "check", "--json").json["mistakes"]
    assert [mistake["file"] for mistake in mistakes] == ["trust", "content", "store.db"]


def test_a_catalogue_that_this_program_cannot_read_is_a_mistake(clerk: Clerk, made: Path) -> None:
    office = open_office(made)
    with office.store.write() as tx:
        tx.insert(
            "catalogue_versions",
            catalogue="newer",
            version=1,
            content=b'{"format":2}',
            digest="0",
            published_at=office.now + 1,
            published_by="system",
        )
    office.store.close()
    (mistake,) = clerk("--office", made, "office", "check", "--json").json["mistakes"]
    assert (mistake["file"], mistake["key"]) == ("store.db", "catalogue")


def test_the_staff_list_is_changed_on_the_command_line(clerk: Clerk, made: Path, pin: Path) -> None:
    def staff(*words: object) -> Ran:
        return clerk("--office", made, "staff", *words)

    staff("add", "2001", "李丽", "--role", "clerk", "--pin-file", pin)
    assert staff("change", "2001", "--name", "李莉", "--role", "supervisor").code == 0
    assert staff("pin", "2001", "--pin-file", pin).code == 0
    assert staff("badge", "2001", "--code", "B-1").code == 0
    assert staff("unlock", "2001").code == 0
    assert staff("suspend", "2001", "--reason", "enquiry").code == 0
    (admin, person) = staff("list", "--json").json["staff"]
    assert (admin["number"], admin["state"]) == ("1001", "active")
    assert person == {
        "number": "2001", "name": "李莉", "role": "supervisor", "organ": "centre", "state": "suspended",
        "locked": False, "pin_due": True, "badge": True,
    }  # fmt: skip
    assert staff("readmit", "2001", "--reason", "over").code == 0
    assert staff("dismiss", "2001", "--reason", "left").code == 0
    assert "dismissed" in staff("readmit", "2001", "--reason", "back").refused
    assert "4711" in staff("unlock", "4711").refused
    pin.write_text("123456")
    assert "easy to guess" in staff("pin", "1001", "--pin-file", pin).refused
