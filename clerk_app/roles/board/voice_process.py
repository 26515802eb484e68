"""The process that speaks calls, one after another: `python -m clerk_app.roles.board.voice_process OPTIONS`.

It reads a JSON object per line: clip names, and the sentences for the synthesiser. For each it writes a line: `clips`,
`synthesiser`, or `silent` if nothing could be played. It ends with its input, so it does not outlive the board.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from clerk_app.errors import BadData
from clerk_app.roles.board.clips import join_clips, wave_seconds

PLAYER_GRACE = 5.0  # seconds that a player may take longer than the sound lasts
SYNTHESIS_LIMIT = 10.0  # seconds for the synthesiser to write its sound
DIRECT_LIMIT = 25.0  # seconds for the synthesiser to speak by itself
VOICES = ("cmn-latn-pinyin", "en")  # of the sentences; the voice `cmn` reads 号 in English
_WORDS_PER_MINUTE = "140"


class SpokenText(NamedTuple):
    """One call: the names of its clips, and its sentences in Chinese and English."""

    clips: tuple[str, ...]
    sentences: tuple[str, str]


class Speaker:
    """Speaks calls with the programs of this machine. Times are in seconds."""

    def __init__(self, player: str, synthesiser: str, clips: Path | None, grace: float) -> None:
        self._player = player
        self._synthesiser = synthesiser
        self._clips = clips
        self._grace = grace

    def speak(self, text: SpokenText) -> str:
        """Speak a call and return what spoke it: clips, synthesiser or silent."""
        content = self._join_clips(text.clips)
        if content is not None:
            return "clips" if self._play(content) else "silent"
        if not self._synthesiser:
            return "silent"
        spoken = [self._synthesise(voice, sentence) for voice, sentence in zip(VOICES, text.sentences, strict=True)]
        return "synthesiser" if all(spoken) else "silent"

    def _join_clips(self, names: Sequence[str]) -> bytes | None:
        """Return the sound of the clips; None if one is missing, or they cannot be played here."""
        if not self._player or self._clips is None or not names:
            return None
        try:
            return join_clips(self._clips, names)
        except BadData:
            return None

    def _play(self, content: bytes) -> bool:
        with TemporaryDirectory(prefix="clerk-voice-") as folder:
            path = Path(folder) / "call.wav"
            path.write_bytes(content)
            quiet = ("-q",) if Path(self._player).name == "aplay" else ()
            return _run((self._player, *quiet, str(path)), wave_seconds(content) + self._grace)

    def _synthesise(self, voice: str, sentence: str) -> bool:
        options = (self._synthesiser, "-v", voice, "-s", _WORDS_PER_MINUTE)
        if not self._player:
            return _run((*options, sentence), DIRECT_LIMIT)
        with TemporaryDirectory(prefix="clerk-voice-") as folder:
            path = Path(folder) / "speech.wav"
            return (
                _run((*options, "-w", str(path), sentence), SYNTHESIS_LIMIT)
                and path.is_file()
                and self._play(path.read_bytes())
            )


def _run(command: Sequence[str], limit: float) -> bool:
    """Run a program and return whether it succeeded; it is killed after `limit` seconds."""
    try:
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Speak the calls of standard input until it ends."""
    parser = ArgumentParser()
    parser.add_argument("--player", default="")
    parser.add_argument("--synthesiser", default="")
    parser.add_argument("--clips", type=Path, default=None)
    parser.add_argument("--grace", type=float, default=PLAYER_GRACE)
    options = parser.parse_args(arguments)
    speaker = Speaker(options.player, options.synthesiser, options.clips, options.grace)
    for line in sys.stdin:
        call = json.loads(line)
        result = speaker.speak(SpokenText(tuple(call["clips"]), (call["zh"], call["en"])))
        with suppress(BrokenPipeError):
            print(result, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
