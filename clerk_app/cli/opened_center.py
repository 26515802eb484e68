"""Opens the office of a center for a command, with its authority."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clerk_app.errors import Refused

if TYPE_CHECKING:
    from clerk_app.center.authority import Authority
    from clerk_app.composition.office import Office


@contextmanager
def opened_center(args: Namespace) -> Iterator[tuple[Office, Authority]]:
    """Yield the office of the center in the named folder, and its authority.

    Excludes again what a restore has readmitted, and takes over what it has undone of the staff list. Raises BadData
    (no office), Refused (not a center, the center's key is missing), OutOfReach (store unusable).
    """
    from clerk_app.center.authority import Authority
    from clerk_app.center.durable_watermark import DurableWatermark
    from clerk_app.center.shut_list import ShutList
    from clerk_app.center.staff_list_file import StaffListFile
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.registry import all_document_types
    from clerk_app.ledger.center_key_file import open_center_key_file
    from clerk_app.ledger.receipts import ReceiptKey

    with opened_office(args.folder or args.office) as office:
        with office.store.read() as tx:
            own_node = tx.query_one("ledger.own_node")
            if own_node is None or own_node["kind"] != "center":
                raise Refused("no_center", "The office in {folder} is not a center.", folder=office.folder)
            center_key = open_center_key_file(tx, office.folder).key
        shut_list = ShutList(office.folder, center_key)
        shut_list.restore_exclusions(office.door)
        staff_list = StaffListFile(office.folder, center_key)
        staff_list.restore(office.door)
        yield (
            office,
            Authority(
                office.door,
                all_document_types(),
                watermark=DurableWatermark(office.store, office.folder),
                receipt_key=ReceiptKey.open(office.folder, center_key),
                center_key=center_key,
                shut_list=shut_list,
                staff_list=staff_list,
            ),
        )
