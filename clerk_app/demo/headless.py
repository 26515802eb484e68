"""`clerk demo --headless`: one case lived to its end through the same parts as on the screens, a step at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from clerk_app.demo.city_data import load_city_data
from clerk_app.demo.sample_city import open_or_build
from clerk_app.demo.walkthrough import OrganDecision, Walkthrough, WalkthroughAction
from clerk_app.errors import ClerkError
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation


@dataclass(frozen=True)
class DemoStep:
    """What was done, whether it worked, the milliseconds it took, and what there is to tell (or why it failed)."""

    step: str
    ok: bool
    ms: int
    detail: str


def run_case(folder: Path, source: str | None, decide: Mapping[str, OrganDecision]) -> Iterator[DemoStep]:
    """Lives one birth in the sample city at `folder` (made if it is not there), yielding each step when it is done.

    `source` is what the applicant holds before the camera: a picture, a folder, a video, a camera; the mother's film if
    None. `decide` names organs that refuse, or return, the first task they get. The last step is the first that failed,
    or, with everything well, the comparison with the rebuilt store. Raises BadData for an organ that has no part.
    """
    began = perf_counter()
    office = open_or_build(folder)
    with closing(
        open_workstation(office, ScannerCamera(source or office.camera_source, folder / "camera.log"))
    ) as desks:
        life = Walkthrough(office, load_city_data(office.local_time().date()), desks, source, decide)
        yield _make_step("city", began, office.settings.name.localized())
        for act in life.actions():
            step = _run_action(act)
            yield step
            if not step.ok:
                return


def run_headless(folder: Path | None, source: str | None, decide: Mapping[str, OrganDecision], *, as_json: bool) -> int:
    """Lives one birth and writes a line a step to stdout: JSON, or for people. 0 if all went well, else 1.

    Without a `folder` the city is made in a temporary one and is gone afterwards. Raises BadData as `live` does.
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
    return f"{'ok' if step.ok else '!!'} {step.ms:>6} ms  {step.step:<10} {step.detail}"


def _run_action(act: WalkthroughAction) -> DemoStep:
    name, do = act
    began = perf_counter()
    try:
        return _make_step(name, began, do())
    except ClerkError as error:
        return _make_step(name, began, str(error), ok=False)


def _make_step(name: str, began: float, detail: str, *, ok: bool = True) -> DemoStep:
    return DemoStep(name, ok, round((perf_counter() - began) * 1000), detail)
