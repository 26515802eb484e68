"""`clerk office`: create an office on this machine, check its settings."""

from __future__ import annotations

import argparse
import json
import secrets
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_json, print_line, read_new_pin
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.text.cleaning import clean_text

_KIOSK = "kiosk"
_DEFAULT_CATEGORY = "A=综合业务/General"


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk office`."""
    init = parser.add_command(
        "init", create_office_command, _("Create an office: store, catalogue, first administrator.")
    )
    init.add_argument("folder", type=Path, metavar=_("DIR"), help=_("the folder to create"))
    describe_office(init, required=True)
    init.option("--window", _("the window this machine is (1)"), value="ID", default="1")
    check = parser.add_command("check", check_office_command, _("Name every mistake in the settings by file and key."))
    check.flag("--json", _("one JSON object: mistakes"))
    parser.epilog = _("After this: clerk staff add, then clerk counter.")


def describe_office(init: Parser, *, required: bool) -> None:
    """Add the options that describe a new office."""
    init.option("--name", _("the office's name, Chinese or Chinese/English"), value="ZH[/EN]", required=required)
    init.option("--hall", _("the hall it stands in (1)"), value="ID", default="1")
    init.option("--centre", _("the organ that its windows belong to (centre)"), value="ID", default="centre")
    init.option("--phone", _("the phone number printed on receipts"), value=_("NUMBER"), default="")
    init.option("--camera", _("camera number, device or address (0)"), value=_("SOURCE"), default="0")
    init.option("--store", _("the URL of an empty PostgreSQL database (a file in the folder)"), value="URL", default="")
    init.add_argument("--paper", type=int, choices=(58, 80), default=80, help=_("width of the receipt paper in mm"))
    init.add_argument(
        "--category",
        action="append",
        metavar="A=ZH[/EN]",
        help=_("a category of tickets: letter A to F and name; may be given again"),
    )
    init.option("--catalogue", _("the folder of its catalogue (the packaged one)"), value=_("DIR"), type=Path)
    init.option("--admin", _("the first administrator's staff number"), value=_("NUMBER"), required=required)
    init.option("--admin-name", _("the first administrator's name"), value=_("NAME"), required=required)
    init.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)
    init.option("--second-admin", _("the staff number of a second administrator"), value=_("NUMBER"))
    init.option("--second-admin-name", _("their name"), value=_("NAME"))
    init.option("--second-pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def create_office_command(args: argparse.Namespace) -> int:
    """Create the office and print the next step."""
    folder = create_office_folder(args)
    print_line(_("The office is in {folder}. Next: clerk --office {folder} staff add").format(folder=folder))
    return 0


def check_office_command(args: argparse.Namespace) -> int:
    """Print every mistake as `file: key: sentence`; return 1 if there is one."""
    from clerk_app.composition.office_check import check_office

    mistakes = check_office(args.office)
    if args.json:
        print_json({"mistakes": [asdict(mistake) for mistake in mistakes]})
        return 1 if mistakes else 0
    for mistake in mistakes:
        print_line(str(mistake))
    if mistakes:
        return 1
    print_line(_("The office in {folder} has no mistakes.").format(folder=args.office))
    return 0


def create_office_folder(args: argparse.Namespace) -> Path:
    """Create the office in a temporary folder and rename it into place. Raises BadData when the folder is not empty."""
    folder: Path = args.folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise BadData("{folder} is not empty: an office is made in a new folder.", folder=folder)
    text = _settings_text(args)
    pin = read_new_pin(args.pin_file, args.admin)
    if args.second_admin and not args.second_admin_name:
        raise WrongUsage("Give the name of the second administrator with --second-admin-name.")
    second_pin = read_new_pin(args.second_pin_file, args.second_admin) if args.second_admin else ""

    from clerk_app.catalogue.loader import SAMPLE_CITY  # slow imports, after the PIN was typed
    from clerk_app.cli.office_access import add_staff_member, found_office
    from clerk_app.composition.catalogue_files import load_catalogue
    from clerk_app.composition.office import create_office
    from db.files import publish_file

    catalogue = load_catalogue(args.catalogue or SAMPLE_CITY)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".office-", dir=folder.parent) as place:
        office = create_office(Path(place) / "office", text)
        try:
            (office.folder / "keys").mkdir(mode=0o700)
            found_office(office, catalogue)
            unused_pin = secrets.token_hex(16)  # nobody signs in as the kiosk
            add_staff_member(office, _KIOSK, office.settings.name.zh, _KIOSK, unused_pin, args.centre)
            add_staff_member(office, args.admin, args.admin_name, "administrator", pin, args.centre)
            if args.second_admin:
                second = args.second_admin, args.second_admin_name
                add_staff_member(office, *second, "administrator", second_pin, args.centre)
        finally:
            office.store.close()
        publish_file(office.folder, folder)
    return folder


def _settings_text(args: argparse.Namespace) -> str:
    """Return `office.toml` for the arguments. A JSON string is a valid TOML string (TOML 1.0, basic strings)."""
    lines = [
        f"name = {_names(args.name)}",
        f"hall = {_string(args.hall)}",
        f"window = {_string(getattr(args, 'window', ''))}",
        f"centre = {_string(args.centre)}",
        f"phone = {_string(args.phone)}",
        f"camera = {_string(args.camera)}",
        f"paper_mm = {args.paper}",
        f"kiosk_staff = {_string(_KIOSK)}",
        *([f"store = {_string(args.store)}"] if args.store else []),
    ]
    for category in args.category or [_DEFAULT_CATEGORY]:
        letter, _equals, name = category.partition("=")
        lines += ["", "[[categories]]", f"letter = {_string(letter)}", f"name = {_names(name)}"]
    return "\n".join([*lines, ""])


def _names(text: str) -> str:
    """Return the inline table of a Chinese and an English name; a single name is used for both."""
    zh, _slash, en = text.partition("/")
    return f"{{ zh = {_string(zh)}, en = {_string(en or zh)} }}"


def _string(text: str) -> str:
    return json.dumps(clean_text(text), ensure_ascii=False)
