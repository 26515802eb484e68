"""The screen processes of the kiosk in a browser: one for the page, and a stand-by process for the next citizen."""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from clerk_app.cli.kiosk_parent import SILENT_SECONDS

STANDBY_DELAY = 2.0  # seconds after a start, in which the new process has the processor for itself
CLOSING_SECONDS = 8.0  # for a process to close its store
_PRELUDE = b"__GANGLION__\n"  # with which the driver of Textual begins
_UNUSED_ENVIRONMENT = ("TEXTUAL_LOG", "TEXTUAL", "TEXTUAL_SCREENSHOT", "TEXTUAL_PRESS")  # would write files, or keys
_ENVIRONMENT = {
    "TEXTUAL_DRIVER": "clerk_app.cli.web_kiosk.driver:KioskDriver",
    "TEXTUAL_FPS": "60",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TERM_PROGRAM": "textual",
}
SendBytes = Callable[[bytes], Awaitable[None]]


class ScreenProcess(AppService):
    """One screen process: textual-serve's packets to a command without a shell, with an end after a time limit."""

    def __init__(self, command: Sequence[str], key: str, silent_seconds: float = SILENT_SECONDS) -> None:
        super().__init__(
            "",
            write_bytes=_ignore_bytes,
            write_str=_ignore_text,
            close=_ignore_close,
            download_manager=DownloadManager(),
        )
        self._words = command
        self._silent_seconds = silent_seconds
        self._heard_at = monotonic()
        self._key = key
        self._ending = asyncio.Lock()

    async def prepare(self) -> None:
        """Start the process; it opens the store and waits for its turn."""
        environment = {name: value for name, value in os.environ.items() if name not in _UNUSED_ENVIRONMENT}
        self._process = await asyncio.create_subprocess_exec(
            *self._words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment | _ENVIRONMENT
        )
        self._stdin = self._process.stdin
        await self._write_line({"key": self._key})

    async def send_bytes(self, data: bytes) -> bool:
        return not self.stdin.is_closing() and not self.has_ended and await super().send_bytes(data)

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.returncode is not None

    async def start(self, width: int, height: int) -> None:
        """Give the process its turn with a terminal of this size."""
        if self._process is None:
            await self.prepare()
        await self._write_line({"columns": width, "rows": height})

    async def show(self, send: SendBytes) -> int:
        """Send what the screen writes until the process ends; return its exit code.

        A process without a sign of life for SILENT_SECONDS is stopped: another one takes its place.
        """
        process = self._running()
        self._heard_at = monotonic()
        watch = asyncio.ensure_future(self._watch(process))
        try:
            await self._pass_on(process, send)
            return await process.wait()
        finally:
            watch.cancel()

    async def _watch(self, process: Process) -> None:
        while monotonic() - self._heard_at < self._silent_seconds:
            await asyncio.sleep(min(1.0, self._silent_seconds / 4))
        with suppress(ProcessLookupError):
            process.kill()

    async def _pass_on(self, process: Process, send: SendBytes) -> None:
        stdout = process.stdout
        assert stdout is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while (line := await stdout.readline()) != _PRELUDE:
                if not line:
                    raise asyncio.IncompleteReadError(b"", None)
            while True:
                kind = await stdout.readexactly(1)
                payload = await stdout.readexactly(int.from_bytes(await stdout.readexactly(4), "big"))
                self._heard_at = monotonic()
                if kind == b"D":  # the other kinds are addresses and files for the browser
                    await send(payload)

    async def stop(self) -> None:
        """Close the input, at whose end the process ends; kill it if it does not."""
        async with self._ending:
            if self._process is None:
                return
            if self._stdin is not None:
                self._stdin.close()
            try:
                await asyncio.wait_for(self._process.wait(), CLOSING_SECONDS)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    def _running(self) -> Process:
        assert self._process is not None
        return self._process

    async def _write_line(self, fields: dict[str, object]) -> None:
        with suppress(ConnectionError):  # it has ended, which `show` reports
            self.stdin.write(json.dumps(fields).encode() + b"\n")
            await self.stdin.drain()


class ScreenPool:
    """Starts screen processes, and keeps a prepared one: the change to the next citizen takes under a second."""

    def __init__(self, command: Sequence[str], key: str = "", silent_seconds: float = SILENT_SECONDS) -> None:
        self._command = command
        self._key = key
        self._silent_seconds = silent_seconds
        self._standby: ScreenProcess | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ended = False

    async def take(self) -> ScreenProcess:
        """Return a process that waits for its turn; another one is prepared later."""
        taken, self._standby = self._standby, None
        if taken is None or taken.has_ended:
            taken = ScreenProcess(self._command, self._key, self._silent_seconds)
            await taken.prepare()
        self._run(self._prepare_standby())
        return taken

    def end(self, screen: ScreenProcess) -> None:
        """End a process in the background: the next citizen does not wait for it to close its store."""
        self._run(screen.stop())

    async def end_all(self) -> None:
        """End the stand-by process, and wait for all others."""
        self._is_ended = True
        if self._standby is not None:
            self._run(self._standby.stop())
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _prepare_standby(self) -> None:
        for _tenth in range(int(STANDBY_DELAY * 10)):
            await asyncio.sleep(0.1)
            if self._is_ended:
                return
        if self._standby is None or self._standby.has_ended:
            self._standby = ScreenProcess(self._command, self._key, self._silent_seconds)
            await self._standby.prepare()

    def _run(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _ignore_bytes(_data: bytes) -> None:
    """Take the place of a socket: `ScreenProcess.show` is given one."""


async def _ignore_text(_text: str) -> None:
    """Take the place of a socket for texts, which a kiosk does not use."""


async def _ignore_close() -> None:
    """Take the place of the close of a socket."""
