"""The blocks of `docs/install.md` in order: machines in folders, with the page's center as a real process.

Package and service managers are replaced: `systemctl enable --now` of the center starts the command of the installed
unit. Everything else of the page is run as it stands, below a folder for each machine.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docs.code_blocks import DOCS, ROOT, read_section_blocks
from tests.docs.test_commands import SCREENS
from tests.terminal.pty_terminal import Terminal

INSTALL = DOCS / "install.md"
REPLACED = ("apt-get", "update-ca-certificates", "systemctl", "systemd-sysusers", "systemd-tmpfiles", "chown")
KINDS = {
    "counter": "1号窗口/Window 1",
    "board": "大厅屏/Board",
    "kiosk": "取号机/Kiosk",
    "department": "卫健审批/Health",
    "supervisor": "大厅主管/Supervisor",
}
FIRST_TEXTS = {**SCREENS, "board": "City center"}
"""What each screen shows first, by the last word of its command."""
_ABSOLUTE = re.compile(r"(?<![\w./:])/(opt|srv|etc|run|usr/local)/")
_CODE = re.compile(r"^(?:[A-Z0-9]{4}-){5,}[A-Z0-9]{4}$", re.MULTILINE)


class Machine:
    """A machine in a folder: runs the lines of the page in a shell."""

    def __init__(self, folder: Path, home: Path, center: str, certificate: Path) -> None:
        self.folder = folder
        self._center = center
        programs = folder / "programs"
        programs.mkdir(parents=True)
        for name in REPLACED:
            _write_program(programs / name, "exit 0")
        _write_program(programs / "runuser", 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"')
        _write_program(programs / "install", _INSTALL)
        _write_program(
            programs / "python3", f"mkdir -p {folder}/opt/clerk/bin; cp {programs}/apt-get {folder}/opt/clerk/bin/pip"
        )
        clerk = Path(sys.executable).with_name("clerk")
        _write_program(programs / "clerk", f'exec {clerk} "$@"')
        for name in ("srv", "usr/local/bin", "usr/local/share/ca-certificates", "etc/clerk", "work"):
            (folder / name).mkdir(parents=True)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "SSL_CERT_FILE": str(certificate),
        }

    def place(self, text: str) -> str:
        """Return a line of the page with the paths and the address of this machine."""
        text = text.replace("/usr/src/clerk", str(ROOT)).replace("center.example.cn:8440", self._center)
        text = text.replace("0.0.0.0:8440", self._center).replace("center.example.cn", "localhost")
        return _ABSOLUTE.sub(lambda found: f"{self.folder}/{found[1]}/", text)

    def run(self, line: str) -> str:
        """Run a line, which must succeed unless the page marks it as refused; return its output."""
        command = ["bash", "-c", self.place(line)]
        ran = subprocess.run(command, cwd=self.folder / "work", env=self.environment, capture_output=True, text=True)
        assert ran.returncode == (1 if line.endswith("# refused") else 0), f"{line}\n{ran.stdout}{ran.stderr}"
        return ran.stdout + ran.stderr

    def run_section(self, title: str) -> None:
        """Run all lines of a section."""
        for line in read_lines(title):
            self.run(line)


_INSTALL = """
set -- $(printf '%s\\n' "$@" | sed -e '/^-[og]$/{N;d}')
exec /usr/bin/install "$@"
"""


def _write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def read_lines(title: str) -> list[str]:
    """Return the lines of the blocks of a section."""
    return [line for block in read_section_blocks(INSTALL, title) for line in block.splitlines() if line]


def find_free_port() -> int:
    """Return a port of the loopback address that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def run_unit(machine: Machine, name: str) -> Iterator[None]:
    """Run the command of an installed unit with its credentials until the end of the block."""
    unit = (machine.folder / "etc/systemd/system" / name).read_text("utf-8")
    credentials = machine.folder / "credentials"
    credentials.mkdir()
    for credential, source in re.findall(r"^LoadCredential=(\S+?):(\S+)$", unit, re.MULTILINE):
        (credentials / credential).write_bytes(Path(machine.place(source)).read_bytes())
    (command,) = re.findall(r"^ExecStart=/opt/clerk/bin/(.+)$", unit, re.MULTILINE)
    words = shlex.split(machine.place(command).replace("%d", str(credentials)))
    with subprocess.Popen(
        words,
        env=machine.environment,
        stderr=subprocess.PIPE,
        text=True,
        executable=machine.folder / "programs" / words[0],
    ) as process:
        assert process.stderr is not None
        assert "address" in process.stderr.readline()
        try:
            yield
        finally:
            process.terminate()


@pytest.mark.wide
def test_a_hall_is_installed_by_the_page_alone(tmp_path: Path, home: Path) -> None:
    address = f"localhost:{find_free_port()}"
    certificate = tmp_path / "center" / "etc/clerk/center.pem"
    center = Machine(tmp_path / "center", home, address, certificate)
    center.run_section("Every machine")
    center.run_section("The center's machine")
    with run_unit(center, "clerk-center.service"):
        codes = invite_machines(center)
        for kind, name in KINDS.items():
            machine = Machine(tmp_path / kind, home, address, certificate)
            machine.run_section("Every machine")
            (machine.folder / "work" / "center.crt").write_bytes(certificate.read_bytes())
            for line in read_lines("A machine of the hall"):
                machine.run(line.replace("CODE", codes[name]).replace("@counter", f"@{kind}"))
            office = str(machine.folder / "srv/clerk")
            with Terminal(
                [sys.executable, "-m", "clerk_app", "--office", office, kind], SSL_CERT_FILE=str(certificate)
            ) as shown:
                shown.wait_for(FIRST_TEXTS[kind])
        center.run_section("The first morning")
        health = [sys.executable, str(ROOT / "deploy/container/is-ready"), f"https://{address}/readyz"]
        assert subprocess.run(health).returncode == 0
    assert subprocess.run(health, capture_output=True).returncode == 1


def invite_machines(center: Machine) -> dict[str, str]:
    """Run the section of the invitations; return the code of each machine by its name."""
    codes, reference = {}, ""
    for line in read_lines("Invitations"):
        out = center.run(line.replace("REFERENCE", reference))
        if asked := re.search(r"staff confirm (\w+)", out):
            reference = asked[1]
        if found := _CODE.search(out):
            codes[re.findall(r'--name "([^"]+)"', line)[0]] = found[0]
    return codes


def test_every_line_of_a_block_is_in_a_section_that_is_run() -> None:
    text = INSTALL.read_text("utf-8")
    sections = ("Every machine", "The center's machine", "Invitations", "A machine of the hall", "The first morning")
    run = [line for title in sections for line in read_lines(title)]
    assert run == [
        line for block in re.findall(r"^```bash\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines() if line
    ]
