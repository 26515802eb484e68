"""`clerk licence`: issue, show, verify and revoke e-licence codes, and rotate the keys that sign them."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_json, print_line
from clerk_app.cli.key_rotation import add_rotation_options, parse_hours, print_rotated
from clerk_app.cli.licence_copy import add_copy_command
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.cli.licence_verify import CheckedCode

_MAX_INPUT_LENGTH = 16_384  # characters of standard input; every code is shorter


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk licence`."""
    issue = parser.add_command(
        "issue", issue_command, _("Print a new signed code for a licence of the office's repository.")
    )
    issue.add_argument("who", metavar=_("LICENCE"), help=_("a licence's id, or its holder's number"))
    issue.option("--type", _("the type of licence, where the holder has several"), value=_("CODE"))
    issue.option(
        "--lifetime",
        _("hours until the code expires (24)"),
        value=_("HOURS"),
        type=parse_hours,
        default=parse_hours("24"),
    )
    issue.option("--png", _("save the code as a picture too"), value=_("FILE"), type=Path)
    issue.flag("--print", _("print the code on the office's receipt printer, for somebody without a smartphone"))
    dynamic = parser.add_command(
        "dynamic", dynamic_command, _("Make a code that is valid for about a minute, as a phone would show it.")
    )
    dynamic.add_argument("who", metavar=_("PERSON"), help=_("an identity number, credit code or id"))
    dynamic.flag("--digits", _("18 digits instead of an address"))
    show = parser.add_command("show", show_command, _("Show a text as a QR code in the terminal."))
    show.add_argument("text", metavar=_("TEXT"), help=_("the text, or - to read it from standard input"))
    show.option("--png", _("save it as a picture instead"), value=_("FILE"), type=Path)
    verify = parser.add_command("verify", verify_command, _("Verify a code: green, amber or red."))
    verify.add_argument("text", nargs="?", metavar=_("TEXT"), help=_("the text, or - to read it from standard input"))
    verify.add_argument(
        "--hcert",
        action="append",
        type=Path,
        metavar=_("FILE"),
        help=_("a test vector of the EU's dgc-testdata form instead of a text; may be given again"),
    )
    verify.option("--trust", _("the folder of root.pem, trust.cose and status"), value=_("DIR"), type=Path)
    verify.option("--at", _("the time to judge by, such as 2026-11-21T10:30"), value=_("TIME"), type=_parse_time)
    verify.flag("--json", _("JSON: format, result, reason, claims, issuer, ages; for vectors a line each"))
    revoke = parser.add_command(
        "revoke", revoke_command, _("Revoke a licence and write a new list of revoked licences.")
    )
    revoke.add_argument("id", metavar=_("LICENCE"), help=_("the licence's id"))
    revoke.option("--reason", _("why; kept in the history"), value=_("TEXT"), required=True)
    rotate = parser.add_command(
        "rotate-key", rotate_key_command, _("Give an issuer a new key, and sign a new list of trusted issuers.")
    )
    rotate.add_argument("issuer", metavar=_("ISSUER"), help=_("the issuer's credit code"))
    add_rotation_options(rotate)
    add_copy_command(parser)


def dynamic_command(args: argparse.Namespace) -> int:
    """Print the text of a new dynamic code; `clerk licence show -` draws it."""
    from clerk_app.cli.licence_issue import create_dynamic_code
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office) as office:
        text = create_dynamic_code(office, args.who, digits=args.digits)
    print_line(text)
    return 0


def issue_command(args: argparse.Namespace) -> int:
    """Print the text of a new code; save it as a picture (--png) and print it on paper (--print) if asked."""
    from clerk_app.cli.licence_issue import issue_licence_code, print_code
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office) as office:
        text = issue_licence_code(office, args.who, args.type, args.lifetime)
        if args.print:
            print_code(office, text)
    if args.png:
        _save_picture(text, args.png)
    print_line(text)
    return 0


def show_command(args: argparse.Namespace) -> int:
    """Print a text as a QR code that a phone or a camera can read from the screen."""
    from clerk_app.licences.qr_code import render_terminal_code

    text = _read_text(args.text)
    if args.png:
        _save_picture(text, args.png)
        return 0
    try:
        code = render_terminal_code(_require_text(text))
    except ValueError:
        raise BadData("This text is too long for a QR code.") from None
    terminal = shutil.get_terminal_size()
    if sys.stdout.isatty() and code.columns > terminal.columns:
        raise BadData(
            "The code needs {needed} columns, the terminal has {there}. Make it larger, or save with --png.",
            needed=code.columns,
            there=terminal.columns,
        )
    print(code.to_ansi(), flush=True)
    return 0


def verify_command(args: argparse.Namespace) -> int:
    """Print the verdict on a code. Returns 0 for green and amber, 1 for red."""
    if (args.text is None) != bool(args.hcert):
        raise WrongUsage("Give either a text or test vectors (--hcert).")
    if args.hcert:
        return print_vectors(args.hcert, args.json)
    from clerk_app.cli.licence_verify import check_code

    checked = check_code(_read_text(args.text), args.office, args.trust, args.at)
    if args.json:
        print_json(checked.json_fields)
    else:
        _print_checked(checked)
    return 1 if checked.json_fields["result"] == "red" else 0


def print_vectors(files: Sequence[Path], as_json: bool) -> int:
    """Print the expected and the found flags of each vector. Returns 0 if every file is a vector."""
    from clerk_app.cli.licence_verify import run_vectors

    code = 0
    for vector in run_vectors(files):
        if as_json:
            print_json(vector.to_dict())
        else:
            print_line(vector.summary())
        code = 1 if vector.error else code
    return code


def revoke_command(args: argparse.Namespace) -> int:
    """Revoke a licence and write a new list of revoked licences."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.result_licences import revoke_result_licence

    with opened_office(args.office) as office:
        revoke_result_licence(office, args.id, args.reason)
    print_line(_("The licence {id} is revoked, and the list of revoked licences is updated.").format(id=args.id))
    return 0


def rotate_key_command(args: argparse.Namespace) -> int:
    """Give an issuer a new signing key; the same as `clerk trust rotate`."""
    return print_rotated(args, "clerk licence rotate-key")


def _print_checked(checked: CheckedCode) -> None:
    from clerk_app.people.masking import mask_number

    words = {"green": _("Green: proved."), "amber": _("Amber: look closer."), "red": _("Red: not accepted.")}
    print_line(" ".join([words[str(checked.json_fields["result"])], *checked.sentences]))
    claims: Any = checked.json_fields["claims"]
    if claims:
        number, kind = claims.get("holder_id_number", ""), claims.get("licence_type", "")
        print_line("  ".join(part for part in (claims["holder_name"], mask_number(number), kind) if part))


def _save_picture(text: str, path: Path) -> None:
    from clerk_app.licences.qr_code import save_png

    try:
        save_png(_require_text(text), path)
    except ValueError:
        raise BadData("This text is too long for a QR code.") from None


def _require_text(text: str) -> str:
    if not text:
        raise BadData("There is no text to make a code of.")
    return text


def _read_text(text: str) -> str:
    if text != "-":
        return text
    try:
        return sys.stdin.read(_MAX_INPUT_LENGTH).strip()
    except UnicodeDecodeError:
        raise BadData("Standard input is not text.") from None


def _parse_time(text: str) -> datetime:
    from clerk_app.licences.reasons import CHINA_TIMEZONE

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("{text} is not a time such as 2026-11-21T10:30").format(text=text)) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA_TIMEZONE)).astimezone(UTC)
