"""`clerk paper`: check, preview and list the templates of printed papers; read papers that were handed in."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line, print_table
from clerk_app.cli.paper_pages import describe_pages_command
from clerk_app.cli.paper_photo import describe_photo_check
from clerk_app.cli.paper_read import describe_reading
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, format_list

if TYPE_CHECKING:
    from clerk_app.catalogue.papers import CityPapers
    from clerk_app.catalogue.yaml_file import Mistake
    from clerk_app.paper.documents.facts import PaperFacts
    from clerk_app.paper.page import PaperPage, PaperWidth
    from clerk_app.paper.templates.template_set import PreparedTemplate, TemplateFiles

_MEDIA = ("roll", "a4")
_WIDTHS = (58, 80)
_SAMPLE_MARK = "样本 SAMPLE"


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk paper`."""
    check = parser.add_command("check", check_papers, _("Name every mistake in templates by file, line and field."))
    check.add_argument(
        "path",
        nargs="?",
        type=Path,
        metavar=_("DIR"),
        help=_("the folder of a catalogue, or of its papers; left out: what this office has published"),
    )
    check.flag("--json", _("one JSON object: mistakes"))
    preview = parser.add_command("preview", preview_paper, _("Show a paper with sample facts, or write it to a file."))
    preview.add_argument("kind", metavar=_("KIND"), help=_("a name that clerk paper list prints"))
    _add_folder(preview)
    preview.option("--in", _("language of the paper: a code of its title, such as mn"), value="L")
    preview.add_argument("--media", choices=_MEDIA, help=_("roll or a4; left out: that of the template"))
    preview.add_argument("--width", choices=_WIDTHS, type=int, default=80, help=_("width of the roll in mm (80)"))
    preview.option("--sample", _("which of the samples, counted from 1 (1)"), value="N", type=int, default=1)
    preview.add_argument(
        "-o", "--output", type=Path, metavar=_("FILE"), help=_("write .png (a roll or A4), .txt (a roll) or .pdf (A4)")
    )
    kinds = parser.add_command("list", list_kinds, _("List the kinds of paper with languages and versions."))
    _add_folder(kinds)
    fields = parser.add_command("fields", list_fields, _("List the fields that the template of a kind may name."))
    fields.add_argument("kind", metavar=_("KIND"), help=_("a name that clerk paper list prints"))
    describe_reading(parser)
    describe_photo_check(parser)
    describe_pages_command(parser)


def _add_folder(parser: Parser) -> None:
    words = _("the folder of a catalogue, or of its papers; left out: what this office has published")
    parser.option("--papers", words, value=_("DIR"), type=Path)


def check_papers(args: Namespace) -> int:
    """Print every mistake as `file:line: field: sentence`; return 1 if there is any, else 0."""
    mistakes = _find_mistakes(args)
    if args.json:
        print_json({"mistakes": [asdict(mistake) for mistake in mistakes]})
        return 1 if mistakes else 0
    for mistake in mistakes:
        print_line(str(mistake))
    if mistakes:
        return 1
    from clerk_app.paper.documents.kinds import FACTS_BY_KIND

    print_line(_("The templates of {count} kinds of paper have no mistakes.").format(count=len(FACTS_BY_KIND)))
    return 0


def _find_mistakes(args: Namespace) -> list[Mistake]:
    from clerk_app.paper.documents.template_check import check_published, check_templates

    if args.path is None:
        return check_published(_read_published(args.office))
    return check_templates(_paper_folder(args.path))


def preview_paper(args: Namespace) -> int:
    """Print or write a paper with sample facts. Raises BadData for an unknown kind, sample, language or file type."""
    from clerk_app.paper.documents.samples import load_samples
    from clerk_app.paper.page import Watermark

    facts = _find_facts(args.kind)
    samples = load_samples(args.kind)
    if not 1 <= args.sample <= len(samples):
        raise BadData("The paper {kind} has {count} samples.", kind=args.kind, count=len(samples))
    prepared = _prepare(_read_files(args), facts)
    language = getattr(args, "in") or current_language()
    if language.partition("_")[0] not in prepared.languages:
        raise BadData(
            "The paper {kind} has these languages: {known}", kind=args.kind, known=format_list(prepared.languages)
        )
    page = (Watermark(_SAMPLE_MARK), *prepared.build(samples[args.sample - 1], language))
    if args.output is None:
        _print_lines(page, args.width)
        return 0
    media = args.media or ("a4" if args.output.suffix == ".pdf" else "roll")
    args.output.write_bytes(_make_file(page, args.output.suffix, media, args.width, language, prepared.title(language)))
    print_line(_("Written: {file}").format(file=args.output))
    return 0


def _print_lines(page: PaperPage, width: int) -> None:
    from clerk_app.paper.printers.preview import preview_lines

    for line in preview_lines(page, _as_width(width)):
        print_line(line)


def _make_file(page: PaperPage, suffix: str, media: str, width: int, language: str, title: str) -> bytes:
    """Return the content of a preview file. Raises BadData if there is none of this type for the paper."""
    if (media, suffix) == ("a4", ".pdf"):
        from clerk_app.paper.printers.a4 import render_a4

        return render_a4(page, language, f"{title} {_SAMPLE_MARK}", datetime.now().astimezone())
    if (media, suffix) == ("a4", ".png"):
        from clerk_app.paper.printers.a4 import draw_a4

        return _stack(draw_a4(page, language, f"{title} {_SAMPLE_MARK}", datetime.now().astimezone()))
    if (media, suffix) == ("roll", ".png"):
        from clerk_app.paper.printers.preview import render_picture

        return render_picture(page, _as_width(width))
    if (media, suffix) == ("roll", ".txt"):
        from clerk_app.paper.printers.preview import preview_lines

        return "".join(f"{line}\n" for line in preview_lines(page, _as_width(width))).encode()
    raise BadData("A preview of a roll is a .png or .txt file, one of A4 a .pdf or .png file.")


def _stack(sheets: tuple[bytes, ...]) -> bytes:
    """Return one picture of the sheets, one below the other."""
    from PIL import Image

    pictures = [Image.open(io.BytesIO(sheet)).convert("RGB") for sheet in sheets]
    stacked = Image.new("RGB", (pictures[0].width, sum(picture.height for picture in pictures)))
    top = 0
    for picture in pictures:
        stacked.paste(picture, (0, top))
        top += picture.height
    png = io.BytesIO()
    stacked.save(png, "PNG")
    return png.getvalue()


def _as_width(width: int) -> PaperWidth:
    return 58 if width == 58 else 80


def list_kinds(args: Namespace) -> int:
    """Print each kind of paper with its title, languages, origin and version."""
    from clerk_app.paper.documents.kinds import FACTS_BY_KIND

    files = _read_files(args)
    rows = []
    for kind, facts in FACTS_BY_KIND.items():
        prepared = _prepare(files, facts)
        origin = _("of the city") if kind in files.city_templates else _("of the program")
        title = prepared.title(current_language())
        rows.append([kind, title, " ".join(prepared.languages), origin, prepared.version])
    print_table(rows)
    return 0


def list_fields(args: Namespace) -> int:
    """Print each field of a kind of paper with its type and its value in the first sample."""
    from clerk_app.paper.documents.samples import load_samples

    facts = _find_facts(args.kind)
    print_table(list(_field_rows(facts, load_samples(args.kind)[0], "", 0)))
    return 0


def _field_rows(record: type, sample: object, prefix: str, depth: int) -> Iterator[list[str]]:
    """Yield name, type and sample value of the fields of a record, and of the items of its lists."""
    from clerk_app.paper.templates.facts_schema import FieldKind, describe_record
    from clerk_app.paper.templates.formats import format_value

    for name, found in describe_record(record).items():
        value = getattr(sample, name, None)
        words = _type_words()[found.kind] + (_(" (may be empty)") if found.optional else "")
        is_plain = found.kind not in (FieldKind.LIST, FieldKind.RECORD)
        shown = format_value(value, "", "") if is_plain and not isinstance(value, bool) else ""
        yield ["  " * depth + prefix + name, words, shown]
        if found.record is not None:
            yield from _field_rows(found.record, value, f"{prefix}{name}.", depth)
        if found.item is not None:
            first = value[0] if isinstance(value, tuple) and value else None
            if found.item.record is not None:
                yield from _field_rows(found.item.record, first, "item.", depth + 1)
            else:
                yield ["  " * (depth + 1) + "item", _type_words()[found.item.kind], str(first or "")]


def _type_words() -> dict[str, str]:
    return {
        "text": _("text"),
        "number": _("whole number"),
        "day": _("day"),
        "moment": _("day and time"),
        "yes_no": _("yes or no"),
        "list": _("list"),
        "record": _("record"),
    }


def _find_facts(kind: str) -> type[PaperFacts]:
    from clerk_app.paper.documents.kinds import FACTS_BY_KIND

    if kind not in FACTS_BY_KIND:
        raise BadData(
            "There is no kind of paper {kind}. Known ones: {known}", kind=kind, known=format_list(FACTS_BY_KIND)
        )
    return FACTS_BY_KIND[kind]


def _read_files(args: Namespace) -> TemplateFiles:
    """Return the templates in a folder, or those that the office has published, in place of the program's own."""
    from clerk_app.paper.templates.template_set import TemplateFiles, read_published, read_templates

    if args.papers is not None:
        return read_templates(_paper_folder(args.papers))
    city = _read_published(args.office)
    return read_published(city) if city is not None else TemplateFiles()


def _prepare(files: TemplateFiles, facts: type[PaperFacts]) -> PreparedTemplate:
    """Return the template of a kind of paper. Raises BadData with its first mistake."""
    prepared, mistakes = files.prepare(facts.kind, facts, facts.required_fields)
    if prepared is None or mistakes:
        raise BadData("A template has a mistake. {first}", first=mistakes[0])
    return prepared


def _paper_folder(folder: Path) -> Path:
    """Return the folder of papers in the folder of a catalogue, or the folder itself. Raises BadData if it is none."""
    from clerk_app.catalogue.paper_folder import FOLDER

    if not folder.is_dir():
        raise BadData("{folder} is not a folder.", folder=folder)
    return folder / FOLDER if (folder / FOLDER).is_dir() else folder


def _read_published(folder: Path) -> CityPapers | None:
    """Return the papers that the office in `folder` has published; None without an office or own papers."""
    from clerk_app.composition.settings import SETTINGS_FILE

    if not (folder / SETTINGS_FILE).is_file():
        return None
    from clerk_app.catalogue.publication import read_papers
    from clerk_app.cli.office_access import opened_office

    with opened_office(folder, read_only=True) as office, office.store.read() as tx:
        return read_papers(tx)
