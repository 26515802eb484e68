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

from clerk_app.desks import open_desks
from clerk_app.desks.camera import Camera
from clerk_app.errors import ClerkError
from clerk_app.simulate.city_data import city_data
from clerk_app.simulate.one_case import Act, Decision, OneCase
from clerk_app.simulate.sample_city import open_or_build


@dataclass(frozen=True)
class Step:
    """What was done, whether it worked, the milliseconds it took, and what there is to tell (or why it failed)."""

    step: str
    ok: bool
    ms: int
    detail: str


def live(folder: Path, source: str | None, decide: Mapping[str, Decision]) -> Iterator[Step]:
    """Lives one birth in the sample city at `folder` (made if it is not there), yielding each step when it is done.

    `source` is what the applicant holds before the camera: a picture, a folder, a video, a camera; the mother's film if
    None. `decide` names organs that refuse, or return, the first task they get. The last step is the first that failed,
    or, with everything well, the comparison with the rebuilt store. Raises BadData for an organ that has no part.
    """
    began = perf_counter()
    office = open_or_build(folder)
    with closing(open_desks(office, Camera(source or office.camera_source, folder / "camera.log"))) as desks:
        life = OneCase(office, city_data(office.wall().date()), desks, source, decide)
        yield _step("city", began, office.settings.name.say())
        for act in life.way():
            step = _done(act)
            yield step
            if not step.ok:
                return


def run_headless(folder: Path | None, source: str | None, decide: Mapping[str, Decision], *, as_json: bool) -> int:
    """Lives one birth and writes a line a step to stdout: JSON, or for people. 0 if all went well, else 1.

    Without a `folder` the city is made in a temporary one and is gone afterwards. Raises BadData as `live` does.
    """
    if folder is not None:
        return _write(live(folder, source, decide), as_json=as_json)
    with TemporaryDirectory(prefix="clerk-demo-") as temporary:
        return _write(live(Path(temporary) / "city", source, decide), as_json=as_json)


def _write(steps: Iterator[Step], *, as_json: bool) -> int:
    ok = False
    for step in steps:
        line = json.dumps(asdict(step), ensure_ascii=False) if as_json else _for_people(step)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        ok = step.ok
    return 0 if ok else 1


def _for_people(step: Step) -> str:
    return f"{'ok' if step.ok else '!!'} {step.ms:>6} ms  {step.step:<10} {step.detail}"


def _done(act: Act) -> Step:
    name, do = act
    began = perf_counter()
    try:
        return _step(name, began, do())
    except ClerkError as error:
        return _step(name, began, str(error), ok=False)


def _step(name: str, began: float, detail: str, *, ok: bool = True) -> Step:
    return Step(name, ok, round((perf_counter() - began) * 1000), detail)
