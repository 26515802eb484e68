"""Setting up an office from its own machine's command line: what is put into a new store, and by whom."""

from __future__ import annotations

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.published import PublishCatalogue
from clerk_app.desks.office import Office
from clerk_app.errors import BadData
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.ledger.numbers import RESERVE, LendNumbers
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff, hash_pin

NODE = "c1"
"""The node of an office that is its own center."""


def found(office: Office, catalogue: Catalogue) -> None:
    """A new store's first entries: its node, its case numbers, what it offers, its window."""
    perform, settings = office.door.perform, office.settings
    perform(EnrolNode(node=NODE, name=settings.name.zh, node_kind="center", here=True), SYSTEM)
    for _block in range(1 + RESERVE):
        perform(LendNumbers(node=NODE, incarnation=1), SYSTEM)
    publish(office, catalogue)
    letters = "".join(category.letter for category in settings.categories)
    perform(RegisterWindow(id=settings.window, name=settings.window, categories=letters), SYSTEM)
    office.store.settle()


def publish(office: Office, catalogue: Catalogue) -> None:
    """Puts a catalogue in force and makes its organs known. Raises Refused when its version is not a newer one."""
    content = catalogue.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=catalogue.id, version=catalogue.version, content=content), SYSTEM)
    for organ in catalogue.organs:
        named = {"name_zh": organ.name.zh, "name_en": organ.name.en, "level": organ.level, "parent": organ.parent}
        with office.store.read() as look:
            row = look.row("organs", id=organ.id)
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
