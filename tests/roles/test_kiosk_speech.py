"""The speech of the kiosk: a child process that ends at once, and is not offered where it cannot work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from clerk_app.roles.kiosk.speech import Speech


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Install a synthesiser that is a shell script, and a playback device."""
    (folder / "pcmC0D0p").touch()
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_it_speaks_what_it_gets_on_its_input_and_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, f"cat > {tmp_path}/spoken; exec sleep 60")
    speech = Speech("headphones", devices=tmp_path)
    assert (speech.is_available, speech.reads_personal) == (True, True)
    speech.speak("\u60a8\u597d\u3002")
    assert speech.is_speaking
    speech.stop()
    assert not speech.is_speaking
    assert speech.is_available


def test_a_synthesiser_that_fails_is_not_offered_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "cat > /dev/null; exit 3")
    speech = Speech("loudspeaker", devices=tmp_path)
    speech.speak("Good morning.")
    while speech.is_speaking:
        pass
    assert not speech.is_available


def test_it_is_off_without_a_synthesiser_or_by_its_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "true")
    assert not Speech("off", devices=tmp_path).is_available
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert not Speech("headphones", devices=tmp_path).is_available


def test_it_is_not_offered_on_a_machine_without_a_sound_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "exit 0")
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert Speech("loudspeaker", devices=tmp_path).is_available
    assert not Speech("loudspeaker", devices=tmp_path / "none").is_available


def test_the_child_ends_with_a_kiosk_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    kiosk = (
        "import os, signal, sys, pathlib\nfrom clerk_app.roles.kiosk.speech import Speech\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\nSpeech('loudspeaker', devices=folder).speak('Good morning.')\n"
        "while not (folder / 'pid').exists() or not (folder / 'pid').read_text(): pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", kiosk], check=False)
    child = Path("/proc") / (tmp_path / "pid").read_text("ascii").strip()
    until = monotonic() + 10
    while is_running(child) and monotonic() < until:
        pass
    assert not is_running(child)


def is_running(process: Path) -> bool:
    """Return whether a process of /proc runs; one that has ended may still be listed as a zombie."""
    try:
        return "State:\tZ" not in (process / "status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
