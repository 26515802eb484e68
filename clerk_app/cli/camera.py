"""`clerk camera`: list and test cameras, and set up a hand scanner.

The setup page names the settings as scanner manuals do, because the codes that change a setting differ between
manufacturers. The test codes on the page contain every character of this program's codes, so that `clerk camera wedge`
detects a scanner that is set to another keyboard layout.
"""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.errors import BadData, OutOfReach, describe_error
from clerk_app.locales import _, current_language, format_list

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from scanners import View

START_TIMEOUT = 30.0
"""Seconds for a camera to deliver a first picture or an error; they do not count as part of `--seconds`."""

PREVIEW_SIZE = (64, 40)
"""The largest picture in pixels: columns, and twice the rows."""

TEST_TEXT = "EL1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The alphabet of base45 (RFC 9285) after the prefix of a signed code. It is not a licence and fails verification."""

TEST_NUMBER = "000000000000"

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 12pt sans-serif; max-width: 170mm; margin: 15mm auto }} svg {{ display: block; margin: 6mm 0 }}
li {{ margin: 2mm 0 }} code {{ font: 11pt monospace }}</style></head>
<body><h1>{title}</h1><ol>{steps}</ol>{codes}</body></html>
"""


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk camera`."""
    parser.add_command(
        "list", list_command, _("List the cameras and serial ports of this machine and the decoders of this program.")
    )
    test = parser.add_command("test", test_command, _("Watch a camera for a moment and print what it reads."))
    test.add_argument("source", nargs="?", default="0", metavar=_("SOURCE"), help=_("camera number, file or address"))
    test.option("--seconds", _("how long"), value="N", type=float, default=4.0)
    sheet = parser.add_command(
        "sheet", sheet_command, _("Save a page to print, with the configuration of a hand scanner.")
    )
    sheet.add_argument("file", type=Path, metavar=_("FILE"), help=_("an HTML file"))
    sheet.option("--prefix", _("the prefix that this office uses instead of AIM identifiers"), value="TEXT", default="")
    wedge = parser.add_command(
        "wedge", wedge_command, _("Read lines that a hand scanner types, and print how each is understood.")
    )
    wedge.option(
        "--prefix", _("the prefix that this office uses in addition to AIM identifiers"), value="TEXT", default=""
    )


def list_command(_args: Namespace) -> int:
    """Print each camera with the number that opens it, and each serial port."""
    from scanners import available_decoders, list_cameras, list_serial_ports

    found = list_cameras()
    for device in (*found, *list_serial_ports()):
        print_line(f"{device.source}  {device.name}".rstrip())
    if not found:
        print_line(_("This machine has no camera."))
    names = available_decoders()
    if "zbar" not in names:
        print_line(_("The second decoder is missing because libzbar is not installed. Slightly fewer codes are read."))
    print_line(_("Decoders: {names}").format(names=format_list(names)))
    return 0


def test_command(args: Namespace) -> int:
    """Print size and rate of the frames, decoding time, share of frames with a code, and the codes.

    On a terminal the picture is drawn too. A serial scanner has no frames, so only its codes are printed. Returns 1 if
    the last view reports trouble, else 0. Raises OutOfReach or the camera's error if neither a frame nor a code came.
    """
    from scanners import CameraClient, hide_credentials

    views: list[View] = []
    first_view = threading.Event()
    camera = CameraClient()
    with open_viewfinder() as show:

        def on_view(view: View) -> None:
            views.append(view)
            show(view)
            if view.ms or view.codes or view.trouble:
                first_view.set()

        camera.start(args.source, "receipt", on_view, preview=PREVIEW_SIZE, fps=15)
        try:
            if not args.source.startswith("serial:"):
                first_view.wait(START_TIMEOUT)
            threading.Event().wait(max(args.seconds, 0.5))
        finally:
            camera.stop()
    with_frame = [view for view in views if view.ms]
    with_codes = [view for view in views if view.codes]
    if not with_frame and not with_codes:
        raise _no_input_error(args.source, views)
    if with_frame:
        print_line(_format_frame_summary(hide_credentials(args.source), with_frame))
    for text in dict.fromkeys(code.text for view in with_codes for code in view.codes):
        print_line(text)
    trouble = views[-1].trouble
    if trouble:
        print_line(describe_error(trouble))
    return 1 if trouble else 0


def _no_input_error(source: str, views: list[View]) -> Exception:
    """Build the error for a source that delivered neither a frame nor a code."""
    from scanners import hide_credentials

    trouble = next((view.trouble for view in reversed(views) if view.trouble), None)
    if trouble is None and source.startswith("serial:"):
        return OutOfReach("The scanner at {port} is connected but has read nothing.", port=source.partition(":")[2])
    return trouble or OutOfReach("No picture came from {source}.", source=hide_credentials(source))


def _format_frame_summary(source: str, views: list[View]) -> str:
    width, height = views[-1].size
    sentence = _(
        "{source}: {width}x{height}, {rate} frames a second; {frames} looked at, {ms} ms each, {share} % with a code"
    )
    return sentence.format(
        source=source,
        width=width,
        height=height,
        rate=round(views[-1].rate, 1),
        frames=views[-1].frame,
        ms=round(median(view.ms["decode"] for view in views), 1),
        share=round(100 * fmean(view.read > 0 for view in views)),
    )


def sheet_command(args: Namespace) -> int:
    """Write the HTML page with the steps to set up a hand scanner. Raises BadData if it cannot be written."""
    try:
        args.file.write_text(build_scanner_sheet(args.prefix), "utf-8")
    except OSError as error:
        raise BadData("{file} cannot be written: {why}.", file=str(args.file), why=error.strerror or "") from error
    print_line(_("Saved as {file}. Print it, and scan its codes from top to bottom.").format(file=args.file))
    return 0


def wedge_command(args: Namespace) -> int:
    """Print how each scanned line is understood, and which keys end it unless it is one Enter.

    Returns 0 if the test code of the page was read intact.
    """
    from clerk_app.cli.wedge import describe_line, read_lines
    from scanners import KeyboardWedge

    wedge, intact = KeyboardWedge.from_settings(args.prefix), False
    for line in read_lines(wedge):
        print_line(describe_line(wedge, line, TEST_TEXT))
        typed = wedge.parse_line(line.text)
        intact = intact or (typed is not None and typed.text == TEST_TEXT)
    return 0 if intact else 1


@contextmanager
def open_viewfinder() -> Iterator[Callable[[View], None]]:
    """Yield a function that draws a view over the previous one; without a terminal it does nothing.

    The last picture stays when the block ends. The function may be called on any thread.
    """
    if not sys.stdout.isatty():
        yield lambda _view: None
        return
    from rich.console import Console
    from rich.live import Live

    console = Console()
    with Live(console=console, auto_refresh=False) as live:

        def show(view: View) -> None:
            if view.width:
                live.update(draw_view(view, console), refresh=True)

        yield show


def draw_view(view: View, console: Console) -> Text:
    """Return the preview of `view` as text, with the outlines of its codes.

    It consists of coloured half blocks, or of characters of different density on a terminal without colours.
    """
    from rich.style import Style
    from rich.text import Text

    from clerk_app.app import terminal_lacks_colour
    from clerk_app.views.shared import Picture
    from screens.widgets.picture_cells import cell_characters, half_blocks, outline, scaled

    rows = scaled(Picture(view.width, view.height, view.rgb), view.width, view.height)
    for corners in view.outlines:
        outline(rows, corners)
    coloured = console.color_system is not None and not console.no_color and not terminal_lacks_colour()
    text = Text(no_wrap=True)
    for at in range(0, len(rows), 2):
        under = rows[at + 1] if at + 1 < len(rows) else [None] * view.width
        if coloured:
            for segment in half_blocks(rows[at], under, Style()):
                text.append(segment.text, segment.style)
        else:
            text.append(cell_characters(rows[at], under))
        text.append("\n")
    return text


def build_scanner_sheet(prefix: str = "") -> str:
    """Return the setup page of a hand scanner as HTML.

    `prefix` is what scanners without AIM identifiers send in this office.
    """
    steps = [
        _("Connect the scanner. If it can be a keyboard or a serial port, choose the keyboard (USB HID)."),
        _("From its manual, scan: back to factory settings."),
        _("Scan: keyboard country or layout, United States. Set the computer to the same while you scan."),
        _("Scan: AIM identifiers on, for all codes (called AIM ID, Transmit AIM ID or AIM Code ID Character)."),
        _("Scan: end each code with one Enter (a suffix of CR; not CR LF, not CR CR, no Tab)."),
        _("Scan: QR codes and Code 128 on. Letters are left as they are (no change of case)."),
    ]
    if prefix:
        step = _("If it knows no AIM identifiers: scan a prefix of {prefix} for all codes instead.")
        steps.append(step.format(prefix=prefix))
    steps.append(
        _("Start clerk camera wedge, scan both codes below: it reports the first one as good and no other suffix.")
    )
    return _PAGE.format(
        language=current_language().replace("_", "-"),
        title=escape(_("Setting up a hand scanner")),
        steps="".join(f"<li>{escape(step)}</li>" for step in steps),
        codes=_draw_qr(TEST_TEXT) + _draw_code128(TEST_NUMBER),
    )


def _draw_qr(text: str) -> str:
    import segno

    image = BytesIO()
    segno.make_qr(text, error="m").save(image, kind="svg", unit="mm", scale=0.8, xmldecl=False, svgns=True)
    return f"{image.getvalue().decode()}<code>{escape(text)}</code>"


def _draw_code128(text: str) -> str:
    """Return a Code 128 as SVG, with modules of 0.375 mm and quiet zones of ten modules."""
    from clerk_app.paper.printers.symbols import code128_modules

    modules = code128_modules(text)
    bars = "".join(f"M{10 + place} 0h1v30h-1z" for place, module in enumerate(modules) if module == "1")
    wide = len(modules) + 20
    size = f'width="{wide * 0.375:.2f}mm" height="11.25mm" viewBox="0 0 {wide} 30"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="{bars}"/></svg><code>{escape(text)}</code>'
