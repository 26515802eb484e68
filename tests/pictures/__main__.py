"""Make the pictures of docs/screens.md: `python -m tests.pictures [NAME ...] [--out DIR] [--theme THEME]`."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.app import make_screen
from clerk_app.composition.office import TRUST_FOLDER, open_office
from clerk_app.locales import set_language
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.workstation import Preferences, Workstation
from screens.app import ClerkApp
from screens.board.app import BoardApp
from screens.kiosk.app import KioskApp
from screens.sign_in import StaffApp
from tests.clock import Clock
from tests.docs.code_blocks import DOCS
from tests.pictures.built import Built
from tests.pictures.page import PAGE_WAYS, picture_name, size_name, write_page
from tests.pictures.sample_day import build_busy_office, build_city
from tests.pictures.sample_registry import build_registry_office
from tests.pictures.shots import LANGUAGES, SHOTS, SIZES, OfficeName, Shot
from tests.pictures.terminal_picture import draw_screen
from tests.roles.conftest import NoCamera
from tests.sample_data import CITY_PIN, PIN
from tests.screens.stage import painted_lines, press, wait_until_idle

_FOLDER = "screens"  # of the pictures, in the folder of the page
PREVIEW_SECONDS = 0.6  # until a preview has followed the cursor
_PINS = {"city": CITY_PIN, "busy": PIN, "registry": PIN}


def main(argv: Sequence[str]) -> int:
    """Make the pictures of the named shots, by default of all with the page; return 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", allow_abbrev=False)
    parser.add_argument("names", nargs="*", help="names of shots")
    parser.add_argument("--out", type=Path, default=DOCS / _FOLDER, help="folder of the pictures")
    parser.add_argument("--theme", default="", help="name of a theme")
    parser.add_argument("--size", default="", help="one size, such as 140x40")
    parser.add_argument("--language", choices=LANGUAGES, default="", help="one language")
    args = parser.parse_args(list(argv))
    is_page = args.out == DOCS / _FOLDER
    ways = PAGE_WAYS if is_page else [(size, language) for size in SIZES for language in LANGUAGES]
    ways = [way for way in ways if args.size in ("", size_name(way[0])) and args.language in ("", way[1])]
    args.out.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in SHOTS if not args.names or shot.name in args.names]
    with TemporaryDirectory(prefix="clerk-pictures-", ignore_cleanup_errors=True) as temporary:
        built = _build_offices(Path(temporary), {shot.office for shot in shots})
        for shot in shots:
            for size, language in ways:
                target = args.out / picture_name(shot, size, language)
                folder = Path(shutil.copytree(built[shot.office].folder, Path(temporary) / target.stem))
                asyncio.run(_make_picture(shot, built[shot.office], folder, size, language, args.theme, target))
    if is_page and not (args.names or args.size or args.language):
        write_page(DOCS / "screens.md", SHOTS, _FOLDER)
    return 0


def _build_offices(folder: Path, names: set[OfficeName]) -> dict[OfficeName, Built]:
    """Build the named offices. The busy one has the trust list of the city, so that its screens are in order."""
    build = {"city": build_city, "busy": build_busy_office, "registry": build_registry_office}
    built: dict[OfficeName, Built] = {name: build[name](folder) for name in sorted({"city", *names})}
    for name in names - {"city"}:
        shutil.copytree(built["city"].folder / TRUST_FOLDER, built[name].folder / TRUST_FOLDER, dirs_exist_ok=True)
    return built


async def _make_picture(
    shot: Shot, built: Built, folder: Path, size: tuple[int, int], language: str, theme: str, target: Path
) -> None:
    """Run the program over the office in `folder`, press the keys of `shot`, and write the screen to `target`."""
    set_language(language)
    app = _make_app(shot, built, folder, theme)
    app.animation_level = "none"
    names = {"{code}": built.code, "{case}": built.case, "{birth}": "A child" if language == "en" else "小孩"}
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        if shot.number:
            await press(pilot, shot.number, "enter", _PINS[shot.office], "enter")
        for key in shot.keys:
            await press(pilot, names.get(key, key))
        await pilot.pause(PREVIEW_SECONDS)
        await wait_until_idle(pilot)
        draw_screen(painted_lines(app), size).save(target, optimize=True)


def _make_app(shot: Shot, built: Built, folder: Path, theme: str) -> ClerkApp:
    def connect() -> Workstation:
        office = open_office(folder, clock=Clock(built.local_time))
        return open_workstation(office, NoCamera(), is_reception=shot.reception)

    if shot.kiosk:
        return KioskApp(connect)
    if shot.board:
        return BoardApp(connect)
    return StaffApp(
        connect,
        lambda workstation, session: make_screen(workstation, session, None),
        machine=Preferences(theme=theme),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
