"""`clerk center release`: entries that an excluded machine sent, listed, and released by two administrators."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_json, print_line, print_table, read_existing_pin
from clerk_app.cli.opened_center import opened_center
from clerk_app.errors import BadData
from clerk_app.locales import _, translate

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.engines import Row


def describe_release(parser: Parser) -> None:
    """Add the arguments of `clerk center release`."""
    from pathlib import Path

    parser.add_argument("node", metavar=_("NODE"), help=_("its id, as in clerk center nodes"))
    parser.option("--until", _("when the machine was still in the right hands; without it, the list"), value=_("TIME"))
    parser.option("--admin", _("the staff number of the responsible administrator"), value=_("NUMBER"))
    parser.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)
    parser.flag("--json", _("one JSON object: entries"))


def release_entries(args: Namespace) -> int:
    """List the kept entries of a machine, or release those made until a time and reject the others."""
    if args.until is None:
        return _list_entries(args)
    if not args.admin:
        raise WrongUsage("Give the staff number of the administrator with --admin.")
    from clerk_app.center.kept_entries import perform_released
    from clerk_app.ledger.kept_entries import ReleaseKept, compute_kept_digest, list_kept
    from clerk_app.roles.sign_in import verify_here

    pin = read_existing_pin(args.pin_file, args.admin)
    with opened_center(args) as (office, authority):
        until = _parse_time(office, args.until)
        staff = verify_here(office, args.admin, pin, "clerk center release")
        with office.store.read() as tx:
            digest = compute_kept_digest(list_kept(tx, args.node))
        office.door.perform(ReleaseKept(node=args.node, until=until, digest=digest), staff["id"])
        result = perform_released(authority, args.node, until)
    sentence = _("Applied: {applied}. Refused by the rules: {refused}. Later, rejected: {rejected}.")
    print_line(sentence.format(applied=result.applied, refused=result.refused, rejected=result.rejected))
    if result.waiting:
        print_line(
            _("Still kept, because the machine has not sent the entries before them: {count}.").format(
                count=result.waiting
            )
        )
    return 0


def _list_entries(args: Namespace) -> int:
    from clerk_app.ledger.kept_entries import FORGED, list_kept

    with opened_center(args) as (office, _unused):
        with office.store.read() as tx:
            rows = list_kept(tx, args.node)
        signed = [row for row in rows if row["signer"] != FORGED]
        lines = [_describe(office, row) for row in signed]
    if args.json:
        names = ("incarnation", "number", "kind", "actor", "corrected_at", "received_at", "signer")
        print_json({"entries": [{name: row[name] for name in names} for row in rows]})
        return 0
    if not rows:
        print_line(_("No entries of {node} are kept apart.").format(node=args.node))
        return 0
    print_table([(_("number"), _("done at"), _("by"), _("received"), _("act")), *lines])
    if len(signed) < len(rows):
        count = len(rows) - len(signed)
        print_line(_("Not listed, because their signature is missing or wrong: {count}.").format(count=count))
    return 0


def _describe(office: Office, row: Row) -> tuple[str, ...]:
    rule = office.door.rules.get(row["kind"])
    done_at, received_at = (
        office.local_time(row[name]).strftime("%Y-%m-%d %H:%M:%S") for name in ("corrected_at", "received_at")
    )
    act = translate(rule.label) if rule is not None else row["kind"]
    return (f"{row['incarnation']}.{row['number']}", done_at, row["actor"], received_at, act)


def _parse_time(office: Office, text: str) -> int:
    """Return a local time in microseconds UTC. Raises BadData."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadData("{text} is not a time such as 2026-05-06T17:30.", text=text) from None
    epoch = office.local_time(0)
    return (moment.replace(tzinfo=moment.tzinfo or epoch.tzinfo) - epoch) // timedelta(microseconds=1)
