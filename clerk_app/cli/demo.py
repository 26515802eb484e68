"""`clerk demo`: the sample city on the screen, or one case in it without a screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from clerk_app.cli.arguments import ROLE_COMMANDS, Parser, WrongUsage, data_home, is_language_given
from clerk_app.locales import _, current_language, mark

_DECISIONS = ("refuse", "return")


def describe(parser: Parser) -> None:
    """Add the arguments of `clerk demo`."""
    parser.option("--keep", _("the folder of the sample city"), value=_("DIR"), type=Path)
    parser.flag("--center", _("the city as a center of its own process, and a window that joins it: cut the line"))
    parser.flag("--hall", _("a day of a large hall in the background, and the supervisor's screen of it"))
    parser.option("--seed", _("the day to run: the same number, the same day (with --hall; 1)"), value="N", type=int)
    parser.option("--speed", _("how fast its time passes (with --hall; 60)"), value="X", type=float)
    parser.add_argument(
        "--screen",
        choices=ROLE_COMMANDS,
        metavar=_("ROLE"),
        help=_("the screen to open, if not that of the person who signs in: {roles}").format(
            roles=", ".join(ROLE_COMMANDS)
        ),
    )
    parser.flag("--still", _("nobody else acts in the hall: no visitors, no colleagues"))
    parser.flag("--plain", _("lines of text for a screen reader instead of a screen (counter, department)"))
    parser.flag("--headless", _("live one case to its end without a screen"))
    parser.flag("--json", _("one JSON line a step (with --headless)"))
    parser.option("--source", _("what the applicant shows: picture, video, folder (with --headless)"), value="FILE")
    parser.add_argument(
        "--decide",
        action="append",
        default=[],
        type=_parse_decision,
        metavar="ORGAN=refuse|return",
        help=_("what an organ decides first, if not to approve (with --headless)"),
    )
    parser.set_function(run_demo)


def run_demo(args: argparse.Namespace) -> int:
    """Open the sample city, or run one case in it; return the program's exit code."""
    if not args.headless:
        if args.json or args.source or args.decide:
            raise WrongUsage(mark("--json, --source and --decide belong to --headless."))
        if args.hall:
            from clerk_app.cli.demo_hall import run_demo_with_hall

            return run_demo_with_hall(args)
        if args.seed is not None or args.speed is not None:
            raise WrongUsage(mark("--seed and --speed belong to --hall."))
        if args.center:
            from clerk_app.cli.demo_center import run_demo_with_center

            return run_demo_with_center(args.keep or data_home() / "demo-center", args.screen)
        from clerk_app.app import run

        folder = args.keep or data_home() / "demo"
        return run(
            folder,
            args.screen,
            language=current_language(),
            window=None,
            demo=folder,
            is_language_given=is_language_given(args),
            plain=args.plain,
            lives=not args.still,
        )
    from clerk_app.demo.headless import run_headless

    return run_headless(args.keep, args.source, dict(args.decide), as_json=args.json)


def _parse_decision(text: str) -> tuple[str, str]:
    organ, _equals, decision = text.partition("=")
    if not organ or decision not in _DECISIONS:
        raise argparse.ArgumentTypeError(_("{text} is not ORGAN=refuse or ORGAN=return").format(text=text))
    return organ, decision
