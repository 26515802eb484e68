"""`clerk registry correct|corrections|decide`: corrections of the registry by two persons."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_line
from clerk_app.cli.registry_reading import print_table, require_registry, sign_in
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.registry.answers import CorrectionFacts
    from db.engines import Row, Transaction

_PURPOSE = "correction"  # of the searches and readings


def describe_corrections(parser: Parser) -> None:
    """Add the commands on corrections."""
    purpose = _("Ask for the correction of a value; another administrator decides it.")
    asked = parser.add_command("correct", request_correction, purpose)
    asked.add_argument("number", metavar=_("NUMBER"), help=_("the identity number, credit code or licence number"))
    asked.add_argument("field", metavar=_("FIELD"), help=_("such as address; of a licence also the id of its value"))
    asked.add_argument("value", metavar=_("VALUE"), help=_("the right value"))
    asked.option("--related", _("correct the relation with the person of this number"), value=_("NUMBER"))
    asked.option("--reason", _("by what it is known; it is stored"), value=_("TEXT"), required=True)
    _add_administrator(asked)
    purpose = _("List the corrections that wait for a decision, and those that a source contradicts.")
    _add_administrator(parser.add_command("corrections", list_corrections, purpose))
    purpose = _("Show a correction with its values, and decide or settle it; this is recorded.")
    decided = parser.add_command("decide", decide_correction, purpose)
    decided.add_argument("correction", metavar=_("ID"), help=_("of `clerk registry corrections`"))
    decided.flag("--approve", _("change the record"))
    decided.option("--decline", _("decline the correction with this reason"), value=_("TEXT"))
    decided.option("--settle", _("settle a contradiction with this note"), value=_("TEXT"))
    _add_administrator(decided)


def _add_administrator(parser: Parser) -> None:
    parser.option("--admin", _("the staff number of the administrator"), value=_("NUMBER"), required=True)
    parser.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def request_correction(args: Namespace) -> int:
    """Ask for a correction after a recorded search. Raises BadData unless the number means exactly one record."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.corrections import CorrectedValue, RequestCorrection
    from clerk_app.registry.search import FindRegistered
    from clerk_app.roles.admin.registry_service import build_query
    from clerk_app.text.cleaning import clean_text

    with opened_office(args.office) as office:
        actor = sign_in(office, args)
        find = FindRegistered(purpose=_PURPOSE, personal=build_query(args.number))
        subjects = office.door.perform(find, actor).subjects
        if len(subjects) != 1:
            raise BadData("The registry has nobody with this number or name.")
        with office.store.read() as tx:
            kind, record = _find_record(tx, subjects[0], args.number, args.related or "")
            field = _find_field(tx, kind, record, args.field)
        command = RequestCorrection(
            kind=kind,
            subject=record["id"],
            field=field,
            reason=clean_text(args.reason),
            personal=CorrectedValue(value=clean_text(args.value)),
        )
        asked = office.door.perform(command, actor).id
    print_line(_("The correction {id} was asked for. Another administrator decides it:").format(id=asked))
    print_line(f"  clerk registry decide {asked} --approve --admin {_('NUMBER')}")
    return 0


def _find_record(tx: Transaction, subject: str, number: str, related: str) -> tuple[str, Row]:
    """Return kind and row of the licence with the number, of a relation, or of the person or organisation."""
    from clerk_app.registry.correctable import TABLES
    from clerk_app.registry.rows import LICENCE, ORGANISATION, PERSON, RELATION
    from clerk_app.text.cleaning import clean_code

    if related:
        other = tx.query_one("people.subject_by_number", number=clean_code(related))
        pairs = [(subject, other["id"]), (other["id"], subject)] if other is not None else []
        relations = [row for one, two in pairs for row in tx.select("relations", subject=one, other=two)]
        if len(relations) != 1:
            raise BadData("The registry has {count} relations of these two, not one.", count=len(relations))
        return RELATION, relations[0]
    for row in tx.select("licences", identifier=clean_code(number)):
        return LICENCE, row
    for kind in (PERSON, ORGANISATION):
        record = tx.get(TABLES[kind], id=subject)
        if record is not None:
            return kind, record
    raise Refused("no_subject", "The registry has no such person or organisation any more.")


def _find_field(tx: Transaction, kind: str, record: Row, name: str) -> str:
    """Return the field of a record with a name; the values of a licence are named with or without their prefix."""
    from clerk_app.registry.columns import CLAIM
    from clerk_app.registry.correctable import list_correctable

    fields = list_correctable(tx, kind, record)
    for field in (name, CLAIM + name):
        if field in fields:
            return field
    names = ", ".join(field.removeprefix(CLAIM) for field in fields)
    raise BadData("{field} cannot be corrected here. These can: {fields}.", field=name, fields=names)


def list_corrections(args: Namespace) -> int:
    """Print the open corrections with their ids."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.reading import ReadRegistryState
    from clerk_app.roles.admin.registry_service import ask_registry
    from clerk_app.roles.admin.registry_tables import tabulate_corrections

    with opened_office(args.office) as office:
        answer = ask_registry(office, ReadRegistryState(), sign_in(office, args))
        table = tabulate_corrections(office, answer.corrections)
    print_table(table, keys=_("ID"))
    return 0


def decide_correction(args: Namespace) -> int:
    """Print a correction with its values; approve, decline or settle it if an option states this."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.admin.registry_tables import describe_correction

    if sum((args.approve, args.decline is not None, args.settle is not None)) > 1:
        raise WrongUsage("Give one of --approve, --decline and --settle.")
    with opened_office(args.office) as office:
        actor = sign_in(office, args)
        correction = _read_correction(office, args.correction, actor)
        lines = [f"{label}  {value}" for label, value in describe_correction(office, correction)]
        message = _decide(office, args, correction, actor)
    for line in (*lines, *((message,) if message else ())):
        print_line(line)
    return 0


def _read_correction(office: Office, correction: str, actor: str) -> CorrectionFacts:
    """Return a correction with its values; this is an access to the record. Raises Refused."""
    from clerk_app.registry.reading import UnmaskRegistered
    from clerk_app.roles.admin.registry_service import ask_registry

    require_registry(office)
    with office.store.read() as tx:
        row = tx.get("registry_corrections", id=correction)
    if row is None:
        raise Refused("no_correction", "There is no such correction, or its record was erased.")
    command = UnmaskRegistered(subject=row["owner"], purpose=_PURPOSE, correction=correction)
    record = ask_registry(office, command, actor).record
    found = (each for each in (record.corrections if record is not None else ()) if each.id == correction)
    return next(found)


def _decide(office: Office, args: Namespace, correction: CorrectionFacts, actor: str) -> str:
    """Perform what the options state; return a message, empty if they state nothing."""
    from clerk_app.registry.corrections import REQUESTED, ApproveCorrection, EndCorrection
    from clerk_app.text.cleaning import clean_text

    if args.approve:
        office.door.perform(ApproveCorrection(correction=correction.id), actor)
        return _("The record was corrected. Open cases that rely on it get an objection.")
    is_requested = correction.state == REQUESTED
    if args.settle is not None and is_requested:
        raise BadData("This correction waits for a decision: --approve or --decline.")
    if args.decline is not None and not is_requested:
        raise BadData("This correction was decided before. --settle ends a contradiction.")
    note = args.decline if is_requested else args.settle
    if note is None:
        return ""
    ended = office.door.perform(EndCorrection(correction=correction.id, note=clean_text(note)), actor)
    return _("The correction was declined.") if ended.state == "declined" else _("The contradiction was settled.")
