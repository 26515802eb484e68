"""`clerk registry promises|repair`: records of false promises, and their repair (信用修复) by two persons."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_line
from clerk_app.cli.registry_reading import require_registry, sign_in
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.engines import Row


def describe_promises(parser: Parser) -> None:
    """Add the commands on records of false promises."""
    purpose = _("List the records of false promises: who made one gets no further promise. Return 1 if there are none.")
    parser.add_command("promises", list_records, purpose)
    purpose = _("Propose the repair of a record; with --confirm, repair what another person has proposed.")
    repair = parser.add_command("repair", repair_record, purpose)
    repair.add_argument("promise", metavar=_("ID"), help=_("of `clerk registry promises`"))
    repair.option("--reason", _("by what the repair is justified; it is stored"), value=_("TEXT"))
    repair.option("--case", _("the case of this applicant in which the credit was repaired"), value=_("NUMBER"))
    repair.flag("--confirm", _("repair the record, as another person has proposed"))
    repair.option("--admin", _("the staff number of the administrator or supervisor"), value=_("NUMBER"), required=True)
    repair.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def list_records(args: Namespace) -> int:
    """Print the records that are not repaired, oldest first. Applicants are named by their cases only."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.cli.table_output import output_table

    with opened_office(args.office, read_only=True) as office:
        require_registry(office)
        with office.store.read() as tx:
            found = tx.select("broken_promises", order=("recorded_at", "promise"))
        rows = [_format_record(office, row) for row in found if row["repaired_at"] is None]
    if not rows:
        print_line(_("No false promise is recorded."))
        return 1
    titles = (_("ID"), _("Case"), _("Organ"), _("Recorded"), _("Counts until"), _("Repair"))
    output_table([titles, *rows], None)
    return 0


def _format_record(office: Office, row: Row) -> tuple[str, ...]:
    recorded, ends = (office.local_time(row[name]).date().isoformat() for name in ("recorded_at", "counts_until"))
    repair = _("not proposed")
    if row["repair_asked_by"]:
        repair = _("proposed: {reason}").format(reason=row["repair_reason"])
    return row["promise"], row["case_number"], row["organ"], recorded, ends, repair


def repair_record(args: Namespace) -> int:
    """Propose the repair of a record, or confirm it as another person."""
    from clerk_app.cases.promises.records import AskRepair, RepairRecord
    from clerk_app.cli.office_access import opened_office
    from clerk_app.text.cleaning import clean_text

    if args.confirm == (args.reason is not None) or (args.confirm and args.case is not None):
        raise WrongUsage("Give --reason to propose a repair, or --confirm alone.")
    with opened_office(args.office) as office:
        actor = sign_in(office, args)
        if args.confirm:
            office.door.perform(RepairRecord(promise=args.promise), actor)
        else:
            case = clean_text(args.case or "")
            asked = AskRepair(promise=args.promise, reason=clean_text(args.reason), credit_case=case)
            office.door.perform(asked, actor)
    if args.confirm:
        print_line(_("The record was repaired: the applicant may make promises again."))
        return 0
    print_line(_("The repair was proposed. Another person confirms it:"))
    print_line(f"  clerk registry repair {args.promise} --confirm --admin {_('NUMBER')}")
    return 0
