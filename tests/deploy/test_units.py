"""The units of `deploy/systemd`, checked by systemd's own programs where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
SYSTEMD = DEPLOY / "systemd"
ROLES = ("counter", "department", "supervisor", "kiosk", "board", "reception")
MAX_EXPOSURE = 20  # tenths of the 10 points of `systemd-analyze security`
SERVICES = ("clerk-center.service", "clerk-backup.service", "clerk-screen@kiosk.service", "clerk-kiosk-web.service")
BROWSER = "clerk-kiosk-browser.service"  # Chromium makes its own sandbox of namespaces and system calls
MAX_BROWSER_EXPOSURE = 50
PROGRAMS = "/opt/clerk/bin"

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with programs that exist on this machine, and each sample drop-in in use."""
    folder, programs = tmp_path_factory.mktemp("units"), tmp_path_factory.mktemp("programs")
    for name in ("clerk", "clerk-screen", "clerk-kiosk-browser"):
        shutil.copy("/bin/true", programs / name)
    for unit in (*SYSTEMD.glob("*.service"), *SYSTEMD.glob("*.timer")):
        (folder / unit.name).write_text(unit.read_text("utf-8").replace(PROGRAMS, str(programs)))
    for name in ("clerk-center.service.d", "clerk-screen@.service.d"):
        shutil.copytree(SYSTEMD / "examples", folder / name)
    return folder


def run_analyze(units: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze over the units in a folder."""
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "LC_ALL": "C.UTF-8"}
    return subprocess.run(["systemd-analyze", *words], env=environment, capture_output=True, text=True)


@needs_systemd
def test_systemd_accepts_every_unit(units: Path) -> None:
    names = [*SERVICES, BROWSER, "clerk-backup.timer", *(f"clerk-screen@{role}.service" for role in ROLES)]
    ran = run_analyze(units, "verify", "--man=no", *(str(units / name) for name in names))
    complaints = [line for line in ran.stderr.splitlines() if "clerk" in line]
    assert (ran.returncode, complaints) == (0, [])


@needs_systemd
@pytest.mark.parametrize("service", [*SERVICES, BROWSER])
def test_a_unit_is_confined(units: Path, service: str) -> None:
    if "@" in service:  # the offline analysis reads no template
        shutil.copy(units / "clerk-screen@.service", units / service)
    arguments = (
        "--offline=true",
        f"--threshold={MAX_BROWSER_EXPOSURE if service == BROWSER else MAX_EXPOSURE}",
        "--no-pager",
        str(units / service),
    )
    ran = run_analyze(units, "security", *arguments)
    if "unrecognized option" in ran.stderr or "Unknown" in ran.stderr:
        pytest.skip("this systemd-analyze does not analyse files")
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("path", sorted(SYSTEMD.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_has_its_own_user(path: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None, delimiters="=")
    unit.read_string(path.read_text("utf-8"))
    users = "".join(list_.read_text("utf-8") for list_ in DEPLOY.glob("*.sysusers"))
    assert f"u {unit['Service']['User']} " in users


def test_center_and_screens_are_started_again_whenever_they_end() -> None:
    for name in ("clerk-center.service", "clerk-screen@.service", "clerk-kiosk-web.service", BROWSER):
        lines = (SYSTEMD / name).read_text("utf-8").splitlines()
        assert {"Restart=always", "StartLimitIntervalSec=0", "WantedBy=multi-user.target"} <= set(lines)


@pytest.mark.parametrize("installed", [(), ("cage", "foot")])
def test_the_screen_uses_a_terminal_with_chinese_where_it_is_installed(
    tmp_path: Path, installed: tuple[str, ...]
) -> None:
    shutil.copy(DEPLOY / "clerk-screen", tmp_path / "clerk-screen")
    for name in (*installed, "clerk"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$CLERK_LANGUAGE" "$@"\n')
        (tmp_path / name).chmod(0o755)
    for name in ("dirname", "readlink", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    ran = subprocess.run(
        [tmp_path / "clerk-screen", "kiosk"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    console, compositor = "clerk en kiosk\n", "cage  -d -- foot --fullscreen --font=monospace:size=16 -- "
    expected = f"{compositor}{tmp_path}/clerk kiosk\n" if installed else console
    assert ran.stdout == expected
