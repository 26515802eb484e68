"""Recorded clips of the voice: which a call needs, which are missing in a folder, and how they are joined.

Clips are WAV files (PCM, 16 bits) of one rate and one number of channels. No clips come with the program.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from clerk_app.errors import BadData
from clerk_app.roles.board.chime import make_chime
from clerk_app.views.board import BoardCall

SAMPLE_BYTES = 2  # of one channel
MAX_CLIP_BYTES = 10_000_000  # a larger file is no clip
_PAUSE_SECONDS = 0.25  # between the two languages


class WaveFormat(NamedTuple):
    """Rate in Hz and number of channels of a WAV file."""

    rate: int
    channels: int


class ClipFault(NamedTuple):
    """A clip that is missing or cannot be used: its name, the text it must contain, and the error; empty if missing."""

    name: str
    text: str
    error: str = ""


@cache
def read_manifest() -> dict[str, str]:
    """Return the names of all clips with the text to be spoken."""
    import yaml  # only a board and `clerk board clips` need it

    data: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("data/clips.yaml").read_text("utf-8"))
    letters = {f"letter-{letter}": letter for letter in data["letters"]}
    return {**data["chinese"], **data["english"], **letters}


def list_clips(call: BoardCall) -> list[str]:
    """Return the names of the clips of a call: Chinese, a pause (empty name), English.

    Empty for a window whose name has no number: the clips cannot name it.
    """
    if not call.window_number:
        return []
    number = call.number.upper()
    return [
        "zh-please",
        *(_character_clip(character, "zh") for character in number),
        "zh-number",
        "zh-to",
        *(f"zh-{digit}" for digit in call.window_number),
        "zh-window",
        "",
        "en-ticket",
        *(_character_clip(character, "en") for character in number),
        "en-window",
        *(f"en-{digit}" for digit in call.window_number),
    ]


def _character_clip(character: str, language: str) -> str:
    return f"{language}-{character}" if character.isdigit() else f"letter-{character}"


def find_faults(folder: Path) -> Iterator[ClipFault]:
    """Yield the clips of the manifest that are missing in a folder, cannot be read, or differ from the first one."""
    expected: WaveFormat | None = None
    for name, text in read_manifest().items():
        path = folder / f"{name}.wav"
        if not path.is_file():
            yield ClipFault(name, text)
            continue
        try:
            found, _frames = _read_clip(path)
            expected = expected or found
            _require_format(path, found, expected)
        except BadData as error:
            yield ClipFault(name, text, str(error))


def join_clips(folder: Path, names: Sequence[str]) -> bytes:
    """Return a WAV file: the chime, then the clips. Raises BadData for a clip that is missing or differs."""
    clips = {name: _read_clip(folder / f"{name}.wav") for name in dict.fromkeys(names) if name}
    if not clips:
        raise BadData("There is no clip for this call.")
    expected = next(iter(clips.values()))[0]
    for name, (found, _frames) in clips.items():
        _require_format(folder / f"{name}.wav", found, expected)
    pause = bytes(round(expected.rate * _PAUSE_SECONDS) * expected.channels * SAMPLE_BYTES)
    parts = (clips[name][1] if name else pause for name in names)
    return write_wave(expected, (make_chime(expected.rate, expected.channels), *parts))


def write_wave(form: WaveFormat, parts: Iterable[bytes]) -> bytes:
    """Return samples of 16 bits as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(form.channels)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(form.rate)
        for part in parts:
            file.writeframes(part)
    return buffer.getvalue()


def wave_seconds(content: bytes) -> float:
    """Return the length of a WAV file in seconds; 0.0 if it cannot be read."""
    try:
        with wave.open(io.BytesIO(content), "rb") as file:
            return file.getnframes() / (file.getframerate() or 1)
    except (wave.Error, EOFError):
        return 0.0


def _require_format(path: Path, found: WaveFormat, expected: WaveFormat) -> None:
    if found != expected:
        raise BadData(
            "{path} has {found}, other clips have {expected}. All clips need the same rate and channels.",
            path=path,
            found=f"{found.rate} Hz x {found.channels}",
            expected=f"{expected.rate} Hz x {expected.channels}",
        )


def _read_clip(path: Path) -> tuple[WaveFormat, bytes]:
    """Return format and samples of a clip. Raises BadData."""
    try:
        if path.stat().st_size > MAX_CLIP_BYTES:
            raise BadData("{path} is too large for a clip.", path=path)
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != SAMPLE_BYTES or file.getnframes() == 0:
                raise BadData("{path} is no clip: WAV with samples of 16 bits is needed.", path=path)
            return WaveFormat(file.getframerate(), file.getnchannels()), file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
