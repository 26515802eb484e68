"""`clerk center nodes|shut|end-wait`: the machines of a center."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from clerk_app.cli.console import print_json, print_line, print_table
from clerk_app.cli.opened_center import opened_center
from clerk_app.locales import _, format_list, mark, translate

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.reports import NodeReport

_STATES = {
    "center": mark("this center"),
    "excluded": mark("excluded"),
    "earlier_key": mark("key of an earlier version"),
    "silent": mark("never seen"),
    "admitted": "",
}


@dataclass(frozen=True)
class _ListedNode:
    """A machine as `clerk center nodes` prints it. Times are ISO 8601 in UTC, empty where unknown."""

    id: str
    kinds: list[str]
    name: str
    hall: str
    window: str
    organs: list[str]
    version: str
    last_seen: str
    last_entry: str
    state: str
    kept: int  # entries that it sent after its exclusion, kept apart
    awaited_until: str  # a restored center has not seen it since: entries of others may wait for it until then


def show_nodes(args: Namespace) -> int:
    """Print one line for each machine, or a JSON object."""
    from clerk_app.ledger.kept_entries import list_kept
    from clerk_app.ledger.recovery_wait import find_silent
    from db.reports import list_nodes

    with opened_center(args) as (office, _unused):
        reports = list_nodes(office.store)
        with office.store.read() as tx:
            kept = {report.node.id: len(list_kept(tx, report.node.id)) for report in reports if report.node.shut}
            awaited = find_silent(tx, office.door.clock())
        nodes = [_build_node(report, kept.get(report.node.id, 0), awaited.get(report.node.id)) for report in reports]
        lines = [
            _describe_node(office, node, report.seen_at or report.last_entry, awaited.get(node.id))
            for node, report in zip(nodes, reports, strict=True)
        ]
    if args.json:
        print_json({"nodes": [asdict(node) for node in nodes]})
        return 0
    headings = (_("id"), _("kind"), _("name"), _("place"), _("version"), _("last seen"), _("state"))
    print_table([headings, *lines])
    return 0


def _build_node(report: NodeReport, kept: int, awaited_until: int | None) -> _ListedNode:
    from db.json_lists import decode_json_list

    node = report.node
    return _ListedNode(
        node.id,
        node.kind.split(","),
        node.name,
        node.hall,
        node.window_id,
        list(decode_json_list(node.organs)),
        report.version,
        _format_utc(report.seen_at),
        _format_utc(report.last_entry),
        _find_state(report),
        kept,
        _format_utc(awaited_until),
    )


def _find_state(report: NodeReport) -> str:
    node = report.node
    if node.here:
        return "center"
    if node.shut:
        return "excluded"
    if not node.public_key:
        return "earlier_key"
    return "silent" if report.seen_at is None and report.last_entry is None else "admitted"


def _describe_node(
    office: Office, node: _ListedNode, seen_at: int | None, awaited_until: int | None
) -> tuple[str, ...]:
    place = "/".join(filter(None, (node.hall, node.window, ",".join(node.organs))))
    seen = office.local_time(seen_at).strftime("%Y-%m-%d %H:%M:%S") if seen_at else ""
    state = translate(_STATES[node.state])
    if node.kept:
        state = _("{state}, entries kept apart: {count}").format(state=state, count=node.kept)
    if awaited_until is not None:
        until = office.local_time(awaited_until).strftime("%Y-%m-%d %H:%M")
        state = format_list(filter(None, (state, _("awaited since the restore, until {time}").format(time=until))))
    cells = (node.id, ",".join(node.kinds), node.name, place, node.version, seen, state)
    return tuple(cell or "-" for cell in cells[:-1]) + cells[-1:]


def _format_utc(moment: int | None) -> str:
    return datetime.fromtimestamp(moment / 1_000_000, UTC).isoformat() if moment else ""


def shut_node(args: Namespace) -> int:
    """Exclude a node: its key is rejected from its next request on."""
    from clerk_app.ledger.nodes import ShutNode
    from clerk_app.people import SYSTEM

    with opened_center(args) as (office, authority):
        office.door.perform(ShutNode(node=args.node, reason=args.reason), SYSTEM)
        if authority.shut_list is not None:
            authority.shut_list.add_from_store(office.store)
    print_line(_("{node} is excluded.").format(node=args.node))
    return 0


def end_wait(args: Namespace) -> int:
    """End the wait of a restored center for a machine that is lost."""
    from clerk_app.ledger.recovery_wait import EndWait
    from clerk_app.people import SYSTEM

    with opened_center(args) as (office, _unused):
        office.door.perform(EndWait(node=args.node, reason=args.reason), SYSTEM)
    print_line(_("The center does not wait for {node} any more.").format(node=args.node))
    return 0
