"""`clerk db`: upgrade, check, rebuild and measure the store of an office."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.cli.db_backup import describe_backup, describe_erasure, describe_export
from clerk_app.cli.db_encrypt import describe_encryption
from clerk_app.errors import BadData, describe_error
from clerk_app.locales import _, format_list
from db.errors import StoreError

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.engines import Store


_SLOW_FLUSH_MS = 100  # each command waits for one flush; a longer one is noticeable


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk db`."""
    parser.add_command("upgrade", upgrade_store, _("Upgrade a store to this program's version."))
    parser.add_command("check", check_store, _("Check for damage: the store's file, its version, its attachments."))
    rebuild = parser.add_command("rebuild", check_rebuild, _("Rebuild every table from the log, and compare."))
    rebuild.add_argument("--check", action="store_true", required=True, help=_("compare only; the store stays"))
    parser.add_command("stats", show_stats, _("Show the size of the store and the rows of each table."))
    describe_backup(parser)
    describe_erasure(parser)
    describe_export(parser)
    describe_encryption(parser)


def upgrade_store(args: Namespace) -> int:
    """Upgrade the store to the schema version of this program."""
    from clerk_app.composition.office import STORE_FILE
    from clerk_app.composition.settings import read_settings
    from clerk_app.composition.store_key import unlock_store
    from db.engines import SCHEMA_VERSION
    from db.upgrade import upgrade

    settings = read_settings(args.office)
    if settings.store_key:
        unlock_store(args.office, settings)
    where = settings.store or args.office / STORE_FILE
    if isinstance(where, Path) and not where.exists():  # a new empty store would hide the loss
        raise BadData("The store {path} is missing. Restore it from the last backup.", path=where)
    previous = upgrade(where)
    if previous == SCHEMA_VERSION:
        print_line(_("The store is of version {version} already.").format(version=SCHEMA_VERSION))
    else:
        print_line(
            _("The store was brought from version {before} to {after}.").format(
                before=previous or "0", after=SCHEMA_VERSION
            )
        )
    return 0


def check_store(args: Namespace) -> int:
    """Print what is damaged and which files are unreferenced; return 1 if anything is damaged, else 0."""
    from clerk_app.cli.office_access import opened_office
    from db.engines import SCHEMA_VERSION
    from db.files import measure_flush_seconds

    with opened_office(args.office, read_only=True) as office:  # a store of another version is refused here
        damage = [*office.store.check_integrity(), *_damaged_attachments(office)]
        unreferenced = _unreferenced_files(office)
    for sentence in damage:
        print_line(sentence)
    for path in unreferenced:
        print_line(_("This file is not referenced: {path}").format(path=path))
    flush_ms = measure_flush_seconds(args.office) * 1000
    if flush_ms > _SLOW_FLUSH_MS:
        print_line(_("The disk is slow: a flush takes {ms} ms.").format(ms=round(flush_ms)))
    if damage:
        print_line(_("{count} problems were found. Restore the office from the last backup.").format(count=len(damage)))
        return 1
    print_line(_("The store is sound (version {version}).").format(version=SCHEMA_VERSION))
    return 0


def check_rebuild(args: Namespace) -> int:
    """Rebuild a second store from the log alone and compare every table; return 1 if one differs.

    Raises BadData at a window: its tables also hold documents of the center.
    """
    from clerk_app.cli.office_access import opened_office
    from clerk_app.ledger.audit import list_different_tables
    from clerk_app.ledger.offline_authority import is_window

    # the copy is made in the office's folder, so that it has the permissions of the store
    with (
        opened_office(args.office, read_only=True) as office,
        TemporaryDirectory(prefix=".rebuild-", dir=office.folder) as folder,
    ):
        if is_window(office.store):
            raise BadData("The tables of a window come from its center too. Compare them with the log at the center.")
        copy = _rebuild(office, Path(folder) / "store.db")
        different = list_different_tables(office.store, copy)
        copy.close()
    if different:
        print_line(_("These tables differ from the log: {tables}").format(tables=format_list(different)))
        return 1
    print_line(_("Equal: every table agrees with the log."))
    return 0


def show_stats(args: Namespace) -> int:
    """Print the size of the store and the number of rows of each table."""
    from clerk_app.cli.office_access import opened_office
    from db.reports import count_table_rows

    with opened_office(args.office, read_only=True) as office:
        print_line(
            _("{count} bytes in {path}").format(count=office.store.size_bytes(), path=office.store.backend.display_name)
        )
        for table, count in count_table_rows(office.store).items():
            print_line(f"{count:>10}  {table}")
    return 0


def _rebuild(office: Office, target: Path) -> Store:
    from clerk_app.ledger.audit import rebuild_store

    try:
        return rebuild_store(office.store, office.door.rules, target)
    except Exception as error:  # an altered history can break an apply anywhere
        raise BadData(
            "The tables cannot be made from the history ({kind}: {text}). Run: clerk audit verify",
            kind=type(error).__name__,
            text=error,
        ) from error


def _damaged_attachments(office: Office) -> Iterator[str]:
    """Yield a sentence for each attachment of the store whose file is missing or altered.

    A window downloads the attachments of its center only when they are needed.
    """
    from clerk_app.ledger.offline_authority import is_window
    from clerk_app.sync.attachments import list_pending_uploads

    needed = list_pending_uploads(office.store, office.folder) if is_window(office.store) else None
    for digest in _attachment_digests(office):
        if needed is not None and digest not in needed and not office.attachments.is_kept(digest):
            continue
        try:
            office.attachments.read(digest)
        except StoreError as error:
            yield f"{digest}: {describe_error(error)}"


def _unreferenced_files(office: Office) -> list[Path]:
    """Return attachment files without a row in the store, such as those half written at a power cut."""
    digests = set(_attachment_digests(office))
    return sorted(
        path for path in (office.folder / "content").rglob("*") if path.is_file() and path.name not in digests
    )


def _attachment_digests(office: Office) -> list[str]:
    with office.store.read() as tx:
        return [row["digest"] for row in tx.select("contents", order=("digest",))]
