"""Ticket categories and classes that a machine of a hall offers: those of the catalogue, else of `office.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from clerk_app.catalogue.publication import read_hall
from clerk_app.catalogue.terms import GREEN_LANE, TicketClass
from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from db.engines import Transaction

BY_CODE = "appointment"
"""The class of tickets that need the code of an appointment."""


@dataclass(frozen=True)
class OfferedCategory:
    """A ticket category: letter, name in the current language, and the ids of its classes without BY_CODE."""

    letter: str
    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class OfferedClass:
    """A ticket class: id, name in the current language, and what its holder shows; `proof` may be empty."""

    id: str
    name: str
    proof: str = ""

    @property
    def is_green_lane(self) -> bool:
        """Whether the class belongs to the green lane (绿色通道)."""
        return self.id in GREEN_LANE

    @property
    def needs_proof(self) -> bool:
        """Whether the holder of a ticket of the green lane shows a paper at the window."""
        return self.is_green_lane and self.id != "pregnant"


def list_categories(office: Office, tx: Transaction) -> tuple[OfferedCategory, ...]:
    """Return the ticket categories of the hall in their order."""
    hall = read_hall(tx)
    if hall is None:
        classes = _without_code(get_args(TicketClass))
        return tuple(
            OfferedCategory(category.letter, category.name.localized(), classes)
            for category in office.settings.categories
        )
    return tuple(
        OfferedCategory(category.letter, localize(category.name), _without_code(hall.classes_of(category)))
        for category in hall.categories
    )


def list_classes(tx: Transaction) -> tuple[OfferedClass, ...]:
    """Return the ticket classes that are issued without a code, in their order."""
    hall, proofs, names = read_hall(tx), _proofs(), _class_names()
    if hall is None:
        return tuple(OfferedClass(name, names[name], proofs.get(name, "")) for name in names)
    return tuple(
        OfferedClass(known.id, localize(known.name), proofs.get(known.id, ""))
        for known in hall.classes
        if known.id != BY_CODE
    )


def has_class(tx: Transaction, ticket_class: str) -> bool:
    """Return whether the catalogue of the city configures a ticket class."""
    hall = read_hall(tx)
    return hall is not None and hall.ticket_class(ticket_class) is not None


def _without_code(classes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in classes if name != BY_CODE)


def _class_names() -> dict[str, str]:
    return {
        "ordinary": _("Ordinary"),
        "prechecked": _("Pre-checked"),
        "return": _("Return visit"),
        "elderly": _("Elderly"),
        "disabled": _("Disabled"),
        "pregnant": _("Pregnant"),
        "veteran": _("Service member or veteran"),
    }


def _proofs() -> dict[str, str]:
    """Return what the holder of a ticket of each class shows at the window."""
    return {
        "prechecked": _("notice that the papers were checked in advance"),
        "return": _("receipt or notice of the case"),
        "elderly": _("identity document with the date of birth"),
        "disabled": _("disability certificate"),
        "pregnant": _("nothing is needed"),
        "veteran": _("certificate of a service member or veteran"),
    }
