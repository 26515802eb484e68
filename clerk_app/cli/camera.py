"""`clerk camera`: which cameras there are, and whether one sees."""

from __future__ import annotations

import threading
from argparse import Namespace
from statistics import median
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import say
from clerk_app.errors import OutOfReach
from clerk_app.locales import _

if TYPE_CHECKING:
    from scanners import View


def describe(parser: Parser) -> None:
    """The acts on cameras."""
    parser.act("list", list_cameras, _("List the cameras of this machine and the decoders of this program."))
    test = parser.act("test", test_camera, _("Look through a camera for a moment and say what it sees."))
    test.add_argument("source", nargs="?", default="0", metavar=_("SOURCE"), help=_("camera number, file or address"))
    test.option("--seconds", _("how long"), value="N", type=float, default=4.0)


def list_cameras(_args: Namespace) -> int:
    """Prints each camera by the number that opens it."""
    from scanners import cameras, decoders

    found = cameras()
    for camera in found:
        say(f"{camera.source}  {camera.name}")
    if not found:
        say(_("This machine has no camera."))
    say(_("Decoders: {names}").format(names=", ".join(decoders())))
    return 0


def test_camera(args: Namespace) -> int:
    """Prints frames looked at a second, the time of decoding and the codes seen; 1 if no frame came."""
    from scanners import Lens

    views: list[View] = []
    lens = Lens()
    lens.start(args.source, "receipt", views.append, fps=15)
    try:
        threading.Event().wait(max(args.seconds, 0.5))
    finally:
        lens.stop()
    seen = [view for view in views if view.ms]  # those that bring a frame
    if not seen:
        trouble = next((view.trouble for view in reversed(views) if view.trouble), None)
        raise trouble or OutOfReach("No picture came from {source}.", source=args.source)
    decode = median(view.ms["decode"] for view in seen)
    said = _("{source}: {frames} frames looked at, {ms} ms each")
    say(said.format(source=args.source, frames=seen[-1].frame, ms=round(decode, 1)))
    for text in dict.fromkeys(code.text for view in seen for code in view.codes):
        say(text)
    return 0
