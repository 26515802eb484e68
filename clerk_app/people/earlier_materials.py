"""Materials of earlier cases (我的材料) that the city holds of a party of a visit, and when they may be used again.

A service centre has learnt them with a case: papers that a clerk checked, papers that were sent in, promises, results.
A result belongs to the party for whom it was approved, whether or not the city knew this party then; it is offered to
the registered guardian too. The grade
(国办函〔2016〕108号) decides on the use. A (issued by an organ) and B (checked by a clerk): as it is; C (sent in): the
clerk looks at the original; D (a promise): the citizen makes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from clerk_app.catalogue import publication
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition

EARLIER = "earlier"
"""How a material of a case was provided: the city held it of an earlier case (`materials.how`)."""
PRODUCED = "produced"
"""How a material of a case was provided: it is the result of one of its matters."""
GRADE_ISSUED, GRADE_CHECKED, GRADE_SENT_IN, GRADE_PROMISED = "A", "B", "C", "D"
_MICROSECONDS = 1_000_000


class EarlierMaterial(MessagePart, frozen=True, kw_only=True):
    """A version of a material of an earlier case. `learnt_at`: when it was taken in first, microseconds UTC.

    `holder` is the party to whom it belongs; empty for the person for whom it is listed.
    """

    case: str
    material: str
    version: int
    how: str
    grade: str
    learnt_at: int
    issuer: str = ""
    valid_to: str = ""
    issued_on: str = ""
    holder: str = ""

    @property
    def id(self) -> str:
        """Its id. Consents have it in the column of the licence."""
        return f"{self.case}/{self.material}/{self.version}"


def parse_earlier_id(text: str) -> tuple[str, str, int] | None:
    """Return case number, material and version of an id; None for any other text, such as the id of a licence."""
    case, _slash, rest = text.partition("/")
    material, _slash, version = rest.partition("/")
    return (case, material, int(version)) if case and material and version.isdecimal() else None


def grade_of_paper(definition: MaterialDefinition) -> str:
    """Return the grade of a paper that a clerk takes in: a commitment of the applicant's own is a promise."""
    is_promise = definition.own_commitment
    if is_promise is None:
        is_promise = definition.origin == "applicant" and definition.promise_allowed and definition.licence_type is None
    return GRADE_PROMISED if is_promise else GRADE_CHECKED


def grade_after_use(grade: str) -> str:
    """Return the grade of a material that is used again. One sent in is checked then, by a look at the original."""
    return GRADE_CHECKED if grade == GRADE_SENT_IN else grade


def needs_confirmation(grade: str) -> bool:
    """Return whether the clerk has to confirm the use: that the original was seen, or the promise made again."""
    return grade in (GRADE_SENT_IN, GRADE_PROMISED)


def list_earlier_materials(
    tx: Transaction, person: str, catalogue: Catalogue, needed: Mapping[str, MaterialDefinition], now: int
) -> tuple[tuple[EarlierMaterial, ...], tuple[EarlierMaterial, ...]]:
    """Return the best earlier material of a person for each material in `needed`, by id; `now` in microseconds UTC.

    The second tuple has those materials of which the city has only one that is older than the catalogue allows. The
    person has identified themselves in the earlier case as the party to whom a paper belongs, or an agent has proved to
    act for them; nothing of it is listed for the agent. Results of persons under their guardianship follow, the best of
    each. Left out are
    materials of erased cases and of cases with an open objection, those that a department has asked for again since,
    and those that the catalogue never uses again. One that has not expired is better, then the newest.
    """
    today = to_city_day(now, catalogue)
    best: dict[tuple[str, str], EarlierMaterial] = {}
    for found in _list_for(tx, person, today):
        definition = needed.get(found.material)
        if definition is None or not find_reuse_days(definition, catalogue):
            continue
        key = (found.holder, found.material)
        known = best.get(key)
        if known is None or _rank(found, definition, catalogue, today) > _rank(known, definition, catalogue, today):
            best[key] = found
    ordered = [best[key] for key in sorted(best)]
    usable = tuple(each for each in ordered if not is_too_old(each.learnt_at, needed[each.material], catalogue, today))
    return usable, tuple(each for each in ordered if each not in usable)


def find_usable_material(tx: Transaction, person: str, earlier_id: str, today: date) -> EarlierMaterial | None:
    """Return an earlier material that a person may use, by its id, if it may still be used again; None otherwise.

    Its age and its end are checked where it is used (`is_too_old`).
    """
    return next((found for found in _list_for(tx, person, today) if found.id == earlier_id), None)


def to_city_day(moment: int, catalogue: Catalogue) -> date:
    """Return the day of a time (microseconds UTC) in the zone of the city."""
    return datetime.fromtimestamp(moment / _MICROSECONDS, UTC).astimezone(ZoneInfo(catalogue.time_zone)).date()


def find_reuse_days(definition: MaterialDefinition, catalogue: Catalogue) -> int:
    """Return for how many days after it was learnt a material may be used again; 0 for never."""
    return catalogue.city_policy.material_reuse_days if definition.reuse_days is None else definition.reuse_days


def is_too_old(learnt_at: int, definition: MaterialDefinition, catalogue: Catalogue, today: date) -> bool:
    """Return whether a material that was learnt at a time (microseconds UTC) is older than the catalogue allows."""
    return (today - to_city_day(learnt_at, catalogue)).days >= find_reuse_days(definition, catalogue)


def _rank(
    found: EarlierMaterial, definition: MaterialDefinition, catalogue: Catalogue, today: date
) -> tuple[bool, bool, int]:
    is_young = not is_too_old(found.learnt_at, definition, catalogue, today)
    return is_young, not found.valid_to or found.valid_to >= today.isoformat(), found.learnt_at


def _list_for(tx: Transaction, person: str, today: date) -> Iterator[EarlierMaterial]:
    """Yield the earlier materials that a person may use: the own ones, and results of those in their guardianship."""
    yield from _list_of_person(tx, person)
    for ward in tx.query_all("licences.wards_of_guardian", person=person, today=today.isoformat()):
        for found in _list_of_person(tx, ward["subject"]):
            if found.how == PRODUCED:
                yield msgspec.structs.replace(found, holder=ward["subject"])


def _list_of_person(tx: Transaction, person: str) -> Iterator[EarlierMaterial]:
    """Yield the newest version of each material that belongs to a person, of each earlier case that counts."""
    numbers = [
        number
        for table, column in (("persons", "id_number"), ("organisations", "credit_code"))
        for row in tx.select(table, id=person)
        if (number := row[column])
    ]
    rows = tx.query_all("licences.materials_of_person", person=person, number=numbers[0] if numbers else "-")
    newest: dict[tuple[str, str], Row] = {(row["case_number"], row["material"]): row for row in rows}
    for row in newest.values():
        if _belongs_to_role(tx, row) and not _was_asked_again(tx, row):
            yield EarlierMaterial(
                case=row["case_number"],
                material=row["material"],
                version=row["version"],
                how=row["how"],
                grade=row["grade"],
                learnt_at=row["learnt_at"] or row["taken_at"],
                issuer=row["issuer"],
                valid_to=row["valid_to"],
                issued_on=row["issued_on"],
            )


def _belongs_to_role(tx: Transaction, row: Row) -> bool:
    """Return whether a material belongs to the party in the role of a row, by the catalogue of its case.

    A result counts while its approval is in force; one that became a licence is listed as that licence.
    """
    catalogue = publication.load_part(
        tx, row["catalogue"], row["catalogue_version"], row["one_thing"], (row["material"],)
    )
    try:
        one_thing, definition = catalogue.one_thing(row["one_thing"]), catalogue.material(row["material"])
    except KeyError:
        return False
    if row["how"] == PRODUCED and (_has_licence(tx, row, catalogue) or not _is_in_force(tx, row, catalogue)):
        return False
    return bool((definition.holder or one_thing.applicant_role().id) == row["role"])


def _has_licence(tx: Transaction, row: Row, catalogue: Catalogue) -> bool:
    """Return whether a licence was made out for a result, or is to be."""
    for licence in tx.select("result_licences", case_number=row["case_number"]):
        product = catalogue.matter(licence["matter"]).produces[licence["product"]]
        if product.material == row["material"] and licence["state"] != "not_issued":
            return True
    return False


def _is_in_force(tx: Transaction, row: Row, catalogue: Catalogue) -> bool:
    """Return whether the newest task of the matter that made a result has approved it."""
    makers = {
        matter.id for matter in catalogue.matters for result in matter.produces if result.material == row["material"]
    }
    tasks = [
        task for task in tx.select("tasks", case_number=row["case_number"], order=("id",)) if task["matter"] in makers
    ]
    return bool(tasks) and tasks[-1]["state"] == "approved"


def _was_asked_again(tx: Transaction, row: Row) -> bool:
    """Return whether a department asked for a material after it was taken in: it was not good enough."""
    return any(
        supplement["asked_at"] >= row["taken_at"] and row["material"] in decode_json_list(supplement["materials"])
        for supplement in tx.select("supplements", case_number=row["case_number"])
    )
