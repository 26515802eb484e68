"""Random touches, keys, chords, pinches, sizes and menus in the kiosk's page: it is never left and never dead.

    python -m tests.web_kiosk.monkey [--inputs N] [--seed N]

Exit code: 0 without a finding, 1 with one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import monotonic

from tests.office import build_template
from tests.web_kiosk.chromium import Page, PageError, running_chromium
from tests.web_kiosk.kiosk_page import KioskPage, ServedKiosk, serving

FLAGS = (
    "--kiosk", "--incognito", "--noerrdialogs", "--disable-pinch", "--overscroll-history-navigation=0",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
SIZES = ((1280, 800), (1080, 1920), (1920, 1080), (1024, 768), (800, 600), (320, 240), (1280, 801), (1281, 800))
ACTS = {
    "touch": 40, "key": 20, "character": 12, "chord": 10, "text": 4, "swipe": 3, "pinch": 3, "mouse": 4, "wheel": 2,
    "resize": 1, "menu": 1,
}  # fmt: skip
CHECK_EVERY = 10  # inputs
REPORT_EVERY = 250
RETURN_SECONDS = 90.0  # until the page works again after an input
ALT, CTRL, META, SHIFT = 1, 2, 4, 8
CHORDS = (
    ("w", CTRL), ("w", CTRL | SHIFT), ("n", CTRL), ("n", CTRL | SHIFT), ("t", CTRL), ("t", CTRL | SHIFT), ("p", CTRL),
    ("o", CTRL), ("s", CTRL), ("u", CTRL), ("i", CTRL | SHIFT), ("j", CTRL | SHIFT), ("j", CTRL), ("h", CTRL),
    ("d", CTRL), ("l", CTRL), ("f", CTRL), ("g", CTRL), ("r", CTRL), ("r", CTRL | SHIFT), ("q", CTRL | SHIFT),
    ("e", CTRL), ("k", CTRL), ("c", CTRL), ("v", CTRL), ("x", CTRL), ("a", CTRL), ("z", CTRL), ("+", CTRL),
    ("-", CTRL), ("0", CTRL), ("1", CTRL), ("9", CTRL), ("d", ALT), ("f", ALT), ("e", ALT), ("l", META),
)  # fmt: skip
NAMED = {
    "Escape": 27, "Enter": 13, "Tab": 9, "Backspace": 8, "Delete": 46, "ArrowLeft": 37, "ArrowRight": 39,
    "ArrowUp": 38, "ArrowDown": 40, "Home": 36, "End": 35, "PageUp": 33, "PageDown": 34, "Insert": 45,
    "ContextMenu": 93, "Pause": 19, "PrintScreen": 44, "Alt": 18, "Control": 17, "Meta": 91, "BrowserBack": 166,
    "BrowserForward": 167, "BrowserRefresh": 168, "BrowserHome": 172, "LaunchMail": 180,
    **{f"F{number}": 111 + number for number in range(1, 13)},
}  # fmt: skip
TEXTS = (
    "26000000001003\n",
    "EL1:print\n",
    "示范市",
    "x" * 300,
    "\x1b[31m",
    "https://example.com/ ",
    "👩‍👧",
    "83742210\n",
)


class Finding(Exception):
    """Something that must never happen."""


class Monkey:
    """Gives random input to one page."""

    def __init__(self, served: ServedKiosk, kiosk: KioskPage, seed: int) -> None:
        self._served = served
        self._kiosk = kiosk
        self._page: Page = kiosk.page
        self._random = Random(seed)
        self._size = SIZES[0]
        self.counts: Counter[str] = Counter()
        self.longest = 0.0  # seconds until the page worked again

    async def give(self) -> str:
        """Give one input and return its name."""
        name = self._random.choices(list(ACTS), list(ACTS.values()))[0]
        self.counts[name] += 1
        try:
            return f"{name} {await getattr(self, f'_{name}')()}"
        except PageError as error:  # the page was being loaded meanwhile, or is dead: then `check` fails
            self.counts["not answered"] += 1
            await self.check()
            return f"{name}: {error}"

    def _spot(self) -> tuple[int, int]:
        return self._random.randrange(self._size[0]), self._random.randrange(self._size[1])

    async def _touch(self) -> str:
        await self._page.touch(*(spot := self._spot()))
        return str(spot)

    async def _key(self) -> str:
        key = self._random.choice(list(NAMED))
        modifiers = self._random.choice((0, 0, 0, SHIFT, CTRL, ALT, CTRL | ALT))
        await self._page.press(key, code=NAMED[key], modifiers=modifiers)
        return f"{key} {modifiers}"

    async def _character(self) -> str:
        await self._page.type(character := self._random.choice("1234567890*#qwertyx /-.?"))
        return character

    async def _chord(self) -> str:
        key, modifiers = self._random.choice(CHORDS)
        await self._page.press(key, code=ord(key.upper()), modifiers=modifiers)
        return f"{key} {modifiers}"

    async def _text(self) -> str:
        text = self._random.choice(TEXTS)
        if self._random.random() < 0.5:
            await self._page.type(text)
        else:
            await self._page.call("Input.insertText", text=text)
        return repr(text[:20])

    async def _move(self, starts: Sequence[tuple[int, int]], ends: Sequence[tuple[int, int]]) -> None:
        for share in (0.0, 0.5, 1.0):
            points = [
                {"x": a[0] + (b[0] - a[0]) * share, "y": a[1] + (b[1] - a[1]) * share, "id": number}
                for number, (a, b) in enumerate(zip(starts, ends, strict=True))
            ]
            kind = "touchMove" if share else "touchStart"
            await self._page.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)
        await self._page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def _swipe(self) -> str:
        await self._move([start := self._spot()], [end := self._spot()])
        return f"{start} {end}"

    async def _pinch(self) -> str:
        spots = [self._spot() for _end in range(4)]
        await self._move(spots[:2], spots[2:])
        return str(spots)

    async def _mouse(self) -> str:
        button = self._random.choice(("left", "middle", "right", "back", "forward"))
        x, y = self._spot()
        for kind in ("mousePressed", "mouseReleased"):
            await self._page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)
        return f"{button} {x} {y}"

    async def _wheel(self) -> str:
        x, y = self._spot()
        modifiers = self._random.choice((0, CTRL))
        await self._page.call(
            "Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=self._random.choice((0, -300)),
            deltaY=self._random.choice((-300, 300)), modifiers=modifiers,
        )  # fmt: skip
        return f"{x} {y} {modifiers}"

    async def _resize(self) -> str:
        self._size = self._random.choice(SIZES)
        await self._page.resize(*self._size)
        return str(self._size)

    async def _menu(self) -> str:
        x, y = self._spot()
        await self._page.call("Input.emulateTouchFromMouseEvent", type="mousePressed", x=x, y=y, button="right")
        await self._page.press("F10", code=121, modifiers=SHIFT)
        return f"{x} {y}"

    async def check(self) -> None:
        """Raise Finding unless there is one page, at the kiosk's address, which shows the terminal of a live server."""
        if self._served.process.poll() is not None:
            raise Finding(f"the server has ended with {self._served.process.returncode}")
        for _try in range(20):  # a page that is being loaded has no address for a moment
            addresses = [page["url"] for page in await self._kiosk.browser.targets()]
            if addresses == [self._served.address]:
                break
            self.counts["seen without an address"] += addresses == [""]
            await asyncio.sleep(0.1)
        else:
            raise Finding(f"other pages: {addresses}")
        begun = monotonic()

        async def works() -> bool:
            zoom = await self._page.evaluate("window.visualViewport.scale === 1 && window.devicePixelRatio === 1")
            return bool(zoom) and await self._kiosk.cover() == "" and self._kiosk.read().strip() != ""

        try:
            await self._page.wait_until(works, seconds=RETURN_SECONDS)
        except PageError as error:
            raise Finding(f"the page is dead ({error}); it shows {self._kiosk.read()!r}") from None
        self.longest = max(self.longest, monotonic() - begun)

    async def check_home(self) -> None:
        """Raise Finding unless the kiosk still gives its front page, and opens a page from it by touch."""
        self._size = SIZES[0]
        await self._page.resize(*self._size)
        await asyncio.sleep(1)
        await self.check()
        await self._page.press("Escape", code=27)
        try:
            await self._kiosk.wait_for(lambda text: "Enterprises" in text or "企业事务" in text, seconds=60)
            await self._page.type("260000047001\n")
            await self._kiosk.wait_for(lambda text: "Case number" in text or "办件编号" in text)
        except AssertionError as error:
            raise Finding(f"no front page any more: {error}") from None


async def play(folder: Path, *, inputs: int, seed: int) -> str:
    """Give this number of inputs to the kiosk of an office and return a summary. Raises Finding."""
    with serving(folder) as served:
        async with running_chromium(*FLAGS, f"--app={served.address}") as browser:
            kiosk = await KioskPage.open(browser, served.address, *SIZES[0])
            await kiosk.wait_for("Enterprises", seconds=60)
            monkey = Monkey(served, kiosk, seed)
            given = ""
            try:
                for number in range(inputs):
                    given = f"{number}: {await monkey.give()}"
                    if number % CHECK_EVERY == 0:
                        await monkey.check()
                    if number % REPORT_EVERY == 0:
                        sys.stderr.write(f"{number} {dict(monkey.counts)} {len(kiosk.sockets)} sockets\n")
                await monkey.check_home()
            except (Finding, PageError) as error:
                raise Finding(f"seed {seed}, input {given}: {error}") from error
            processes = len(served.screens())
            return (
                f"seed {seed}: {inputs} inputs {dict(monkey.counts)}, {len(kiosk.sockets)} sockets, "
                f"{processes} screen processes at the end, page away for {monkey.longest:.1f} s at most"
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Run with the arguments; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.web_kiosk.monkey", allow_abbrev=False)
    parser.add_argument("--inputs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="clerk-web-monkey-") as folder:
        build_template(Path(folder))
        begun = monotonic()
        try:
            summary = asyncio.run(play(Path(folder) / "template", inputs=args.inputs, seed=args.seed))
        except Finding as finding:
            sys.stdout.write(f"{finding}\n")
            return 1
        sys.stdout.write(f"{summary}, {monotonic() - begun:.0f} s\nno finding\n")
        return 0


if __name__ == "__main__":
    sys.exit(main())
