"""`clerk sync`: state of the sync, an exchange now, and the state of each entry of a case."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line, show_progress
from clerk_app.errors import Refused
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.roles.connection_view import ConnectionFacts


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk sync`."""
    status = parser.add_command(
        "status", show_status, _("Connected or not and since when, what waits, how fresh the lists are.")
    )
    status.flag("--json", _("as JSON"))
    parser.add_command("now", exchange_now, _("Send what waits and fetch what is new, now."))
    explain = parser.add_command(
        "explain", explain_case, _("Show for each entry of a case whether it is unanswered, accepted or refused.")
    )
    explain.add_argument("case", metavar=_("CASE"), help=_("its number"))


def show_status(args: Namespace) -> int:
    """Print the state of the connection in detail, or as JSON. Return 0 even if the window is offline."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.connection_view import read_connection_facts, read_connection_view

    with opened_office(args.office, read_only=True) as office:
        if args.json:
            print_json(_status_fields(read_connection_facts(office), office.local_time))
            return 0
        view = read_connection_view(office)
    print_line(view.headline)
    if view.error:
        print_line(view.error)
    for fact in view.facts:
        print_line(f"  {fact.label}: {fact.value}")
    for title, sentences in ((_("Not possible now:"), view.unavailable), (_("Still works:"), view.available)):
        if sentences:
            print_line(title)
        for sentence in sentences:
            print_line(f"  {sentence}")
    for work in view.rejected:
        print_line(f"! {work.at}  {work.case_number}  {work.action}: {work.sentence}")
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
    """Send all waiting entries and fetch all new documents.

    Raises OutOfReach, Refused (rejected by the center, or not a window).
    """
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.ledger.offline_authority import is_window
    from clerk_app.roles.connection_view import read_connection_facts
    from clerk_app.sync.connection import WindowConnection

    with opened_office(args.office) as office:
        if not is_window(office.store):
            raise Refused("own_center", "This office is its own center: there is nothing to exchange.")
        unsent_before = read_connection_facts(office).unsent
        connection = WindowConnection(office.folder, office.door, all_rules(), all_document_types(), office.attachments)
        try:
            connection.sync_now(lambda: show_progress(_("still to come:"), connection.client.documents_remaining))
        finally:
            connection.transport.close()
        after = read_connection_facts(office)
    print_line(
        _(
            "{sent} entries were sent and {came} documents received; {left} are unsent, {returned} were rejected."
        ).format(
            sent=max(0, unsent_before - after.unsent),
            came=connection.client.documents_received,
            left=after.unsent,
            returned=after.rejected,
        )
    )
    return 0


def explain_case(args: Namespace) -> int:
    """Print one line for each entry of a case. Raises Refused when this store holds nothing of the case."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.explanation import explain_case

    number = "".join(args.case.split())
    with opened_office(args.office, read_only=True) as office:
        for line in explain_case(office, number):
            print_line(line)
    return 0
