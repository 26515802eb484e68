"""`clerk view`: the file of a paper from the command line, after sign-in, until its time is over."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clerk_app.cli import main
from clerk_app.composition.office import Office
from clerk_app.roles.papers.opened_files import FOLDER
from clerk_app.views.workstation import Workstation
from tests.city_policy import publish_policy
from tests.roles.papers.conftest import PAPER, PaperCase
from tests.roles.papers.desktop import SampleDesktop
from tests.roles.workflows import sign_in_officer
from tests.sample_data import CITY_PIN


@pytest.fixture
def words(office: Office, paper_case: PaperCase, workstation: Workstation, tmp_path: Path) -> list[str]:
    """The words of a command that is allowed: the city allows it, and the officer holds the task."""
    publish_policy(office, open_originals=True)
    sign_in_officer(workstation, "2001").claim_next()
    pin = tmp_path / "pin"
    pin.write_text(f"{CITY_PIN}\n", "utf-8")
    command = ["view", paper_case.number, PAPER, "--staff", "2001", "--pin-file", str(pin)]
    return ["--language", "en", "--office", str(office.folder), *command]


def failure(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that fails; return its sentence."""
    capsys.readouterr()
    assert main(words) == 1
    output = capsys.readouterr()
    assert output.out == ""
    (sentence,) = output.err.splitlines()
    return sentence


@pytest.mark.wide
@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGKILL])
def test_the_copy_is_removed_at_ctrl_c_and_after_a_kill_at_the_next_start(
    words: list[str], paper_case: PaperCase, desktop: SampleDesktop, ends_by: signal.Signals, office: Office
) -> None:
    # a run in the background of a shell ignores SIGINT, and its programs do too
    command = ["env", "--default-signal=INT", sys.executable, "-m", "clerk_app", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        path, modes, digest = desktop.read_opened()
        assert (modes, digest) == (["600", "700"], paper_case.digest)
        assert program.stdout is not None
        assert "removed after 10 minutes" in program.stdout.readline()
        assert str(path) in program.stdout.readline()
        program.send_signal(ends_by)
        assert program.wait(30) == (0 if ends_by == signal.SIGINT else -signal.SIGKILL)
    assert path.exists() == (ends_by == signal.SIGKILL)
    assert main([*words[:-1], "/nowhere"]) == 1  # a start that comes no further than the PIN
    assert not (office.folder / FOLDER).exists()


def test_it_is_refused_unless_the_city_allows_it(
    words: list[str], office: Office, desktop: SampleDesktop, capsys: pytest.CaptureFixture[str]
) -> None:
    del desktop
    publish_policy(office)
    assert "The city does not allow papers to be opened in another program." in failure(words, capsys)


@pytest.mark.wide
def test_a_wrong_pin_is_refused(
    words: list[str], desktop: SampleDesktop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del desktop
    (tmp_path / "pin").write_text("000000\n", "utf-8")
    assert "wrong" in failure(words, capsys)


@pytest.mark.wide
def test_an_officer_without_the_task_is_refused(
    words: list[str], desktop: SampleDesktop, capsys: pytest.CaptureFixture[str]
) -> None:
    del desktop
    words[words.index("--staff") + 1] = "2002"
    assert "You hold no task of this case" in failure(words, capsys)


@pytest.mark.wide
def test_an_unknown_paper_names_those_with_a_file(
    words: list[str], desktop: SampleDesktop, capsys: pytest.CaptureFixture[str]
) -> None:
    del desktop
    words[words.index(PAPER)] = "lease"
    sentence = failure(words, capsys)
    assert "Those with one: " in sentence
    assert PAPER in sentence


@pytest.mark.wide
def test_a_machine_without_a_desktop_is_named(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "no desktop" in failure(words, capsys)
