"""`clerk scan`: read codes from pictures, videos, folders, cameras and streams."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import describe_error
from clerk_app.locales import _

if TYPE_CHECKING:
    from scanners import ScanResult


def describe(parser: Parser) -> None:
    """Add the arguments of `clerk scan`."""
    parser.add_argument("sources", nargs="+", metavar=_("SOURCE"), help=_("file, folder, camera number or address"))
    parser.flag("--json", _("one JSON line a source"))
    parser.add_argument(
        "--rotate", type=int, choices=(0, 90, 180, 270), default=0, help=_("turn each frame clockwise first")
    )
    parser.option("--size", _("then fit it into so many pixels"), value="WxH", type=_parse_size)
    parser.add_argument(
        "--want",
        choices=("licence", "receipt"),
        default="receipt",
        help=_("QR codes only (licence), or also Code 128 (receipt)"),
    )
    parser.option("--seconds", _("how long a camera or stream is watched"), value="N", type=float, default=10.0)
    parser.set_function(scan_command)


def scan_command(args: argparse.Namespace) -> int:
    """Print the codes of each source. Returns 0 if every source could be opened."""
    from scanners import scan_sources

    code = 0
    for result in scan_sources(args.sources, args.want, args.rotate, args.size, args.seconds):
        if args.json:
            print_json(result.as_json())
        else:
            _print_result(result)
        code = code if result.opened else 1
    return code


def _print_result(result: ScanResult) -> None:
    from scanners import hide_credentials

    source = hide_credentials(result.source)
    for code in result.codes:
        print_line(f"{source}: {code.symbology}: {code.text}")
    if result.error:
        print_line(f"{source}: {describe_error(result.error)}")
    elif not result.codes:
        print_line(_("{source}: no code").format(source=source))


def _parse_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9][0-9]{1,4})[xX]([1-9][0-9]{1,4})", text)
    if not match:
        raise argparse.ArgumentTypeError(_("{text} is not a size such as 640x480").format(text=text))
    return int(match[1]), int(match[2])
