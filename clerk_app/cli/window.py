"""`clerk window`: this machine as a window of a center elsewhere: joining it, and what it is there."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import progress, say
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.sync.enrolment import PendingEnrolment


def describe(parser: Parser) -> None:
    """The acts on this machine's place at a center."""
    enrol = parser.act("enrol", enrol_window, _("Join a center with the code that it gave out; fetch everything."))
    enrol.add_argument("url", metavar="URL", help=_("the address of the center (https://...)"))
    enrol.add_argument("code", metavar=_("CODE"), nargs="?", help=_("the code (asked for if it is not given)"))
    status = parser.act("status", show_window, _("Who this machine is at its center, and where that is."))
    status.flag("--json", _("as JSON"))


def enrol_window(args: Namespace) -> int:
    """Joins, fills the store, borrows case numbers. Begun before and interrupted, it goes on where it was."""
    from clerk_app.sync import http_transport

    folder, url = args.office.absolute(), http_transport.normalize_url(args.url)
    office = _opened_or_made(folder, url, args.code)
    try:
        many = _fill(office)
    except OutOfReach as lost:
        raise OutOfReach(
            "{why} This machine has joined, and what came is kept. Run the same command again to fetch the rest.",
            why=str(lost),
        ) from lost
    finally:
        office.store.close()
    say(_("This is {window} now, with {count} documents. Next: clerk --office {folder} counter").format(
        window=office.settings.window or office.settings.name.localized(), count=many, folder=folder
    ))  # fmt: skip
    return 0


def show_window(args: Namespace) -> int:
    """Node, place and center."""
    import json

    from clerk_app.cli.opened import opened
    from clerk_app.roles.connection_view import read_connection_facts

    with opened(args.office, look_only=True) as office:
        with office.store.read() as look:
            here, line = look.get("nodes", here=True), look.query_one("ledger.center_connection")
        facts = read_connection_facts(office)
    if here is None:
        raise BadData("This office was not founded yet.")
    found = {
        "node": here["id"],
        "name": here["name"],
        "hall": here["hall"],
        "window": here["window_id"],
        "organs": here["organs"],
        "center": line["center"] if line else here["id"],
        "url": line["url"] if line else "",
        "state": facts.state,
    }
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for name, value in found.items():
        say(f"{name:<8}{value}")
    return 0


def _opened_or_made(folder: Path, url: str, code: str | None) -> Office:
    from clerk_app.composition.office import STORE_FILE, open_office
    from clerk_app.ledger.offline_authority import is_window
    from clerk_app.sync.enrolment import enrol_machine, read_pending_enrolment

    joining = read_pending_enrolment(folder)
    if joining is None and (folder / STORE_FILE).exists():
        office = open_office(folder)
        if is_window(office.store):
            _need_same(office, url)
            return office
        office.store.close()
        raise Refused(
            "own_center",
            "The office in {folder} is its own center. Name a new folder: clerk --office DIR window enrol",
            folder=folder,
        )
    if joining is None:
        joining = enrol_machine(folder, url, code or _asked_for())
    elif joining.url != url:
        raise Refused("elsewhere", "This machine has begun to join {url}. End that first.", url=joining.url)
    return _made(folder, joining)


def _made(folder: Path, joining: PendingEnrolment) -> Office:
    """The office of a machine that was told who it is: made aside, and in its place with its store at the very last."""
    from shutil import rmtree

    from clerk_app.composition.office import STORE_FILE, TRUST_FOLDER, create_office, open_office
    from clerk_app.composition.registry import all_document_types
    from clerk_app.composition.shared_settings import make_window_settings
    from clerk_app.licences.list_versions import ROOT_KEY_FILE
    from clerk_app.sync.connection import write_key
    from clerk_app.sync.enrolment import finish_enrolment, found_window_store

    if not (folder / STORE_FILE).exists():
        told, aside = joining.enrolled, folder / ".making"
        rmtree(aside, ignore_errors=True)
        text = make_window_settings(bytes(told.settings), name=told.center_name, hall=told.hall, window=told.window)
        office = create_office(aside, text)
        if told.root:
            (aside / TRUST_FOLDER / ROOT_KEY_FILE).write_text(told.root, "ascii")
        found_window_store(office.door, all_document_types(), joining)
        office.store.close()
        write_key(aside, told.key)
        for part in sorted(aside.iterdir(), key=lambda path: path.name.startswith(STORE_FILE)):
            if not part.is_dir() or not (folder / part.name).exists():
                part.replace(folder / part.name)
        rmtree(aside)
    finish_enrolment(folder)
    return open_office(folder)


def _fill(office: Office) -> int:
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.sync.connection import ManagedConnection
    from clerk_app.sync.enrolment import download_documents

    connection = ManagedConnection(office.folder, office.door, all_rules(), all_document_types(), office.attachments)

    def told(here: int, to_come: int) -> None:
        progress(_("documents"), f"{here} / {here + to_come}")

    try:
        many = download_documents(connection.client, told)
        connection.trust_lists.refresh()
    finally:
        connection.transport.close()
    return many


def _need_same(office: Office, url: str) -> None:
    from clerk_app.sync.center_client import read_center_line

    line = read_center_line(office.store)
    if line is not None and line["url"] != url:
        office.store.close()
        raise Refused("elsewhere", "This machine is a window of {url} already.", url=line["url"])


def _asked_for() -> str:
    if not sys.stdin.isatty():
        raise BadData("Give the code that the center told: clerk window enrol URL CODE")
    try:
        return input(_("The code from the center: "))
    except EOFError:
        raise BadData("No code was typed.") from None
