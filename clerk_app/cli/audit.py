"""`clerk audit verify`: that the history is whole and unaltered."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import say, say_json
from clerk_app.locales import _, mark

_BREAKS = {
    "altered": mark("the entry was altered"),
    "altered before": mark("the entry before it was altered or replaced"),
    "missing": mark("entries before it are missing"),
    "reordered": mark("the entry is out of order or there twice"),
    "personal part altered": mark("its personal part was altered"),
    "stream broken": mark("an entry of the same matter is missing or was added"),
}


def describe(parser: Parser) -> None:
    """The acts on the history."""
    verify = parser.act("verify", verify_history, _("Check every entry and every link between them."))
    verify.flag("--json", _("one JSON object: entries, breaks"))


def verify_history(args: Namespace) -> int:
    """Prints how many entries were read and every place that does not hold; 1 if there is one."""
    from clerk_app.cli.opened import opened
    from clerk_app.ledger.audit import verify_log

    with opened(args.office, look_only=True) as office:
        count, breaks = verify_log(office.store)
    if args.json:
        say_json(
            {
                "entries": count,
                "breaks": [{"node": one.node, "number": one.number, "what": one.problem} for one in breaks],
            }
        )
        return 1 if breaks else 0
    for one in breaks:
        what = _(_BREAKS[one.problem]) if one.problem in _BREAKS else one.problem
        say(_("Entry {number} of {node}: {what}").format(number=one.number, node=one.node, what=what))
    if breaks:
        say(_("{count} entries were read; {breaks} places do not hold.").format(count=count, breaks=len(breaks)))
        return 1
    say(_("{count} entries were read; nothing was altered.").format(count=count))
    return 0
