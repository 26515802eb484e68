"""`clerk staff`: the staff list of a center or a stand-alone office, changed on its own machine."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line, print_table, read_new_pin
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, format_list

if TYPE_CHECKING:
    from clerk_app.composition.office import Office

_SECRETS = frozenset({"pin_hash", "digest"})  # fields of commands that no terminal shows
_LONGEST_SHOWN = 500  # characters of a value that a second administrator confirms
_ROLES = ("clerk", "officer", "supervisor", "administrator", "auditor", "issuer")


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk staff`."""
    add = parser.add_command("add", add_staff, _("Add a person to the staff list; the PIN is asked for."))
    add.add_argument("number", metavar=_("NUMBER"), help=_("the number they sign in with"))
    add.add_argument("name", metavar=_("NAME"), help=_("their name"))
    add.add_argument("--role", choices=_ROLES, required=True, help=_("what they may do"))
    add.option("--organ", _("the organ they decide for (officers)"), value="ID")
    _add_pin_file(add)
    add_admin_options(add)
    listing = parser.add_command("list", list_staff, _("List the staff: number, name, role, organ, state."))
    listing.flag("--json", _("one JSON object: staff"))
    change = _add_command(parser, "change", change_staff, _("Change the name, role or organ of a person."))
    change.option("--name", _("their name"), value=_("NAME"))
    change.add_argument("--role", choices=_ROLES, help=_("what they may do"))
    change.option("--organ", _("the organ they decide for (officers)"), value="ID")
    add_admin_options(change)
    for name, state, purpose in (
        ("suspend", "suspended", _("Suspend a person: they can neither sign in nor act until they are readmitted.")),
        ("readmit", "active", _("Readmit a suspended person.")),
        ("dismiss", "dismissed", _("Take a person off the staff list for good; the number is not given again.")),
    ):
        command = _add_command(parser, name, set_state, purpose)
        command.option("--reason", _("the reason; it is recorded"), value=_("TEXT"), required=True)
        command.set_defaults(state=state)
    pin = _add_command(parser, "pin", reset_pin, _("Give a person a new PIN, which they change at the next sign-in."))
    _add_pin_file(pin)
    _add_command(parser, "unlock", unlock, _("Let a person sign in again who typed too many wrong PINs."))
    same = _add_command(parser, "same-person", set_person, _("State that two accounts belong to one person."))
    same.add_argument("other", metavar=_("OTHER"), help=_("the number of the person's other account"))
    confirm = parser.add_command(
        "confirm", confirm_command, _("Confirm, as a second administrator, what another one has asked for.")
    )
    confirm.add_argument("reference", metavar=_("REFERENCE"), help=_("as the refusal names it"))
    confirm.option("--admin", _("the staff number of the second administrator"), value=_("NUMBER"), required=True)
    _add_pin_file(confirm)
    head = _add_command(
        parser, "head", set_head, _("Mark an officer as head of the organ, who answers for its delays.")
    )
    head.flag("--end", _("take the mark away"))
    badge = _add_command(parser, "badge", set_badge, _("Set the badge that identifies a person at the sign-in."))
    badge.option("--code", _("the code on the badge; without it, the badge is taken away"), value=_("TEXT"))


def _add_command(parser: Parser, name: str, run: Any, purpose: str) -> Parser:
    command = parser.add_command(name, run, purpose)
    command.add_argument("number", metavar=_("NUMBER"), help=_("the number they sign in with"))
    return command


def _add_pin_file(parser: Parser) -> None:
    parser.option("--pin-file", _("a file whose first line is the PIN"), value=_("FILE"), type=Path)


@contextmanager
def _staff_office(folder: Path, *, read_only: bool = False) -> Iterator[Office]:
    """Yield the office whose store is the authority of its staff list. Raises Refused at a window for a change.

    At a center, the list outside the store follows: see `StaffListFile`.
    """
    from clerk_app.center.staff_list_file import StaffListFile
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.machine_keys import center_key_path, read_signing_key
    from clerk_app.ledger.offline_authority import is_window

    with opened_office(folder, read_only=read_only) as office:
        if not read_only and is_window(office.store):
            raise Refused(
                "at_window",
                "The staff list is kept at the center. Change it there, or as an administrator here: clerk admin",
            )
        key = None if read_only else read_signing_key(center_key_path(office.folder))
        staff_list = StaffListFile(office.folder, key) if key is not None else None
        if staff_list is not None:
            staff_list.restore(office.door)
        yield office
        if staff_list is not None:
            staff_list.add_from_store(office.store)


def _find_person(office: Office, number: str) -> dict[str, Any]:
    with office.store.read() as tx:
        row = tx.get("staff", number=number)
    if row is None:
        raise BadData("Nobody has the staff number {number}.", number=number)
    return dict(row)


def add_staff(args: Namespace) -> int:
    """Add the person to the staff list."""
    from clerk_app.cli.office_access import add_staff_member

    with _staff_office(args.office) as office:
        organ = _check_organ(office, args.role, args.organ) or office.settings.centre or None
        pin = read_new_pin(args.pin_file, args.number)
        actor = find_actor(office, args, "clerk staff add")
        add_staff_member(office, args.number, args.name, args.role, pin, organ, actor=actor)
    print_line(_("{name} may sign in with the number {number}.").format(name=args.name, number=args.number))
    return 0


def _check_organ(office: Office, role: str, organ: str | None) -> str | None:
    with office.store.read() as tx:
        organs = [row["id"] for row in tx.select("organs", order=("id",))]
    if (role == "officer" or organ) and organ not in organs:
        raise BadData("Name the organ with --organ. There are: {known}", known=format_list(organs))
    return organ


def list_staff(args: Namespace) -> int:
    """Print one line for each person on the staff list."""
    from clerk_app.people.sign_in import list_lockouts

    with _staff_office(args.office, read_only=True) as office, office.store.read() as tx:
        rows = tx.select("staff", order=("number",))
        locked = {row["id"] for row, _end in list_lockouts(tx, office.now)}
    people = [
        _ListedPerson(
            row["number"],
            row["name"],
            row["role"],
            row["organ"] or "",
            row["state"] or "active",
            row["id"] in locked,
            bool(row["pin_due"]),
            bool(row["badge"]),
        )
        for row in rows
        if row["role"] != "kiosk"
    ]
    if args.json:
        print_json({"staff": [person.__dict__ for person in people]})
        return 0
    lines = [(person.number, person.name, person.role, person.organ, person.describe_state()) for person in people]
    print_table(lines)
    return 0


@dataclass(frozen=True)
class _ListedPerson:
    """A person as `clerk staff list` prints them."""

    number: str
    name: str
    role: str
    organ: str
    state: str
    locked: bool
    pin_due: bool
    badge: bool

    def describe_state(self) -> str:
        words = [self.state] if self.state != "active" else []
        words += [_("locked out")] if self.locked else []
        words += [_("PIN to be changed")] if self.pin_due else []
        return ", ".join(words)


def change_staff(args: Namespace) -> int:
    """Change name, role or organ."""
    from clerk_app.people.staff import ChangeStaff
    from clerk_app.text.cleaning import clean_text

    with _staff_office(args.office) as office:
        person = _find_person(office, args.number)
        name = clean_text(args.name) if args.name is not None else person["name"]
        role, organ = args.role or person["role"], _check_organ(office, "", args.organ) or person["organ"]
        office.door.perform(
            ChangeStaff(staff=person["id"], name=name, role=role, organ=organ),
            find_actor(office, args, "clerk staff change"),
        )
    print_line(_("The entry of {name} was changed.").format(name=name))
    return 0


def set_state(args: Namespace) -> int:
    """Suspend, readmit or dismiss."""
    from clerk_app.people import SYSTEM
    from clerk_app.people.staff import SetStaffState

    with _staff_office(args.office) as office:
        person = _find_person(office, args.number)
        office.door.perform(SetStaffState(staff=person["id"], state=args.state, reason=args.reason), SYSTEM)
    sentences = {
        "suspended": _("{name} can neither sign in nor act until readmitted."),
        "active": _("{name} can sign in again."),
        "dismissed": _("{name} is off the staff list for good."),
    }
    print_line(sentences[args.state].format(name=person["name"]))
    return 0


def reset_pin(args: Namespace) -> int:
    """Set a PIN that has to be changed at the next sign-in."""
    from clerk_app.people import SYSTEM
    from clerk_app.people.pins import hash_pin
    from clerk_app.people.staff import ResetPin

    with _staff_office(args.office) as office:
        person = _find_person(office, args.number)
        pin = read_new_pin(args.pin_file, args.number)
        office.door.perform(ResetPin(staff=person["id"], pin_hash=hash_pin(pin)), SYSTEM)
    print_line(_("{name} signs in with this PIN once, and then chooses another.").format(name=person["name"]))
    return 0


def unlock(args: Namespace) -> int:
    """End the lock-outs of a person."""
    from clerk_app.people import SYSTEM
    from clerk_app.people.sign_in import EndLockout

    with _staff_office(args.office) as office:
        person = _find_person(office, args.number)
        office.door.perform(EndLockout(staff=person["id"]), SYSTEM)
    print_line(_("{name} can sign in again.").format(name=person["name"]))
    return 0


def set_badge(args: Namespace) -> int:
    """Set or take away the badge of a person."""
    from clerk_app.people import SYSTEM
    from clerk_app.people.staff import SetBadge, compute_badge_digest

    with _staff_office(args.office) as office:
        person = _find_person(office, args.number)
        digest = compute_badge_digest(args.code) if args.code else ""
        office.door.perform(SetBadge(staff=person["id"], digest=digest), SYSTEM)
    words = _("The badge identifies {name}; the PIN is still asked for.") if digest else _("{name} has no badge now.")
    print_line(words.format(name=person["name"]))
    return 0


def set_head(args: Namespace) -> int:
    """Mark an officer as head of the own organ, or take the mark away."""
    from clerk_app.people import SYSTEM
    from clerk_app.people.organ_heads import SetOrganHead

    with _staff_office(args.office) as office:
        person = _find_person(office, args.number)
        office.door.perform(SetOrganHead(staff=person["id"], is_head=not args.end), SYSTEM)
    words = _("{name} is no longer head of the organ.") if args.end else _("{name} is head of the organ now.")
    print_line(words.format(name=person["name"]))
    return 0


def set_person(args: Namespace) -> int:
    """Record that two accounts belong to one person: where two persons are needed, they count as one."""
    from clerk_app.people import SYSTEM
    from clerk_app.people.joined_accounts import SetPerson

    with _staff_office(args.office) as office:
        person, other = _find_person(office, args.number), _find_person(office, args.other)
        office.door.perform(SetPerson(staff=person["id"], other=other["id"]), SYSTEM)
    print_line(_("{number} and {other} belong to one person.").format(number=args.number, other=args.other))
    return 0


def confirm_command(args: Namespace) -> int:
    """Show the command of another administrator and confirm it. Raises Refused if number or PIN is wrong."""
    from clerk_app.catalogue.publication import PublishCatalogue
    from clerk_app.cli.console import ask_yes, read_existing_pin
    from clerk_app.composition.registry import all_rules
    from clerk_app.ledger.confirmations import ConfirmCommand, find_requested
    from clerk_app.locales import translate
    from clerk_app.roles.sign_in import verify_here

    pin = read_existing_pin(args.pin_file, args.admin)
    with _staff_office(args.office) as office:
        staff = verify_here(office, args.admin, pin, "clerk staff confirm")
        with office.store.read() as tx:
            found = find_requested(tx, args.reference)
            asker = tx.get("staff", id=found.row["actor"]) if found is not None else None
        if found is None:
            raise BadData("There is nothing to confirm under {reference}.", reference=args.reference)
        rule = all_rules().get(found.row["kind"])
        what = translate(rule.label) if rule is not None else found.row["kind"]
        person = f"{asker['number']} {asker['name']}" if asker is not None else found.row["actor"]
        print_line(_("{what}, asked for by {person}:").format(what=what, person=person))
        print_line(_describe_command(found.row["command"]))
        if found.row["kind"] == PublishCatalogue.stored_name:
            _print_catalogue_changes(office, found.row["command"])
        if not ask_yes(_("Confirm this? [y/N] ")):
            print_line(_("Nothing was confirmed."))
            return 1
        office.door.perform(ConfirmCommand(digest=found.digest), staff["id"])
    print_line(_("Confirmed for one day. {person} gives the command again.").format(person=person))
    return 0


def _print_catalogue_changes(office: Office, command: bytes) -> None:
    """Print what a catalogue changes that is to be published, compared with the one in force."""
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.cli.catalogue_diff import print_changes

    requested = Catalogue.from_bytes(json.loads(command)["content"].encode())
    print_changes(office, requested)


def _describe_command(content: bytes) -> str:
    """Return the JSON of a command without its secrets, which a second person does not need."""
    try:
        values = json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")
    shown = {name: _shorten(value) for name, value in values.items() if name not in _SECRETS}
    return json.dumps(shown, ensure_ascii=False)


def _shorten(value: Any) -> Any:
    """Return a value that fits on the screen: of a long text, such as a catalogue, its length and digest."""
    if not isinstance(value, str) or len(value) <= _LONGEST_SHOWN:
        return value
    words = _("{count} characters, SHA-256 {digest}")
    return words.format(count=len(value), digest=sha256(value.encode()).hexdigest())
