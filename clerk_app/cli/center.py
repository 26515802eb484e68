"""`clerk center`: serve the windows of a city or hall, invite and exclude nodes."""

from __future__ import annotations

from argparse import SUPPRESS, Namespace
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.center_feed import add_feed_options, admit_feed, describe_feed, describe_terms, read_feed_terms
from clerk_app.cli.center_nodes import end_wait, show_nodes, shut_node
from clerk_app.cli.center_release import describe_release, release_entries
from clerk_app.cli.console import print_line
from clerk_app.cli.office import create_office_folder, describe_office
from clerk_app.cli.opened_center import opened_center
from clerk_app.errors import BadData
from clerk_app.ledger.access import INVITED_KINDS, WINDOW_MACHINE, MachineKind
from clerk_app.locales import _, format_list
from clerk_app.text.cleaning import clean_text
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.registry.feeds import FeedTerms

_DEFAULT_ADDRESS = "127.0.0.1:8440"
_MAX_CODE_MINUTES = 7 * 24 * 60  # longest validity of an invitation code


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk center`. Without a subcommand, the center is started."""
    _run_options(parser, None, _DEFAULT_ADDRESS)
    explicit = parser.add_command("run", run_center, _("Serve windows until SIGTERM; the same as without a command."))
    _run_options(explicit, SUPPRESS, SUPPRESS)
    init = parser.add_command("init", create_center, _("Create a center: store, catalogue, first administrator."))
    init.add_argument("folder", type=Path, metavar=_("DIR"), help=_("the folder to create"))
    init.flag("--sample", _("the whole sample city; no other option is needed"))
    describe_office(init, required=False)
    invite = parser.add_command("invite", invite_node, _("Invite a machine; the code to join is printed once."))
    _folder(invite, SUPPRESS)
    invite.option("--name", _("the name of the machine"), value=_("NAME"))
    invite.option(
        "--kind",
        _("what it is and so may do: one or more, separated by commas, of {kinds} (counter)").format(
            kinds=format_list(INVITED_KINDS)
        ),
        value=_("KIND"),
        default=MachineKind.COUNTER,
    )
    invite.option("--window", _("the window that a counter is; a new one is registered"), value="ID")
    invite.option("--hall", _("the hall it stands in (the center's own)"), value="ID")
    invite.option("--organs", _("the organs it works for, separated by commas (the center's own organ)"), value="A,B")
    invite.option(
        "--again",
        _("the id of a machine that the restored center does not know, or not with its key; it keeps what it has"),
        value=_("NODE"),
    )
    add_feed_options(invite)
    add_admin_options(invite)
    invite.add_argument("--minutes", type=int, default=60, help=_("validity of the code in minutes (60)"))
    rotate = parser.add_command("rotate-key", rotate_key, _("Replace the center's key; machines follow by themselves."))
    _folder(rotate, SUPPRESS)
    nodes = parser.add_command("nodes", show_nodes, _("List the machines: kind, place, version, last contact, state."))
    _folder(nodes, SUPPRESS)
    nodes.flag("--json", _("one JSON object: nodes"))
    purpose = _("Set what the machine of an issuing organ may write into the registry, or list all feeds.")
    feed = parser.add_command("feed", admit_feed, purpose)
    _folder(feed, SUPPRESS)
    describe_feed(feed)
    shut = parser.add_command("shut", shut_node, _("Exclude a machine that was stolen, broken or removed."))
    _folder(shut, SUPPRESS)
    shut.add_argument("node", metavar=_("NODE"), help=_("its id, as in clerk center nodes"))
    shut.option("--reason", _("the reason; it is stored"), value=_("TEXT"), required=True)
    end = parser.add_command(
        "end-wait", end_wait, _("After a restore: wait no longer for a machine that is lost or away for long.")
    )
    _folder(end, SUPPRESS)
    end.add_argument("node", metavar=_("NODE"), help=_("its id, as in clerk center nodes"))
    end.option("--reason", _("the reason; it is stored"), value=_("TEXT"), required=True)
    release = parser.add_command(
        "release",
        release_entries,
        _("List what an excluded machine sent since, or release what was done before a time."),
    )
    _folder(release, SUPPRESS)
    describe_release(release)
    new_epoch = parser.add_command(
        "begin-epoch", begin_epoch, _("Begin a new epoch after a loss of entries: windows send them again.")
    )
    _folder(new_epoch, SUPPRESS)
    new_epoch.option("--reason", _("the reason; it is stored"), value=_("TEXT"), required=True)
    remove = parser.add_command(
        "declare-not-valid", declare_not_valid, _("Remove a case that cannot be read or was never accepted.")
    )
    _folder(remove, SUPPRESS)
    remove.add_argument("case", metavar=_("CASE"), help=_("the case number, as clerk audit verify names it"))
    remove.option("--reason", _("the reason; it is stored"), value=_("TEXT"), required=True)
    parser.make_command_optional()
    parser.set_function(run_center)


def run_center(args: Namespace) -> int:
    """Serve windows until SIGTERM.

    Raises Refused (plain HTTP, a second process, not a center, an older store), OutOfReach (store unusable).
    """
    from clerk_app.center.center_key import open_center_key
    from clerk_app.center.logs import configure_logging
    from clerk_app.center.phone_uploads import make_phone_upload_place
    from clerk_app.center.resources import CenterResources
    from clerk_app.center.response_process import start_response_process
    from clerk_app.center.server import ListenAddress, Server, lock_folder, raise_open_files_limit
    from clerk_app.center.service import Service
    from clerk_app.center.status_access import StatusAccess
    from clerk_app.composition.office import SEEN_LISTS_FILE, TRUST_FOLDER
    from clerk_app.composition.schedule import scheduled
    from clerk_app.composition.shared_settings import encode_shared_settings
    from clerk_app.ledger.last_checkpoint import require_last_checkpoint
    from clerk_app.log import log_start, open_log

    open_log(args.folder or args.office)
    log_start("center")
    address = ListenAddress.parse(args.listen, args.certificate, args.key)
    status_access = StatusAccess.from_file(args.status_token)
    with (
        opened_center(args) as (office, authority),
        nullcontext() if office.settings.store else lock_folder(office.folder),
    ):
        require_last_checkpoint(office.store, office.folder)
        _ensure_epoch(office)
        key = open_center_key(office.folder, office.door)
        configure_logging()
        raise_open_files_limit()
        name, shared = office.settings.name.zh, encode_shared_settings(office.settings)
        with (
            start_response_process(office.store.location, office.folder) as response_process,
            scheduled(office),
        ):
            center = CenterResources(
                authority,
                office.attachments,
                name,
                version("clerk"),
                shared,
                office.folder / TRUST_FOLDER,
                office.folder / SEEN_LISTS_FILE,
                response_process,
                key,
                status_access,
                make_phone_upload_place(office),
            )
            Server(Service(center), address).run_until_signalled()
    return 0


def create_center(args: Namespace) -> int:
    """Create a center in a new folder, with its key."""
    from clerk_app.center.center_key import open_center_key
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.machine_keys import center_key_path

    if args.sample:
        from clerk_app.demo.kept_city import open_or_build

        open_or_build(args.folder).store.close()
        folder = args.folder
    else:
        missing = [f"--{name.replace('_', '-')}" for name in ("name", "admin", "admin_name") if not getattr(args, name)]
        if missing:
            raise WrongUsage("A new center needs {missing}.", missing=format_list(missing))
        folder = create_office_folder(args)
    with opened_office(folder) as office:
        key = open_center_key(office.folder, office.door)
    print_line(
        _("The center's key is {path}; its fingerprint is {fingerprint}. Keep a copy in a safe place.").format(
            path=center_key_path(folder), fingerprint=key.key.public.fingerprint
        )
    )
    if not args.sample and not args.second_admin:
        print_line(
            _(
                "This center has one administrator: what needs two persons is done alone, and is marked in the log. "
                "Add the second one: clerk staff add --role administrator"
            )
        )
    print_line(_("The center is in {folder}. Next: clerk center --folder {folder}").format(folder=folder))
    return 0


def invite_node(args: Namespace) -> int:
    """Invite one machine and print the code with which it can join. The code is not shown again."""
    from clerk_app.center.center_key import open_center_key
    from clerk_app.center.enrolment import create_invitation
    from clerk_app.cli.office_access import register_window

    if not 1 <= args.minutes <= _MAX_CODE_MINUTES:
        raise WrongUsage("A code is valid for 1 to {most} minutes.", most=_MAX_CODE_MINUTES)
    feed = _read_invited_feed(args)
    with opened_center(args) as (office, authority):
        if args.again:
            _take_known_place(office, args)
        name, kinds = clean_text(args.name or ""), args.kind.split(",")
        if not name:
            raise WrongUsage("Name the machine with --name.")
        if not set(kinds) <= {*INVITED_KINDS, WINDOW_MACHINE}:
            raise WrongUsage("A machine is one or more of: {kinds}.", kinds=format_list(INVITED_KINDS))
        if not args.window and {MachineKind.COUNTER, WINDOW_MACHINE} & set(kinds):
            raise WrongUsage("Name the window of a counter with --window.")
        settings = office.settings
        organs = tuple(filter(None, (args.organs or settings.centre).split(",")))
        with office.store.read() as tx:
            known = [row["id"] for row in tx.select("organs", order=("id",))]
            window = tx.get("windows", id=args.window) if args.window else None
        if not organs or not set(organs) <= set(known):
            raise BadData("Name the organs with --organs. There are: {known}", known=format_list(known))
        hall = args.hall or settings.hall
        actor = find_actor(office, args, "clerk center invite")
        if args.window and window is None:
            register_window(office, args.window, name, hall=hall, organ=organs[0])
        open_center_key(office.folder, office.door)
        code = create_invitation(
            authority,
            name=name,
            kind=",".join(kinds),
            hall=hall,
            window=args.window or "",
            organs=organs,
            valid_minutes=args.minutes,
            actor=actor,
            node=args.again or "",
            feed=feed,
        )
    if feed is not None:
        print_line(describe_terms(name, feed))
    heading = _("The code for {name}, valid for {minutes} minutes and one machine:")
    print_line(heading.format(name=name, minutes=args.minutes))
    print_line(code)
    return 0


def _read_invited_feed(args: Namespace) -> FeedTerms | None:
    """Return the feed of the options, to which the machine is admitted with the invitation. Raises WrongUsage."""
    if args.source is None and args.rows is None and not args.issuer_code and not args.any_issuer:
        return None
    if args.kind != MachineKind.ISSUER or args.again:
        raise WrongUsage("A feed is for a new machine of the kind issuer: --kind issuer")
    return read_feed_terms(args)


def _take_known_place(office: Office, args: Namespace) -> None:
    """Set name, kind and place in the options to those of a machine that joins again, if the center knows it."""
    with office.store.read() as tx:
        row = tx.get("nodes", id=args.again)
    if row is not None:
        args.name, args.kind, args.hall, args.window = row["name"], row["kind"], row["hall"], row["window_id"]
        args.organs = ",".join(decode_json_list(row["organs"]))


def rotate_key(args: Namespace) -> int:
    """Replace the center's key by a new one that the old one endorses. A running center uses it after a restart."""
    from clerk_app.center.center_key import rotate_center_key
    from clerk_app.ledger.machine_keys import center_key_path

    with opened_center(args) as (office, _unused):
        key = rotate_center_key(office.folder, office.door)
        path = center_key_path(office.folder)
    print_line(
        _("The new key is {path}; its fingerprint is {fingerprint}. Restart the center, and keep a copy.").format(
            path=path, fingerprint=key.key.public.fingerprint
        )
    )
    return 0


def begin_epoch(args: Namespace) -> int:
    """Begin a new epoch, as after a restore. Needed after a loss of entries that the store itself cannot detect."""
    from clerk_app.composition import office as offices

    if not args.reason.strip():
        raise WrongUsage("Give the reason with --reason: it is stored.")
    with opened_center(args) as (office, _unused):
        offices.begin_incarnation(office, args.reason)
    print_line(
        _("A new epoch has begun: windows send again what the center has lost, and all claims on tasks have ended.")
    )
    return 0


def declare_not_valid(args: Namespace) -> int:
    """Remove a case; its number is kept as not valid, and the supervisor of its site gets a row to settle."""
    from clerk_app.cases.rejected_acceptances import DeclareNotValid
    from clerk_app.people import SYSTEM

    with opened_center(args) as (office, _unused):
        office.door.perform(DeclareNotValid(case=args.case, reason=args.reason), SYSTEM)
    print_line(_("Case {number} was declared not valid.").format(number=args.case))
    return 0


def _ensure_epoch(office: Office) -> None:
    """Begin an epoch if the store has none. Stores from before the sync have none, and windows compare epochs."""
    from clerk_app.composition.office import begin_incarnation

    with office.store.read() as tx:
        own_node = tx.get("nodes", here=True)
    if own_node is not None and not own_node["epoch"]:
        begin_incarnation(office)


def _run_options(parser: Parser, default: object, listen: object) -> None:
    _folder(parser, default)
    parser.option("--listen", _("host and port (127.0.0.1:8440)"), value="HOST:PORT", default=listen)
    parser.option("--certificate", _("its TLS certificate and its chain"), value="PEM", type=Path, default=default)
    parser.option("--key", _("the certificate's key"), value="PEM", type=Path, default=default)
    parser.option(
        "--status-token",
        _("a file with a token; /readyz, /metrics and /docs answer only to it (else to this machine only)"),
        value=_("FILE"),
        type=Path,
        default=default,
    )


def _folder(parser: Parser, default: object) -> None:
    parser.option(
        "--folder", _("the folder of the center (also: --office)"), value=_("DIR"), type=Path, default=default
    )
