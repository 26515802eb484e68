"""Speaks calls through a child process, which waits for the player, so that the screen never does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from clerk_app.log import log_event
from clerk_app.roles.board.clips import list_clips
from clerk_app.roles.board.voice_equipment import VoiceEquipment
from clerk_app.roles.board.voice_process import PLAYER_GRACE
from clerk_app.views.board import BoardCall

_CHINESE_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_END_SECONDS = 1.0  # for the process to end by itself


class Voice:
    """The voice of a board. Its process starts with the first call, and again when it has ended."""

    def __init__(self, equipment: VoiceEquipment, *, grace: float = PLAYER_GRACE) -> None:
        self.equipment = equipment
        self._grace = grace
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._failed = 0
        self._closed = False

    def queue_call(self, call: BoardCall) -> bool:
        """Queue a call to be spoken after the earlier ones, without waiting; return False without a voice."""
        if self.equipment.kind == "bell":
            return False
        line = json.dumps({"clips": list_clips(call), "zh": chinese_sentence(call), "en": english_sentence(call)})
        for _attempt in range(2):
            try:
                os.write(self._open_pipe(), f"{line}\n".encode())
            except (OSError, ValueError):  # the process has ended, or reads nothing any more: a new one is started
                self._end()
            else:
                return True
        return False

    def take_failures(self) -> int:
        """Return how many calls could not be spoken since the last call of this method."""
        with self._lock:
            failed, self._failed = self._failed, 0
        return failed

    def close(self) -> None:
        """End the process; calls that wait are not spoken."""
        self._closed = True
        self._end()

    def _open_pipe(self) -> int:
        """Return the pipe to the process, which is started if there is none."""
        if self._closed:
            raise ValueError("closed")
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._start()
        if self._process.stdin is None:
            raise ValueError("no pipe")
        return self._process.stdin.fileno()

    def _start(self) -> subprocess.Popen[str]:
        found = self.equipment
        options = ["--player", found.player, "--synthesiser", found.synthesiser, "--grace", str(self._grace)]
        options += ["--clips", str(found.clips)] if found.clips is not None else []
        process = subprocess.Popen(
            (sys.executable, "-m", "clerk_app.roles.board.voice_process", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # ended together with its player
        )
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
        threading.Thread(target=self._read_results, args=(process,), name="voice", daemon=True).start()
        return process

    def _read_results(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is None:
            return
        with process.stdout as results:
            for result in results:
                if result.strip() == "silent":
                    with self._lock:
                        self._failed += 1
                    log_event("board", "a call could not be spoken")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)


def chinese_sentence(call: BoardCall) -> str:
    """Return what is spoken in Chinese, its digits one by one."""
    number = " ".join(call.number.upper()).translate(_CHINESE_DIGITS)
    return f"请 {number} 号，到 {call.window.zh.translate(_CHINESE_DIGITS)}"


def english_sentence(call: BoardCall) -> str:
    """Return what is spoken in English, the characters of the number one by one."""
    return f"Ticket {' '.join(call.number.upper())}, please go to {call.window.en}."
