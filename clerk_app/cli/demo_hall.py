"""`clerk demo --hall`: a day of a large hall in a process of its own, while screens show it."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.arguments import WrongUsage, data_home, is_language_given
from clerk_app.cli.console import print_line
from clerk_app.locales import _, current_language, mark

_SPEED = 60.0  # an hour in a minute
_SPEEDS = (1.0, 120.0)


def run_demo_with_hall(args: Namespace) -> int:
    """Build or open the city, start the day, and open the supervisor's screen; end the day with the screen.

    Return the exit code. Raises BadData, OutOfReach.
    """
    if args.center or args.plain or args.still:
        raise WrongUsage(mark("--hall goes with --keep, --seed and --speed only."))
    speed = _SPEED if args.speed is None else args.speed
    if not _SPEEDS[0] <= speed <= _SPEEDS[1]:
        raise WrongUsage("The speed is {least} to {most}.", least=f"{_SPEEDS[0]:g}", most=f"{_SPEEDS[1]:g}")
    from clerk_app.app import run
    from clerk_app.demo.hall.clock import is_day_running
    from clerk_app.demo.hall.data import load_hall_data
    from clerk_app.demo.hall.program import background_day, prepare_day

    folder = (args.keep or data_home() / "demo-hall").absolute()
    if is_day_running(folder):
        raise WrongUsage(
            "A day is running in {folder}. Open other screens of it: clerk demo --keep {folder}", folder=folder
        )
    print_line(_("The hall is being prepared; its day begins at once. Other screens of it, in other terminals:"))
    print_line(f"clerk demo --keep {folder}")
    prepare_day(folder, load_hall_data(), speed)
    with background_day(folder, 1 if args.seed is None else args.seed):
        return run(
            folder,
            args.screen or "supervisor",
            language=current_language(),
            window=None,
            demo=folder,
            is_language_given=is_language_given(args),
        )
