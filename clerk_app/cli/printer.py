"""`clerk printer`: list and test the printers of this machine, assign kinds of paper to them."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_json, print_line, print_table
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, mark

if TYPE_CHECKING:
    from clerk_app.composition.settings_file import SettingsFile
    from clerk_app.paper.printers.printer_set import PrinterSet

_OPTIONS = ("device", "media", "paper_mm", "answers")


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk printer`."""
    listing = parser.add_command("list", list_printers, _("List the printers, what they print, and their state now."))
    listing.flag("--json", _("as JSON"))
    test = parser.add_command("test", test_printer, _("Print a test page; show what the printer confirmed."))
    test.add_argument("name", nargs="?", metavar=_("NAME"), help=_("the printer (all of them)"))
    change = parser.add_command("set", set_printer, _("Add or change a printer, and assign kinds of paper to it."))
    change.add_argument("name", metavar=_("NAME"), help=_("the printer"))
    change.add_argument("papers", nargs="*", metavar=_("KIND"), help=_("kinds of paper that it prints from now on"))
    change.flag("--all", _("it prints every kind that no other printer names"))
    change.option("--device", _("where it is, such as tcp://10.0.0.7:9100"), value=_("DEVICE"))
    change.add_argument("--media", choices=("roll", "a4"), help=_("what it prints on"))
    change.add_argument("--paper", dest="paper_mm", type=int, choices=(58, 80), help=_("width of its roll in mm"))
    change.add_argument("--answers", choices=("job", "status", "none"), help=_("what it answers"))
    change.flag("--remove", _("take it out of the settings"))


def list_printers(args: Namespace) -> int:
    """Print the printers with their state, and the jobs whose outcome was not stored; return 1 if one has a fault."""
    from clerk_app.roles.printer_words import describe_state, outcome_word

    printers = _open_printers(args)
    states = {name: printers.get(name).read_state() for name in printers.names}
    rows = []
    for name, state in states.items():
        printer = printers.get(name)
        rows.append((name, printer.device, printer.media, _name_papers(printers, name), describe_state(state)))
    jobs = printers.list_jobs()
    if args.json:
        fields = ("name", "device", "media", "papers", "state")
        print_json(
            {
                "printers": [
                    dict(zip(fields, row, strict=True)) | {"ready": states[row[0]].error is None} for row in rows
                ],
                "jobs": [{"id": job.id, "name": job.name, "outcome": str(job.known_outcome)} for job in jobs],
            }
        )
    else:
        print_table([*rows])
        for job in jobs:
            print_line(
                _("{name} at {printer}: {outcome}").format(
                    name=job.name, printer=job.printer, outcome=outcome_word(job.known_outcome)
                )
            )
    return 1 if any(state.error is not None for state in states.values()) else 0


def test_printer(args: Namespace) -> int:
    """Print the test page on one printer or on all; return 1 if one has a fault, or did not confirm what it should."""
    printers = _open_printers(args)
    names = (args.name,) if args.name else printers.names
    printed = [_print_test_page(printers, name) for name in names]
    return 0 if all(printed) else 1


def _print_test_page(printers: PrinterSet, name: str) -> bool:
    """Print the test page and what is known about it; return whether nothing is wrong.

    A print queue, and a printer that never answers, confirm nothing.
    """
    from clerk_app.errors import OutOfReach
    from clerk_app.paper.documents.test_page import TestPage, make_ruler
    from clerk_app.paper.printers.print_job import make_job
    from clerk_app.paper.printers.printer import PrintOutcome
    from clerk_app.roles.printer_words import describe_outcome

    printer, now = printers.get(name), datetime.now().astimezone()
    number = f"{now:%y%m%d%H%M%S}"
    page = TestPage(name, printer.device, number, now, make_ruler(printer.paper_mm)).to_page(current_language())
    job = make_job(printer, page, id=f"test-{name}-{number}", kind="test", number=number, at=now)
    try:
        outcome = printer.send(job)
        print_line(f"{name}: {describe_outcome(printer, outcome)}")
        confirmed = printers.find_confirmation(job.id)
        if confirmed == "status" and outcome is PrintOutcome.PRINTED:
            print_line(
                _("{name} confirms by its status only. Set answers = 'status' for it: it prints sooner.").format(
                    name=name
                )
            )
    except OutOfReach as error:
        print_line(f"{name}: {error}")
        return False
    finally:
        printers.remove_job(job.id)
    return printer.problem is None


def set_printer(args: Namespace) -> int:
    """Change the settings of a printer; a kind assigned to it is taken from the others."""
    from clerk_app.composition.settings_file import SettingsFile
    from clerk_app.paper.documents.kinds import assignable_kinds
    from clerk_app.paper.printers.device_address import parse_device
    from clerk_app.paper.printers.printer_set import DEFAULT_PRINTER

    unknown = [kind for kind in args.papers if kind not in assignable_kinds()]
    if unknown:
        raise BadData(
            "There is no kind of paper {kind}. The kinds are: {kinds}",
            kind=unknown[0],
            kinds=", ".join(assignable_kinds()),
        )
    if args.all and args.papers:
        raise WrongUsage(mark("Name kinds of paper, or give --all."))
    if args.name == DEFAULT_PRINTER:
        raise BadData("{name} is the name of the folder `spool`: give the printer another one.", name=args.name)
    if args.device:
        parse_device(args.device)
    file = SettingsFile(args.office)
    if args.remove:
        file.remove_table("printers", args.name)
    else:
        _change(file, args)
    file.save()
    args.json = False
    list_printers(args)
    return 0


def _change(file: SettingsFile, args: Namespace) -> None:
    for table in file.tables("printers"):
        kept = [kind for kind in table.get("papers", ()) if kind not in args.papers]
        if table.get("name") != args.name and len(kept) < len(table.get("papers", ())):
            if not kept:
                raise BadData(
                    "Printer {name} would print every other paper then: remove it, or assign other kinds to it first.",
                    name=table.get("name", ""),
                )
            table["papers"] = kept
    given = {option: value for option in _OPTIONS if (value := getattr(args, option)) is not None}
    is_new = all(table.get("name") != args.name for table in file.tables("printers"))
    if is_new and "device" not in given:
        raise WrongUsage(mark("A new printer needs its device: --device DEVICE"))
    papers = {"papers": args.papers} if args.papers or args.all else {}
    file.change_table("printers", args.name, {**given, **papers})


def _open_printers(args: Namespace) -> PrinterSet:
    from clerk_app.composition.machine_printers import open_printers
    from clerk_app.composition.settings import read_settings

    return open_printers(args.office, read_settings(args.office))


def _name_papers(printers: PrinterSet, name: str) -> str:
    """Return the kinds of paper that a printer prints."""
    from clerk_app.paper.documents.kinds import assignable_kinds

    return ", ".join(kind for kind in assignable_kinds() if printers.name_for_paper(kind) == name) or "-"
