"""The promised longest wait of the ticket categories of a hall, in minutes; 0 for none."""

from __future__ import annotations

from clerk_app.catalogue.publication import read_hall
from clerk_app.composition.office import Office
from db.engines import Transaction


def read_promise(office: Office, tx: Transaction, letter: str) -> int:
    """Return the promise of a category; that of `office.toml` where the catalogue has none for it."""
    configuration = read_hall(tx)
    category = configuration.category(letter) if configuration is not None else None
    return (category.promise_minutes if category is not None else None) or office.settings.promise_minutes


def read_promises(office: Office, tx: Transaction) -> tuple[int, ...]:
    """Return the different promises of all categories, the shortest first; empty without any."""
    configuration = read_hall(tx)
    letters = [category.letter for category in configuration.categories] if configuration is not None else [""]
    found = {read_promise(office, tx, letter) for letter in letters}
    return tuple(sorted(found - {0}))
