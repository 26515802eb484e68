"""What was read from a paper, as a draft keeps it: a source of values of the form, apart from licences and parties.

A reading lives as long as its draft. It decides nothing: sure values prefill empty fields, and where the form differs
from a sure value, the difference needs a written reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from clerk_app.ledger.commands import MessagePart

if TYPE_CHECKING:
    from clerk_app.cases.completeness import GivenMaterial
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import Plan

PAPER_SOURCE = "paper:"
"""Start of a source of the form `paper:MATERIAL.VALUE.PAGE`; pages count from 1."""


class ReadValue(MessagePart, frozen=True, kw_only=True):
    """A value read from a paper.

    `certainty` is in thousandths; `is_sure`: it reached the threshold. `page` counts from 1, `corners` are x and y of
    the four corners of the text in thousandths of the page as it was read, empty if not known. `fact` is what it states
    of the holder of the material (`catalogue.form_fields.PARTY_FACTS`), empty for anything else.
    """

    id: str
    value: str
    certainty: int = 0
    is_sure: bool = False
    page: int = 1
    corners: tuple[int, ...] = ()
    fact: str = ""


class PaperReading(MessagePart, frozen=True, kw_only=True):
    """What was read from the paper with the digest `content`: its kind (empty if not recognised) and its values.

    `turned` are the quarters, clockwise, by which each page was turned before it was read. `failure` is the code of the
    error because of which it was not read. `ignored` has the ids of the findings that the clerk has set aside.
    """

    content: str
    kind: str = ""
    is_readable: bool = True
    values: tuple[ReadValue, ...] = ()
    turned: tuple[int, ...] = ()
    failure: str = ""
    ignored: tuple[str, ...] = ()


class PaperValue(MessagePart, frozen=True, kw_only=True):
    """A sure value of a paper that belongs to a field of the form, with its source."""

    value: str
    source: str


def format_paper_source(material: str, value: ReadValue) -> str:
    """Return the source of a value read from a paper."""
    return f"{PAPER_SOURCE}{material}.{value.id}.{value.page}"


def is_paper_source(source: str) -> bool:
    """Return whether a value with this source was read from a paper."""
    return source.startswith(PAPER_SOURCE)


def parse_paper_source(source: str) -> tuple[str, int]:
    """Return material and page (from 1, 0 if it has none) of the source of a value read from a paper."""
    material, _dot, rest = source.removeprefix(PAPER_SOURCE).partition(".")
    page = rest.rpartition(".")[2]
    return material, int(page) if page.isascii() and page.isdecimal() else 0


def is_same_paper(left: str, right: str) -> bool:
    """Return whether two sources of values are the same paper."""
    return is_paper_source(left) and is_paper_source(right) and left.partition(".")[0] == right.partition(".")[0]


def list_field_values(plan: Plan, field: Field, readings: Mapping[str, PaperReading]) -> list[tuple[str, ReadValue]]:
    """Return what papers state of a field, sure or not, with the material of each, in the order of its sources.

    A paper states what the licence of the same material would: `licence:MATERIAL.claim`; and facts of its holder:
    `party:ROLE.fact`.
    """
    found: dict[tuple[str, str], ReadValue] = {}
    for source in field.prefill:
        kind, _colon, rest = source.partition(":")
        name, _dot, detail = rest.partition(".")
        for material, value in _list_values(plan, readings, name, is_party=kind == "party"):
            if detail == (value.fact if kind == "party" else value.id):
                found.setdefault((material, value.id), value)
    return [(material, value) for (material, _id), value in found.items()]


def _list_values(
    plan: Plan, readings: Mapping[str, PaperReading], name: str, *, is_party: bool
) -> Iterator[tuple[str, ReadValue]]:
    """Yield the values of the papers whose holder has the role `name`, or of the paper of the material `name`."""
    own = plan.one_thing.applicant_role().id
    for planned in plan.materials:
        material = planned.material
        reading = readings.get(material.id)
        if reading is not None and name == ((material.holder or own) if is_party else material.id):
            yield from ((material.id, value) for value in reading.values)


def select_readings(
    readings: Mapping[str, PaperReading], materials: Iterable[GivenMaterial]
) -> dict[str, PaperReading]:
    """Return the readings of the files of the papers that are given, by material."""
    files = {given.material: given.content for given in materials if given.how == "paper"}
    return {name: reading for name, reading in readings.items() if files.get(name) == reading.content}


def list_paper_values(
    plan: Plan, readings: Mapping[str, PaperReading], materials: Iterable[GivenMaterial]
) -> dict[str, list[PaperValue]]:
    """Return the sure values of the papers that are given, by the field of the form to which they belong."""
    current = select_readings(readings, materials)
    if not current:
        return {}
    return {
        planned.field.id: [
            PaperValue(value=value.value, source=format_paper_source(material, value))
            for material, value in list_field_values(plan, planned.field, current)
            if value.is_sure
        ]
        for planned in plan.fields
    }
