"""`clerk db backup|restore|export|import|erase`: copies of a store, its history as a file, erasure of a case."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line, read_existing_pin, show_progress
from clerk_app.cli.db_sealed import back_up_sealed, copy_settings, prune_sealed, unpacked_backup
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, format_list
from db.engines import DriverErrorTranslator, Store, create_backend
from db.files import publish_file, replace_file

_KEPT_BACKUPS = 14
_ERASE_TIMEOUT = 5.0  # seconds to wait until readers of old rows have ended


def describe_backup(parser: Parser) -> None:
    """Add `clerk db backup` and `clerk db restore`."""
    backup = parser.add_command("backup", back_up_store, _("Back up the store while it is in use."))
    backup.add_argument("folder", type=Path, metavar=_("DIR"), help=_("where the backups are kept"))
    backup.option("--keep", _("how many to keep (14)"), value=_("COUNT"), type=int, default=_KEPT_BACKUPS)
    backup.flag("--elsewhere", _("DIR is on another machine: a center reports to its windows what is stored there"))
    backup.add_argument(
        "--recipient",
        action="append",
        metavar="age1...",
        default=[],
        help=_("encrypt the backup to this age recipient; at least two"),
    )
    restore = parser.add_command("restore", restore_store, _("Restore an office's store from a backup, and verify it."))
    restore.add_argument("file", type=Path, metavar=_("FILE"), help=_("the backup"))
    restore.option("--identity", _("a file with the age identity of a recipient"), value=_("FILE"), type=Path)
    restore.option("--signed-by", _("refuse an encrypted backup that this key did not sign"), value=_("FINGERPRINT"))


def back_up_store(args: Namespace) -> int:
    """Write a new backup, then remove the oldest backups beyond --keep. Return 1 if pictures are missing."""
    from clerk_app.center.durable_watermark import record_backup
    from clerk_app.cli.office_access import opened_office
    from db.backup import create_backup, list_attachments, prune_backups

    if args.keep < 1:
        raise BadData("At least one backup is kept.")
    if args.recipient:
        sealed, lost = back_up_sealed(args)
        _print_lost_and_removed(lost, prune_sealed(sealed.parent, args.keep))
        return 1 if lost else 0
    with opened_office(args.office, read_only=True) as office:
        settings = office.folder / "office.toml"
        path, lost = create_backup(
            office.store, settings, office.attachments, args.folder.absolute(), office.utc, show_progress
        )
    _require_undamaged(path)
    if args.elsewhere:
        record_backup(office.folder, path)
    print_line(
        _("The backup is in {path}: {size} bytes, {count} pictures.").format(
            path=path, size=path.stat().st_size, count=len(list_attachments(path))
        )
    )
    _print_lost_and_removed(lost, prune_backups(path.parent, args.keep))
    return 1 if lost else 0


def _print_lost_and_removed(lost: list[str], removed: list[Path]) -> None:
    for digest in lost:
        print_line(_("This picture is missing or damaged: {digest}").format(digest=digest))
    for path in removed:
        print_line(_("An older backup was removed: {path}").format(path=path))


def restore_store(args: Namespace) -> int:
    """Restore a backup, which may be encrypted. Return 1 if pictures are missing."""
    with unpacked_backup(args) as file:
        return _restore(args, file)


def _restore(args: Namespace, file: Path) -> int:
    """Build and verify the store in a temporary path, then rename it. Return 1 if pictures are missing."""
    from clerk_app.composition.office import STORE_FILE, open_office
    from clerk_app.composition.settings import read_settings
    from clerk_app.composition.store_key import unlock_store
    from clerk_app.ledger.audit import verify_log
    from db.attachments import AttachmentStore
    from db.backup import ATTACHMENT_FOLDER, copy_attachments, list_attachments

    folder: Path = args.office.absolute()
    digests = list_attachments(file)
    copy_settings(file, folder)
    settings = read_settings(folder)
    url = settings.store
    if settings.store_key:
        unlock_store(folder, settings)
    with TemporaryDirectory(prefix=".restore-", dir=folder) as place:
        copy = _verified_copy(file, Path(place), folder)
        _install(copy, url or folder / STORE_FILE)
    source = AttachmentStore(file.absolute().parent / ATTACHMENT_FOLDER)
    lost = copy_attachments(digests, source, AttachmentStore(folder / ATTACHMENT_FOLDER))
    office = open_office(folder)  # begins a new incarnation
    with office.store.read() as tx:
        node = tx.query_one("ledger.own_node")
    count, breaks = verify_log(office.store)
    office.store.close()
    if breaks:
        raise BadData("The history in {path} was altered: run clerk audit verify.", path=folder)
    print_line(_("Restored and verified: {count} entries, every table agrees with them.").format(count=count))
    if node is not None:
        print_line(
            _("A new incarnation has begun ({number}): entries are numbered from 1 again.").format(
                number=node["incarnation"]
            )
        )
    for digest in lost:
        print_line(_("This picture is missing in the backup: {digest}").format(digest=digest))
    return 1 if lost else 0


def _verified_copy(file: Path, place: Path, folder: Path) -> Store:
    """Return a verified copy of the backup, upgraded to the schema version of this program.

    `folder` is the office, whose keys verify signatures too. Raises BadData if the copy is damaged, has objects that
    this program does not create, its hash chain or a signature is wrong, or its tables differ from a rebuild.
    """
    from clerk_app.composition.registry import all_rules
    from clerk_app.composition.signature_audit import find_signature_breaks
    from clerk_app.ledger.audit import list_different_tables, rebuild_store, verify_log
    from clerk_app.ledger.center_key_file import read_center_keys
    from db.schema_check import list_active_objects, list_schema_differences
    from db.upgrade import upgrade

    path = place / "store.db"
    replace_file(path, file.read_bytes())
    _require_known_schema(list_active_objects(path), file)
    upgrade(path)
    _require_undamaged(path)
    upgrade(place / "reference.db")
    _require_known_schema(list_schema_differences(path, place / "reference.db"), file)
    copy = Store(path)
    _count, breaks = verify_log(copy)
    if breaks or find_signature_breaks(copy, read_center_keys(folder)):
        raise BadData("The history in {path} was altered: run clerk audit verify. Nothing was restored.", path=file)
    again = rebuild_store(copy, all_rules(), place / "again.db")
    unequal = list_different_tables(copy, again)
    again.close()
    if unequal:
        tables = format_list(unequal)
        raise BadData("Tables in {path} differ from its log: {tables}. Nothing was restored.", path=file, tables=tables)
    return copy


def _require_known_schema(unknown: list[str], file: Path) -> None:
    if unknown:
        raise BadData(
            "The backup {path} holds something that this program did not create: {what}. Nothing was restored.",
            path=file,
            what=format_list(unknown),
        )


def _require_undamaged(path: Path) -> None:
    backend = create_backend(path)
    with DriverErrorTranslator(backend):
        damage = backend.check_integrity()
    if damage:
        raise BadData("The backup {path} is damaged: {what}", path=path, what=damage[0])


def _install(copy: Store, where: Path | str) -> None:
    """Move the verified copy to its place, which must be empty, and compare table by table. Raises BadData."""
    from clerk_app.ledger.audit import list_different_tables
    from db.store_copy import copy_rows, copy_store, is_empty_store
    from db.upgrade import upgrade

    if isinstance(where, Path):
        if where.exists():
            raise BadData("There is a store in {path} already: move it away first. Nothing was restored.", path=where)
        part = where.with_name(f"{where.name}.part")
        copy_store(copy, part)
        publish_file(part, where)
        target = Store(where)
    else:
        upgrade(where)
        target = Store(where)
        if not is_empty_store(target):
            target.close()
            place = target.backend.display_name
            raise BadData("There is a store in {path} already: move it away first. Nothing was restored.", path=place)
        copy_rows(copy, target, show_progress)
        target.mark_as_copy()
    unequal = list_different_tables(copy, target)
    copy.close()
    target.close()
    if unequal:
        raise BadData("The disk did not keep what was written: {tables}", tables=format_list(unequal))


def describe_export(parser: Parser) -> None:
    """Add `clerk db export` and `clerk db import`."""
    export = parser.add_command("export", export_history, _("Write the whole log as JSON lines."))
    export.option("--cases", _("the file; an interrupted export is resumed"), value=_("FILE"), type=Path, required=True)
    fill = parser.add_command("import", import_history, _("Fill an empty store from an exported file."))
    fill.option("--cases", _("the file; an interrupted import is resumed"), value=_("FILE"), type=Path, required=True)
    fill.option("--signed-by", _("refuse a file that this key did not sign"), value=_("FINGERPRINT"), default="")
    fill.flag("--incomplete", _("also a file without its last line: entries at its end may be missing"))


def export_history(args: Namespace) -> int:
    """Write the whole log to a file while the office may be in use."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.history_file import export_history
    from clerk_app.ledger.machine_keys import read_own_key

    with opened_office(args.office, read_only=True) as office:
        many = export_history(office.store, args.cases, _show_entries, read_own_key(office.folder))
    print_line(_("{path} holds {count} entries.").format(path=args.cases, count=many))
    return 0


def import_history(args: Namespace) -> int:
    """Replay an exported file into the store of an office. Return 1 if the imported log has breaks, else 0.

    The office has settings, and no store yet or one whose import was interrupted.
    """
    from clerk_app.composition.office import STORE_FILE, open_office
    from clerk_app.composition.registry import all_rules
    from clerk_app.composition.settings import read_settings
    from clerk_app.composition.store_key import unlock_store
    from clerk_app.ledger.audit import verify_log
    from clerk_app.ledger.history_file import check_history_file, import_history
    from db.engines import Store
    from db.store_copy import is_empty_store
    from db.upgrade import upgrade

    checked = check_history_file(args.cases)
    if checked.end is None and not args.incomplete:
        raise BadData(
            "{path} has no last line: it was cut, its export was interrupted, or an earlier version made it. "
            "Nothing was imported; --incomplete imports what it holds.",
            path=args.cases,
        )
    if args.signed_by and checked.signer != args.signed_by:
        raise BadData(
            "{path} was not signed by the key {key}. Nothing was imported.", path=args.cases, key=args.signed_by
        )
    settings = read_settings(args.office)
    if settings.store_key:
        unlock_store(args.office, settings)
    where = settings.store or args.office / STORE_FILE
    upgrade(where)
    store = Store(where)
    try:
        if is_empty_store(store):
            store.mark_as_copy()
        many = import_history(args.cases, store, all_rules(), _show_entries)
        count, breaks = verify_log(store)
    finally:
        store.close()
    if breaks:
        print_line(_("{count} entries were read; {breaks} errors were found.").format(count=count, breaks=len(breaks)))
        return 1
    open_office(args.office).store.close()  # begins a new incarnation
    print_line(_("{new} entries were imported; nothing was altered.").format(new=many))
    if checked.signer:
        print_line(_("The file is signed by the key {key}.").format(key=checked.signer))
    return 0


def _show_entries(many: int) -> None:
    show_progress(_("entries"), many)


def describe_erasure(parser: Parser) -> None:
    """Add `clerk db erase`."""
    erase = parser.add_command("erase", erase_case, _("Erase the personal data of a case whose retention is over."))
    erase.add_argument("case", metavar=_("CASE"), help=_("the case number"))
    erase.option("--reason", _("the reason; it is stored with the case"), value=_("TEXT"), required=True)
    erase.option("--admin", _("the staff number of the responsible administrator"), value=_("NUMBER"), required=True)
    erase.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def erase_case(args: Namespace) -> int:
    """Erase a case as the named administrator, then purge the old bytes from the files of the store.

    Return 1 if a reader prevented the purge, else 0. Raises Refused if number or PIN is wrong.
    """
    from clerk_app.cases.erasure import EraseCase
    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.sign_in import verify_here

    pin = read_existing_pin(args.pin_file, args.admin)
    with opened_office(args.office) as office:
        try:
            staff = verify_here(office, args.admin, pin, "clerk db erase")
        except Refused as refused:
            if refused.reason != "wrong":
                raise
            raise Refused("wrong", "Number or PIN is wrong. Nothing was erased.") from refused
        erased = office.door.perform(EraseCase(case=args.case, reason=args.reason), staff["id"])
        for digest in erased.attachments:
            office.attachments.remove(digest)
        purged = purge_old_versions(office.store)
    print_line(_("The personal data of case {number} is erased; the history of acts stays.").format(number=args.case))
    if not purged:
        print_line(
            _("A reader still holds old rows: run this again when nobody works, so that the file is purged too.")
        )
    return 0 if purged else 1


def purge_old_versions(store: Store) -> bool:
    """Purge old row versions; return False if readers still use them after the timeout."""
    deadline = time.monotonic() + _ERASE_TIMEOUT
    while not store.purge_old_versions():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
