"""`clerk hall appointments` and `cancel-appointment`: appointments from a CSV file, and the cancellation of one."""

from __future__ import annotations

import csv
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clerk_app.composition.office import Office
    from clerk_app.hall.appointments import BookedSlot

COLUMNS = ("day", "from", "to", "category", "code")
_MAX_BYTES = 10_000_000


def add_appointment_commands(parser: Parser) -> None:
    """Add the commands on appointments to `clerk hall`."""
    purpose = _("Register the appointments in a CSV file: all of them, or none if a line is wrong.")
    register = parser.add_command("appointments", register_appointments, purpose)
    register.add_argument("path", type=Path, metavar=_("FILE"), help=_("columns: day, from, to, category, code"))
    register.option("--source", _("where they were booked"), value=_("TEXT"), default="")
    _add_common_options(register)
    cancel = parser.add_command(
        "cancel-appointment", cancel_appointment, _("Cancel the appointment with a code, before anybody comes for it.")
    )
    cancel.add_argument("code", metavar=_("CODE"), help=_("the code of the appointment"))
    cancel.option("--day", _("its date, such as 2026-05-01"), value=_("DATE"), required=True)
    _add_common_options(cancel)


def _add_common_options(parser: Parser) -> None:
    parser.option("--hall", _("the hall, if not that of this office"), value="ID", default="")
    add_admin_options(parser)


def register_appointments(args: Namespace) -> int:
    """Register the appointments of a file; print a sentence for each wrong line and return 1 if there is one."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.hall.appointments import MAX_REGISTERED, RegisterAppointments

    with opened_office(args.office) as office:
        hall = args.hall or office.settings.hall
        slots, mistakes = _read_slots(office, hall, args.path)
        for number, sentence in mistakes:
            print_line(_("Line {number}: {sentence}").format(number=number, sentence=sentence))
        if mistakes:
            print_line(_("Nothing was registered."))
            return 1
        actor = find_actor(office, args, "clerk hall appointments")
        for start in range(0, len(slots), MAX_REGISTERED):
            part = tuple(slots[start : start + MAX_REGISTERED])
            office.door.perform(RegisterAppointments(hall=hall, source=args.source, slots=part), actor)
    print_line(_("Registered appointments: {count}.").format(count=len(slots)))
    return 0


def cancel_appointment(args: Namespace) -> int:
    """Cancel an appointment. Raises Refused if there is none with this code, or somebody has come for it."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.hall.appointments import CancelAppointment
    from clerk_app.text.appointment_codes import digest_appointment_code

    with opened_office(args.office) as office:
        hall = args.hall or office.settings.hall
        command = CancelAppointment(hall=hall, day=args.day, code=digest_appointment_code(hall, args.code))
        office.door.perform(command, find_actor(office, args, "clerk hall cancel-appointment"))
    print_line(_("The appointment was cancelled."))
    return 0


def _read_slots(office: Office, hall: str, path: Path) -> tuple[list[BookedSlot], list[tuple[int, str]]]:
    """Return the appointments of a file, and the number and mistake of each wrong line."""
    from clerk_app.hall.appointments import BookedSlot, find_slot_mistake
    from clerk_app.text.appointment_codes import digest_appointment_code

    slots: list[BookedSlot] = []
    mistakes: list[tuple[int, str]] = []
    lines: dict[tuple[str, str], int] = {}
    with office.store.read() as tx:
        for number, row in _read_rows(path):
            if set(row) != set(COLUMNS) or not all(row.values()):
                names = format_list(COLUMNS)
                mistakes.append((number, _("Each of these values is needed: {names}.").format(names=names)))
                continue
            try:
                code = digest_appointment_code(hall, row["code"])
            except BadData as error:
                mistakes.append((number, str(error)))
                continue
            slot = BookedSlot(day=row["day"], begin=row["from"], end=row["to"], category=row["category"], code=code)
            mistake = find_slot_mistake(tx, hall, slot, office.corrected_now)
            first = lines.setdefault((slot.day, code), number)
            if mistake is not None:
                mistakes.append((number, str(mistake)))
            elif first != number:
                mistakes.append((number, _("Line {number} has this code on the same day.").format(number=first)))
            slots.append(slot)
    return slots, mistakes


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and values of each row. Raises BadData if the file cannot be read or has other columns."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadData("{path} is larger than {limit} bytes.", path=path, limit=_MAX_BYTES)
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    reader = csv.DictReader(text.splitlines(), restkey="", restval="", strict=True)
    try:
        if reader.fieldnames is None or {name.strip() for name in reader.fieldnames} != set(COLUMNS):
            raise BadData(
                "The first line of {path} must name the columns {names}.", path=path, names=", ".join(COLUMNS)
            )
        for row in reader:
            yield reader.line_num, {(name or "").strip(): str(value or "").strip() for name, value in row.items()}
    except csv.Error as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
