"""`clerk window`: join this machine to a center, and show its node, window and center."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import ROLE_COMMANDS, Parser
from clerk_app.cli.console import print_line, show_progress
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.locales import _, localize_name, mark, translate

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.sync.enrolment import PendingEnrolment


_JOIN_AGAIN = mark(
    "The center does not know this machine or its key. After a restore ask for a new code there: clerk center invite "
    "--again {node}. This machine keeps what it has, and sends it when it has joined again."
)
_ROLES_OF_COMMAND = {
    "counter": {"clerk"},
    "department": {"officer"},
    "supervisor": {"supervisor", "administrator"},
    "admin": {"administrator"},
    "reception": {"clerk", "supervisor"},
    "kiosk": {"kiosk"},
    "board": {"kiosk"},
}


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk window`."""
    enrol = parser.add_command(
        "enrol", enrol_window, _("Join a center with the code that it gave out; fetch everything.")
    )
    enrol.add_argument("url", metavar="URL", help=_("the address of the center (https://...)"))
    enrol.add_argument("code", metavar=_("CODE"), nargs="?", help=_("the code (asked for if it is not given)"))
    parser.add_command(
        "kiosk-code", set_kiosk_code, _("Set a new code with which staff end the program of this kiosk or board (F12).")
    )
    status = parser.add_command(
        "status", show_window, _("Show this machine's identity at its center, and the center's address.")
    )
    status.flag("--json", _("as JSON"))
    parser.add_command("rotate-key", rotate_key, _("Replace the key of this machine at its center."))


def enrol_window(args: Namespace) -> int:
    """Enrol this machine, download all documents and borrow case numbers; resume an interrupted enrolment."""
    from clerk_app.roles.kiosk.exit_code import has_exit_code
    from clerk_app.sync import http_transport

    folder, url = args.office.absolute(), http_transport.normalize_url(args.url)
    office = _open_or_create(folder, url, args.code)
    try:
        many = _download_or_join_again(office, url, args.code)
    except OutOfReach as lost:
        raise OutOfReach(
            "{why} This machine has joined, and what came is kept. Run the same command again to fetch the rest.",
            why=str(lost),
        ) from lost
    else:
        with office.store.read() as tx:
            own_node = tx.get("nodes", here=True)
        window = localize_name(own_node["name"] if own_node is not None else office.settings.window)
        roles = _find_roles(office)
        if roles in (["kiosk"], ["board"]) and not has_exit_code(folder):
            _print_kiosk_code(folder)
        print_line(
            _("This is {window} now, with {count} documents. Next: clerk --office {folder} {role}").format(
                window=window, count=many, folder=folder, role=(roles or ["window status"])[0]
            )
        )
        for role in roles[1:]:
            print_line(_("For other staff: clerk --office {folder} {role}").format(folder=folder, role=role))
    finally:
        office.store.close()
    return 0


def set_kiosk_code(args: Namespace) -> int:
    """Set and print a new code of the kiosk or board in this office's folder; the old one ends."""
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office, read_only=True):
        _print_kiosk_code(args.office)
    return 0


def _print_kiosk_code(folder: Path) -> None:
    from clerk_app.roles.kiosk.exit_code import create_exit_code

    print_line(_("The code with which staff end the program of this machine (F12); it is not shown again:"))
    print_line(create_exit_code(folder))


def _find_roles(office: Office) -> list[str]:
    """Return the commands that open a screen at this machine, by its kind.

    At a machine of several kinds, only those for which there is staff of the machine's organs; never none.
    """
    from clerk_app.ledger.access import machine_kinds
    from db.json_lists import decode_json_list

    with office.store.read() as tx:
        own_node = tx.get("nodes", here=True)
        kinds = machine_kinds(own_node["kind"]) if own_node is not None else frozenset()
        organs = decode_json_list(own_node["organs"]) if own_node is not None else ()
        staff_roles = {row["role"] for row in tx.select("staff") if row["organ"] in organs and row["active"]}
    found = [command for command in ROLE_COMMANDS if command in kinds]
    if len(found) > 1:
        found = [command for command in found if staff_roles & _ROLES_OF_COMMAND[command]] or found[:1]
    return found


def show_window(args: Namespace) -> int:
    """Print the node of this machine, its hall, window and organs, and its center."""
    import json

    from rich.cells import cell_len

    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.connection_view import describe_connection, read_connection_facts
    from db.json_lists import decode_json_list

    with opened_office(args.office, read_only=True) as office:
        with office.store.read() as tx:
            own_node, line = tx.get("nodes", here=True), tx.query_one("ledger.center_connection")
        facts = read_connection_facts(office)
        connection = describe_connection(office, facts)[0]
    if own_node is None:
        raise BadData("This office is not set up yet.")
    found = {
        "node": own_node["id"],
        "name": own_node["name"],
        "hall": own_node["hall"],
        "window": own_node["window_id"],
        "organs": ",".join(decode_json_list(own_node["organs"])),
        "center": line["center"] if line else own_node["id"],
        "url": line["url"] if line else "",
        "state": facts.state,
    }
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    labels = [_("node"), _("name"), _("hall"), _("window"), _("organs"), _("center"), _("address"), _("connection")]
    values = [*list(found.values())[:-1], connection]
    width = max(map(cell_len, labels)) + 2
    for label, value in zip(labels, values, strict=True):
        print_line(f"{label}{' ' * (width - cell_len(label))}{value}".rstrip())
    return 0


def rotate_key(args: Namespace) -> int:
    """Replace the key pair of this machine. Raises OutOfReach: then run it again."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.sync.connection import WindowConnection

    with opened_office(args.office) as office:
        connection = WindowConnection(office.folder, office.door, all_rules(), all_document_types(), office.attachments)
        try:
            credentials = connection.machine_key.rotate()
        finally:
            connection.transport.close()
    print_line(_("This machine signs with its key number {number} now.").format(number=credentials.key_number))
    return 0


def _open_or_create(folder: Path, url: str, code: str | None) -> Office:
    from clerk_app.composition.office import STORE_FILE, open_office
    from clerk_app.ledger.offline_authority import is_window
    from clerk_app.sync.enrolment import enrol_machine, read_pending_enrolment

    joining = read_pending_enrolment(folder)
    if joining is None and (folder / STORE_FILE).exists():
        office = open_office(folder)
        if is_window(office.store):
            _require_same_center(office, url)
            return office
        office.store.close()
        raise Refused(
            "own_center",
            "The office in {folder} is its own center. Name a new folder: clerk --office DIR window enrol",
            folder=folder,
        )
    if joining is None:
        joining = enrol_machine(folder, url, code or _prompt_code())
    elif joining.url != url:
        raise Refused("elsewhere", "This machine has begun to join {url}. End that first.", url=joining.url)
    return _create_window(folder, joining)


def _create_window(folder: Path, joining: PendingEnrolment) -> Office:
    """Create the office of an enrolled machine in a temporary folder; move its parts into place, the store last."""
    from shutil import rmtree

    from clerk_app.composition.office import STORE_FILE, TRUST_FOLDER, create_office, open_office
    from clerk_app.composition.registry import all_document_types
    from clerk_app.composition.shared_settings import make_window_settings
    from clerk_app.licences.list_versions import ROOT_KEY_FILE
    from clerk_app.sync.enrolment import finish_enrolment, found_window_store
    from db.files import publish_file, replace_file

    if not (folder / STORE_FILE).exists():
        enrolled, staging = joining.enrolled, folder / ".making"
        rmtree(staging, ignore_errors=True)
        text = make_window_settings(
            bytes(enrolled.settings), name=enrolled.center_name, hall=enrolled.hall, window=enrolled.window
        )
        office = create_office(staging, text)
        if enrolled.root:
            replace_file(staging / TRUST_FOLDER / ROOT_KEY_FILE, enrolled.root.encode("ascii"))
        found_window_store(office.door, all_document_types(), joining)
        office.store.close()
        for part in sorted(staging.iterdir(), key=lambda path: path.name.startswith(STORE_FILE)):
            if not part.is_dir() or not (folder / part.name).exists():
                publish_file(part, folder / part.name)
        rmtree(staging)
    finish_enrolment(folder)
    return open_office(folder)


def _download_documents(office: Office) -> int:
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.sync.connection import WindowConnection
    from clerk_app.sync.enrolment import download_documents

    connection = WindowConnection(office.folder, office.door, all_rules(), all_document_types(), office.attachments)

    def report(received: int, remaining: int) -> None:
        show_progress(_("documents"), f"{received} / {received + remaining}")

    try:
        many = download_documents(connection.client, report)
        connection.trust_lists.refresh()
    finally:
        connection.transport.close()
    return many


def _download_or_join_again(office: Office, url: str, code: str | None) -> int:
    """Download all documents; a machine that its restored center does not know joins it again with a new code."""
    from clerk_app.sync.enrolment import join_again

    try:
        return _download_documents(office)
    except Refused as refused:
        if refused.reason != "stranger":
            raise
        if not code and not sys.stdin.isatty():
            raise Refused("stranger", _JOIN_AGAIN, node=_own_node(office)) from refused
        print_line(translate(_JOIN_AGAIN).format(node=_own_node(office)))
    join_again(office.folder, office.store, url, code or _prompt_code())
    return _download_documents(office)


def _own_node(office: Office) -> str:
    with office.store.read() as tx:
        (own,) = tx.select("nodes", here=True)
    return str(own["id"])


def _require_same_center(office: Office, url: str) -> None:
    from clerk_app.sync.window_rows import read_center_line

    line = read_center_line(office.store)
    if line is not None and line["url"] != url:
        office.store.close()
        raise Refused("elsewhere", "This machine is a window of {url} already.", url=line["url"])


def _prompt_code() -> str:
    if not sys.stdin.isatty():
        raise BadData("Give the code that the center printed: clerk window enrol URL CODE")
    try:
        return input(_("The code from the center: "))
    except EOFError:
        raise BadData("No code was typed.") from None
