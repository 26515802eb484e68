"""`clerk center feed`: what the machines of issuing organs may write into the registry."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_line, print_table
from clerk_app.cli.opened_center import opened_center
from clerk_app.locales import _, format_list
from clerk_app.text.cleaning import clean_text

if TYPE_CHECKING:
    from clerk_app.registry.feeds import FeedTerms


def describe_feed(parser: Parser) -> None:
    """Add the options of `clerk center feed`."""
    parser.add_argument("node", nargs="?", metavar=_("NODE"), help=_("its id; without one, all feeds are listed"))
    add_feed_options(parser)
    add_admin_options(parser)


def add_feed_options(parser: Parser) -> None:
    """Add the options on what a machine may write."""
    parser.option("--source", _("the register it sends, such as population"), value=_("NAME"))
    parser.option(
        "--rows",
        _("what it may write, separated by commas: person, organisation, relation, codes of licence types"),
        value="A,B",
    )
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
    from clerk_app.registry.feeds import AdmitFeed

    if args.node is None:
        return _list_feeds(args)
    terms = read_feed_terms(args)
    with opened_center(args) as (office, _unused):
        command = AdmitFeed(node=args.node, **asdict(terms))
        office.door.perform(command, find_actor(office, args, "clerk center feed"))
    print_line(describe_terms(args.node, terms))
    return 0


def read_feed_terms(args: Namespace) -> FeedTerms:
    """Return what a machine may write by the options. Raises WrongUsage."""
    from clerk_app.registry.feeds import GRANTED_KINDS, FeedTerms

    if not args.source or args.rows is None:
        raise WrongUsage("Name the register with --source, and what the machine may write with --rows.")
    rows = split_words(args.rows)
    return FeedTerms(
        source=clean_text(args.source),
        kinds=tuple(part for part in rows if part in GRANTED_KINDS),
        licence_types=tuple(part for part in rows if part not in GRANTED_KINDS),
        issuer_codes=split_words(",".join(args.issuer_code)),
        any_issuer=args.any_issuer,
    )


def describe_terms(machine: str, terms: FeedTerms) -> str:
    """Return a sentence on what a machine may write."""
    rows = (*terms.kinds, *terms.licence_types)
    text = _("{node} may write for {source}: {rows}.") if rows else _("{node} may write nothing for {source}.")
    return text.format(node=machine, source=terms.source, rows=format_list(rows))


def _list_feeds(args: Namespace) -> int:
    from clerk_app.registry.feed_grants import list_feeds

    with opened_center(args) as (office, _unused), office.store.read() as tx:
        feeds = list_feeds(tx)
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
