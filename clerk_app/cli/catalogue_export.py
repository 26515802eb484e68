"""`clerk catalogue export`: write the published catalogue as the folder of files of an author."""

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


def describe_export(parser: Parser) -> None:
    """Add `clerk catalogue export`."""
    export = parser.add_command("export", export_folder, _("Write the published catalogue as files, to be changed."))
    export.add_argument("path", type=Path, metavar=_("DIR"), help=_("an empty or new folder"))


def export_folder(args: Namespace) -> int:
    """Write the published catalogue. Raises BadData if the folder is not empty or cannot be written."""
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office, read_only=True) as office:
        catalogue = office.catalogue()
    write_folder(catalogue, args.path)
    sentence = _("Version {version} was written to {folder}. Raise the version before publishing a change.")
    print_line(sentence.format(version=catalogue.version, folder=args.path))
    return 0


def write_folder(catalogue: Catalogue, folder: Path) -> None:
    """Write a catalogue to an empty or new folder. Raises BadData if it is not empty or cannot be written."""
    from clerk_app.catalogue.export import write_files

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BadData("{folder} is not empty.", folder=folder)
        for name, content in write_files(catalogue).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise BadData("{folder} cannot be written: {reason}", folder=folder, reason=error.strerror or error) from error
