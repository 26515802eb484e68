"""What the counter can accept: one things by number, and the matters and handling items that can be chosen alone."""

from __future__ import annotations

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.name_index import NameIndex
from clerk_app.catalogue.names import Name
from clerk_app.catalogue.publication import find_newest, load_frame
from clerk_app.catalogue.single_matters import find_fixed_answers, split_single_id
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import current_language
from clerk_app.roles.formatting import localize
from clerk_app.views.counter import OneThingRow


def list_one_things(office: Office) -> tuple[OneThingRow, ...]:
    """Return the one things of the valid catalogue in its order; the numbers are those of the list of F5."""
    with office.store.read() as tx:
        frame = load_frame(tx)
        return tuple(
            OneThingRow(
                key=name.key,
                name=name.in_language(current_language()),
                lead=localize(frame.organ(name.organ).name),
                matters=name.matters,
                days=name.days,
            )
            for name in NameIndex(tx, *find_newest(tx)).list_one_things()
        )


def option_id(name: Name) -> str:
    """Return the id from which `read_choice` finds the choice again."""
    return f"{name.opens}:{name.item}" if name.item else name.opens


def read_choice(catalogue: Catalogue, chosen: str) -> tuple[str, dict[str, str]]:
    """Return the id of the one thing of a chosen row, and the answers that its handling item fixes.

    Raises BadData if the catalogue does not offer it.
    """
    one_thing, variant_id = split_single_id(chosen)
    try:
        defined = catalogue.one_thing(one_thing)
        if not variant_id:
            return one_thing, {}
        variants = catalogue.matter(defined.matters[0]).variants
        return one_thing, next(find_fixed_answers(found.when) for found in variants if found.id == variant_id)
    except (KeyError, StopIteration):
        raise BadData("The catalogue has no one thing {name}.", name=chosen) from None
