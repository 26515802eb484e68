"""`clerk center`: the service that windows speak with, and who may."""

from __future__ import annotations

from argparse import SUPPRESS, Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.office import describe_office, make_folder
from clerk_app.cli.output import say
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, format_list

if TYPE_CHECKING:
    from clerk_app.center.authority import Authority
    from clerk_app.composition.office import Office

_HERE = "127.0.0.1:8440"
_LONGEST = 7 * 24 * 60  # minutes that a code is good


def describe(parser: Parser) -> None:
    """The acts of a center; without one it is started."""
    _run_options(parser, None, _HERE)
    again = parser.act("run", run, _("Serve windows until SIGTERM; the same as without an act."))
    _run_options(again, SUPPRESS, SUPPRESS)
    init = parser.act("init", make, _("Make a center: its store, what it offers, its first administrator."))
    init.add_argument("folder", type=Path, metavar=_("DIR"), help=_("the folder to make"))
    init.flag("--sample", _("the sample city, whole; nothing else is asked for then"))
    describe_office(init, required=False)
    invite = parser.act("invite", invite_node, _("Make a place for a window or kiosk; the code to join is told once."))
    _folder(invite, SUPPRESS)
    invite.option("--name", _("what the machine is called"), value=_("NAME"), required=True)
    invite.add_argument("--kind", choices=("window", "kiosk"), default="window", help=_("what it is"))
    invite.option("--window", _("the window it is; a new one is registered"), value="ID", required=True)
    invite.option("--hall", _("the hall it stands in (the center's own)"), value="ID")
    invite.option("--organs", _("what it works for, comma between (the center's own organ)"), value="A,B")
    invite.add_argument("--minutes", type=int, default=60, help=_("how long the code is good (60)"))
    nodes = parser.act("nodes", show_nodes, _("List who may speak here, and who spoke when."))
    _folder(nodes, SUPPRESS)
    shut = parser.act("shut", shut_node, _("Shut a window or kiosk out: stolen, broken or gone."))
    _folder(shut, SUPPRESS)
    shut.add_argument("node", metavar=_("NODE"), help=_("its id, as in clerk center nodes"))
    shut.option("--reason", _("why; it is kept"), value=_("TEXT"), required=True)
    anew = parser.act("begin-anew", begin_anew, _("Say that entries were lost here: windows send them again."))
    _folder(anew, SUPPRESS)
    anew.option("--reason", _("why; it is kept"), value=_("TEXT"), required=True)
    parser.may_stand_alone()
    parser.runs(run)


def run(args: Namespace) -> int:
    """Serves until it is told to stop. Raises Refused (plain HTTP, a second process, no center), OutOfReach (store)."""
    from clerk_app.center.logs import configure_logging
    from clerk_app.center.response_process import start_response_process
    from clerk_app.center.server import ListenAddress, Server, lock_folder, raise_open_files_limit
    from clerk_app.center.service import CenterResources, Service
    from clerk_app.composition.office import TRUST_FOLDER
    from clerk_app.composition.shared_settings import encode_shared_settings

    address = ListenAddress.parse(args.listen, args.certificate, args.key)
    with (
        _authority(args) as (office, authority),
        nullcontext() if office.settings.store else lock_folder(office.folder),
    ):
        _need_epoch(office)
        configure_logging()
        raise_open_files_limit()
        name, shared = office.settings.name.zh, encode_shared_settings(office.settings)
        with start_response_process(office.store.location, office.folder) as teller:
            center = CenterResources(
                authority, office.attachments, name, version("clerk"), shared, office.folder / TRUST_FOLDER, teller
            )
            Server(Service(center), address).run_until_signalled()
    return 0


def make(args: Namespace) -> int:
    """Makes a center in a new folder."""
    if args.sample:
        from clerk_app.demo.sample_city import open_or_build

        open_or_build(args.folder).store.close()
        folder = args.folder
    else:
        missing = [f"--{name.replace('_', '-')}" for name in ("name", "admin", "admin_name") if not getattr(args, name)]
        if missing:
            raise WrongUsage("A new center needs {missing}.", missing=format_list(missing))
        folder = make_folder(args)
    say(_("The center is in {folder}. Next: clerk center --folder {folder}").format(folder=folder))
    return 0


def invite_node(args: Namespace) -> int:
    """Prints the code with which one machine can join, once."""
    from clerk_app.center.enrolment import create_invitation
    from clerk_app.cli.setting_up import register_window

    if not 1 <= args.minutes <= _LONGEST:
        raise WrongUsage("A code is good for 1 to {most} minutes.", most=_LONGEST)
    with _authority(args) as (office, authority):
        settings = office.settings
        organs = tuple(filter(None, (args.organs or settings.centre).split(",")))
        with office.store.read() as look:
            known = [row["id"] for row in look.select("organs", order=("id",))]
            window = look.get("windows", id=args.window)
        if not organs or not set(organs) <= set(known):
            raise BadData("Name the organs with --organs. There are: {known}", known=format_list(known))
        hall = args.hall or settings.hall
        if window is None:
            register_window(office, args.window, args.name, hall=hall, organ=organs[0])
        code = create_invitation(
            authority,
            name=args.name,
            kind=args.kind,
            hall=hall,
            window=args.window,
            organs=organs,
            valid_minutes=args.minutes,
        )
    told = _("The code for {name}, good for {minutes} minutes and one machine:")
    say(told.format(name=args.name, minutes=args.minutes))
    say(code)
    return 0


def show_nodes(args: Namespace) -> int:
    """A line for each node."""
    with _authority(args) as (office, _authority_here):
        with office.store.read() as look:
            nodes = look.query_all("center.all_nodes")
        for node in nodes:
            where = "/".join(filter(None, (node["hall"], node["window_id"], node["organs"])))
            last = office.local_time(node["last_entry"]).isoformat(" ", "seconds") if node["last_entry"] else "-"
            state = _("this center") if node["here"] else _("shut out") if node["shut"] else ""
            say("  ".join(filter(None, (node["id"], node["kind"], node["name"], where, last, state))))
    return 0


def shut_node(args: Namespace) -> int:
    """Its key opens nothing any more, from its next word on."""
    from clerk_app.ledger.nodes import ShutNode
    from clerk_app.people import SYSTEM

    with _authority(args) as (office, _authority_here):
        office.door.perform(ShutNode(node=args.node, reason=args.reason), SYSTEM)
    say(_("{node} is shut out.").format(node=args.node))
    return 0


def begin_anew(args: Namespace) -> int:
    """A new life of the center with a new epoch, as after a restore: for a loss that the store cannot notice itself."""
    from clerk_app.composition import office as offices

    if not args.reason.strip():
        raise WrongUsage("Say why with --reason: it is kept.")
    with _authority(args) as (office, _authority_here):
        offices.begin_incarnation(office, args.reason)
    say(_("The center begins anew: windows send again what it has lost, and nobody holds a task any more."))
    return 0


@contextmanager
def _authority(args: Namespace) -> Iterator[tuple[Office, Authority]]:
    """The center in the folder that was named. Raises BadData (no office), Refused (a window's), OutOfReach (store)."""
    from clerk_app.center.authority import Authority
    from clerk_app.center.durable_watermark import DurableWatermark
    from clerk_app.cli.opened import opened
    from clerk_app.composition.registry import all_document_types

    with opened(args.folder or args.office) as office:
        with office.store.read() as look:
            here = look.query_one("ledger.own_node")
        if here is None or here["kind"] != "center":
            raise Refused("no_center", "The office in {folder} is not a center.", folder=office.folder)
        yield (
            office,
            Authority(office.door, all_document_types(), watermark=DurableWatermark(office.store, office.folder)),
        )


def _need_epoch(office: Office) -> None:
    """An office from before there were windows begins anew: without an epoch no window could tell its lives apart."""
    from clerk_app.composition.office import begin_incarnation

    with office.store.read() as look:
        here = look.get("nodes", here=True)
    if here is not None and not here["epoch"]:
        begin_incarnation(office)


def _run_options(parser: Parser, unsaid: object, listen: object) -> None:
    _folder(parser, unsaid)
    parser.option("--listen", _("host and port (127.0.0.1:8440)"), value="HOST:PORT", default=listen)
    parser.option("--certificate", _("its TLS certificate and its chain"), value="PEM", type=Path, default=unsaid)
    parser.option("--key", _("the certificate's key"), value="PEM", type=Path, default=unsaid)


def _folder(parser: Parser, unsaid: object) -> None:
    parser.option("--folder", _("the folder of the center (also: --office)"), value=_("DIR"), type=Path, default=unsaid)
