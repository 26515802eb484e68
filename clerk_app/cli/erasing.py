"""`clerk db erase`: the retention of a case is over."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import say
from clerk_app.cli.pins import read_own_pin
from clerk_app.errors import Refused
from clerk_app.locales import _
from db.engines import Store

_PATIENCE = 5.0  # seconds that readers of old rows get


def describe(parser: Parser) -> None:
    """The act that takes personal data out of the store."""
    erase = parser.act("erase", erase_case, _("Erase the personal data of a case whose retention is over."))
    erase.add_argument("case", metavar=_("CASE"), help=_("the case number"))
    erase.option("--reason", _("why; it is kept with the case"), value=_("TEXT"), required=True)
    erase.option("--admin", _("the number of the administrator who answers for it"), value=_("NUMBER"), required=True)
    erase.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def erase_case(args: Namespace) -> int:
    """Performs the erasure as the administrator, then lets no file keep the old bytes."""
    from clerk_app.cases.erasure import EraseCase
    from clerk_app.cli.opened import opened
    from clerk_app.people.staff import RecordSignIn, check_pin, find_staff

    pin = read_own_pin(args.pin_file)
    with opened(args.office) as office:
        staff = find_staff(office.store, args.admin)
        right = check_pin(staff, pin)
        if staff is not None:
            office.door.perform(RecordSignIn(staff=staff["id"], place="clerk db erase", correct=right), staff["id"])
        if staff is None or not right:
            raise Refused("wrong", "Number or PIN is wrong. Nothing was erased.")
        erased = office.door.perform(EraseCase(case=args.case, reason=args.reason), staff["id"])
        for digest in erased.attachments:
            office.attachments.remove(digest)
        forgotten = _forget(office.store)
    say(_("The personal data of case {number} is erased; the history of what was done stays.").format(number=args.case))
    if not forgotten:
        say(_("Somebody is still reading: run this once more when nobody works, so that the file forgets it too."))
    return 0 if forgotten else 1


def _forget(store: Store) -> bool:
    """Waits a while for those who still look at the rows as they were."""
    until = time.monotonic() + _PATIENCE
    while not store.purge_old_versions():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
