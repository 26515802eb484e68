"""`clerk catalogue import`: write the files of a catalogue from an implementing list (实施清单) as XLSX."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.list_import.importing import ImportResult

_LEVELS = ("city", "district", "street")


def describe_import(parser: Parser) -> None:
    """Add `clerk catalogue import`."""
    purpose = _("Write catalogue files from an implementing list (XLSX); each cell that is not understood is named.")
    command = parser.add_command("import", import_list, purpose)
    command.add_argument("file", type=Path, metavar=_("FILE"), help=_("the workbook"))
    words = _("the folder of the catalogue, default: this one")
    command.add_argument("path", nargs="?", type=Path, default=Path(), metavar=_("DIR"), help=words)
    command.add_argument("--add-organs", choices=_LEVELS, help=_("add organs that are not known, with this level"))
    words = _("add entries of the requirement list for e-licences, with all their claims")
    command.flag("--add-requirements", words)
    command.flag("--hidden", _("read hidden sheets too"))
    command.flag("--replace", _("replace the files of an earlier import of this workbook"))
    command.flag("--json", _("one JSON object: files, matters, items, materials, mistakes, notes"))


def import_list(args: Namespace) -> int:
    """Write the files and print the report; return 1 if a cell was not understood. Raises BadData."""
    from clerk_app.catalogue.list_import.importing import FOLDER, read_lists
    from clerk_app.catalogue.loader import read_valid_part

    if not args.file.is_file():
        raise BadData("There is no file {path}.", path=args.file)
    earlier = sorted((args.path / FOLDER).glob(f"{args.file.stem}-*.yaml"))
    if earlier and not args.replace:
        raise BadData("{path} is there already: --replace writes it again.", path=earlier[0])
    catalogue = read_valid_part(args.path, without=frozenset(earlier))
    if catalogue is None:
        raise BadData("{folder} is not the folder of a catalogue: clerk catalogue new writes one.", folder=args.path)
    result = read_lists(
        args.file,
        catalogue,
        organ_level=args.add_organs or "",
        with_hidden=args.hidden,
        with_requirements=args.add_requirements,
    )
    for file in earlier:
        file.unlink()
    for name, text in result.files.items():
        (args.path / name).parent.mkdir(exist_ok=True)
        (args.path / name).write_text(text, "utf-8")
    _print_result(args, result)
    return 1 if result.report.mistakes else 0


def _print_result(args: Namespace, result: ImportResult) -> None:
    report = result.report
    if args.json:
        counts = {"matters": result.matters, "items": result.items, "materials": result.materials}
        mistakes = [mistake._asdict() for mistake in report.mistakes]
        print_json(
            {
                "files": list(result.files),
                **counts,
                "mistakes": mistakes,
                "notes": {sentence: list(places) for sentence, places in report.notes.items()},
            }
        )
        return
    for mistake in report.mistakes:
        print_line(str(mistake))
    for line in report.describe_notes():
        print_line(line)
    sentence = _("{matters} matters with {items} handling items and {materials} new materials in {files} files.")
    print_line(
        sentence.format(matters=result.matters, items=result.items, materials=result.materials, files=len(result.files))
    )
    if report.mistakes:
        print_line(_("Cells that were not understood: {count}").format(count=len(report.mistakes)))
    print_line(_("Next: clerk catalogue check {folder}").format(folder=args.path))
