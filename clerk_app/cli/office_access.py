"""Opens an office for a command, and writes the first entries of a new office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.cases.recomputation import recompute_open_cases
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue, prepare_publication
from clerk_app.composition.office import Office, open_office
from clerk_app.composition.schedule import record_checkpoint
from clerk_app.errors import BadData
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.nodes import EnrolNode, generate_epoch
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff, hash_pin
from clerk_app.text.cleaning import clean_text, fold_width

CENTER_NODE = "c1"
"""Id of the node of an office that is its own center."""
SITE_LEVEL = "street"  # administrative level of the organ that the windows belong to


@contextmanager
def opened_office(folder: Path, *, read_only: bool = False) -> Iterator[Office]:
    """Yield the office in `folder` and close its store at the end.

    Raises BadData (no office), OutOfReach (store unusable).
    """
    office = open_office(folder, read_only=read_only)
    try:
        yield office
        if not read_only:
            record_checkpoint(office)
    finally:
        office.store.close()


def found_office(office: Office, catalogue: Catalogue) -> None:
    """Write the first entries of a new store: node, number blocks, catalogue, site, and the window if it is one.

    A center has no window of its own: invitations name and register the windows.
    """
    perform, settings = office.door.perform, office.settings
    perform(
        EnrolNode(node=CENTER_NODE, name=settings.name.zh, node_kind="center", here=True, epoch=generate_epoch()),
        SYSTEM,
    )
    for _block in range(1 + RESERVE_BLOCKS):
        perform(LendNumbers(node=CENTER_NODE, incarnation=1), SYSTEM)
    publish_catalogue(office, catalogue)
    if settings.centre:
        name = {"name_zh": settings.name.zh, "name_en": settings.name.en}
        perform(RegisterOrgan(id=settings.centre, level=SITE_LEVEL, **name), SYSTEM)
    if settings.window:
        register_window(office, settings.window, settings.window, hall=settings.hall, organ=settings.centre)
    office.store.settle_location()


def register_window(office: Office, window: str, name: str, *, hall: str, organ: str) -> None:
    """Register a window that serves every category of tickets: those of the catalogue, else of `office.toml`.

    Raises Refused when it exists.
    """
    from clerk_app.catalogue.publication import read_hall

    with office.store.read() as tx:
        published = read_hall(tx)
    letters = "".join(known.letter for known in (published.categories if published else office.settings.categories))
    office.door.perform(RegisterWindow(id=window, name=name, categories=letters, hall=hall, site=organ), SYSTEM)


def publish_catalogue(office: Office, catalogue: Catalogue, actor: str = SYSTEM) -> int:
    """Publish a catalogue, register its organs, and recompute the dates of open cases if its calendars are new.

    Returns the number of recomputed cases. Raises Refused when its version is not newer.
    """
    content = catalogue.to_bytes().decode()
    prepare_publication(office.store, catalogue.id, catalogue.version, content)
    office.door.perform(PublishCatalogue(catalogue=catalogue.id, version=catalogue.version, content=content), actor)
    for organ in catalogue.organs:
        columns = {"name_zh": organ.name.zh, "name_en": organ.name.en, "level": organ.level, "parent": organ.parent}
        with office.store.read() as tx:
            row = tx.get("organs", id=organ.id)
        if row is None or any(row[name] != value for name, value in columns.items()):
            office.door.perform(
                RegisterOrgan(
                    id=organ.id,
                    name_zh=organ.name.zh,
                    name_en=organ.name.en,
                    level=organ.level,
                    parent=organ.parent,
                ),
                SYSTEM,
            )
    return recompute_open_cases(office.door)


def add_staff_member(
    office: Office, number: str, name: str, role: str, pin: str, organ: str | None = None, *, actor: str = SYSTEM
) -> None:
    """Add a person to the staff list. Raises BadData (empty or with control characters), Refused (number taken)."""
    number, name = fold_width(number), clean_text(name)
    if not number or not name:
        raise BadData("A staff number and a name are needed.")
    command = RegisterStaff(id=number, number=number, name=name, role=role, pin_hash=hash_pin(pin), organ=organ)
    office.door.perform(command, actor)
