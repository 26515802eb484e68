"""`clerk registry names`: import of the register of enterprise names, and the check of one name."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.errors import BadData
from clerk_app.locales import _


def describe_names(parser: Parser) -> None:
    """Add the commands of `clerk registry names`."""
    purpose = _("Import enterprise names, or unused cores of the pool: .csv, .xlsx or .jsonl.")
    imported = parser.add_command("import", import_file, purpose)
    imported.add_argument("path", type=Path, metavar=_("FILE"), help=_("the first row names the columns"))
    imported.option("--source", _("the register that sent it, such as population"), value=_("NAME"), required=True)
    imported.add_argument(
        "--changes", action="store_true", help=_("rows that changed since an earlier file; released frees a name")
    )
    add_admin_options(imported)
    check = parser.add_command("check", check_one, _("Check an enterprise name against the register of this center."))
    check.add_argument("name", metavar=_("NAME"), help=_("the whole name: place, core, trade and form"))


def import_file(args: Namespace) -> int:
    """Import a file; print a sentence for each row that is refused, and the numbers. Return 1 if one is refused."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.name_import import import_names
    from clerk_app.registry.source_files import open_source_file
    from clerk_app.text.cleaning import clean_text

    path: Path = args.path

    def report(row: int, why: str) -> None:
        print_line(_("{file}, row {row}").format(file=path.name, row=row) + f": {why}")

    with opened_office(args.office) as office:
        if office.door.authority is not None:
            raise BadData("The registry is at the center. Import the file there.")
        actor = find_actor(office, args, "clerk registry names import")
        source = clean_text(args.source)
        changes = office.local_time().date() if args.changes else None
        file = open_source_file(path)
        done = import_names(office.door, file, source, actor, report_mistake=report, changes=changes)
    print_line(
        _("{kind}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused.").format(
            kind=_("Enterprise names"),
            new=done.new,
            changed=done.changed,
            unchanged=done.unchanged,
            refused=done.refused,
        )
    )
    return 1 if done.refused else 0


def check_one(args: Namespace) -> int:
    """Print what was found about a name, and alternatives. Return 1 if it cannot be used."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.locales import current_language
    from clerk_app.similarity.names.checking import AskedName, check_name, list_alternatives, require_asked
    from clerk_app.similarity.names.comparison import STOP, worst_severity
    from clerk_app.similarity.names.sentences import describe_finding, describe_severity, mark_characters

    name = require_asked(AskedName(name=args.name)).name
    with opened_office(args.office, read_only=True) as office:
        if office.door.authority is not None:
            raise BadData("The registry is at the center. Check the name there.")
        with office.store.read() as tx:
            now = office.local_time()
            findings = check_name(tx, name, now)
            alternatives = list_alternatives(tx, name, now, "") if findings else []
    severity = worst_severity(findings)
    print_line(f"{name}: {describe_severity(severity)}")
    for finding in findings:
        marked = mark_characters(name, finding.marks)
        print_line(f"  {marked}: {describe_finding(finding, current_language())}")
    if alternatives:
        print_line(_("Free: {names}").format(names="、".join(alternatives)))
    return 1 if severity == STOP else 0
