"""`clerk bench scan`: from a frame at the lens to a verified result, stage by stage, beside zxing-cpp's bare time.

A sample citizen's signed code, filmed in a hand, is looked at by the real camera child and laid before the real window,
again and again; each time the visit is new, so that everything is proved and recorded anew. The last line is the real
program on a terminal: from the moment in which a network camera sends the first frame with the code until the verdict
is painted. The screen keeps a code that was read in its outline for a quarter of a second; that is in it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from queue import Empty, SimpleQueue
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

from clerk_app.bench.table import Values, percentile
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _, mark

if TYPE_CHECKING:
    from clerk_app.desk import CounterDesk
    from clerk_app.desks import Office
    from scanners import View
    from scanners.opencv import Picture

SAMPLES, SCREENS = 100, 10
CITIZEN = "mother"
PATIENCE = 60.0  # seconds until a lens that reads nothing is given up

STAGES = (CAPTURE, WAITED, DECODE, PREVIEW, CARRIED, PROVED, RECORDED) = (
    mark("frame to pixels"),
    mark("waiting for its turn"),
    mark("decoding"),
    mark("preview"),
    mark("to the program"),
    mark("verification"),
    mark("record and page"),
)
TOTAL, BARE, SCREEN = mark("lens to verdict"), mark("zxing-cpp alone, same film"), mark("lens to screen")
_IN_CHILD = {"capture": CAPTURE, "waited": WAITED, "decode": DECODE, "preview": PREVIEW}


@dataclass(frozen=True)
class Stage:
    """A line of the table, in milliseconds; `share` of the way from lens to verdict, None for what is no part of it."""

    name: str
    median: float
    p95: float
    share: float | None
    count: int


def main(words: Sequence[str]) -> int:
    """Runs the bench with the arguments after `clerk bench scan`. 0; raises OutOfReach if nothing is read or shown."""
    parser = argparse.ArgumentParser(prog="clerk bench scan", allow_abbrev=False)
    parser.add_argument("--samples", type=int, default=SAMPLES, help=_("how often the code is laid before the window"))
    parser.add_argument("--screens", type=int, default=SCREENS, help=_("how often the whole program is started for it"))
    parser.add_argument("--json", action="store_true", help=_("one JSON line a measure"))
    args = parser.parse_args(list(words))
    if args.samples < 1 or args.screens < 0:
        raise BadData("At least one sample is needed.")
    stages = measure(args.samples, args.screens)
    lines = [json.dumps(asdict(one)) for one in stages] if args.json else table(stages)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def measure(samples: int, screens: int) -> list[Stage]:
    """The stages of `samples` presentations at the desk, and of `screens` on a terminal."""
    from clerk_app.bench.scan_screen import CLERK, PIN, lens_to_screen
    from clerk_app.desks import open_desks
    from clerk_app.desks.camera import Camera
    from clerk_app.simulate.films import films
    from clerk_app.simulate.sample_city import open_or_build

    with TemporaryDirectory(prefix="clerk-bench-") as place:
        folder = Path(place) / "city"
        office = open_or_build(folder)
        try:
            film = films(folder, [CITIZEN])[CITIZEN]
            counter = open_desks(office, Camera("", folder / "camera.log")).sign_in(CLERK, PIN).counter
            assert counter is not None  # the city's data file says that 1001 is a clerk
            values = lens_to_verdict(office, counter, film, samples)
            for _round in range(screens):
                counter.finish()
                values.setdefault(SCREEN, []).append(lens_to_screen(folder, film))
        finally:
            office.store.close()
    return _stages(values)


def lens_to_verdict(office: Office, counter: CounterDesk, film: Path, samples: int) -> Values:
    """Lays the code in `film` before the `counter` of `office` so many times. Milliseconds by stage."""
    from clerk_app.bench.rivals import alone
    from scanners import Lens

    values: Values = {name: [] for name in (*STAGES, TOTAL, BARE)}
    bare = readable(film)
    views: SimpleQueue[View] = SimpleQueue()
    lens = Lens()
    lens.start(str(film), "licence", views.put, fps=15)
    try:
        for _sample in range(samples):
            counter.walk_in()
            lens.change(want="licence")  # from now on the code counts as new
            _present(office, counter, views, values)
            began = perf_counter()
            alone(next(bare))
            values[BARE].append((perf_counter() - began) * 1000)
    finally:
        lens.stop()
    return values


def _present(office: Office, counter: CounterDesk, views: SimpleQueue[View], values: Values) -> None:
    """The next code that the lens reads goes to the counter."""
    from clerk_app.licences.verify import verify

    view = _with_code(views)
    came_in = monotonic()
    text = view.codes[0].text
    applicant = counter.present(text).applicant
    done = monotonic()
    if applicant is None or applicant.check.result == "red":
        raise OutOfReach("The sample code was not believed at the window.")
    proving = perf_counter()
    verify(text, *office.trust(), office.utc)
    proved = (perf_counter() - proving) * 1000
    for key, name in _IN_CHILD.items():
        values[name].append(view.ms[key])
    values[CARRIED].append((came_in - view.came) * 1000 - sum(view.ms.values()))
    values[PROVED].append(proved)
    values[RECORDED].append((done - came_in) * 1000 - proved)
    values[TOTAL].append((done - view.came) * 1000)


def _with_code(views: SimpleQueue[View]) -> View:
    until = monotonic() + PATIENCE
    trouble = ""
    while (left := until - monotonic()) > 0:
        try:
            view = views.get(timeout=left)
        except Empty:
            break
        if view.codes:
            return view
        trouble = str(view.trouble or trouble)
    raise OutOfReach("The camera read no code. {trouble}", trouble=trouble)


def readable(film: Path) -> Iterator[Picture]:
    """The frames of a film in which zxing-cpp alone reads a code, round and round. Raises OutOfReach if none."""
    from clerk_app.bench.rivals import alone
    from scanners.opencv import grey
    from scanners.sources import open_source

    source, found = open_source(str(film)), []
    while (frame := source.read()) is not None:
        picture = grey(frame.picture)
        if alone(picture):
            found.append(picture)
    source.close()
    if not found:
        raise OutOfReach("The camera read no code. {trouble}", trouble="")
    return cycle(found)


def _stages(values: Values) -> list[Stage]:
    whole = sum(values[TOTAL])
    parts = {*STAGES, TOTAL}
    return [
        Stage(name, median(spent), percentile(spent, 0.95), sum(spent) / whole if name in parts else None, len(spent))
        for name, spent in values.items()
    ]


def table(stages: Sequence[Stage]) -> list[str]:
    """The table for people."""
    from rich.cells import cell_len, set_cell_size

    wide = max(cell_len(_(one.name)) for one in stages)
    lines = [_("milliseconds: median, 95th percentile, share of the way, how often measured")]
    for one in stages:
        share = f"{100 * one.share:4.0f} %" if one.share is not None else "   - %"
        lines.append(f"{set_cell_size(_(one.name), wide)}  {one.median:8.2f}  {one.p95:8.2f}  {share}  {one.count:4d}")
    return lines
