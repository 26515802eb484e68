"""Measure the time from a camera frame to a verified result, stage by stage, and the time of zxing-cpp alone.

A film shows the signed code of a sample citizen in a hand. The real camera process reads the code, and it is presented
at the real counter, again and again; each time in a new visit, so that everything is verified and recorded again. The
last row is measured with the real program on a terminal: from the first frame with the code that a network camera
sends until the verdict is painted. It includes the 0.25 seconds for which the screen shows the outline of the code.
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

from rich.cells import cell_len, set_cell_size

from benchmarks.decode_competitors import read_with_zxing
from benchmarks.feel_report import Values, percentile
from benchmarks.sample_office import sign_in_clerk
from benchmarks.scan_screen import measure_lens_to_screen
from clerk_app.composition.office import Office
from clerk_app.demo.films import ensure_films
from clerk_app.demo.kept_city import open_or_build
from clerk_app.errors import BadData, OutOfReach
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.views.counter import CounterService
from scanners import CameraClient, View
from scanners.camera.sources import open_source
from scanners.opencv import Picture, to_grey

SAMPLES, SCREENS = 100, 10
CITIZEN = "mother"
READ_TIMEOUT = 60.0  # seconds

STAGES = (CAPTURE, WAITED, DECODE, PREVIEW, CARRIED, PROVED, RECORDED) = (
    "frame to pixels",
    "waiting for its turn",
    "decoding",
    "preview",
    "to the program",
    "verification",
    "record and page",
)
TOTAL, BARE, SCREEN = "lens to verdict", "zxing-cpp alone, same film", "lens to screen"
_IN_CHILD = {"capture": CAPTURE, "waited": WAITED, "decode": DECODE, "preview": PREVIEW}


@dataclass(frozen=True)
class ScanStage:
    """A row of the table, in milliseconds.

    `share` is the part of the time from lens to verdict; None for a row that is not part of that time.
    """

    name: str
    median: float
    p95: float
    share: float | None
    count: int


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0. Raises OutOfReach if nothing is read or shown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scan", allow_abbrev=False)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="presentations of the code at the counter")
    parser.add_argument("--screens", type=int, default=SCREENS, help="starts of the whole program")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.samples < 1 or args.screens < 0:
        raise BadData("At least one sample is needed.")
    stages = measure(args.samples, args.screens)
    lines = [json.dumps(asdict(stage)) for stage in stages] if args.json else format_table(stages)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def measure(samples: int, screens: int) -> list[ScanStage]:
    """Measure `samples` presentations at the counter, and `screens` runs of the program on a terminal."""

    with TemporaryDirectory(prefix="clerk-bench-") as temporary:
        folder = Path(temporary) / "city"
        office = open_or_build(folder)
        try:
            film = ensure_films(folder, [CITIZEN])[CITIZEN]
            counter = sign_in_clerk(office)
            values = measure_lens_to_verdict(office, counter, film, samples)
            for _number in range(screens):
                counter.finish_visit()
                values.setdefault(SCREEN, []).append(measure_lens_to_screen(folder, film))
        finally:
            office.store.close()
    return _summarize_stages(values)


def measure_lens_to_verdict(office: Office, counter: CounterService, film: Path, samples: int) -> Values:
    """Present the code in `film` at `counter` `samples` times; return the milliseconds of each stage."""

    values: Values = {name: [] for name in (*STAGES, TOTAL, BARE)}
    frames = readable_frames(film)
    views: SimpleQueue[View] = SimpleQueue()
    lens = CameraClient()
    lens.start(str(film), "licence", views.put, fps=15)
    try:
        for _number in range(samples):
            counter.serve_walk_in()
            lens.change_order(want="licence")  # makes the camera report the same code again
            _present_code(office, counter, views, values)
            started = perf_counter()
            read_with_zxing(next(frames))
            values[BARE].append((perf_counter() - started) * 1000)
    finally:
        lens.stop()
    return values


def _present_code(office: Office, counter: CounterService, views: SimpleQueue[View], values: Values) -> None:
    """Wait for the camera to read a code, present it at the counter, and record the time of each stage."""

    view = _wait_for_code(views)
    received_at = monotonic()
    text = view.codes[0].text
    applicant = counter.process_scan(text).applicant
    done_at = monotonic()
    if applicant is None or applicant.check.result == "red":
        raise OutOfReach("The sample code was not believed at the window.")
    started = perf_counter()
    verify_licence_code(text, *office.read_trust_lists(), office.utc)
    verify_ms = (perf_counter() - started) * 1000
    for key, name in _IN_CHILD.items():
        values[name].append(view.ms[key])
    values[CARRIED].append((received_at - view.captured_at) * 1000 - sum(view.ms.values()))
    values[PROVED].append(verify_ms)
    values[RECORDED].append((done_at - received_at) * 1000 - verify_ms)
    values[TOTAL].append((done_at - view.captured_at) * 1000)


def _wait_for_code(views: SimpleQueue[View]) -> View:
    deadline = monotonic() + READ_TIMEOUT
    trouble = ""
    while (remaining := deadline - monotonic()) > 0:
        try:
            view = views.get(timeout=remaining)
        except Empty:
            break
        if view.codes:
            return view
        trouble = str(view.trouble or trouble)
    raise OutOfReach("The camera read no code. {trouble}", trouble=trouble)


def readable_frames(film: Path) -> Iterator[Picture]:
    """Yield the frames of a film in which zxing-cpp alone reads a code, repeated without end.

    Raises OutOfReach if the film has no such frame.
    """

    source, frames = open_source(str(film)), []
    while (frame := source.read()) is not None:
        picture = to_grey(frame.picture)
        if read_with_zxing(picture):
            frames.append(picture)
    source.close()
    if not frames:
        raise OutOfReach("The camera read no code. {trouble}", trouble="")
    return cycle(frames)


def _summarize_stages(values: Values) -> list[ScanStage]:
    total = sum(values[TOTAL])
    parts = {*STAGES, TOTAL}
    return [
        ScanStage(
            name, median(times), percentile(times, 0.95), sum(times) / total if name in parts else None, len(times)
        )
        for name, times in values.items()
    ]


def format_table(stages: Sequence[ScanStage]) -> list[str]:
    """Return the table as lines of text."""

    width = max(cell_len(stage.name) for stage in stages)
    lines = ["milliseconds: median, 95th percentile, share of the way, how often measured"]
    for stage in stages:
        share = f"{100 * stage.share:4.0f} %" if stage.share is not None else "   - %"
        lines.append(
            f"{set_cell_size(stage.name, width)}  {stage.median:8.2f}  {stage.p95:8.2f}  {share}  {stage.count:4d}"
        )
    return lines
