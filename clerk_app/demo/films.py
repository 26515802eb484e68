"""The sample city's camera: a film for each signed code, rendered by a process of its own, and its holder's face."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from zlib import crc32

from clerk_app.composition.office import Office
from clerk_app.composition.settings import read_settings, resolve_camera
from clerk_app.demo.face_films import FACES_FOLDER, ensure_face_film
from clerk_app.demo.stale_codes import BAD_CODES, CODES_FOLDER
from clerk_app.errors import OutOfReach
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.papers.page_camera import PREPARATIONS
from clerk_app.views.shared import Option
from db.files import create_folder

_RENDER_TIMEOUT = 120.0  # seconds for one film on a slow and busy machine


def ensure_films(folder: Path, names: Sequence[str] | None = None) -> dict[str, Path]:
    """Return the films of the codes `names` by name, in the same order; missing films are rendered first.

    `folder` is that of the city. If `names` is None, all codes are meant; each film takes some seconds to render. A
    citizen without a phone holds up a printed code. Raises OutOfReach when a film cannot be rendered.
    """
    from clerk_app.demo.city_data import load_city_data  # imports what reads YAML; the films are there most of the time

    data = load_city_data(datetime.now(UTC).date())
    wanted = (*data.code_names(), *BAD_CODES) if names is None else names
    return {name: _ensure_film(folder, name, data.is_printed(name)) for name in wanted}


def make_sample_camera(office: Office, city: Path | None = None) -> ScannerCamera:
    """Return a camera that offers the films of the sample city in addition to the real cameras.

    `city` is the folder of the sample city if `office` is a window that joined it; None if `office` is the city itself.
    """
    folder = city or office.folder
    source = office.camera_source if folder == office.folder else resolve_camera(folder, read_settings(folder))

    def choices() -> tuple[Option, ...]:
        names = sorted(path.stem for path in (folder / CODES_FOLDER).glob("*.txt"))
        return tuple(Option(str(folder / "films" / f"{name}.avi"), name) for name in names)

    def faces() -> tuple[Option, ...]:
        return tuple(Option(find_face(option.id), option.name) for option in choices() if option.name not in BAD_CODES)

    def find_face(source: str) -> str:
        path = Path(source)
        return str(folder / FACES_FOLDER / path.stem) if path.parent == folder / "films" else source

    def prepare(source: str) -> None:
        path = Path(source)
        if path.parent == folder / "films" and not path.exists():
            ensure_films(folder, [path.stem])
        elif path.parent == folder / FACES_FOLDER:
            _ensure_face(folder, path.name)
        elif path.parent == folder / "films" / "papers":
            ensure_desk_film(folder, path.stem)

    PREPARATIONS.append(prepare)
    camera = ScannerCamera(
        source,
        folder / "camera.log",
        films=choices,
        prepare=prepare,
        face_source=office.face_camera_source,
        find_face_source=find_face,
        face_films=faces,
    )
    threading.Thread(target=camera.warm_up, daemon=True).start()
    return camera


def render_paper_film(picture: Path, out: Path, seed: int = 1) -> Path:
    """Render the film of a sheet of paper with `picture`. Raises OutOfReach."""
    return _render_film(out, [str(picture), "--paper", "--seed", str(seed)])


def _ensure_face(folder: Path, name: str) -> None:
    """Draw the holder of a code, unless that is done; a code of nobody shows the same stranger always."""
    from clerk_app.demo.city_data import load_city_data

    ensure_face_film(folder, name, load_city_data(datetime.now(UTC).date()).holder_of(name) or "stranger")


def ensure_desk_film(folder: Path, name: str) -> Path:
    """Return the film of a paper of the city in `folder` (`lease`), rendered if it is missing. Raises OutOfReach."""
    out = folder / "films" / "papers" / f"{name}.avi"
    if out.exists():
        return out
    text = resources.files("clerk_app.demo") / "data" / "sample-city" / "papers" / f"{name}.txt"
    with resources.as_file(text) as file:
        return _render_film(out, [str(file)], "desk_film_renderer")


def _ensure_film(folder: Path, name: str, printed: bool) -> Path:
    out = folder / "films" / f"{name}.avi"
    if out.exists():
        return out
    shown = (
        [str(folder / CODES_FOLDER / f"{name}.png"), "--paper"]
        if printed
        else [str(folder / CODES_FOLDER / f"{name}.txt")]
    )
    return _render_film(out, [*shown, "--seed", str(crc32(name.encode()) % 1000)])


def _render_film(out: Path, arguments: Sequence[str], renderer: str = "film_renderer") -> Path:
    create_folder(out.parent)
    command = [sys.executable, "-P", "-m", f"clerk_app.demo.{renderer}", str(out), *arguments]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_RENDER_TIMEOUT, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        raise OutOfReach("The film {path} could not be made: {why}", path=out.name, why=error) from error
    return out
