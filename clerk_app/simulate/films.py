"""The sample city's camera: a film for each signed code, made by a process of its own when it is first wanted."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from clerk_app.desk import Choice
from clerk_app.desks.camera import Camera
from clerk_app.desks.office import Office
from clerk_app.desks.settings import camera_of, read_settings
from clerk_app.errors import OutOfReach
from clerk_app.simulate.city_data import BAD_CODES, city_data

_LONGEST = 120.0  # seconds for one film, on a slow and busy machine


def films(folder: Path, names: Sequence[str] | None = None) -> dict[str, Path]:
    """The films of the codes `names` in the city at `folder`, in this order, those that are missing made first.

    Without names, of every code, which takes some seconds each. A citizen without a phone holds up a printed code.
    Raises OutOfReach when a film cannot be made.
    """
    data = city_data(datetime.now(UTC).date())
    wanted = (*data.code_names(), *BAD_CODES) if names is None else names
    return {name: _film(folder, name, data.is_printed(name)) for name in wanted}


def sample_camera(office: Office, city: Path | None = None) -> Camera:
    """The sample city's camera: each citizen's film, made when it is first wanted; real cameras beside them.

    `city` is the folder of the sample city, where the office is only a window of it, and looks through its camera.
    """
    folder = city or office.folder
    source = office.camera_source if folder == office.folder else camera_of(folder, read_settings(folder))

    def choices() -> tuple[Choice, ...]:
        names = sorted(path.stem for path in (folder / "codes").glob("*.txt"))
        return tuple(Choice(str(folder / "films" / f"{name}.avi"), name) for name in names)

    def prepare(source: str) -> None:
        path = Path(source)
        if path.parent == folder / "films" and not path.exists():
            films(folder, [path.stem])

    camera = Camera(source, folder / "camera.log", films=choices, prepare=prepare)
    threading.Thread(target=camera.warm_up, daemon=True).start()
    return camera


def film_of_paper(picture: Path, out: Path, seed: int = 1) -> Path:
    """The film of a sheet of paper with `picture` on it, held before the camera. Raises OutOfReach."""
    return _made(out, [str(picture), "--paper", "--seed", str(seed)])


def _film(folder: Path, name: str, printed: bool) -> Path:
    out = folder / "films" / f"{name}.avi"
    if out.exists():
        return out
    shown = [str(folder / "codes" / f"{name}.png"), "--paper"] if printed else [str(folder / "codes" / f"{name}.txt")]
    return _made(out, [*shown, "--seed", str(crc32(name.encode()) % 1000)])


def _made(out: Path, arguments: Sequence[str]) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", "clerk_app.simulate.film", str(out), *arguments]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        raise OutOfReach("The film {path} could not be made: {why}", path=out.name, why=error) from error
    return out
