"""`clerk audit verify`: verify the hash chains of the log."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.locales import _, mark

_BREAKS = {
    "altered": mark("the entry was altered"),
    "altered before": mark("the entry before it was altered or replaced"),
    "missing": mark("entries before it are missing"),
    "retyped": mark("a value of the entry has another type than its column"),
    "reordered": mark("the entry is out of order or there twice"),
    "personal part altered": mark("its personal part was altered"),
    "stream broken": mark("an entry of the same matter is missing or was added"),
}


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk audit`."""
    verify = parser.add_command("verify", print_verification, _("Check every entry and every link between them."))
    verify.flag("--json", _("one JSON object: entries, breaks"))


def print_verification(args: Namespace) -> int:
    """Print the number of entries and every break in the hash chains; return 1 if there is a break, else 0."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.audit import verify_log

    with opened_office(args.office, read_only=True) as office:
        count, breaks = verify_log(office.store)
    if args.json:
        print_json(
            {
                "entries": count,
                "breaks": [
                    {"node": chain_break.node, "number": chain_break.number, "what": chain_break.problem}
                    for chain_break in breaks
                ],
            }
        )
        return 1 if breaks else 0
    for chain_break in breaks:
        what = _(_BREAKS[chain_break.problem]) if chain_break.problem in _BREAKS else chain_break.problem
        print_line(
            _("Entry {number} of {node}: {what}").format(number=chain_break.number, node=chain_break.node, what=what)
        )
    if breaks:
        print_line(_("{count} entries were read; {breaks} errors were found.").format(count=count, breaks=len(breaks)))
        return 1
    print_line(_("{count} entries were read; nothing was altered.").format(count=count))
    return 0
