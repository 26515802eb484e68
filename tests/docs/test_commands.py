"""Every command of the documentation works.

Those of `docs/operating.md` are run in order; of the others, the command, its options or its target must exist. The
folders and files of the page are mapped to a sandbox, its sample values to those of the sandbox. Servers and screens
are real processes, which are stopped after their first output.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from clerk_app.feedback.complaints import FileComplaint
from clerk_app.ledger.door import system_clock
from tests.center.test_processes import create_certificate, create_invitation_code, run_program
from tests.cli.conftest import Clerk, Ran
from tests.cli.test_printer import SETTINGS
from tests.docs.code_blocks import DOCS, PAGES, ROOT, read_blocks, read_commands, read_inline_code, read_section_blocks
from tests.office import SampleOffice
from tests.paper.tcp_printer import tcp_printer
from tests.sample_data import HALL, PIN
from tests.sample_node import SampleNode
from tests.terminal.pty_terminal import Terminal

OPERATING = DOCS / "operating.md"
SECTIONS = (
    "A new office", "Appointments", "Who was on duty", "Complaints of citizens", "Checks", "Backup", "Restore",
    "PostgreSQL", "The center", "A window of a center", "Retention", "Printers"
)  # fmt: skip
RECOVERY = "Encryption and recovery"  # run by test_recovery.py
SCREENS = {
    "counter": "Staff number",
    "department": "Staff number",
    "supervisor": "Staff number",
    "kiosk": "Status of my",
}
COMMAND = re.compile(r"(clerk|make|python -m|pytest)( .*)?")


class Sandbox:
    """Runs commands of a page with its folders below a temporary one, and its sample values replaced."""

    def __init__(self, clerk: Clerk, folder: Path) -> None:
        self.clerk, self.folder = clerk, folder
        self.replaced: dict[str, str] = {}
        for name in ("srv", "mnt"):
            self.replaced[f"/{name}/"] = f"{folder}/{name}/"
            (folder / name).mkdir()
        for name in ("admin.pin", "clerk.pin"):
            self.replace(name, self.folder / name)
            (folder / name).write_text(f"{PIN}24\n")
        self.replace("cases.jsonl", folder / "cases.jsonl")

    def replace(self, sample: str, real: object) -> None:
        """Use `real` where the page has `sample`."""
        self.replaced[sample] = str(real)

    def words(self, command: str) -> list[str]:
        """Return the words of a command as they are run here."""
        return [self._replaced(word) for word in shlex.split(command)]

    def _replaced(self, word: str) -> str:
        samples = [sample for sample in self.replaced if word.startswith(sample)]
        longest = max(samples, key=len, default="")
        return self.replaced.get(longest, "") + word.removeprefix(longest)

    def run(self, command: str) -> Ran:
        """Run a command and check that it succeeds; a screen is opened and left."""
        words = self.words(command)
        if words[0] in ("mkdir", "cp"):
            subprocess.run(words, check=True)
            return Ran(0, "", "")
        if words[0] == "python3":
            subprocess.run([sys.executable, *words[1:]], check=True, capture_output=True)
            return Ran(0, "", "")
        if words[-1] in SCREENS:
            open_screen(*words[1:])
            return Ran(0, "", "")
        ran = self.clerk(*words[1:])
        assert ran.code == 0, f"{command}\n{ran.out}{ran.err}"
        return ran


def open_screen(*words: str) -> None:
    """Start a screen in a terminal; stop it after its first output."""
    with Terminal([sys.executable, "-m", "clerk_app", *words]) as terminal:
        terminal.wait_for(SCREENS[words[-1]])


@pytest.fixture
def sandbox(clerk: Clerk, tmp_path: Path) -> Sandbox:
    return Sandbox(clerk, tmp_path)


@pytest.fixture
def sample(sandbox: Sandbox, office: SampleOffice) -> SampleOffice:
    """The sample office in the place of /srv/clerk."""
    sandbox.replace("/srv/clerk", office.office.folder)
    (sandbox.folder / "admin.pin").write_text(f"{PIN}\n")
    return office


def test_every_section_with_commands_is_run() -> None:
    run = [command for title in (*SECTIONS, RECOVERY) for command in read_commands(OPERATING, title)]
    assert sorted(run) == sorted(read_commands(OPERATING))


@pytest.mark.wide
def test_a_new_office_is_made_and_opened_by_the_page_alone(tmp_path: Path, home: Path) -> None:
    """Run the section as a newcomer does: line by line in a shell, in an empty folder."""
    place = tmp_path / "empty"
    place.mkdir()
    (place / "srv").mkdir()
    blocks = read_section_blocks(OPERATING, "A new office")
    *lines, screen = [line for block in blocks for line in block.replace("/srv/", f"{place}/srv/").splitlines() if line]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(home)}
    for line in lines:
        ran = subprocess.run(["bash", "-c", line], cwd=place, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
    assert [file.stat().st_mode & 0o077 for file in place.glob("*.pin")] == [0, 0]
    open_screen(*shlex.split(screen)[1:])


@pytest.mark.wide
def test_an_office_is_checked_backed_up_restored_and_moved(sandbox: Sandbox, sample: SampleOffice) -> None:
    sample.accept_birth()
    sample.close()
    for title in ("Checks", "Backup"):
        for command in read_commands(OPERATING, title):
            sandbox.run(command)
    (backup,) = (sandbox.folder / "mnt" / "backup").glob("*.db")
    sandbox.replace("/mnt/backup/clerk-20260506-120000-000000.db", backup)
    keys = sandbox.folder / "mnt" / "keys"
    keys.mkdir()
    (keys / "center.epoch").write_text("an older epoch")
    for title in ("Restore", "PostgreSQL"):
        for command in read_commands(OPERATING, title):
            sandbox.run(command)
    for folder in ("restored", "new"):
        assert sandbox.clerk("--office", sandbox.folder / "srv" / folder, "audit", "verify").code == 0
    epoch = sandbox.folder / "srv" / "restored" / "keys" / "center.epoch"
    assert epoch.read_text("utf-8") != "an older epoch"


def test_appointments_are_registered_and_cancelled(sandbox: Sandbox, sample: SampleOffice) -> None:
    sample.close()
    (rows,) = (block.text for block in read_blocks(OPERATING, "text") if block.text.startswith("day,"))
    (sandbox.folder / "appointments.csv").write_text(rows, "utf-8")
    sandbox.replace("appointments.csv", sandbox.folder / "appointments.csv")
    for command in read_commands(OPERATING, "Appointments"):
        sandbox.run(command)


def test_the_register_of_duty_is_written(sandbox: Sandbox, sample: SampleOffice) -> None:
    sample.close()
    sandbox.replace("duty.csv", sandbox.folder / "duty.csv")
    for command in read_commands(OPERATING, "Who was on duty"):
        sandbox.run(command)
    assert "1000" in (sandbox.folder / "duty.csv").read_text("utf-8-sig")


def test_the_complaints_are_listed(sandbox: Sandbox, sample: SampleOffice) -> None:
    filed = sample.door.perform(FileComplaint(hall=HALL, category="other"), "kiosk")
    sample.close()
    sandbox.replace("complaints.csv", sandbox.folder / "complaints.csv")
    for command in read_commands(OPERATING, "Complaints of citizens"):
        sandbox.run(command)
    assert filed.number in (sandbox.folder / "complaints.csv").read_text("utf-8-sig")


def test_a_case_is_erased(sandbox: Sandbox, sample: SampleOffice) -> None:
    number = sample.accept_birth()
    sample.withdraw(number)
    sandbox.replace("260000000010", number)
    sandbox.replace("9001", sample.select("staff", id="admin")[0]["number"])
    sample.close()
    for command in read_commands(OPERATING, "Retention"):
        sandbox.run(command)


@pytest.mark.wide
def test_a_center_is_made_served_and_directed(sandbox: Sandbox) -> None:
    init, serve, *others = read_commands(OPERATING, "The center")
    sandbox.run(init)
    certificate, key = create_certificate(sandbox.folder)
    sandbox.replace("center.pem", certificate)
    sandbox.replace("center.key", key)
    sandbox.replace("0.0.0.0:8440", "127.0.0.1:0")
    words = sandbox.words(serve)
    folder = Path(words[words.index("--folder") + 1])
    with run_program(folder, *words[2:], trust=certificate) as center:
        for command in others:
            ran = sandbox.run(command)
            if "invite" in command:
                sandbox.replace("n1a2b3c4d", SampleNode.enrol(center.client, ran.lines[-1]).enrolled.node)


@pytest.mark.wide
def test_a_window_is_enrolled_opened_and_synchronised(sandbox: Sandbox, sample: SampleOffice) -> None:
    sample.clock.now = system_clock()  # a window holds recent cases only
    sandbox.replace("260000020019", sample.accept_birth())
    sample.close()
    folder = sample.office.folder
    with run_program(folder) as center:
        enrol, *others = read_commands(OPERATING, "A window of a center")
        sandbox.replace("https://center.example.cn", str(center.client.base_url))
        sandbox.run(f"{enrol} {create_invitation_code(folder)}")
        for command in others:
            sandbox.run(command)


def test_printers_are_set_listed_and_tested(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    (folder / "spool").mkdir(parents=True)
    (folder / "office.toml").write_text(SETTINGS, "utf-8")
    sandbox.replace("/srv/clerk", folder)
    with tcp_printer() as printer:
        sandbox.replace("tcp://10.0.0.7:9100", printer.device)
        for command in read_commands(OPERATING, "Printers"):
            sandbox.run(command)
        assert len(printer.papers) == 1


@pytest.mark.wide
@pytest.mark.parametrize("role", SCREENS)
def test_every_screen_opens(role: str, sample: SampleOffice) -> None:
    sample.close()
    open_screen("--office", str(sample.office.folder), role)


@pytest.mark.wide
def test_the_demo_opens_with_and_without_a_center(home: Path) -> None:
    with Terminal([sys.executable, "-m", "clerk_app", "demo"]) as terminal:
        terminal.wait_for("Staff number")
    with Terminal([sys.executable, "-m", "clerk_app", "demo", "--center"]) as terminal:
        terminal.wait_for("The center is process")
        terminal.send("10")  # typed before the screen opens
        terminal.wait_for("commands that stop and start the center")
        terminal.send("01", "Enter", "471902", "Enter")
        terminal.wait_for("What to do now")
        terminal.send("^Q")
        terminal.wait_for_exit()


def mentioned(program: str) -> list[str]:
    """Return the commands of a program on all pages, without those of `docs/operating.md` that are run above."""
    found = {code for page in PAGES for code in read_inline_code(page)}
    found |= {command for page in PAGES if page != OPERATING for command in read_commands(page)}
    return sorted(code for code in found if (match := COMMAND.fullmatch(code)) and match[1] == program)


def test_each_mentioned_command_and_its_options_exist(clerk: Clerk) -> None:
    for command in mentioned("clerk"):
        words = command.split()[1:]
        while words and words[0] == "--office":
            del words[:2]
        path = re.match(r"(?:[a-z-]+ )*", " ".join([*words, ""]).partition("-- ")[0])
        names = [word for word in (path[0] if path else "").split() if not word.startswith("--")]
        ran = clerk(*names, "--help")
        assert ran.code == 0, (command, ran.err)
        known = (*ran.out.split(), "--help")
        assert [word for word in words if word.startswith("--") and word not in known] == [], command


@pytest.mark.parametrize("command", mentioned("make"))
def test_a_mentioned_target_exists(command: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "command",
    [pytest.param(command, marks=[pytest.mark.wide] * ("|" in command)) for command in mentioned("python -m")],
)
def test_a_mentioned_module_and_its_options_exist(command: str) -> None:
    module, *words = command.split()[2:]
    found = find_spec(module)
    assert found is not None
    assert found.submodule_search_locations is None or find_spec(f"{module}.__main__")
    for name in words[0].split("|") if words else ():
        ran = subprocess.run([sys.executable, "-m", module, name, "--help"], cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        known = re.findall(r"--[a-z-]+", ran.stdout)
        assert [word for word in words if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize("command", mentioned("pytest"))
def test_a_mentioned_test_folder_exists(command: str) -> None:
    assert (ROOT / command.split()[1]).is_dir()
