"""`clerk board clips` and what `clerk doctor` finds for the voice of a board."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Clerk
from tests.office import SampleOffice
from tests.roles.board.sample_voice import Programs, make_clips


def test_missing_clips_are_listed_with_the_text_to_be_read(clerk: Clerk, tmp_path: Path) -> None:
    folder = make_clips(tmp_path / "clips", without=["zh-window", "en-7"])
    ran = clerk("board", "clips", "--check", folder)
    assert (ran.code, ran.lines[:-1]) == (1, ["zh-window.wav  号窗口", "en-7.wav  seven"])
    make_clips(tmp_path / "all")
    assert clerk("board", "clips", "--check", tmp_path / "all").code == 0


def test_the_folder_of_the_clips_has_to_be_named(clerk: Clerk) -> None:
    assert clerk("board", "clips").code == 2


def test_a_board_without_an_office_is_refused(clerk: Clerk, tmp_path: Path) -> None:
    assert "There is no office" in clerk("--office", tmp_path, "board").refused


@pytest.mark.wide
def test_the_doctor_shows_what_a_board_speaks_with(
    clerk: Clerk, office: SampleOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.store.write() as tx:
        tx.update("nodes", {"here": True}, kind="board")
    programs = Programs(tmp_path)
    monkeypatch.setenv("PATH", programs.path)
    found = []
    for has_synthesiser in (False, True):
        if has_synthesiser:
            programs.add_synthesiser()
        checks = clerk("--office", office.office.folder, "doctor", "--json").json["checks"]
        found += [(check["level"], check["found"]) for check in checks if check["name"] == "voice"]
    assert found == [
        ("warning", "bell of the terminal (no player and no espeak-ng; no clips)"),
        ("ok", f"espeak-ng ({programs.folder}/espeak-ng; no clips)"),
    ]
