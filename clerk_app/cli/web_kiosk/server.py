"""The HTTP server of the kiosk in a browser: one page and one socket on loopback, for one page at a time.

Every request is checked: the Host header (against DNS rebinding), the Origin header, and a random token in the path.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from string import Template

import textual_serve
from aiohttp import WSMessage, WSMsgType, web
from textual_serve.server import Server, to_int

from clerk_app.cli.kiosk_parent import NEXT_CITIZEN, UNLOCKED, pause_after
from clerk_app.cli.web_kiosk.screens import ScreenPool, ScreenProcess
from clerk_app.errors import OutOfReach
from clerk_app.locales import _

HOST = "127.0.0.1"
MIN_SIZE, MAX_SIZE = (20, 8), (300, 120)  # columns and rows of a terminal
MAX_MESSAGE_BYTES = 65_536
HEARTBEAT_SECONDS = 5.0
# Close codes of the socket (RFC 6455, 7.4.2: 4000 to 4999 are free for a program)
CLOSE_NEXT, CLOSE_TAKEN_OVER, CLOSE_IN_USE, CLOSE_ENDED = 4000, 4001, 4002, 4003
_PAGE = Path(__file__).parent / "page"
_STATIC = Path(textual_serve.__file__).parent / "static"
_FILES = {
    "kiosk.js": (_PAGE / "kiosk.js", "text/javascript"),
    "textual.js": (_STATIC / "js" / "textual.js", "text/javascript"),
    "xterm.css": (_STATIC / "css" / "xterm.css", "text/css"),
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; font-src 'none'; "
        "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), clipboard-write=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(eq=False)
class _Session:
    """The page that is connected: its place (an id that a reload keeps), socket and screen process."""

    place: str
    websocket: web.WebSocketResponse
    screen: ScreenProcess


class KioskServer(Server):
    """Serves the kiosk to one page of a browser on this machine."""

    def __init__(self, pool: ScreenPool, *, port: int, token: str, rows: int) -> None:
        """`rows`: rows that the page shows at most, so that a row is at least this part of the screen's height."""
        super().__init__("", host=HOST, port=port, title="", templates_path=str(_PAGE))
        self._pool = pool
        self._token = token
        self._rows = rows
        self._session: _Session | None = None
        self._change = asyncio.Lock()
        self._failures = 0
        self._ended = asyncio.Event()

    @property
    def address(self) -> str:
        """The URL of the page, with the token."""
        return f"http://{HOST}:{self.port}/{self._token}/"

    def make_app(self) -> web.Application:
        """Return the application, for a test client or `run`."""
        app = web.Application(middlewares=[self._check_request], client_max_size=1024)
        app.add_routes([
            web.get("/{token}/", self.handle_page),
            web.get("/{token}/alive", self.handle_alive),
            web.get("/{token}/shown", self.handle_shown),
            web.get("/{token}/screen/{place:[A-Za-z0-9-]{8,64}}", self.handle_websocket),
            web.get("/{token}/{name}", self.handle_file),
        ])  # fmt: skip
        return app

    async def run(self, on_listening: Callable[[], None]) -> None:
        """Serve until staff unlock the kiosk, or SIGTERM or SIGINT arrives. Raises OutOfReach if the port is in use."""
        runner = web.AppRunner(self.make_app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, HOST, self.port).start()
            except OSError as error:
                raise OutOfReach(
                    "Port {port} of this machine cannot be used: {text}. Choose another one with --port.",
                    port=self.port,
                    text=error.strerror or error,
                ) from error
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._ended.set)
            on_listening()
            await self._ended.wait()
        finally:
            async with self._change:
                await self._end_session(CLOSE_ENDED, b"")
            await self._pool.end_all()
            await runner.cleanup()

    # requests

    @web.middleware
    async def _check_request(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse a request of another host, another page or without the token; add the headers."""
        own = {f"{HOST}:{self.port}", f"localhost:{self.port}"}
        origin = request.headers.get("Origin")
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        if request.host not in own:
            return _refuse("This address is not that of the kiosk.")
        if origin != f"http://{request.host}" and (is_socket or origin is not None):
            return _refuse("The kiosk is opened from its own page only.")
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return _refuse("The kiosk is opened from its own page only.")
        if not compare_digest(request.match_info.get("token", "").encode(), self._token.encode()):
            return _refuse("The token in the address is not that of this kiosk.")
        response = await handler(request)
        if not response.prepared:
            for name, value in _HEADERS.items():
                response.headers[name] = value.replace("{host}", request.host)
        return response

    async def handle_page(self, _request: web.Request) -> web.Response:
        """Return the page."""
        template = Template((_PAGE / "kiosk.html").read_text("utf-8"))
        return web.Response(text=template.substitute(rows=self._rows), content_type="text/html")

    async def handle_alive(self, _request: web.Request) -> web.Response:
        """Answer that the server is there: a page reloads only then, because a browser would show an error page."""
        return web.Response(status=204)

    async def handle_shown(self, _request: web.Request) -> web.Response:
        """Answer whether a page is connected: the browser is started again if none is (`watch.py`)."""
        return web.Response(status=503 if self._session is None else 204)

    async def handle_file(self, request: web.Request) -> web.StreamResponse:
        """Return one of the three files of the page."""
        path, content_type = _FILES.get(request.match_info["name"], (None, ""))
        if path is None:
            return web.Response(status=404, text="There is no such file.\n")
        return web.Response(text=path.read_text("utf-8"), content_type=content_type)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a screen process for the page, unless another page has the kiosk; a reload takes its place over."""
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE_BYTES)
        try:
            await websocket.prepare(request)
        except ConnectionError:  # the page was left at once
            return websocket
        place = request.match_info["place"]
        async with self._change:
            if self._session is not None and self._session.place != place:
                sentence = _("The kiosk is in use by another page.")
                await websocket.close(code=CLOSE_IN_USE, message=sentence.encode()[:120])
                return websocket
            await self._end_session(CLOSE_TAKEN_OVER, b"")
            session = _Session(place, websocket, await self._pool.take())
            self._session = session
        try:
            await session.screen.start(*clamp_size(request.query.get("width"), request.query.get("height")))
            await self._run_session(session)
        finally:
            self._pool.end(session.screen)
            if self._session is session:
                self._session = None
        return websocket

    async def _run_session(self, session: _Session) -> None:
        """Connect socket and screen until one of them ends."""
        shown = asyncio.ensure_future(session.screen.show(session.websocket.send_bytes))
        read = asyncio.ensure_future(self._process_messages(session.websocket, session.screen))
        try:
            await asyncio.wait((shown, read), return_when=asyncio.FIRST_COMPLETED)
            if shown.done() and not read.done():
                await self._close_after(session.websocket, shown.result())
        finally:
            for task in (shown, read):
                task.cancel()
            await asyncio.gather(shown, read, return_exceptions=True)

    async def _close_after(self, websocket: web.WebSocketResponse, code: int) -> None:
        """Close the socket of a process that has ended; the reason is the pause in milliseconds before a reload."""
        if code == UNLOCKED:
            self._ended.set()
            await websocket.close(code=CLOSE_ENDED)
            return
        self._failures = 0 if code == NEXT_CITIZEN else self._failures + 1
        pause = pause_after(self._failures)
        await websocket.close(code=CLOSE_NEXT, message=str(int(pause * 1000)).encode())

    async def _end_session(self, code: int, reason: bytes) -> None:
        session, self._session = self._session, None
        if session is not None:
            self._pool.end(session.screen)
            with suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(session.websocket.close(code=code, message=reason), 1.0)

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: object) -> None:
        """Send the input of the page to the screen; a message of another form is ignored."""
        assert isinstance(app_service, ScreenProcess)
        async for message in websocket:
            match _read_message(message):
                case ["stdin", str(text)]:
                    await app_service.send_bytes(text.encode("utf-8", "replace"))
                case ["resize", {"width": int(columns), "height": int(rows)}]:
                    await app_service.set_terminal_size(*clamp_size(columns, rows))
                case ["ping", str(sent)]:
                    await websocket.send_json(["pong", sent[:20]])
                case ["focus"]:
                    await app_service.focus()


def clamp_size(columns: str | int | None, rows: str | int | None) -> tuple[int, int]:
    """Return columns and rows of a terminal within the limits; what is no number counts as 80 and 24."""
    sides = to_int(str(columns), 80), to_int(str(rows), 24)
    clamped = [max(low, min(high, side)) for low, high, side in zip(MIN_SIZE, MAX_SIZE, sides, strict=True)]
    return clamped[0], clamped[1]


def _read_message(message: WSMessage) -> object:
    if message.type != WSMsgType.TEXT:
        return None
    try:
        return message.json()
    except (ValueError, RecursionError):
        return None


def _refuse(sentence: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=403, text=f"{sentence}\n", headers=headers)
