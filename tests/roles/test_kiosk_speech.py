"""The speech of the kiosk: a child process that ends at once, and is not offered where it cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.roles.kiosk.speech import Speech


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Install a synthesiser that is a shell script."""
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_it_speaks_what_it_gets_on_its_input_and_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, f"cat > {tmp_path}/spoken; exec sleep 60")
    speech = Speech("headphones")
    assert (speech.is_available, speech.reads_personal) == (True, True)
    speech.speak("\u60a8\u597d\u3002")
    assert speech.is_speaking
    speech.stop()
    assert not speech.is_speaking
    assert speech.is_available


def test_a_synthesiser_that_fails_is_not_offered_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "cat > /dev/null; exit 3")
    speech = Speech("loudspeaker")
    speech.speak("Good morning.")
    while speech.is_speaking:
        pass
    assert not speech.is_available


def test_it_is_off_without_a_synthesiser_or_by_its_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "true")
    assert not Speech("off").is_available
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert not Speech("headphones").is_available
