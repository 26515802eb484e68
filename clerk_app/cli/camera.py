"""`clerk camera`: which cameras there are, whether one sees, and how a hand scanner is set up."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import say
from clerk_app.cli.viewfinder import PREVIEW_SIZE, open_viewfinder
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _, format_list, translate

if TYPE_CHECKING:
    from scanners import View

START_TIMEOUT = 30.0  # seconds for a camera to bring a first picture or to say why not; they are not part of the moment


def describe(parser: Parser) -> None:
    """The acts on cameras."""
    parser.act(
        "list", list_command, _("List the cameras and serial ports of this machine and the decoders of this program.")
    )
    test = parser.act("test", test_command, _("Look through a camera for a moment and say what it sees."))
    test.add_argument("source", nargs="?", default="0", metavar=_("SOURCE"), help=_("camera number, file or address"))
    test.option("--seconds", _("how long"), value="N", type=float, default=4.0)
    sheet = parser.act("sheet", sheet_command, _("Save a page to print that says how a hand scanner is set up."))
    sheet.add_argument("file", type=Path, metavar=_("FILE"), help=_("an HTML file"))
    sheet.option("--prefix", _("the prefix that this office uses instead of AIM identifiers"), value="TEXT", default="")
    wedge = parser.act(
        "wedge", wedge_command, _("Read lines that a hand scanner types, and say how each is understood.")
    )
    wedge.option("--prefix", _("the prefix that this office uses beside AIM identifiers"), value="TEXT", default="")


def list_command(_args: Namespace) -> int:
    """Prints each camera by the number that opens it, and each port that a serial scanner may be at."""
    from scanners import available_decoders, list_cameras, list_serial_ports

    found = list_cameras()
    for device in (*found, *list_serial_ports()):
        say(f"{device.source}  {device.name}".rstrip())
    if not found:
        say(_("This machine has no camera."))
    names = available_decoders()
    if "zbar" not in names:
        say(_("The second decoder is not there: libzbar is not installed. A few codes less are read."))
    say(_("Decoders: {names}").format(names=format_list(names)))
    return 0


def test_command(args: Namespace) -> int:
    """Prints size and rate of the frames, the time of decoding, how many were read, and the codes; on a terminal the
    picture too. 0; 1 if something is wrong in the end, which is said. Raises if no frame came.

    A serial scanner has no frames: its codes are printed.
    """
    from scanners import CameraClient, hide_credentials

    views: list[View] = []
    begun = threading.Event()
    lens = CameraClient()
    with open_viewfinder() as finder:

        def on_view(view: View) -> None:
            views.append(view)
            finder(view)
            if view.ms or view.codes or view.trouble:
                begun.set()

        lens.start(args.source, "receipt", on_view, preview=PREVIEW_SIZE, fps=15)
        try:
            if not args.source.startswith("serial:"):
                begun.wait(START_TIMEOUT)
            threading.Event().wait(max(args.seconds, 0.5))
        finally:
            lens.stop()
    seen = [view for view in views if view.ms]  # those that bring a frame
    heard = [view for view in views if view.codes]
    if not seen and not heard:
        raise _no_input_error(args.source, views)
    if seen:
        say(_format_frame_summary(hide_credentials(args.source), seen))
    for text in dict.fromkeys(code.text for view in heard for code in view.codes):
        say(text)
    trouble = views[-1].trouble
    if trouble:
        say(translate(trouble.sentence).format(**trouble.facts))
    return 1 if trouble else 0


def _no_input_error(source: str, views: list[View]) -> Exception:
    """Why there was neither a frame nor a code."""
    from scanners import hide_credentials

    trouble = next((view.trouble for view in reversed(views) if view.trouble), None)
    if trouble is None and source.startswith("serial:"):
        return OutOfReach("The scanner at {port} is there and has read nothing.", port=source.partition(":")[2])
    return trouble or OutOfReach("No picture came from {source}.", source=hide_credentials(source))


def _format_frame_summary(source: str, seen: list[View]) -> str:
    width, height = seen[-1].size
    said = _(
        "{source}: {width}x{height}, {rate} frames a second; {frames} looked at, {ms} ms each, {share} % with a code"
    )
    return said.format(
        source=source,
        width=width,
        height=height,
        rate=round(seen[-1].rate, 1),
        frames=seen[-1].frame,
        ms=round(median(view.ms["decode"] for view in seen), 1),
        share=round(100 * fmean(view.read > 0 for view in seen)),
    )


def sheet_command(args: Namespace) -> int:
    """Writes the page."""
    from clerk_app.cli.scanner_sheet import build_scanner_sheet

    try:
        args.file.write_text(build_scanner_sheet(args.prefix), "utf-8")
    except OSError as error:
        raise BadData("{file} cannot be written: {why}.", file=str(args.file), why=error.strerror or "") from error
    say(_("Saved as {file}. Print it, and scan its codes from top to bottom.").format(file=args.file))
    return 0


def wedge_command(args: Namespace) -> int:
    """Says of each line of the input how it would be understood; 0 if a test code of the sheet came through whole."""
    from clerk_app.cli.scanner_sheet import TEST_TEXT
    from scanners import KeyboardWedge

    wedge, whole = KeyboardWedge.from_settings(args.prefix), False
    for line in sys.stdin:
        typed = wedge.parse_line(line)
        if typed is None:
            say(_("Not a scan: no prefix. It would be taken for typing."))
        elif typed.trouble:
            say(translate(typed.trouble.sentence).format(**typed.trouble.facts))
        elif typed.text == TEST_TEXT:
            whole = True
            say(_("Good: {prefix}, every character as printed.").format(prefix=typed.prefix))
        else:
            say(_("A scan: {prefix}, {count} characters.").format(prefix=typed.prefix, count=len(typed.text)))
    return 0 if whole else 1
