"""Measure the time from a touch to the first changed frame of the kiosk in a browser.

The reference is an app of one button, served in the same way to the same browser, in the same rounds. A touch is sent
through the DevTools protocol; a frame has changed when the terminal of the page has painted it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_urlsafe
from statistics import median
from tempfile import TemporaryDirectory

from clerk_app.cli.web_kiosk.screens import ScreenPool
from clerk_app.cli.web_kiosk.server import KioskServer
from clerk_app.demo.kept_city import open_or_build
from clerk_app.errors import BadData, OutOfReach
from tests.web_kiosk.chromium import PROGRAM, Browser, running_chromium
from tests.web_kiosk.kiosk_page import KioskPage, free_port, serving

ROUNDS, TOUCHES = 3, 20
BAR = 2.0  # times the minimal app


@dataclass(frozen=True)
class Latency:
    """Median time from a touch to the first changed frame in milliseconds, and its ratio to the minimal app."""

    name: str
    milliseconds: float
    ratio: float
    bar: float | None = None

    @property
    def held(self) -> bool:
        """Whether the ratio is within its bar."""
        return self.bar is None or self.ratio <= self.bar


# Records the time of the frame after the first drawing that follows a touch.
_PROBE = """
(() => {
  let touched = 0;
  window.addEventListener("touchstart", event => { touched = event.timeStamp; window.changedAfter = null; }, true);
  for (const name of ["fillText", "fillRect", "clearRect", "drawImage", "putImageData"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...words) {
      if (touched && this.canvas.isConnected) {
        const begun = touched;
        touched = 0;
        requestAnimationFrame(now => { window.changedAfter = now - begun; });
      }
      return draw.apply(this, words);
    };
  }
})();
"""
SIZE = (1280, 800)
QUIET_SECONDS = 0.4  # after a touch: the highlight of a button has ended


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when the bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks web", allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds, whose touches count together")
    parser.add_argument("--touches", type=int, default=TOUCHES, help="touches of each app in a round")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.rounds < 1 or args.touches < 2:
        raise BadData("At least one round has to count.")
    if PROGRAM is None:
        raise OutOfReach("The measure is wrong: {text}", text="Chromium is not installed")
    for latency in (found := asyncio.run(measure(args.rounds, args.touches))):
        row = asdict(latency) | {"held": latency.held}
        bar = f"  bar {latency.bar:.1f}" if latency.bar is not None else ""
        line = f"{latency.name:<40}{latency.milliseconds:8.1f} ms  {latency.ratio:5.2f} x{bar}"
        sys.stdout.write((json.dumps(row) if args.json else line) + "\n")
    return 0 if all(latency.held for latency in found) else 1


async def measure(rounds: int, touches: int) -> list[Latency]:
    """Return the latencies of the minimal app and of the kiosk, measured in turn."""
    minimal: list[float] = []
    kiosk: list[float] = []
    with TemporaryDirectory(prefix="clerk-bench-") as temporary:
        folder = Path(temporary) / "city"
        open_or_build(folder).store.close()
        for _round in range(rounds):
            minimal += await _measure_minimal(touches)
            kiosk += await _measure_kiosk(folder, touches)
    reference = median(minimal)
    return [
        Latency("an app of one button", reference, 1.0),
        Latency("the kiosk", median(kiosk), median(kiosk) / reference, BAR),
    ]


async def _measure_minimal(touches: int) -> list[float]:
    pool = ScreenPool([sys.executable, "-m", "benchmarks.web_app"])
    server = KioskServer(pool, port=free_port(), token=token_urlsafe(32), rows=30)
    listening = asyncio.Event()
    running = asyncio.ensure_future(server.run(listening.set))
    try:
        await listening.wait()
        async with running_chromium(size=SIZE) as browser:
            return await _touch(browser, server.address, ("press 0", "press 1"), touches)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _measure_kiosk(folder: Path, touches: int) -> list[float]:
    with serving(folder) as served:
        async with running_chromium(size=SIZE) as browser:
            return await _touch(browser, served.address, ("elderly, disabled", "Back"), touches)


async def _touch(browser: Browser, address: str, words: tuple[str, str], touches: int) -> list[float]:
    """Touch two words in turn, each of which shows the other one; return the milliseconds without the first pair."""
    page = await browser.attach()
    await page.call("Page.addScriptToEvaluateOnNewDocument", source=_PROBE)
    kiosk = await KioskPage.open(browser, address, *SIZE)
    found = []
    for index in range(touches + 2):
        shown = words[index % 2]
        await kiosk.wait_for(shown)
        await asyncio.sleep(QUIET_SECONDS)
        await kiosk.touch(shown)
        await kiosk.wait_for(words[1 - index % 2])
        await kiosk.page.wait_until(lambda: kiosk.page.evaluate("typeof window.changedAfter === 'number'"))
        found.append(float(await kiosk.page.evaluate("window.changedAfter")))
    return found[2:]
