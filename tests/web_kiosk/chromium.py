"""Headless Chromium, driven through its DevTools protocol over aiohttp."""

from __future__ import annotations

import asyncio
import base64
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed (apt-get install chromium)")
PATIENCE = 30.0  # seconds
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
    "--touch-events=enabled", "--hide-scrollbars",
)  # fmt: skip


class PageError(AssertionError):
    """What was waited for did not come."""


class Page:
    """One target of the browser; commands are those of the protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._reader = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            fields = message.json()
            if "id" in fields:
                answer = self._answers.pop(fields["id"], None)
                if answer is not None and not answer.done():
                    answer.set_result(fields)
            else:
                self.events.append((fields["method"], fields["params"]))
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(PageError("the page is gone"))

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        try:
            fields = await asyncio.wait_for(answer, PATIENCE)
        except TimeoutError:
            raise PageError(f"{method} was not answered") from None
        if "error" in fields:
            raise PageError(f"{method}: {fields['error']['message']}")
        result: dict[str, Any] = fields["result"]
        return result

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is awaited."""
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise PageError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    async def wait_until(self, condition: Callable[[], Awaitable[object]], *, seconds: float = PATIENCE) -> None:
        """Wait until a condition holds."""
        give_up = asyncio.get_running_loop().time() + seconds
        while True:
            with suppress(PageError):  # while a page is loaded there is nothing to evaluate in
                if await condition():
                    return
            if asyncio.get_running_loop().time() > give_up:
                raise PageError("nothing came in time")
            await asyncio.sleep(0.05)

    async def touch(self, x: float, y: float) -> None:
        """Touch a place with a finger."""
        await self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        await self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def press(self, key: str, *, code: int, text: str = "", modifiers: int = 0) -> None:
        """Press and release a key; `modifiers`: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift."""
        fields: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        kind = "keyDown" if text else "rawKeyDown"
        down = self.call("Input.dispatchKeyEvent", type=kind, **fields, **({"text": text} if text else {}))
        await asyncio.gather(down, self.call("Input.dispatchKeyEvent", type="keyUp", **fields))

    async def type(self, text: str) -> None:
        """Type characters as a scanner does, without a pause; a line end is Enter."""
        strokes = [("Enter", 13, "\r") if sign == "\n" else (sign, ord(sign.upper()[0]), sign) for sign in text]
        await asyncio.gather(*(self.press(key, code=code, text=typed) for key, code, typed in strokes))

    async def picture(self, path: Path | None = None) -> bytes:
        """Return a PNG of the page, and store it in `path`."""
        data = base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])
        if path is not None:
            path.write_bytes(data)
        return data

    async def resize(self, width: int, height: int) -> None:
        """Set the size of the page in CSS pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def close(self) -> None:
        self._reader.cancel()
        await self._socket.close()


class Browser:
    """A running Chromium."""

    def __init__(self, session: aiohttp.ClientSession, port: int, process: subprocess.Popen[bytes]) -> None:
        self._session = session
        self._port = port
        self.process = process

    async def targets(self) -> list[dict[str, str]]:
        """Return the pages that are open."""
        async with self._session.get(f"http://127.0.0.1:{self._port}/json/list") as response:
            found: list[dict[str, str]] = await response.json(content_type=None)
        return [target for target in found if target["type"] == "page"]

    async def attach(self) -> Page:
        """Connect to the first page."""
        target = (await self.targets())[0]
        page = Page(await self._session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0))
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.call(f"{domain}.enable")
        return page

    async def open(self, address: str) -> Page:
        """Open another page and connect to it."""
        async with self._session.put(f"http://127.0.0.1:{self._port}/json/new?{address}") as response:
            target = await response.json(content_type=None)
        return Page(await self._session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0))


@asynccontextmanager
async def running_chromium(
    *flags: str, size: tuple[int, int] = (1280, 800), start: str = "about:blank"
) -> AsyncIterator[Browser]:
    """Run Chromium with a new profile; it ends with the block."""
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [PROGRAM, *FLAGS, f"--user-data-dir={folder}", "--window-size={},{}".format(*size), *flags, start],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            port = await _read_port(Path(folder) / "DevToolsActivePort", process)
            async with aiohttp.ClientSession() as session:
                yield Browser(session, port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _read_port(path: Path, process: subprocess.Popen[bytes]) -> int:
    for _try in range(600):
        if process.poll() is not None:
            raise PageError(f"Chromium ended with {process.returncode}")
        with suppress(OSError, ValueError, IndexError):
            return int(path.read_text("ascii").splitlines()[0])
        await asyncio.sleep(0.05)
    raise PageError("Chromium does not answer")
