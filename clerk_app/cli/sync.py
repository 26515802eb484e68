"""`clerk sync`: what waits for the center, an exchange now, and where each entry of a case stands."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import progress, say, say_json
from clerk_app.errors import Refused
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """The acts on the line to the center."""
    status = parser.act(
        "status", show_status, _("Connected or not and since when, what waits, how fresh the lists are.")
    )
    status.flag("--json", _("as JSON"))
    parser.act("now", exchange_now, _("Send what waits and fetch what is new, now."))
    explain = parser.act(
        "explain", explain_case, _("Say of each entry of a case whether it waits, stands or was refused.")
    )
    explain.add_argument("case", metavar=_("CASE"), help=_("its number"))


def show_status(args: Namespace) -> int:
    """What the status line of the screens knows, whole."""
    from clerk_app.cli.opened import opened
    from clerk_app.desks.line_view import line_facts, line_view

    with opened(args.office, look_only=True) as office:
        if args.json:
            facts = asdict(line_facts(office))
            times = {name: facts[name] for name in ("since", "heard", "oldest", "put_back_at")}
            told = {name: office.wall(at).isoformat(timespec="seconds") if at else None for name, at in times.items()}
            say_json(facts | told)
            return 0
        view = line_view(office)
    say(view.headline)
    if view.why:
        say(view.why)
    for fact in view.facts:
        say(f"  {fact.label}: {fact.value}")
    for title, sentences in ((_("Not now:"), view.cannot), (_("Goes on:"), view.can)):
        if sentences:
            say(title)
        for sentence in sentences:
            say(f"  {sentence}")
    for one in view.returned:
        say(f"! {one.at}  {one.case}  {one.what}: {one.sentence}")
    return 0


def exchange_now(args: Namespace) -> int:
    """One exchange to the end. Raises OutOfReach, Refused (not listened to, or no window)."""
    from clerk_app.cli.opened import opened
    from clerk_app.desks.line_view import line_facts
    from clerk_app.desks.office import all_kinds, all_rules
    from clerk_app.ledger.provisional import is_window
    from clerk_app.sync.connection import Connection

    with opened(args.office) as office:
        if not is_window(office.store):
            raise Refused("own_center", "This office is its own center: there is nothing to exchange.")
        before = line_facts(office).waiting
        connection = Connection(office.folder, office.door, all_rules(), all_kinds(), office.contents)
        try:
            connection.now(lambda: progress(_("still to come:"), connection.line.behind))
        finally:
            connection.wire.close()
        after = line_facts(office)
    say(
        _("{sent} entries were sent and {came} documents came. {left} wait, {returned} came back.").format(
            sent=max(0, before - after.waiting), came=connection.line.taken, left=after.waiting, returned=after.returned
        )
    )
    return 0


def explain_case(args: Namespace) -> int:
    """A line for each entry, and what the center has. Raises Refused when nothing of the case is here."""
    from clerk_app.cli.opened import opened
    from clerk_app.desks.explaining import explain

    number = "".join(args.case.split())
    with opened(args.office, look_only=True) as office:
        for line in explain(office, number):
            say(line)
    return 0
