"""The server of the kiosk in a browser, tested without a browser: checks, files, sizes and the only session."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from clerk_app.cli.web_kiosk.screens import ScreenPool
from clerk_app.cli.web_kiosk.server import CLOSE_IN_USE, MAX_SIZE, MIN_SIZE, KioskServer, clamp_size

TOKEN = "t" * 43
PLACE, OTHER_PLACE = "0" * 36, "1" * 36
SAMPLE = [sys.executable, str(Path(__file__).parent / "sample_screen.py")]
Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def kiosk() -> AsyncIterator[Client]:
    """A client of a server whose screen process is a sample."""
    pool = ScreenPool(SAMPLE)
    server = KioskServer(pool, port=0, token=TOKEN, rows=30)
    test_server = TestServer(server.make_app(), host="127.0.0.1")
    async with TestClient(test_server) as client:
        server.port = client.port or 0
        yield client
    await pool.end_all()


def own_origin(kiosk: Client) -> dict[str, str]:
    return {"Origin": f"http://127.0.0.1:{kiosk.port}"}


async def connect(
    kiosk: Client, place: str = PLACE, size: str = "width=100&height=30"
) -> aiohttp.ClientWebSocketResponse:
    return await kiosk.ws_connect(f"/{TOKEN}/screen/{place}?{size}", headers=own_origin(kiosk))


async def read_text(socket: aiohttp.ClientWebSocketResponse, end: str) -> str:
    """Return what the screen writes until `end`."""
    text = ""
    while not text.endswith(end):
        text += (await socket.receive_bytes(timeout=10)).decode()
    return text


async def test_the_page_is_served_with_its_token_and_asks_for_nothing_from_elsewhere(kiosk: Client) -> None:
    response = await kiosk.get(f"/{TOKEN}/")
    page = await response.text()
    assert response.status == 200
    assert 'data-rows="30"' in page
    assert "http" not in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for name in ("kiosk.js", "textual.js", "xterm.css"):
        assert (await kiosk.get(f"/{TOKEN}/{name}")).status == 200


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        (f"/{'x' * 43}/", {}),
        (f"/{TOKEN}/", {"Host": "kiosk.example"}),
        (f"/{TOKEN}/", {"Origin": "http://kiosk.example"}),
        (f"/{TOKEN}/", {"Origin": "null"}),
        (f"/{TOKEN}/kiosk.js", {"Sec-Fetch-Site": "cross-site"}),
        ("/static/", {}),
        (f"/{'x' * 43}/alive", {}),
    ],
)
async def test_another_host_page_or_token_is_refused_in_one_sentence(
    kiosk: Client, path: str, headers: dict[str, str]
) -> None:
    response = await kiosk.get(path, headers=headers)
    assert response.status == 403
    assert (await response.text()).count(".\n") == 1


async def test_the_server_reports_whether_a_page_is_connected(kiosk: Client) -> None:
    assert (await kiosk.get(f"/{TOKEN}/shown")).status == 503
    socket = await connect(kiosk)
    await read_text(socket, "\n")
    assert (await kiosk.get(f"/{TOKEN}/shown")).status == 204
    await socket.close()


@pytest.mark.parametrize("name", ["", "js", "..%2f..%2fserver.py", "static", "kiosk.html"])
async def test_there_is_no_list_of_files_and_no_other_file(kiosk: Client, name: str) -> None:
    response = await kiosk.get(f"/{TOKEN}/{name or 'x'}")
    assert response.status == 404
    assert "import" not in await response.text()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/{TOKEN}/screen/{PLACE}", {"Origin": "http://kiosk.example"}),
        (f"/{TOKEN}/screen/{PLACE}", {"Origin": ""}),
        (f"/{'x' * 43}/screen/{PLACE}", None),
        (f"/{TOKEN}/screen/short", None),
    ],
)
async def test_a_socket_of_another_page_or_token_is_refused(
    kiosk: Client, path: str, headers: dict[str, str] | None
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await kiosk.ws_connect(path, headers=own_origin(kiosk) if headers is None else headers)
    assert refused.value.status in (403, 404)


async def test_input_goes_to_the_screen_and_its_output_comes_back(kiosk: Client) -> None:
    socket = await connect(kiosk)
    assert await read_text(socket, "\n") == "size 100x30\n"
    await socket.send_json(["stdin", "码1"])
    assert await read_text(socket, "\n") == "D 码1\n"


async def test_a_message_of_another_form_is_ignored(kiosk: Client) -> None:
    socket = await connect(kiosk)
    await read_text(socket, "\n")
    for text in ("", "[", "7", "{}", '["stdin"]', '["stdin", 1]', '["resize", {"width": "x"}]', "[" * 5000, '["quit"]'):
        await socket.send_str(text)
    await socket.send_bytes(b"\xff")
    await socket.send_json(["stdin", "x"])
    assert await read_text(socket, "\n") == "D x\n"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (("100", "30"), (100, 30)),
        (("100000", "100000"), MAX_SIZE),
        (("0", "-1"), MIN_SIZE),
        (("x", None), (80, 24)),
        (("9" * 5000, "1e9"), (80, 24)),
    ],
)
def test_a_terminal_has_a_size_within_the_limits(asked: tuple[str | None, str | None], given: tuple[int, int]) -> None:
    assert clamp_size(*asked) == given


async def test_a_huge_size_is_clamped_at_the_start_and_later(kiosk: Client) -> None:
    socket = await connect(kiosk, size="width=100000&height=100000")
    assert await read_text(socket, "\n") == "size {}x{}\n".format(*MAX_SIZE)
    await socket.send_json(["resize", {"width": 10**12, "height": 1}])
    assert f'"width": {MAX_SIZE[0]}, "height": {MIN_SIZE[1]}' in await read_text(socket, "\n")


async def test_a_second_page_is_refused_in_one_sentence_while_the_first_one_works(kiosk: Client) -> None:
    first = await connect(kiosk)
    await read_text(first, "\n")
    second = await connect(kiosk, OTHER_PLACE)
    closed = await second.receive(timeout=10)
    assert (closed.data, closed.extra) == (CLOSE_IN_USE, "本机已在另一个页面中使用。")
    await first.send_json(["stdin", "x"])
    assert await read_text(first, "\n") == "D x\n"


async def test_a_reload_takes_the_place_over_with_a_new_process(kiosk: Client) -> None:
    first = await connect(kiosk)
    await read_text(first, "\n")
    second = await connect(kiosk)
    assert await read_text(second, "\n") == "size 100x30\n"
    assert (await first.receive(timeout=10)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


@pytest.mark.parametrize(("code", "close"), [(41, (4000, "0")), (40, (4003, "")), (1, (4000, "0"))])
async def test_the_end_of_a_screen_closes_the_socket_with_the_cause(
    kiosk: Client, code: int, close: tuple[int, str]
) -> None:
    socket = await connect(kiosk)
    await read_text(socket, "\n")
    await socket.send_json(["stdin", f"exit {code}"])
    closed = await socket.receive(timeout=10)
    assert (closed.data, closed.extra) == close


async def test_screens_that_fail_again_and_again_are_started_with_a_growing_pause(kiosk: Client) -> None:
    pauses = []
    for _failure in range(4):
        socket = await connect(kiosk)
        await read_text(socket, "\n")
        await socket.send_json(["stdin", "exit 1"])
        pauses.append(int((await socket.receive(timeout=10)).extra or 0))
    assert pauses == [0, 1000, 2000, 5000]


async def test_a_screen_process_without_a_sign_of_life_is_replaced() -> None:
    pool = ScreenPool(SAMPLE, silent_seconds=0.5)
    server = KioskServer(pool, port=0, token=TOKEN, rows=30)
    async with TestClient(TestServer(server.make_app(), host="127.0.0.1")) as client:
        server.port = client.port or 0
        socket = await connect(client)
        await read_text(socket, "size 100x30\n")
        await socket.send_json(["stdin", "hang"])
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        await read_text(await connect(client), "size 100x30\n")
    await pool.end_all()
