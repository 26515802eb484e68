"""`clerk paper pages`: what the pages of files are like, as they would be taken in, and which files cannot be read."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import describe_error
from clerk_app.locales import _
from clerk_app.roles.papers.page_findings import describe_findings
from scanners import PaperClient, PaperError

if TYPE_CHECKING:
    from scanners import Page


def describe_pages_command(parser: Parser) -> None:
    """Add the subcommand `clerk paper pages`."""
    words = _("Read files of papers as they are taken in, and name what is wrong with their pages.")
    pages = parser.add_command("pages", check_pages, words)
    pages.add_argument("files", nargs="+", type=Path, metavar=_("FILE"), help=_("PDF, JPEG, PNG, TIFF, WebP or HEIC"))
    pages.flag("--photograph", _("find the page in each picture, as a document camera does"))
    pages.flag("--json", _("a JSON line for each file: pages, or code and error"))


def check_pages(args: Namespace) -> int:
    """Print a line for each page of each file; return 1 if a file cannot be read, else 0."""
    has_failed = False
    with closing(PaperClient()) as client:
        for file in args.files:
            try:
                pages = _read(client, file, args.photograph)
            except (PaperError, OSError) as error:
                has_failed = True
                code, sentence = getattr(error, "code", "unreadable"), describe_error(error) or ""
                if args.json:
                    print_json({"file": str(file), "code": code, "error": sentence})
                else:
                    print_line(_("{file}: {error}").format(file=file, error=sentence))
                continue
            if args.json:
                print_json({"file": str(file), "pages": [_to_json(page) for page in pages]})
            else:
                for number, page in enumerate(pages, 1):
                    print_line(_describe_page(file, number, page))
    return 1 if has_failed else 0


def _read(client: PaperClient, file: Path, is_photograph: bool) -> tuple[Page, ...]:
    content = file.read_bytes()
    if not is_photograph:
        return client.read_file(content)
    return (client.straighten(content),)


def _describe_page(file: Path, number: int, page: Page) -> str:
    sentence = " ".join(describe_findings(page.findings)) or _("No faults.")
    return _("{file}, page {number}: {width} x {height} pixels, {kilobytes} KB. {findings}").format(
        file=file,
        number=number,
        width=page.width,
        height=page.height,
        kilobytes=-(-len(page.jpeg) // 1024),
        findings=sentence,
    )


def _to_json(page: Page) -> dict[str, Any]:
    return {
        "width": page.width,
        "height": page.height,
        "bytes": len(page.jpeg),
        "findings": [finding.value for finding in page.findings],
        "corners": page.corners,
    }
