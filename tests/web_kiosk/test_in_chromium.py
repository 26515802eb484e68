"""The kiosk of an office in Chromium: first scan, touch, Chinese, lost lines, other pages, sizes, end of the server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.ledger.numbers import format_case_number
from tests.build_cache import build_once
from tests.office import build_template
from tests.sample_data import PIN
from tests.web_kiosk.chromium import PageError, needs_chromium, running_chromium
from tests.web_kiosk.kiosk_page import KioskPage, ServedKiosk, free_port, serving, wait_for_end
from tests.web_kiosk.monkey import play

HOME = "Enterprises"
NUMBER = format_case_number(2026, 4700).replace(" ", "").replace("-", "")  # of no case
KIOSK_FLAGS = (
    "--kiosk", "--incognito", "--noerrdialogs", "--disable-pinch", "--overscroll-history-navigation=0",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
LOADED = "location.protocol === 'http:' && document.readyState !== 'loading'"  # its first script has run
SIZES = ((1280, 800), (1080, 1920), (1920, 1080), (1024, 768))
pytestmark = [pytest.mark.wide, needs_chromium, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a kiosk."""
    template = build_once(tmp_path_factory, "kiosk-office", build_template)
    return Path(shutil.copytree(template / "template", tmp_path / "office"))


@asynccontextmanager
async def opened(
    folder: Path, size: tuple[int, int] = (1280, 800), language: str = "en"
) -> AsyncIterator[tuple[ServedKiosk, KioskPage]]:
    """A served kiosk, open in a browser."""
    with serving(folder, language=language) as served:
        async with running_chromium(*KIOSK_FLAGS, size=size) as browser:
            yield served, await KioskPage.open(browser, served.address, *size)


async def test_the_first_scanned_code_arrives_without_a_touch_before(folder: Path) -> None:
    async with opened(folder) as (_served, kiosk):
        await kiosk.wait_for(HOME)
        await kiosk.page.type(f"{NUMBER}\n")
        await kiosk.wait_for(lambda text: "Last 4 characters" in text and NUMBER in text.replace(" ", ""))


async def test_what_is_typed_while_the_page_loads_is_not_lost(folder: Path) -> None:
    async with opened(folder) as (_served, kiosk):
        await kiosk.page.wait_until(lambda: kiosk.page.evaluate(LOADED))
        await kiosk.page.type("4")
        await kiosk.wait_for("who are you?")
        sent = [fields["response"]["payloadData"] for name, fields in kiosk.page.events if name.endswith("FrameSent")]
        assert '["stdin","4"]' in sent


async def test_a_finger_opens_a_page_and_goes_back(folder: Path) -> None:
    async with opened(folder) as (_served, kiosk):
        await kiosk.wait_for(HOME)
        await kiosk.touch("Green lane")
        await kiosk.wait_for("who are you?")
        await kiosk.touch("Back")
        await kiosk.wait_for(HOME)


async def test_text_of_an_input_method_arrives(folder: Path) -> None:
    async with opened(folder, language="zh_CN") as (_served, kiosk):
        await kiosk.wait_for("个人事务")
        await kiosk.page.call("Input.imeSetComposition", text="shifan", selectionStart=6, selectionEnd=6)
        await kiosk.page.call("Input.insertText", text="示范")

        async def is_sent() -> bool:
            return any("示范" in str(fields) for name, fields in kiosk.page.events if name.endswith("FrameSent"))

        await kiosk.page.wait_until(is_sent)


async def test_after_a_citizen_the_next_one_gets_a_new_process_and_an_empty_page(folder: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        before = served.screens()
        await kiosk.page.type(f"{NUMBER}\n")
        await kiosk.wait_for("Case number")
        await kiosk.page.press("Escape", code=27)
        await kiosk.wait_for(lambda text: HOME in text and NUMBER[:4] not in text)
        assert len(kiosk.sockets) == 2
        assert await wait_for_end([min(before)]) == []
        await kiosk.touch("Green lane")
        await kiosk.wait_for("who are you?")


async def test_a_lost_line_shows_a_sentence_in_both_languages_and_the_page_comes_back(folder: Path) -> None:
    port, address = free_port(), folder / "address"
    with serving(folder, port=port, address_file=address) as served:
        async with running_chromium(*KIOSK_FLAGS) as browser:
            kiosk = await KioskPage.open(browser, served.address, 1280, 800)
            await kiosk.wait_for(HOME)
            os.kill(served.process.pid, signal.SIGKILL)
            served.process.wait()

            async def is_stated() -> bool:
                cover = await kiosk.cover()
                return "连接已中断" in cover and "connection was lost" in cover

            await kiosk.page.wait_until(is_stated)
            with serving(folder, port=port, address_file=address) as again:
                assert again.address == served.address  # the page's token is still that of the server

                async def is_open() -> bool:
                    return HOME in kiosk.read() and len(kiosk.sockets) == 2 and await kiosk.cover() == ""

                await kiosk.page.wait_until(is_open)
                await kiosk.touch("Green lane")
                await kiosk.wait_for("who are you?")


async def test_a_killed_server_leaves_no_process(folder: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)

        async def has_standby() -> bool:
            return len(served.screens()) == 2

        await kiosk.page.wait_until(has_standby)
        processes = served.screens()
        os.kill(served.process.pid, signal.SIGKILL)
        assert await wait_for_end(processes) == []


async def test_sigterm_ends_the_server_with_all_its_processes(folder: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        processes = served.screens()
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(20) == 0
        assert await wait_for_end(processes, 1.0) == []


async def test_a_second_page_is_refused_and_a_reload_is_not(folder: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        second = KioskPage(kiosk.browser, await kiosk.browser.open(served.address))

        async def is_refused() -> bool:
            return "open in another page" in await second.cover()

        await second.page.wait_until(is_refused)
        await second.page.call("Page.close")
        await kiosk.page.call("Page.reload")
        await kiosk.wait_for(lambda text: len(kiosk.sockets) == 2 and HOME in text)
        assert await kiosk.cover() == ""


async def test_a_page_of_another_origin_gets_no_socket(folder: Path, tmp_path: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        page = await kiosk.browser.open("about:blank")
        address = served.address.replace("http", "ws", 1) + "screen/" + "0" * 36
        result = await page.evaluate(
            f"new Promise(done => {{ const line = new WebSocket('{address}');"
            " line.onopen = () => done('open'); line.onerror = () => done('refused'); })"
        )
        assert result == "refused"


async def test_the_supervisor_ends_it_with_number_and_pin(folder: Path) -> None:
    office = open_office(folder)
    with office.store.read() as tx:
        number = next(row["number"] for row in tx.select("staff") if row["role"] == "supervisor")
    office.store.close()
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        await kiosk.page.press("F12", code=123)
        await kiosk.wait_for("Staff number")
        for text in (number, PIN):
            await kiosk.page.type(text)
            await kiosk.page.press("Enter", code=13, text="\r")
        assert served.process.wait(30) == 0


@pytest.mark.parametrize("size", SIZES)
async def test_a_row_is_at_least_a_thirtieth_of_the_screen_and_nothing_scrolls(
    folder: Path, size: tuple[int, int]
) -> None:
    async with opened(folder, size) as (_served, kiosk):
        await kiosk.wait_for(HOME)
        facts = await kiosk.facts()
        assert facts["row"] / facts["rows"] >= facts["height"] / 30
        assert facts["columns"] >= 40
        assert not facts["scroll"]


async def test_the_page_uses_fonts_of_this_machine_and_asks_nothing_of_elsewhere(folder: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        asked = [fields["request"]["url"] for name, fields in kiosk.page.events if name == "Network.requestWillBeSent"]
        assert asked
        foreign = [address for address in asked if not address.startswith((served.address, "data:"))]
        assert foreign == []
        faults = [fields for name, fields in kiosk.page.events if name == "Runtime.exceptionThrown"]
        assert faults == []


def test_a_used_port_is_refused_in_one_sentence(folder: Path) -> None:
    with serving(folder) as served:
        command = [sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), "kiosk", "--web"]
        ran = subprocess.run([*command, "--port", str(served.port)], capture_output=True, text=True, timeout=60)
        (sentence,) = ran.stderr.splitlines()
        assert ran.returncode == 1
        assert f"Port {served.port} of this machine cannot be used" in sentence


async def test_the_browser_is_ended_when_its_page_has_crashed(folder: Path) -> None:
    async with opened(folder) as (served, kiosk):
        await kiosk.wait_for(HOME)
        watch = [sys.executable, "-m", "clerk_app.cli.web_kiosk.watch", served.address]
        watching = subprocess.Popen([*watch, str(kiosk.browser.process.pid), "3"])
        with pytest.raises(subprocess.TimeoutExpired):
            await asyncio.to_thread(kiosk.browser.process.wait, 5)
        with contextlib.suppress(PageError, TimeoutError):
            await asyncio.wait_for(kiosk.page.call("Page.crash"), 1)
        await asyncio.to_thread(kiosk.browser.process.wait, 30)
        assert await asyncio.to_thread(watching.wait, 30) == 0


INPUTS = int(os.environ.get("CLERK_WEB_INPUTS", "150"))


async def test_random_input_never_leaves_the_page_and_never_kills_it(folder: Path) -> None:
    await play(folder, inputs=INPUTS, seed=1)
