"""`clerk paper read`: the kind and the fields of a paper in a file, and which of its pages cannot be read."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line, print_table, show_progress
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, format_list

if TYPE_CHECKING:
    from clerk_app.pre_review.kinds import PaperKind
    from clerk_app.pre_review.readings import Reading
    from scanners import PageText

_NICENESS = 5  # of the process that reads: somebody waits for this command


def describe_reading(parser: Parser) -> None:
    """Add the subcommand `clerk paper read`."""
    words = _("Read the kind and the fields of a paper in a file, for a person to check.")
    read = parser.add_command("read", read_paper_file, words)
    read.add_argument("file", type=Path, metavar=_("FILE"), help=_("a PDF or a picture of a paper that was handed in"))
    read.flag("--json", _("one JSON object: kind, fields, unreadable pages"))


def read_paper_file(args: Namespace) -> int:
    """Print kind and fields of a paper; return 0 if at least one page can be read, else 1.

    Raises BadData if the file is no paper, or reading is not installed or fails.
    """
    from clerk_app.pre_review.kinds import CITY_FILE, load_kinds
    from clerk_app.pre_review.paper_reader import read_paper

    kinds = load_kinds(Path(args.office) / CITY_FILE)
    pages = _read_pages(args.file)
    reading = read_paper(pages, kinds)
    kind = next((kind for kind in kinds if kind.id == reading.kind), None)
    if args.json:
        print_json(_to_json(reading))
    else:
        _print_reading(reading, kind, len(pages))
    return 0 if reading.is_readable else 1


def _read_pages(file: Path) -> list[PageText]:
    """Return the text of each page. Raises BadData."""
    from scanners import PaperClient, ScanError, TextClient

    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadData("{file} cannot be read: {why}", file=file, why=error.strerror or "") from error
    try:
        with closing(PaperClient()) as papers, closing(TextClient(niceness=_NICENESS)) as text:
            pages = []
            text.require_installed()
            for number, page in enumerate(papers.read_file(content), 1):
                show_progress(_("page"), number)
                pages.append(text.read(page.jpeg))
            return pages
    except ScanError as error:
        raise BadData(error.sentence, **error.facts) from error


def _to_json(reading: Reading) -> dict[str, Any]:
    fields = [field._asdict() for field in reading.fields]
    return {**reading._asdict(), "fields": fields}


def _print_reading(reading: Reading, kind: PaperKind | None, pages: int) -> None:
    language = current_language()
    if kind is None:
        print_line(_("The paper is none of the kinds that are recognised."))
    else:
        share = f"{reading.kind_score:.0%}"
        print_line(_("{kind} ({share} certain)").format(kind=kind.name.in_language(language), share=share))
        print_table(
            [
                [
                    kind.field(field.id).name.in_language(language),
                    _("sure") if field.is_sure else _("please check"),
                    f"{field.score:.0%}",
                    _("page {number}").format(number=field.page),
                    field.value,
                ]
                for field in reading.fields
            ]
        )
    if len(reading.unreadable_pages) == pages:
        print_line(_("No page of this file can be read."))
    elif reading.unreadable_pages:
        numbers = format_list([str(number) for number in reading.unreadable_pages])
        print_line(_("These pages cannot be read: {pages}.").format(pages=numbers))
