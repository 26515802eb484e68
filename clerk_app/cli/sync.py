"""`clerk sync`: what waits for the center, an exchange now, and where each entry of a case stands."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import progress, say, say_json
from clerk_app.errors import Refused
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.roles.connection_view import ConnectionFacts


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
    from clerk_app.roles.connection_view import read_connection_facts, read_connection_view

    with opened(args.office, look_only=True) as office:
        if args.json:
            say_json(_status_fields(read_connection_facts(office), office.local_time))
            return 0
        view = read_connection_view(office)
    say(view.headline)
    if view.error:
        say(view.error)
    for fact in view.facts:
        say(f"  {fact.label}: {fact.value}")
    for title, sentences in ((_("Not now:"), view.unavailable), (_("Goes on:"), view.available)):
        if sentences:
            say(title)
        for sentence in sentences:
            say(f"  {sentence}")
    for one in view.rejected:
        say(f"! {one.at}  {one.case_number}  {one.action}: {one.sentence}")
    return 0


def _status_fields(facts: ConnectionFacts, to_local_time: Callable[[int], datetime]) -> dict[str, object]:
    """Return the fields of `clerk sync status --json`; times are local, in ISO 8601."""

    def time(at: int | None) -> str | None:
        return to_local_time(at).isoformat(timespec="seconds") if at else None

    return {
        "state": facts.state,
        "center": facts.center,
        "url": facts.url,
        "since": time(facts.since),
        "heard": time(facts.last_response_at),
        "waiting": facts.unsent,
        "oldest": time(facts.oldest_unsent),
        "returned": facts.rejected,
        "offset": facts.clock_offset,
        "put_back_at": time(facts.restored_at),
        "safe": facts.durable,
        "last": facts.last_entry,
        "telling": facts.resending,
    }


def exchange_now(args: Namespace) -> int:
    """One exchange to the end. Raises OutOfReach, Refused (not listened to, or no window)."""
    from clerk_app.cli.opened import opened
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.ledger.offline_authority import is_window
    from clerk_app.roles.connection_view import read_connection_facts
    from clerk_app.sync.connection import ManagedConnection

    with opened(args.office) as office:
        if not is_window(office.store):
            raise Refused("own_center", "This office is its own center: there is nothing to exchange.")
        before = read_connection_facts(office).unsent
        connection = ManagedConnection(
            office.folder, office.door, all_rules(), all_document_types(), office.attachments
        )
        try:
            connection.sync_now(lambda: progress(_("still to come:"), connection.client.documents_remaining))
        finally:
            connection.transport.close()
        after = read_connection_facts(office)
    say(
        _("{sent} entries were sent and {came} documents came. {left} wait, {returned} came back.").format(
            sent=max(0, before - after.unsent),
            came=connection.client.documents_received,
            left=after.unsent,
            returned=after.rejected,
        )
    )
    return 0


def explain_case(args: Namespace) -> int:
    """A line for each entry, and what the center has. Raises Refused when nothing of the case is here."""
    from clerk_app.cli.opened import opened
    from clerk_app.roles.explanation import explain_case

    number = "".join(args.case.split())
    with opened(args.office, look_only=True) as office:
        for line in explain_case(office, number):
            say(line)
    return 0
