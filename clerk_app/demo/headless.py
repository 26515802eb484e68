"""`clerk demo --headless`: one case from ticket to handover through the same roles as on the screens."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from rich.cells import cell_len

from clerk_app.demo.city_data import load_city_data
from clerk_app.demo.kept_city import open_or_build
from clerk_app.demo.walkthrough import OrganDecision, Walkthrough, WalkthroughAction
from clerk_app.errors import ClerkError
from clerk_app.locales import mark, translate
from clerk_app.log import log_start, log_to
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation

_STEP_NAMES = {
    "city": mark("city"),
    "sign_in": mark("sign in"),
    "film": mark("film"),
    "ticket": mark("ticket"),
    "call": mark("call"),
    "scan": mark("scan"),
    "verify": mark("verify"),
    "confirm": mark("confirm"),
    "begin": mark("begin"),
    "consent": mark("consent"),
    "fill": mark("fill"),
    "accept": mark("accept"),
    "receipt": mark("receipt"),
    "decide": mark("decide"),
    "take_in": mark("take in"),
    "hand_over": mark("hand over"),
    "decisions": mark("decisions"),
    "audit": mark("audit"),
    "rebuild": mark("rebuild"),
}
"""Names of the steps for people, by their ids in the JSON lines."""


@dataclass(frozen=True)
class DemoStep:
    """Result of a step: whether it succeeded, its duration in ms, and its result or the reason of its failure."""

    step: str
    ok: bool
    ms: int
    detail: str


def run_case(folder: Path, source: str | None, decide: Mapping[str, OrganDecision]) -> Iterator[DemoStep]:
    """Run one birth case in the sample city at `folder` (created if missing), and yield each step when it is done.

    `source` is what the camera sees: a picture, a folder, a video or a camera; None is the mother's film. `decide`
    names organs that first refuse or return a task. The last step is the first one that failed, or else the comparison
    with the rebuilt store. Raises BadData for an organ that has no part in the case.
    """
    started = perf_counter()
    office = open_or_build(folder)
    camera = ScannerCamera(source or office.camera_source, folder / "camera.log")
    with log_to(folder), closing(open_workstation(office, camera)) as desks:
        log_start("demo")
        walkthrough = Walkthrough(office, load_city_data(office.local_time().date()), desks, source, decide)
        yield _make_step("city", started, office.settings.name.localized())
        for action in walkthrough.actions():
            step = _run_action(action)
            yield step
            if not step.ok:
                return


def run_headless(folder: Path | None, source: str | None, decide: Mapping[str, OrganDecision], *, as_json: bool) -> int:
    """Run one birth case and write a line for each step to stdout; return 0 if every step succeeded, else 1.

    The lines are JSON if `as_json` is true. Without a `folder`, the city is built in a temporary folder and removed
    afterwards. Raises BadData like `run_case`.
    """
    if folder is not None:
        return _write_steps(run_case(folder, source, decide), as_json=as_json)
    with TemporaryDirectory(prefix="clerk-demo-") as temporary:
        return _write_steps(run_case(Path(temporary) / "city", source, decide), as_json=as_json)


def _write_steps(steps: Iterator[DemoStep], *, as_json: bool) -> int:
    ok = False
    for step in steps:
        line = json.dumps(asdict(step), ensure_ascii=False) if as_json else _format_line(step)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        ok = step.ok
    return 0 if ok else 1


def _format_line(step: DemoStep) -> str:
    name = translate(_STEP_NAMES.get(step.step, step.step))
    return f"{'ok' if step.ok else '!!'} {step.ms:>6} ms  {name}{' ' * (10 - cell_len(name))} {step.detail}"


def _run_action(act: WalkthroughAction) -> DemoStep:
    name, run = act
    started = perf_counter()
    try:
        return _make_step(name, started, run())
    except ClerkError as error:
        return _make_step(name, started, str(error), ok=False)


def _make_step(name: str, started: float, detail: str, *, ok: bool = True) -> DemoStep:
    return DemoStep(name, ok, round((perf_counter() - started) * 1000), detail)
