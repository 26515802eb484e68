"""`clerk catalogue new`: write the file of a new one thing, to be filled in."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_FOLDER = "one_things"


def describe_new(parser: Parser) -> None:
    """Add `clerk catalogue new`."""
    new = parser.add_command("new", write_new, _("Write the file of a new one thing, with blanks to fill in."))
    new.add_argument("name", metavar=_("NAME"), help=_("its Chinese name, or its id"))
    words = _("the folder of the catalogue, default: this one")
    new.add_argument("path", nargs="?", type=Path, default=Path(), metavar=_("DIR"), help=words)
    new.option("--like", _("take over the shape of this one thing"), value=_("ONE_THING"))


def write_new(args: Namespace) -> int:
    """Write the file, in an empty folder the head of a catalogue too. Raises BadData if the file exists."""
    from clerk_app.catalogue.folder import HEAD_FILE
    from clerk_app.catalogue.template import derive_id, write_blank_file, write_head_file
    from clerk_app.text.cleaning import clean_text

    name = clean_text(args.name)
    one_thing = derive_id(name)
    zh = "" if name == one_thing else name
    head, file = args.path / HEAD_FILE, args.path / _FOLDER / f"{one_thing}.yaml"
    if file.exists():
        raise BadData("{path} is there already.", path=file)
    catalogue = _read_known(args.path) if head.exists() else None
    text = _copy(catalogue, one_thing, zh, args.like) if args.like else write_blank_file(catalogue, one_thing, zh)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not head.exists():
        head.write_text(write_head_file(), "utf-8")
        print_line(_("Written: {path}").format(path=head))
    file.write_text(text, "utf-8")
    print_line(_("Written: {path}").format(path=file))
    print_line(_("Fill in the blanks (____), then: clerk catalogue check {folder}").format(folder=args.path))
    return 0


def _read_known(folder: Path) -> Catalogue | None:
    """Return the catalogue in a folder, also if single items have mistakes or blanks; None if it cannot be read."""
    from clerk_app.catalogue.loader import read_valid_part

    return read_valid_part(folder)


def _copy(catalogue: Catalogue | None, one_thing: str, name: str, like: str) -> str:
    from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
    from clerk_app.catalogue.template import write_copied_file
    from clerk_app.cli.catalogue_source import require_one_thing

    source = catalogue if catalogue is not None else load_folder(SAMPLE_CITY)
    require_one_thing(source, like)
    return write_copied_file(source, one_thing, name, like)
