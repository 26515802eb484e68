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

from benchmarks.feel_report import Values, percentile
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _, mark

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.views import CounterService
    from scanners import View
    from scanners.opencv import Picture

SAMPLES, SCREENS = 100, 10
CITIZEN = "mother"
READ_TIMEOUT = 60.0  # seconds until a lens that reads nothing is given up

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
class ScanStage:
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
    lines = [json.dumps(asdict(one)) for one in stages] if args.json else format_table(stages)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def measure(samples: int, screens: int) -> list[ScanStage]:
    """The stages of `samples` presentations at the desk, and of `screens` on a terminal."""
    from benchmarks.scan_screen import CLERK, PIN, measure_lens_to_screen
    from clerk_app.demo.films import ensure_films
    from clerk_app.demo.sample_city import open_or_build
    from clerk_app.roles.camera import ScannerCamera
    from clerk_app.roles.workstation import open_workstation

    with TemporaryDirectory(prefix="clerk-bench-") as place:
        folder = Path(place) / "city"
        office = open_or_build(folder)
        try:
            film = ensure_films(folder, [CITIZEN])[CITIZEN]
            counter = open_workstation(office, ScannerCamera("", folder / "camera.log")).sign_in(CLERK, PIN).counter
            assert counter is not None  # the city's data file says that 1001 is a clerk
            values = measure_lens_to_verdict(office, counter, film, samples)
            for _round in range(screens):
                counter.finish_visit()
                values.setdefault(SCREEN, []).append(measure_lens_to_screen(folder, film))
        finally:
            office.store.close()
    return _summarize_stages(values)


def measure_lens_to_verdict(office: Office, counter: CounterService, film: Path, samples: int) -> Values:
    """Lays the code in `film` before the `counter` of `office` so many times. Milliseconds by stage."""
    from benchmarks.decode_competitors import read_with_zxing
    from scanners import CameraClient

    values: Values = {name: [] for name in (*STAGES, TOTAL, BARE)}
    bare = readable_frames(film)
    views: SimpleQueue[View] = SimpleQueue()
    lens = CameraClient()
    lens.start(str(film), "licence", views.put, fps=15)
    try:
        for _sample in range(samples):
            counter.serve_walk_in()
            lens.change_order(want="licence")  # from now on the code counts as new
            _present_code(office, counter, views, values)
            began = perf_counter()
            read_with_zxing(next(bare))
            values[BARE].append((perf_counter() - began) * 1000)
    finally:
        lens.stop()
    return values


def _present_code(office: Office, counter: CounterService, views: SimpleQueue[View], values: Values) -> None:
    """The next code that the lens reads goes to the counter."""
    from clerk_app.licences.licence_verification import verify_licence_code

    view = _wait_for_code(views)
    came_in = monotonic()
    text = view.codes[0].text
    applicant = counter.process_scan(text).applicant
    done = monotonic()
    if applicant is None or applicant.check.result == "red":
        raise OutOfReach("The sample code was not believed at the window.")
    proving = perf_counter()
    verify_licence_code(text, *office.read_trust_lists(), office.utc)
    proved = (perf_counter() - proving) * 1000
    for key, name in _IN_CHILD.items():
        values[name].append(view.ms[key])
    values[CARRIED].append((came_in - view.captured_at) * 1000 - sum(view.ms.values()))
    values[PROVED].append(proved)
    values[RECORDED].append((done - came_in) * 1000 - proved)
    values[TOTAL].append((done - view.captured_at) * 1000)


def _wait_for_code(views: SimpleQueue[View]) -> View:
    until = monotonic() + READ_TIMEOUT
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


def readable_frames(film: Path) -> Iterator[Picture]:
    """The frames of a film in which zxing-cpp alone reads a code, round and round. Raises OutOfReach if none."""
    from benchmarks.decode_competitors import read_with_zxing
    from scanners.camera.sources import open_source
    from scanners.opencv import to_grey

    source, found = open_source(str(film)), []
    while (frame := source.read()) is not None:
        picture = to_grey(frame.picture)
        if read_with_zxing(picture):
            found.append(picture)
    source.close()
    if not found:
        raise OutOfReach("The camera read no code. {trouble}", trouble="")
    return cycle(found)


def _summarize_stages(values: Values) -> list[ScanStage]:
    whole = sum(values[TOTAL])
    parts = {*STAGES, TOTAL}
    return [
        ScanStage(
            name, median(spent), percentile(spent, 0.95), sum(spent) / whole if name in parts else None, len(spent)
        )
        for name, spent in values.items()
    ]


def format_table(stages: Sequence[ScanStage]) -> list[str]:
    """The table for people."""
    from rich.cells import cell_len, set_cell_size

    wide = max(cell_len(_(one.name)) for one in stages)
    lines = [_("milliseconds: median, 95th percentile, share of the way, how often measured")]
    for one in stages:
        share = f"{100 * one.share:4.0f} %" if one.share is not None else "   - %"
        lines.append(f"{set_cell_size(_(one.name), wide)}  {one.median:8.2f}  {one.p95:8.2f}  {share}  {one.count:4d}")
    return lines
