"""Opens the sample city of a folder; builds it first if it is missing, and renews what has become stale.

What builds and signs is imported only when it is needed: most starts open a city that is still fresh.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clerk_app.composition.office import STORE_FILE, Office, open_office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.composition.store_errors import store_errors_as_out_of_reach
from clerk_app.demo.stale_codes import are_codes_stale, are_lists_stale
from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger.door import system_clock
from db.errors import StoreOutdated
from db.files import publish_file

if TYPE_CHECKING:
    from clerk_app.demo.city_data import CityData


def open_or_build(folder: Path, *, clock: Callable[[], int] = system_clock) -> Office:
    """Open the sample city in `folder` like `open_city`, and renew it."""
    office = open_city(folder, clock=clock)
    renew_city(office)
    return office


def open_city(folder: Path, *, clock: Callable[[], int] = system_clock) -> Office:
    """Open the sample city in `folder`, creating it if it is missing.

    A city that an earlier version of the program has built is upgraded, because its data is invented.
    Raises BadData when the folder holds something else.
    """
    if not (folder / STORE_FILE).exists():
        _build_atomically(folder, clock)
    return _open_upgraded(folder, clock)


def renew_city(office: Office) -> None:
    """Sign stale lists and codes again, perform due commands, and issue tickets if nobody waits."""
    _renew_signatures(office)
    run_due_commands(office)
    with office.store.read() as tx:
        waiting = tx.query_all("hall.waiting_tickets", hall=office.settings.hall)
    if not waiting:
        from clerk_app.demo.sample_city import issue_waiting_tickets

        issue_waiting_tickets(office, _load_data(office).waiting)


def _open_upgraded(folder: Path, clock: Callable[[], int]) -> Office:
    try:
        return open_office(folder, clock=clock)
    except OutOfReach as error:
        if not isinstance(error.__cause__, StoreOutdated):
            raise
    from db.upgrade import upgrade

    with store_errors_as_out_of_reach():
        upgrade(folder / STORE_FILE)
    return open_office(folder, clock=clock)


def _renew_signatures(office: Office) -> None:
    trust, status = office.read_trust_lists()
    if are_lists_stale(office, trust):
        from clerk_app.demo.sample_issuer import sign_trust_lists

        sign_trust_lists(office, _load_data(office).issuers)
        trust, status = office.read_trust_lists()
    if are_codes_stale(office, trust, status):
        from clerk_app.demo.sample_issuer import sign_codes

        sign_codes(office, _load_data(office))


def _load_data(office: Office) -> CityData:
    from clerk_app.demo.sample_city import load_data_of_today

    return load_data_of_today(office.door.clock, office.catalogue())


def _build_atomically(folder: Path, clock: Callable[[], int]) -> None:
    """Build the city in a temporary folder and rename it, so that a power cut never leaves half a city."""
    from clerk_app.demo.sample_city import build_sample_city

    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".city-", dir=folder.parent) as temporary:
        city = Path(temporary) / "city"
        build_sample_city(city, clock=clock).store.close()
        try:
            if folder.exists():
                folder.rmdir()
            publish_file(city, folder)
        except OSError as error:
            if not (folder / STORE_FILE).exists():  # another process may have built it meanwhile
                raise BadData("There is something else in {folder}. Name another folder.", folder=folder) from error
