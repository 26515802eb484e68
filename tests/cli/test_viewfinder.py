"""The picture that `clerk camera test` draws, and terminals without colour."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from benchmarks.terminal import Terminal
from clerk_app.cli.camera import draw_view
from scanners import View
from tests.scanners.pictures import clip, qr, scene

TRUE = re.compile(r"[34]8;2;(\d+);(\d+);(\d+)")
HUES = {str(base + hue) for base in (30, 40, 90, 100) for hue in range(1, 7)}
OUTLINE = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))


def run_in_terminal(command: tuple[str, ...], env: Mapping[str, str], marker: str) -> bytes:
    """Run a command; return its terminal output up to `marker`."""
    with Terminal((sys.executable, "-m", "clerk_app", "--language", "en", *command), env) as terminal:
        terminal.wait_for(marker)
        terminal.wait_until_quiet()
        return terminal.output


def has_colour(shown: bytes) -> bool:
    """Whether the output has a colour other than grey."""
    styles = [style.decode() for style in re.findall(rb"\x1b\[([0-9;]*)m", shown)]
    if any(len(set(true)) > 1 for style in styles for true in TRUE.findall(style)):
        return True
    return any(HUES & set(TRUE.sub("", style).split(";")) for style in styles)


@pytest.fixture
def video(tmp_path: Path) -> str:
    return clip(tmp_path / "code.avi", [scene(qr("EL1:ABC"), seed=n) for n in range(5)])


def test_a_picture_has_its_width_and_half_its_height_in_both_drawings() -> None:
    view = View(width=6, height=5, rgb=bytes(range(90)), outlines=(OUTLINE,))
    systems: tuple[Literal["truecolor"] | None, ...] = ("truecolor", None)
    for system in systems:
        lines = draw_view(view, Console(color_system=system, file=io.StringIO())).plain.splitlines()
        assert [len(line) for line in lines] == [6, 6, 6]
        assert ("@" in "".join(lines)) == (system is None)


@pytest.mark.wide
def test_the_picture_is_drawn_with_its_results_below(video: str) -> None:
    command = ("camera", "test", video, "--seconds", "3")
    shown = run_in_terminal(command, {}, "EL1:ABC")
    assert "▀".encode() in shown
    assert has_colour(shown)
    assert b"640x480" in shown
    plain = run_in_terminal(command, {"TERM": "vt100", "COLORTERM": ""}, "EL1:ABC")
    assert "▀".encode() not in plain
    assert b"@@" in plain
    assert not has_colour(plain)


@pytest.mark.parametrize(("term", "has"), [("xterm-256color", True), ("vt100", False), ("dumb", False)])
@pytest.mark.wide
def test_a_terminal_without_colours_gets_none(tmp_path: Path, term: str, has: bool) -> None:
    (tmp_path / "office.toml").write_text("")
    env = {"TERM": term, "COLORTERM": "truecolor" if has else ""}
    shown = run_in_terminal(("--office", str(tmp_path), "counter"), env, "Staff number")
    assert has_colour(shown) == has
