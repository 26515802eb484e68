"""The voice of a board, with programs that record what they are given."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clerk_app.roles.board.chime import make_chime
from clerk_app.roles.board.clips import find_faults, read_manifest
from clerk_app.roles.board.voice import Voice, chinese_sentence, english_sentence
from clerk_app.roles.board.voice_equipment import find_equipment
from tests.roles.board.sample_voice import CLIP, FORM, Programs, call, make_clips

OpenVoice = Callable[..., Voice]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    made = Programs(tmp_path)
    monkeypatch.setenv("PATH", made.path)
    return made


@pytest.fixture
def open_voice() -> Iterator[OpenVoice]:
    opened: list[Voice] = []

    def open_with(clips: Path | None = None, *, grace: float = 5.0) -> Voice:
        opened.append(Voice(find_equipment(clips), grace=grace))
        return opened[-1]

    yield open_with
    for voice in opened:
        voice.close()


def read_clip_names(path: str) -> list[str]:
    """Return the names of the clips of a sound that was played, without the chime and the pause."""
    with wave.open(path, "rb") as file:
        content = file.readframes(file.getnframes())
    rest, names = content.removeprefix(make_chime(FORM.rate, FORM.channels)), list(read_manifest())
    assert len(rest) < len(content)
    pause = round(FORM.rate * 0.25) * 2
    starts = [*range(0, 10 * len(CLIP), len(CLIP)), *range(10 * len(CLIP) + pause, len(rest), len(CLIP))]
    return [names[int.from_bytes(rest[start : start + 2], "little")] for start in starts]


def test_a_call_is_joined_from_clips_in_both_languages_after_the_chime(
    programs: Programs, open_voice: OpenVoice, tmp_path: Path
) -> None:
    programs.add_player()
    assert open_voice(make_clips(tmp_path / "clips")).queue_call(call("A037", 12))
    (line,) = programs.wait_for_lines(1)
    command, _bar, played = line.partition("|")
    assert command.startswith(f"{programs.folder}/aplay -q ")
    assert read_clip_names(played) == [
        *("zh-please", "letter-A", "zh-0", "zh-3", "zh-7", "zh-number", "zh-to", "zh-1", "zh-2", "zh-window"),
        *("en-ticket", "letter-A", "en-0", "en-3", "en-7", "en-window", "en-1", "en-2"),
    ]


def test_calls_that_come_while_one_is_spoken_wait_in_order_and_the_board_does_not(
    programs: Programs, open_voice: OpenVoice, tmp_path: Path
) -> None:
    programs.add_player("paplay", extra="sleep 0.2")
    voice = open_voice(make_clips(tmp_path / "clips"))
    begin = time.monotonic()
    for number in ("A001", "A002", "B003"):
        assert voice.queue_call(call(number, 12))
    assert time.monotonic() - begin < 0.2
    played = [line.partition("|")[2] for line in programs.wait_for_lines(3)]
    spoken = [read_clip_names(path)[1:5] for path in played]
    assert ["".join(name[-1] for name in names) for names in spoken] == ["A001", "A002", "B003"]


@pytest.mark.wide
def test_a_player_that_hangs_is_killed_and_the_next_call_is_spoken(
    programs: Programs, open_voice: OpenVoice, tmp_path: Path
) -> None:
    programs.add_player(extra=f'[ -e "{tmp_path}/hung" ] || {{ touch "{tmp_path}/hung"; exec sleep 60; }}')
    voice = open_voice(make_clips(tmp_path / "clips"), grace=0.1)
    for number in ("A001", "A002"):
        voice.queue_call(call(number, 12))
    (line,) = programs.wait_for_lines(1)
    assert read_clip_names(line.partition("|")[2])[4] == "zh-2"
    assert voice.take_failures() == 1


@pytest.mark.wide
def test_without_clips_the_synthesiser_speaks_pinyin_and_english(programs: Programs, open_voice: OpenVoice) -> None:
    programs.add_synthesiser()
    voice = open_voice()
    assert voice.equipment.kind == "synthesiser"
    assert voice.queue_call(call("A037", 3))
    assert programs.wait_for_lines(2) == [
        "espeak-ng cmn-latn-pinyin 请 A 零 三 七 号，到 三号窗口",
        "espeak-ng en Ticket A 0 3 7, please go to Window 3.",
    ]


@pytest.mark.wide
def test_the_synthesiser_speaks_a_call_for_which_a_clip_is_missing(
    programs: Programs, open_voice: OpenVoice, tmp_path: Path
) -> None:
    programs.add_player()
    programs.add_synthesiser()
    voice = open_voice(make_clips(tmp_path / "clips", without=["letter-B"]))
    assert (voice.equipment.kind, voice.equipment.missing_clips) == ("clips", 1)
    voice.queue_call(call("B001", 3))
    lines = programs.wait_for_lines(4)  # each language is synthesised, then played
    assert [line.partition(" ")[0].rpartition("/")[2] for line in lines] == ["espeak-ng", "aplay"] * 2


def test_without_programs_the_board_has_no_voice(programs: Programs, open_voice: OpenVoice, tmp_path: Path) -> None:
    assert programs.lines == []
    voice = open_voice(make_clips(tmp_path / "clips"))
    assert voice.equipment.kind == "bell"
    assert not voice.queue_call(call("A001", 1))


def test_sentences_name_the_digits_one_by_one() -> None:
    assert chinese_sentence(call("A120", 12)) == "请 A 一 二 零 号，到 一二号窗口"
    assert english_sentence(call("A120", 12)) == "Ticket A 1 2 0, please go to Window 12."


def test_missing_and_wrong_clips_are_listed_with_their_text(tmp_path: Path) -> None:
    folder = make_clips(tmp_path / "clips", without=["zh-window"])
    (folder / "en-9.wav").write_bytes(b"no sound")
    faults = {fault.name: (fault.text, bool(fault.error)) for fault in find_faults(folder)}
    assert faults == {"zh-window": ("号窗口", False), "en-9": ("nine", True)}
