"""`clerk trust`: root key, issuers, publication and rotation of the list of trusted issuers."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_json, print_line
from clerk_app.cli.date_keys import describe_date_keys, parse_key_days
from clerk_app.cli.key_rotation import add_rotation_options, print_rotated
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.licences.crypto import cose

_ROOT = "root"


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk trust`."""
    parser.add_command("init", init_command, _("Make the authority's root key, which signs the list of issuers."))
    add = parser.add_command("add-issuer", add_command, _("Add an issuer to the next list, or change one."))
    add.add_argument("code", metavar=_("CODE"), help=_("the issuer's unified social credit code"))
    add.option("--name", _("its name in both languages: CHINESE/ENGLISH"), value=_("NAME"), required=True)
    add.add_argument(
        "--type",
        action="append",
        required=True,
        metavar=_("CODE"),
        help=_("a type of licence that it may issue; may be given again"),
    )
    add.option("--public-key", _("its public key (PEM), if it signs itself"), value=_("FILE"), type=Path)
    add.option("--days", _("days for which a new key is trusted (1095)"), value=_("DAYS"), type=parse_key_days)
    publish = parser.add_command("publish", publish_command, _("Sign the next list, with all issuers that were added."))
    add_admin_options(publish)
    remove = parser.add_command(
        "remove-issuer", remove_command, _("Remove an issuer, and publish the list without it.")
    )
    remove.add_argument("code", metavar=_("CODE"), help=_("the issuer's unified social credit code"))
    remove.option("--reason", _("the reason; it is stored"), value=_("TEXT"), required=True)
    remove.option("--from", _("the first day on which it does not count (now)"), value=_("DAY"), type=_parse_day)
    add_admin_options(remove)
    rotate = parser.add_command("rotate", rotate_command, _("Give an issuer, or the authority, a new key."))
    rotate.add_argument("issuer", metavar=_("ISSUER"), help=_("the issuer's credit code, or: root"))
    rotate.option("--public-key", _("its new public key (PEM), if it signs itself"), value=_("FILE"), type=Path)
    add_rotation_options(rotate)
    describe_date_keys(parser)
    imported = parser.add_command("import", import_command, _("Take over a list that was signed elsewhere."))
    imported.add_argument("file", metavar=_("FILE"), type=Path, help=_("trust.cose, root.cose or a status list"))
    imported.option("--root", _("the public root key to be trusted, the first time"), value=_("FILE"), type=Path)
    add_admin_options(imported)
    show = parser.add_command("show", show_command, _("Show root key, issuers, keys, lists, and what is unpublished."))
    show.flag("--json", _("as JSON"))


def init_command(args: argparse.Namespace) -> int:
    """Make the root key, or find the one that was made; print its fingerprint and that it needs a copy elsewhere."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.trust_administration import init_trust

    with opened_office(args.office) as office:
        root, is_new = init_trust(office)
    if is_new:
        print_line(_("The root key was made."))
    else:
        print_line(_("The root key was made before; nothing was changed."))
    _print_fingerprint(root)
    print_line(
        _(
            "Copy {path} to two safe places now (clerk keys escrow): no backup contains it, and without it no issuer "
            "can be added or replaced."
        ).format(path=args.office / "keys" / "root.pem")
    )
    return 0


def add_command(args: argparse.Namespace) -> int:
    """Add an issuer to the draft of the next list."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.trust_administration import DEFAULT_DAYS, add_issuer

    zh, slash, en = args.name.partition("/")
    if not slash:
        raise WrongUsage("An issuer needs a name in Chinese and in English: --name CHINESE/ENGLISH")
    with opened_office(args.office) as office:
        issuer = add_issuer(office, args.code, zh, en, tuple(args.type), args.public_key, args.days or DEFAULT_DAYS)
    print_line(
        _("{name} ({code}), licences {types}, key {kid}.").format(
            name=f"{issuer.zh} {issuer.en}", code=issuer.code, types=", ".join(issuer.types), kid=issuer.kid
        )
    )
    print_line(_("Nothing is trusted before: clerk trust publish"))
    return 0


def publish_command(args: argparse.Namespace) -> int:
    """Sign the next trust list."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.issuer_removal import record_removed_issuers
    from clerk_app.composition.trust_administration import publish_draft

    with opened_office(args.office) as office:
        published = publish_draft(office, find_actor(office, args, "clerk trust publish"))
        record_removed_issuers(office)  # one that was added again counts
    print_line(
        _("Version {version} of the trust list is published, with {count} issuers.").format(
            version=published.trust.version, count=len({key.issuer for key in published.trust.keys.values()})
        )
    )
    return 0


def remove_command(args: argparse.Namespace) -> int:
    """Publish a trust list without an issuer."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.issuer_removal import remove_issuer

    with opened_office(args.office) as office:
        actor = find_actor(office, args, "clerk trust remove-issuer")
        removed = remove_issuer(office, args.code, args.reason, getattr(args, "from"), actor)
        since = office.local_time(int(removed.since.timestamp()) * 1_000_000)
    print_line(
        _("{name} ({code}) does not count from {time} on. Undecided cases with its licences get an objection.").format(
            name="/".join(removed.names.values()), code=removed.issuer, time=since.strftime("%Y-%m-%d %H:%M")
        )
    )
    return 0


def rotate_command(args: argparse.Namespace) -> int:
    """Give an issuer a new key on a new list, or replace the root key."""
    if args.issuer != _ROOT:
        return print_rotated(args, "clerk trust rotate", args.public_key)
    if args.public_key:
        raise WrongUsage("The root key is made here: --public-key is for issuers.")
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.key_rotation import rotate_root_key

    with opened_office(args.office) as office:
        root = rotate_root_key(office, find_actor(office, args, "clerk trust rotate"))
    print_line(_("The authority signs with a new root key now."))
    _print_fingerprint(root)
    print_line(_("Machines of this center follow by themselves. Copy the new key to two safe places now."))
    if args.stolen:
        print_line(
            _(
                "Whoever has the old key can name a successor too: compare the fingerprint at each machine "
                "(clerk trust show)."
            )
        )
    return 0


def import_command(args: argparse.Namespace) -> int:
    """Save a list that was signed elsewhere; first pin the given root key."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.list_renewal import ListRenewal
    from clerk_app.composition.trust_import import STATUS_LIST, TRUST_LIST, import_signed_list, pin_root_key
    from clerk_app.licences.trust_folder import MAX_LIST_BYTES

    with args.file.open("rb") as file:
        data = file.read(MAX_LIST_BYTES + 1)
    if len(data) > MAX_LIST_BYTES:
        raise BadData("{path} is too large for a signed list.", path=args.file)
    with opened_office(args.office) as office:
        if args.root:
            _print_fingerprint(pin_root_key(office, args.root, find_actor(office, args, "clerk trust import")))
        imported = import_signed_list(office, data)
        ListRenewal(office).run()  # dates the list, takes over the issuers that it removes
    sentences = {
        TRUST_LIST: _("Version {name} of the trust list was imported."),
        STATUS_LIST: _("The status list {name} was imported."),
    }
    other = _("The authority's root key is {name} now.")
    print_line(sentences.get(imported.kind, other).format(name=imported.name))
    return 0


def show_command(args: argparse.Namespace) -> int:
    """Print what is trusted here, and what is not published yet."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.trust_summary import read_trust_summary

    with opened_office(args.office, read_only=True) as office:
        summary = read_trust_summary(office)
        if args.json:
            print_json(summary.to_dict())
        else:
            for line in summary.lines(office):
                print_line(line)
    return 0


def _print_fingerprint(root: cose.PublicKey) -> None:
    from clerk_app.licences.crypto.keys import fingerprint

    print_line(_("Fingerprint of the root key: {fingerprint}").format(fingerprint=fingerprint(root)))


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("{text} is not a date such as 2026-05-31.").format(text=text)) from None
