"""`clerk db`: upgrade, check, rebuild and measure the store of an office."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clerk_app.cli import erasing, keeping, moving
from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import say
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list, translate
from db.errors import StoreError

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.engines import Store


_SLOW_MS = 100  # everything that is done waits for the disk once; longer than this is noticed


def describe(parser: Parser) -> None:
    """The acts on a store."""
    parser.act("upgrade", upgrade_store, _("Bring a store of an older version to this program's."))
    parser.act("check", check_store, _("Look for damage: the store's file, its version, the pictures beside it."))
    rebuild = parser.act("rebuild", check_rebuild, _("Make every table anew from the history, and compare."))
    rebuild.add_argument("--check", action="store_true", required=True, help=_("compare only; the store stays"))
    parser.act("stats", show_stats, _("How much there is."))
    keeping.describe(parser)
    erasing.describe(parser)
    moving.describe(parser)


def upgrade_store(args: Namespace) -> int:
    """Brings the store to this program's version."""
    from clerk_app.composition.office import STORE_FILE
    from clerk_app.composition.settings import read_settings
    from db.engines import SCHEMA_VERSION
    from db.migrations import upgrade

    where = read_settings(args.office).store or args.office / STORE_FILE
    if isinstance(where, Path) and not where.exists():  # an empty new one would only hide what was lost
        raise BadData("The store {path} is missing. Restore it from the last backup.", path=where)
    before = upgrade(where)
    if before == SCHEMA_VERSION:
        say(_("The store is of version {version} already.").format(version=SCHEMA_VERSION))
    else:
        say(
            _("The store was brought from version {before} to {after}.").format(
                before=before or "0", after=SCHEMA_VERSION
            )
        )
    return 0


def check_store(args: Namespace) -> int:
    """Tells what is damaged, and which files nobody asks for; 1 if anything is damaged."""
    from clerk_app.cli.opened import opened
    from db.engines import SCHEMA_VERSION
    from db.store_copy import measure_flush_seconds

    with opened(args.office, look_only=True) as office:  # a store of another version is refused here
        damage = [*office.store.check_integrity(), *_damaged_contents(office)]
        foreign = _foreign_files(office)
    for what in damage:
        say(what)
    for path in foreign:
        say(_("Nobody asks for this file: {path}").format(path=path))
    slow = measure_flush_seconds(args.office) * 1000
    if slow > _SLOW_MS:
        say(_("The disk is slow: it takes {ms} ms to keep what is written.").format(ms=round(slow)))
    if damage:
        say(_("{count} damages were found. Restore the office from the last backup.").format(count=len(damage)))
        return 1
    say(_("The store is sound (version {version}).").format(version=SCHEMA_VERSION))
    return 0


def check_rebuild(args: Namespace) -> int:
    """Makes a second store from the history alone and compares every table; 1 if one differs."""
    from clerk_app.cli.opened import opened
    from clerk_app.ledger.audit import list_different_tables

    # beside the store, to be as well guarded as it is
    with (
        opened(args.office, look_only=True) as office,
        TemporaryDirectory(prefix=".rebuild-", dir=office.folder) as folder,
    ):
        copy = _rebuilt(office, Path(folder) / "store.db")
        unequal = list_different_tables(office.store, copy)
        copy.close()
    if unequal:
        say(_("These tables are not what the history says: {tables}").format(tables=format_list(unequal)))
        return 1
    say(_("Equal: every table is what the history says."))
    return 0


def show_stats(args: Namespace) -> int:
    """Prints the size of the file and the number of rows of each table."""
    from clerk_app.cli.opened import opened
    from db.store_copy import primary_keys

    with opened(args.office, look_only=True) as office, office.store.read() as look:
        say(
            _("{count} bytes in {path}").format(count=office.store.size_bytes(), path=office.store.backend.display_name)
        )
        for table in sorted(primary_keys()):
            say(f"{look.count_rows(table):>10}  {table}")
    return 0


def _rebuilt(office: Office, target: Path) -> Store:
    from clerk_app.ledger.audit import rebuild_store

    try:
        return rebuild_store(office.store, office.door.rules, target)
    except Exception as error:  # an altered history can break an apply anywhere
        raise BadData(
            "The tables cannot be made from the history ({kind}: {text}). Run: clerk audit verify",
            kind=type(error).__name__,
            text=error,
        ) from error


def _damaged_contents(office: Office) -> Iterator[str]:
    """A sentence for each picture that the store knows and that is not there as it was."""
    for digest in _known_contents(office):
        try:
            office.attachments.read(digest)
        except StoreError as error:
            yield f"{digest}: {translate(error.sentence).format(**error.facts)}"


def _foreign_files(office: Office) -> list[Path]:
    """Files among the pictures that no entry of the store names, such as what a power cut left half written."""
    known = set(_known_contents(office))
    return sorted(path for path in (office.folder / "content").rglob("*") if path.is_file() and path.name not in known)


def _known_contents(office: Office) -> list[str]:
    with office.store.read() as look:
        return [row["digest"] for row in look.select("contents", order=("digest",))]
