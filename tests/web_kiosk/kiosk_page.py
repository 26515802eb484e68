"""The page of a served kiosk in Chromium: its text, read from the socket, and the places of its words."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyte

from tests.terminal.pty_terminal import PRIVATE
from tests.web_kiosk.chromium import Browser, Page, PageError

START_SECONDS = 60.0


@dataclass
class ServedKiosk:
    """A running `clerk kiosk --web`."""

    process: subprocess.Popen[str]
    address: str
    folder: Path
    port: int

    def screens(self) -> list[int]:
        """Return the screen processes of this office."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = path.read_bytes().split(b"\0")
                if b"clerk_app.cli.web_kiosk.screen_process" in words and str(self.folder).encode() in words:
                    found.append(int(path.parent.name))
        return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


@contextmanager
def serving(
    folder: Path, *, port: int = 0, language: str = "en", address_file: Path | None = None
) -> Iterator[ServedKiosk]:
    """Serve the kiosk of an office."""
    port = port or free_port()
    command = [sys.executable, "-m", "clerk_app", "--language", language, "--office", str(folder), "kiosk", "--web"]
    more = [] if address_file is None else ["--address-file", str(address_file)]
    process = subprocess.Popen([*command, "--port", str(port), *more], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        address = process.stdout.readline().strip() if ready else ""
        assert address, "the kiosk was not served"
        if address_file is not None:
            address = address_file.read_text("ascii").strip()
        yield ServedKiosk(process, address, folder, port)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


class KioskPage:
    """A page with the kiosk. The canvas has no text, so the bytes of its socket are read again by an emulator."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.browser = browser
        self.page = page
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._read = 0
        self.sockets: list[str] = []
        """Addresses of the sockets that were opened."""

    @classmethod
    async def open(cls, browser: Browser, address: str, width: int, height: int) -> KioskPage:
        """Open the kiosk in the first page of the browser."""
        page = await browser.attach()
        await page.resize(width, height)
        kiosk = cls(browser, page)
        await page.call("Page.navigate", url=address)
        return kiosk

    def read(self) -> str:
        """Return the text of the terminal now."""
        for method, fields in self.page.events[self._read :]:
            if method == "Network.webSocketCreated":
                self.sockets.append(fields["url"])
                size = {name: int(values[0]) for name, values in parse_qs(urlsplit(fields["url"]).query).items()}
                self.screen.reset()
                self.screen.resize(size["height"], size["width"])
            elif method == "Network.webSocketFrameReceived" and fields["response"]["opcode"] == 2:
                data = base64.b64decode(fields["response"]["payloadData"])
                self._stream.feed(PRIVATE.sub(b"", data))
            elif method == "Network.webSocketFrameSent":
                self._follow_size(fields["response"]["payloadData"])
        self._read = len(self.page.events)
        columns = range(self.screen.columns)
        lines = (self.screen.buffer[line] for line in range(self.screen.lines))
        return "\n".join("".join(line[column].data for column in columns).rstrip() for line in lines)

    def _follow_size(self, text: str) -> None:
        with suppress(ValueError):
            match json.loads(text):
                case ["resize", {"width": int(columns), "height": int(rows)}]:
                    self.screen.resize(rows, columns)

    async def wait_for(self, wanted: str | Callable[[str], bool], *, seconds: float = 30.0) -> str:
        """Return the text of the terminal once it contains `wanted`."""
        holds = wanted if callable(wanted) else (lambda text: wanted in text)

        async def holds_now() -> bool:
            return holds(self.read())

        try:
            await self.page.wait_until(holds_now, seconds=seconds)
        except PageError:
            raise AssertionError(f"never saw {wanted!r}\n{self.read()}") from None
        return self.read()

    async def place_of(self, words: str) -> tuple[float, float]:
        """Return the middle of the first place of `words` in CSS pixels."""
        for row in range(len(self.read().split("\n"))):
            column = next((at for at in range(self.screen.columns) if self._reads(row, at, words)), None)
            if column is not None:
                box = await self.page.evaluate(
                    "(box => [box.x, box.y, box.width, box.height])"
                    "(document.querySelector('.xterm-screen').getBoundingClientRect())"
                )
                wide, high = box[2] / self.screen.columns, box[3] / self.screen.lines
                return box[0] + (column + len(words) / 2) * wide, box[1] + (row + 0.5) * high
        raise AssertionError(f"{words!r} is not shown\n{self.read()}")

    def _reads(self, row: int, column: int, words: str) -> bool:
        line = self.screen.buffer[row]
        text = "".join(line[at].data for at in range(column, self.screen.columns))
        return text.startswith(words) and line[column].data != ""

    async def touch(self, words: str) -> None:
        """Touch the first place of words."""
        await self.page.touch(*await self.place_of(words))

    async def cover(self) -> str:
        """Return the sentences that cover the terminal; empty if none do."""
        text: str = await self.page.evaluate(
            "getComputedStyle(document.getElementById('cover')).display === 'none' ? ''"
            " : document.getElementById('cover').innerText"
        )
        return re.sub(r"\s+", " ", text)

    async def facts(self) -> dict[str, Any]:
        """Return the size of the terminal in cells, and the height of a row as a share of the page."""
        result: dict[str, Any] = await self.page.evaluate(
            "({row: document.querySelector('.xterm-screen').getBoundingClientRect().height,"
            " height: innerHeight, width: innerWidth, scroll: document.documentElement.scrollHeight > innerHeight})"
        )
        self.read()
        return result | {"columns": self.screen.columns, "rows": self.screen.lines}


async def wait_for_end(processes: list[int], seconds: float = 30.0) -> list[int]:
    """Wait until processes have ended; return those that have not."""
    left = processes
    for _tenth in range(int(seconds * 10)):
        left = [number for number in left if _is_alive(number)]
        if not left:
            break
        await asyncio.sleep(0.1)
    return left


def _is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and os.path.exists(f"/proc/{number}")
