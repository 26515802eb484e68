"""How commands are given: help, wrong usage, languages, where the office is, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from clerk_app.cli import GROUPS
from clerk_app.cli.arguments import SCREEN_COMMANDS
from clerk_app.locales import LANGUAGES
from tests.cli.conftest import Clerk
from tests.office import SampleOffice

HEAVY = {"textual", "rich", "sqlalchemy", "sqlmodel", "alembic", "pydantic", "cv2", "numpy", "PIL", "cryptography"}

ACTS = (
    "db upgrade", "db check", "db rebuild", "db stats", "audit verify", "office init", "staff add",
    "catalogue check", "catalogue publish", "catalogue show", "catalogue guide",
    "camera list", "camera test", "camera sheet", "camera wedge",
    "licence issue", "licence show", "licence verify", "licence revoke", "licence rotate-key",
)  # fmt: skip


def started(*words: str, **pipes: Any) -> subprocess.Popen[str]:
    """`python -m clerk_app WORDS...` as a process of its own, as from a terminal: a shell in the background would have
    it ignore Ctrl+C."""
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", "clerk_app", *words],
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **pipes,
    )
    return process


def test_the_help_names_every_command_and_imports_nothing_heavy() -> None:
    asks = "import sys; from clerk_app.cli import main; code = main(['--language', 'en', '--help']); "
    ends = "print(*sorted({name.partition('.')[0] for name in sys.modules})); sys.exit(code)"
    ran = subprocess.run([sys.executable, "-c", asks + ends], capture_output=True, text=True, check=True)
    *lines, modules = ran.stdout.splitlines()
    assert not HEAVY & set(modules.split())
    assert any(
        line.removeprefix("commands: ").split(", ")
        == ["counter", "department", "supervisor", "admin", "reception", "kiosk", "board", "view"]
        for line in lines
    )
    for name, group in GROUPS.items():
        assert name in SCREEN_COMMANDS or any(line.split()[:1] == [name] and group.purpose in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_fits_on_a_screen_of_80x24(clerk: Clerk, language: str) -> None:
    lines = clerk("--language", language, "--help").out.splitlines()
    assert len(lines) < 24
    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("words", [*GROUPS, *ACTS])
def test_every_command_explains_itself(clerk: Clerk, words: str) -> None:
    for language in ("en", "zh_CN"):
        ran = clerk("--language", language, *words.split(), "--help")
        assert (ran.code, ran.err) == (0, "")
        assert f"clerk {words}" in ran.out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["db"],
        ["db", "rebuild"],
        ["db", "check", "surplus"],
        ["--language", "fr", "db", "check"],
        ["--off", "x", "db", "check"],
        ["scan"],
        ["scan", "--size", "640", "x.png"],
        ["scan", "--rotate", "45", "x.png"],
        ["licence", "issue", "x", "--lifetime", "-1"],
        ["licence", "verify", "x", "--at", "yesterday"],
        ["licence", "revoke", "x"],
        ["office", "init", "x"],
        ["demo", "--json"],
        ["demo", "--seed", "1"],
        ["demo", "--hall", "--center"],
        ["demo", "--hall", "--speed", "0"],
        ["demo", "--headless", "--decide", "police=perhaps"],
        ["staff", "add", "1", "x", "--role", "king"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(clerk: Clerk, words: list[str]) -> None:
    ran = clerk(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


def test_the_version_is_that_of_the_package(clerk: Clerk) -> None:
    from importlib.metadata import version

    assert clerk("--version").out == f"clerk {version('clerk')}\n"


def test_words_are_in_the_language_asked_for(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    english = "There is no office in x: office.toml is missing."
    monkeypatch.delenv("CLERK_LANGUAGE")
    by_default = clerk("db", "check", "--office", "x").refused
    assert clerk("--language", "en", "db", "check", "--office", "x").refused == english
    assert clerk("db", "check", "--office", "x", "--language=en").refused == english
    assert clerk("--language", "zh_CN", "db", "check", "--office", "x").refused == by_default
    monkeypatch.setenv("CLERK_LANGUAGE", "en")
    assert clerk("db", "check", "--office", "x").refused == english
    monkeypatch.setenv("CLERK_LANGUAGE", "tlh")
    assert "tlh" in clerk("db", "check").refused


def test_the_office_is_looked_for_where_one_was_named(
    clerk: Clerk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_for(*words: str) -> str:
        return clerk(*words).refused.split(": ")[0].removeprefix("There is no office in ")

    assert looked_for("db", "check") == str(home / ".local/share/clerk/office")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    assert looked_for("db", "check") == str(home / "data/clerk/office")
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert looked_for("db", "check") == str(home / ".local/share/clerk/office")
    monkeypatch.setenv("CLERK_OFFICE", "elsewhere")
    assert looked_for("db", "check") == "elsewhere"
    assert looked_for("--office", "named", "db", "check") == "named"
    assert looked_for("--office", "named", "db", "check", "--office", "later") == "later"


@pytest.mark.parametrize("role", ["counter", "department", "supervisor", "admin", "reception", "kiosk"])
def test_a_role_without_an_office_is_a_sentence(clerk: Clerk, role: str) -> None:
    assert "office.toml is missing" in clerk(role, "--window", "w1").refused


def test_a_role_without_a_terminal_is_a_sentence(office: SampleOffice) -> None:
    with started(
        "--language", "en", "--office", str(office.office.folder), "counter",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "terminal" in err


def test_ctrl_c_ends_with_130_and_without_a_word() -> None:
    with started(
        "licence", "show", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        reading = Path(f"/proc/{process.pid}/wchan")
        if not reading.exists():
            process.kill()
            pytest.skip("whether a process waits for its input is read from /proc")
        while "pipe" not in reading.read_text():
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert process.stdout is not None
        assert process.stderr is not None
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


@pytest.mark.wide
def test_a_reader_who_has_enough_is_no_trouble(office: SampleOffice) -> None:
    command = f"{sys.executable} -m clerk_app --office {office.office.folder} catalogue show birth | true"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.many_cases
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_the_output_is_a_sentence(unbuffered: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full is a Linux device")
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "clerk_app", "licence", "show", "hello"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            text=True,
        )
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1


def test_an_unexpected_error_is_logged_in_the_chosen_office_and_counted_by_the_doctor(
    clerk: Clerk, home: Path, office: SampleOffice
) -> None:
    office_folder = office.office.folder
    settings = office_folder / "office.toml"
    text = settings.read_text("utf-8")
    settings.write_text("x = " + "[" * 20_000, "utf-8")  # endless recursion in the parser
    ran = clerk("--office", office_folder, "db", "check")
    assert (ran.code, ran.out) == (1, "")
    assert "Unexpected error in the program (RecursionError" in ran.err
    assert "builtins.RecursionError" in (office_folder / "clerk.log").read_text("utf-8")
    assert list(home.rglob("clerk.log")) == []
    settings.write_text(text, "utf-8")
    ran = clerk("--office", office_folder, "doctor")
    assert f"1 errors in {office_folder / 'clerk.log'}" in ran.out
    assert "clerk trust init" in ran.out  # there is no center to fetch them from
