"""`clerk center feed`: what the machines of issuing organs may write into the registry."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_line, print_table
from clerk_app.cli.opened_center import opened_center
from clerk_app.locales import _, format_list
from clerk_app.text.cleaning import clean_text


def describe_feed(parser: Parser) -> None:
    """Add the options of `clerk center feed`."""
    parser.add_argument("node", nargs="?", metavar=_("NODE"), help=_("its id; without one, all feeds are listed"))
    parser.option("--source", _("the register it sends, such as population"), value=_("NAME"))
    parser.option(
        "--rows",
        _("what it may write, separated by commas: person, organisation, relation, codes of licence types"),
        value="A,B",
    )
    add_issuer_options(parser)
    add_admin_options(parser)


def add_issuer_options(parser: Parser) -> None:
    """Add the options on the issuers whose licences a machine may write."""
    parser.add_argument(
        "--issuer-code",
        action="append",
        default=[],
        metavar=_("CODE"),
        help=_("the credit code of an issuer whose licences and status lists it may send; may be given again"),
    )
    parser.flag("--any-issuer", _("licences of any issuer: for the collecting platform of a city"))


def split_words(text: str) -> tuple[str, ...]:
    """Return the parts of a text that are separated by commas."""
    return tuple(clean_text(part) for part in text.split(",") if part.strip())


def admit_feed(args: Namespace) -> int:
    """Set what a machine may write, or list the feeds. Raises WrongUsage, Refused."""
    from clerk_app.registry.feeds import GRANTED_KINDS, AdmitFeed

    if args.node is None:
        return _list_feeds(args)
    if not args.source or args.rows is None:
        raise WrongUsage("Name the register with --source, and what the machine may write with --rows.")
    rows = split_words(args.rows)
    with opened_center(args) as (office, _unused):
        command = AdmitFeed(
            node=args.node,
            source=clean_text(args.source),
            kinds=tuple(part for part in rows if part in GRANTED_KINDS),
            licence_types=tuple(part for part in rows if part not in GRANTED_KINDS),
            issuer_codes=split_words(",".join(args.issuer_code)),
            any_issuer=args.any_issuer,
        )
        office.door.perform(command, find_actor(office, args, "clerk center feed"))
    text = _("{node} may write for {source}: {rows}.") if rows else _("{node} may write nothing for {source}.")
    print_line(text.format(node=args.node, source=command.source, rows=format_list(rows)))
    return 0


def _list_feeds(args: Namespace) -> int:
    from clerk_app.registry.feed_grants import find_feed

    with opened_center(args) as (office, _unused), office.store.read() as tx:
        nodes = [row["node"] for row in tx.select("registry_feeds", order=("source", "node"))]
        feeds = [feed for node in nodes if (feed := find_feed(tx, node))]
    heading = (_("machine"), _("register"), _("may write"), _("licences of the issuers"))
    lines = [
        (
            feed.node,
            feed.source,
            format_list([*sorted(feed.kinds), *sorted(feed.licence_types)]),
            _("any issuer") if feed.any_issuer else format_list(sorted(feed.issuer_codes)),
        )
        for feed in feeds
    ]
    print_table([heading, *lines])
    return 0
