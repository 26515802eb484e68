"""`clerk db export` and `clerk db import`: a whole history as JSON lines."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import progress, say
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """The acts that move cases to another machine or engine."""
    export = parser.act("export", export_history, _("Write every case, with the history it stands on, as JSON lines."))
    export.option(
        "--cases", _("the file; one that was begun is gone on with"), value=_("FILE"), type=Path, required=True
    )
    fill = parser.act("import", import_history, _("Fill an empty store from such a file."))
    fill.option("--cases", _("the file; an import that was stopped goes on"), value=_("FILE"), type=Path, required=True)


def export_history(args: Namespace) -> int:
    """Writes the file while everybody works."""
    from clerk_app.cli.opened import opened
    from clerk_app.ledger.history_file import export_history

    with opened(args.office, look_only=True) as office:
        many = export_history(office.store, args.cases, _told)
    say(_("{path} holds {count} entries.").format(path=args.cases, count=many))
    return 0


def import_history(args: Namespace) -> int:
    """Replays the file into the store of an office that has settings and no store yet, or half of one."""
    from clerk_app.composition.office import STORE_FILE, open_office
    from clerk_app.composition.registry import all_rules
    from clerk_app.composition.settings import read_settings
    from clerk_app.ledger.audit import verify_log
    from clerk_app.ledger.history_file import import_history
    from db.engines import Store
    from db.migrations import upgrade
    from db.store_copy import is_empty_store

    where = read_settings(args.office).store or args.office / STORE_FILE
    upgrade(where)
    store = Store(where)
    try:
        if is_empty_store(store):
            store.mark_as_copy()
        many = import_history(args.cases, store, all_rules(), _told)
        count, breaks = verify_log(store)
    finally:
        store.close()
    if breaks:
        say(_("{count} entries were read; {breaks} places do not hold.").format(count=count, breaks=len(breaks)))
        return 1
    open_office(args.office).store.close()  # which begins the new incarnation
    say(_("{new} entries were imported; nothing was altered.").format(new=many))
    return 0


def _told(many: int) -> None:
    progress(_("entries"), many)
