"""`clerk db backup` and `clerk db restore`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import progress, say
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list
from db.engines import DriverErrorTranslator, Store, create_backend

_KEEP = 14


def describe(parser: Parser) -> None:
    """The acts that keep a store safe from its own disk."""
    backup = parser.act("backup", back_up_store, _("Back up the store while everybody works."))
    backup.add_argument("folder", type=Path, metavar=_("DIR"), help=_("where the backups are kept"))
    backup.option("--keep", _("how many to keep (14)"), value=_("COUNT"), type=int, default=_KEEP)
    backup.flag("--elsewhere", _("DIR is on another machine: a center tells its windows what is safe there"))
    restore = parser.act(
        "restore", restore_store, _("Make an office's store from a backup, and prove that it is equal.")
    )
    restore.add_argument("file", type=Path, metavar=_("FILE"), help=_("the backup"))


def back_up_store(args: Namespace) -> int:
    """Writes a new backup, then removes those that are too many."""
    from clerk_app.center.durable_watermark import record_backup
    from clerk_app.cli.opened import opened
    from db.backup import create_backup, list_attachments, prune_backups

    if args.keep < 1:
        raise BadData("At least one backup is kept.")
    with opened(args.office, look_only=True) as office:
        settings = office.folder / "office.toml"
        path, lost = create_backup(
            office.store, settings, office.attachments, args.folder.absolute(), office.utc, progress
        )
    _need_sound(path)
    if args.elsewhere:
        record_backup(office.folder, path)
    say(
        _("The backup is in {path}: {size} bytes, {count} pictures.").format(
            path=path, size=path.stat().st_size, count=len(list_attachments(path))
        )
    )
    for digest in lost:
        say(_("This picture is missing or damaged: {digest}").format(digest=digest))
    for old in prune_backups(path.parent, args.keep):
        say(_("An older one was removed: {path}").format(path=old))
    return 1 if lost else 0


def restore_store(args: Namespace) -> int:
    """Makes the store beside its place first: it is there proved, or not at all."""
    from clerk_app.composition.office import STORE_FILE, open_office
    from clerk_app.composition.settings import read_settings
    from clerk_app.ledger.audit import verify_log
    from db.attachments import AttachmentStore
    from db.backup import ATTACHMENT_FOLDER, copy_attachments, list_attachments

    folder: Path = args.office.absolute()
    digests = list_attachments(args.file)
    _bring_settings(args.file, folder)
    url = read_settings(folder).store
    with TemporaryDirectory(prefix=".restore-", dir=folder) as place:
        copy = _proved_copy(args.file, Path(place))
        _put(copy, url or folder / STORE_FILE)
    source = AttachmentStore(args.file.absolute().parent / ATTACHMENT_FOLDER)
    lost = copy_attachments(digests, source, AttachmentStore(folder / ATTACHMENT_FOLDER))
    office = open_office(folder)  # which begins the new incarnation
    with office.store.read() as look:
        node = look.query_one("ledger.own_node")
    count, breaks = verify_log(office.store)
    office.store.close()
    assert not breaks
    say(_("Restored and proved: {count} entries, every table is what they say.").format(count=count))
    if node is not None:
        say(_("It numbers anew from here on (incarnation {number}).").format(number=node["incarnation"]))
    for digest in lost:
        say(_("This picture is missing in the backup: {digest}").format(digest=digest))
    return 1 if lost else 0


def _bring_settings(file: Path, folder: Path) -> None:
    """The settings that lie in the office's folder already, or else those of the backup."""
    settings = folder / "office.toml"
    if settings.exists():
        return
    kept = file.with_suffix(".toml")
    if not kept.exists():
        raise BadData("There is no office in {folder}, and no settings beside the backup.", folder=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("spool", "trust", "content"):
        (folder / name).mkdir(exist_ok=True)
    settings.write_bytes(kept.read_bytes())


def _proved_copy(file: Path, place: Path) -> Store:
    """A copy of the backup at this program's version: sound, its chain whole, its tables what the entries say."""
    from clerk_app.composition.registry import all_rules
    from clerk_app.ledger.audit import list_different_tables, rebuild_store, verify_log
    from db.migrations import upgrade

    path = place / "store.db"
    path.write_bytes(file.read_bytes())
    upgrade(path)
    _need_sound(path)
    copy = Store(path)
    _count, breaks = verify_log(copy)
    if breaks:
        raise BadData("The history in {path} was altered: run clerk audit verify. Nothing was restored.", path=file)
    again = rebuild_store(copy, all_rules(), place / "again.db")
    unequal = list_different_tables(copy, again)
    again.close()
    if unequal:
        tables = format_list(unequal)
        raise BadData(
            "Tables in {path} are not what its history says: {tables}. Nothing was restored.", path=file, tables=tables
        )
    return copy


def _need_sound(path: Path) -> None:
    backend = create_backend(path)
    with DriverErrorTranslator(backend):
        damage = backend.check_integrity()
    if damage:
        raise BadData("The backup {path} is damaged: {what}", path=path, what=damage[0])


def _put(copy: Store, where: Path | str) -> None:
    """The proved copy in its place, which has to be empty; compared with it table by table."""
    from clerk_app.ledger.audit import list_different_tables
    from db.migrations import upgrade
    from db.store_copy import copy_rows, copy_store, is_empty_store

    if isinstance(where, Path):
        if where.exists():
            raise BadData("There is a store in {path} already: move it away first. Nothing was restored.", path=where)
        part = where.with_name(f"{where.name}.part")
        copy_store(copy, part)
        part.replace(where)
        target = Store(where)
    else:
        upgrade(where)
        target = Store(where)
        if not is_empty_store(target):
            target.close()
            place = target.backend.display_name
            raise BadData("There is a store in {path} already: move it away first. Nothing was restored.", path=place)
        copy_rows(copy, target, progress)
        target.mark_as_copy()
    unequal = list_different_tables(copy, target)
    copy.close()
    target.close()
    if unequal:
        raise BadData("The disk did not keep what was written: {tables}", tables=format_list(unequal))
