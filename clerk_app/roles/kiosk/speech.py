"""Speech of the kiosk: a child process of low priority for each sentence, which is killed at the next touch.

The sentence reaches the synthesiser by its standard input, so that the list of processes does not contain it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import which

from clerk_app.locales import current_language, is_plain
from clerk_app.log import log_event

SYNTHESISER = "espeak-ng"
VOICES = {"zh_CN": "cmn", "en": "en"}
WORDS_PER_MINUTE, SLOW_WORDS = 140, 110  # usual, and with plain words
NICENESS = "10"
SOUND_DEVICES = Path("/dev/snd")
_PR_SET_PDEATHSIG = 1  # prctl(2)


class Speech:
    """Implements views.SpeechService with the synthesiser of this machine."""

    def __init__(self, output: str, *, devices: Path = SOUND_DEVICES) -> None:
        """`output` is off, headphones or loudspeaker; `devices` is the folder of the sound devices.

        Without a device the synthesiser reports success and nothing is audible, so the speech is not offered.
        """
        self.reads_personal = output == "headphones"
        self.is_available = output != "off" and which(SYNTHESISER) is not None and _has_output(devices)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_speaking(self) -> bool:
        process = self._process
        if process is None:
            return False
        result = process.poll()
        if result is not None:
            self._process = None
            if result > 0:  # a negative one is that of `stop`
                self._fail(f"exit {result}")
        return result is None

    def speak(self, sentence: str) -> None:
        self.stop()
        speed = SLOW_WORDS if is_plain() else WORDS_PER_MINUTE
        voice = VOICES[current_language()]
        command = ("nice", "-n", NICENESS, SYNTHESISER, "-v", voice, "-s", str(speed), "--stdin")
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
            self._process = process
            if process.stdin is not None:
                with process.stdin as pipe:
                    pipe.write(sentence.encode())  # far shorter than the buffer of a pipe, so it does not block
        except OSError as error:
            self.stop()
            self._fail(str(error))

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _fail(self, why: str) -> None:
        """Log the failure; the button is not offered any more."""
        self.is_available = False
        log_event("kiosk", "speech failed", why=why)


def _has_output(devices: Path) -> bool:
    """Return whether there is a playback device of ALSA, or a sound server."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    server = "PULSE_SERVER" in os.environ or (folder != "" and (Path(folder) / "pulse" / "native").exists())
    return server or any(devices.glob("pcm*p"))


def _end_with_parent() -> None:
    """End the child when the kiosk's process is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
