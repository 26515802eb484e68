"""Setting up an office from its own machine's command line: what is put into a new store, and by whom."""

from __future__ import annotations

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.nodes import EnrolNode, generate_epoch
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff, hash_pin

NODE = "c1"
"""The node of an office that is its own center."""
CENTRE_LEVEL = "street"  # of the organ that its windows belong to


def found(office: Office, catalogue: Catalogue) -> None:
    """A new store's first entries: its node, its case numbers, what it offers, its window."""
    perform, settings = office.door.perform, office.settings
    perform(EnrolNode(node=NODE, name=settings.name.zh, node_kind="center", here=True, epoch=generate_epoch()), SYSTEM)
    for _block in range(1 + RESERVE_BLOCKS):
        perform(LendNumbers(node=NODE, incarnation=1), SYSTEM)
    publish(office, catalogue)
    if settings.centre:
        name = {"name_zh": settings.name.zh, "name_en": settings.name.en}
        perform(RegisterOrgan(id=settings.centre, level=CENTRE_LEVEL, **name), SYSTEM)
    register_window(office, settings.window, settings.window, hall=settings.hall, organ=settings.centre)
    office.store.settle_location()


def register_window(office: Office, window: str, name: str, *, hall: str, organ: str) -> None:
    """A window for every category of tickets. Raises Refused when there is one already."""
    letters = "".join(category.letter for category in office.settings.categories)
    office.door.perform(RegisterWindow(id=window, name=name, categories=letters, hall=hall, site=organ), SYSTEM)


def publish(office: Office, catalogue: Catalogue) -> None:
    """Puts a catalogue in force and makes its organs known. Raises Refused when its version is not a newer one."""
    content = catalogue.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=catalogue.id, version=catalogue.version, content=content), SYSTEM)
    for organ in catalogue.organs:
        named = {"name_zh": organ.name.zh, "name_en": organ.name.en, "level": organ.level, "parent": organ.parent}
        with office.store.read() as look:
            row = look.get("organs", id=organ.id)
        if row is None or any(row[name] != value for name, value in named.items()):
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


def employ(office: Office, number: str, name: str, role: str, pin: str, organ: str | None = None) -> None:
    """Puts somebody on the staff list. Raises Refused when the number is taken."""
    if not number or not name or not (number + name).isprintable():
        raise BadData("A staff number and a name are needed, in printable characters.")
    command = RegisterStaff(id=number, number=number, name=name, role=role, pin_hash=hash_pin(pin), organ=organ)
    office.door.perform(command, SYSTEM)
