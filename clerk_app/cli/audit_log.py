"""`clerk audit log`: the entries of the log by person, case, actor and machine, for auditors."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from clerk_app.cases.dates import to_local_time
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.engines import Row, Transaction


def print_log(args: Namespace) -> int:
    """Print one line for each entry that all given filters select."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.audit import read_entries

    with opened_office(args.office, read_only=True) as office:
        is_wanted = _make_filter(office, args)
        count, zone = 0, office.catalogue_frame().time_zone
        for row in read_entries(office.store):
            if not is_wanted(row):
                continue
            count += 1
            if args.json:
                print_json(_to_json(row))
            else:
                print_line(_describe(office, row, zone))
    if not args.json:
        print_line(_("{count} entries.").format(count=count))
    return 0


def _make_filter(office: Office, args: Namespace) -> Callable[[Row], bool]:
    streams: set[str] | None = None
    with office.store.read() as tx:
        if args.person:
            streams = set(_streams_of_person(tx, args.person))
        if args.case:
            streams = {f"case/{args.case}"} if streams is None else streams & {f"case/{args.case}"}
    zone = ZoneInfo(office.catalogue_frame().time_zone)
    since = _parse_day(args.since, zone) if args.since else None
    until = _parse_day(args.until, zone) + 86_400_000_000 if args.until else None

    def is_wanted(row: Row) -> bool:
        return (
            (streams is None or row["stream"] in streams)
            and (not args.actor or row["actor"] == args.actor)
            and (not args.machine or row["node"].partition(".")[0] == args.machine)
            and (since is None or row["corrected_at"] >= since)
            and (until is None or row["corrected_at"] < until)
            and (not args.alone or _was_done_alone(row))
        )

    return is_wanted


def _streams_of_person(tx: Transaction, person: str) -> Iterator[str]:
    """Yield the streams of a registered person, of their cases (as applicant or party) and of their visits."""
    yield f"person/{person}"
    for case in tx.select("cases", applicant=person):
        yield f"case/{case['number']}"
    for party in tx.select("parties", subject=person):
        yield f"case/{party['case_number']}"
    for visit in tx.select("visits", person=person):
        yield f"visit/{visit['id']}"


def _parse_day(text: str, zone: ZoneInfo) -> int:
    """Return the beginning of a day in microseconds UTC. Raises BadData."""
    try:
        start = datetime.combine(date.fromisoformat(text), time(), zone)
    except ValueError:
        raise BadData("{text} is not a day such as 2026-05-06.", text=text) from None
    return (start.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _describe(office: Office, row: Row, zone: str) -> str:
    rule = office.door.rules.get(row["kind"])
    what = _(rule.label) if rule is not None and rule.label else row["kind"]
    when = to_local_time(row["corrected_at"], zone).strftime("%Y-%m-%d %H:%M:%S")
    outcome = "" if row["outcome"] == "done" else f" ({_('refused')})"
    if _was_done_alone(row):
        words = _("without a second administrator")
        outcome = f" ({words})"
    return f"{row['position']:>7}  {when}  {row['node']:<10}  {row['actor']:<10}  {row['stream']}  {what}{outcome}"


def _to_json(row: Row) -> dict[str, object]:
    names = (
        "position",
        "node",
        "incarnation",
        "number",
        "actor",
        "kind",
        "stream",
        "outcome",
        "said_at",
        "corrected_at",
    )
    return {**{name: row[name] for name in names}, "alone": _was_done_alone(row), "link": row["link"].hex()}


class _PossiblyAlone(msgspec.Struct):
    """The field of the decisions of commands that need two persons."""

    alone: bool = False


def _was_done_alone(row: Row) -> bool:
    """Return whether one person did what needs two, because there was no second administrator."""
    if row["outcome"] != "done" or b'"alone"' not in row["decision"]:
        return False
    with suppress(ValueError, RecursionError):  # an altered decision
        return msgspec.json.decode(row["decision"], type=_PossiblyAlone).alone
    return False
