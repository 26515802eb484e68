"""Which open cases rely on a corrected record: each way in which a case can, and the cases that do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from clerk_app.composition.corrected_records import find_open_cases
from clerk_app.composition.schedule import run_due_commands
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from clerk_app.registry.batches import ImportRegistryRows
from clerk_app.registry.corrections import CORRECTED_RECORD
from clerk_app.registry.rows import LicenceRow, RelationRow
from db.engines import Transaction
from tests.engines import postgresql_wide
from tests.office import SampleOffice
from tests.registry.registry_office import add_second, correct
from tests.registry.source_data import ISSUER_CODE, id_number

pytestmark = postgresql_wide

GUARDIAN, CHILD = "guardian", "child"


class World(NamedTuple):
    """A case with which nobody of the registry but its own parties is concerned, an earlier one, and a guardian.

    `relation` is that of the child and the guardian, `licence` belongs to the child.
    """

    office: SampleOffice
    case: str
    earlier: str
    relation: str
    licence: str

    def relying(self, kind: str, subject: str) -> bool:
        """Return whether the case relies on a record."""
        with self.office.store.read() as tx:
            return self.case in find_open_cases(tx, {"kind": kind, "subject": subject})

    def write(self, change: Callable[[Transaction, World], object]) -> None:
        with self.office.store.write() as tx:
            change(tx, self)


@pytest.fixture
def world(engine: str, office: SampleOffice) -> World:
    for serial, person in enumerate((GUARDIAN, CHILD), 1):
        details = PersonDetails(name=f"令狐{serial}", id_number=id_number(serial))
        office.door.perform(RegisterPerson(id=person, personal=details), SYSTEM)
    relation = RelationRow(identifier="r", digest="d", subject=id_number(2), other=id_number(1), relation="guardian")
    licence = LicenceRow(
        identifier="L-CHILD",
        digest="d",
        licence_type="0101",
        holder=id_number(2),
        issuer="police",
        issuer_code=ISSUER_CODE,
        valid_from="2020-01-01",
    )
    for kind, row in (("relation", relation), ("licence", licence)):
        office.door.perform(ImportRegistryRows(source="civil", kind=kind, personal=(row,)), SYSTEM)
    earlier, case = office.accept_birth(), office.accept_birth(child_name="王晓")
    (found,) = [row for row in office.select("relations") if row["other"] == GUARDIAN]
    (held,) = office.select("licences", identifier="L-CHILD")
    return World(office, case, earlier, found["id"], held["id"])


def use_licence(tx: Transaction, world: World, case: str = "") -> str:
    """Let a case have the licence of the child as its first material; return the id of the material."""
    first = tx.select("materials", case_number=case or world.case, order=("material",))[0]
    key = {name: first[name] for name in ("case_number", "material", "version")}
    tx.update("materials", key, how="licence", licence=world.licence)
    return "/".join(str(part) for part in key.values())


def use_again(tx: Transaction, world: World) -> None:
    """Let the case use the material of the earlier case again."""
    origin = use_licence(tx, world, world.earlier)
    last = tx.select("materials", case_number=world.case, order=("material",))[-1]
    key = {name: last[name] for name in ("case_number", "material", "version")}
    tx.update("materials", key, how="earlier", licence=None, origin=origin)


def make_out(tx: Transaction, world: World) -> None:
    tx.insert(
        "result_licences", task=f"{world.case}01", product=0, case_number=world.case, matter="m", state="issued",
        licence=world.licence, number="L-CHILD", valid_from="", valid_to="", reason="", code=None, issued_at=None,
        revoked_at=None,
    )  # fmt: skip


def show(tx: Transaction, world: World) -> None:
    tx.update("visits", {"id": _visit(tx, world)}, shown_licence="L-CHILD")


def serve(tx: Transaction, world: World) -> None:
    tx.update("visits", {"id": _visit(tx, world)}, person=GUARDIAN)


def _visit(tx: Transaction, world: World) -> str:
    case = tx.get("cases", number=world.case)
    assert case is not None
    return str(case["visit"])


def be_party(tx: Transaction, world: World, person: str = GUARDIAN, role: str = "guardian") -> None:
    party = {"kind": "person", "subject": person, "name": "令狐", "number": "", "known_by": "code"}
    tx.insert("parties", case_number=world.case, role=role, **party)


def be_known_by_number(tx: Transaction, world: World) -> None:
    party = {"kind": "person", "subject": None, "name": "令狐", "number": id_number(2), "known_by": "typed"}
    tx.upsert("parties", ("case_number", "role"), case_number=world.case, role="child", **party)


def be_applicant(tx: Transaction, world: World) -> None:
    tx.update("cases", {"number": world.case}, applicant=GUARDIAN)


def act(tx: Transaction, world: World, basis: str = "relation") -> None:
    tx.insert(
        "representations", case_number=world.case, role="child", agent=GUARDIAN, agent_name=None, agent_number=None,
        basis=basis, relation="guardian", acts="[]", valid_to="",
    )  # fmt: skip


@pytest.mark.parametrize("way", [use_licence, use_again, make_out, show])
def test_a_case_relies_on_a_licence(world: World, way: Callable[[Transaction, World], object]) -> None:
    assert not world.relying("licence", world.licence)
    world.write(way)
    assert world.relying("licence", world.licence)


def test_a_material_that_is_used_again_twice_still_relies_on_the_licence(world: World) -> None:
    world.write(use_again)
    third = world.office.accept_birth(child_name="王三")
    with world.office.store.write() as tx:
        again = tx.select("materials", case_number=world.case, order=("material",))[-1]
        origin = f"{world.case}/{again['material']}/{again['version']}"
        last = tx.select("materials", case_number=third, order=("material",))[-1]
        key = {name: last[name] for name in ("case_number", "material", "version")}
        tx.update("materials", key, how="earlier", origin=origin)
    assert world._replace(case=third).relying("licence", world.licence)


@pytest.mark.parametrize("way", [be_party, be_applicant, act, serve])
def test_a_case_relies_on_the_record_of_a_person(world: World, way: Callable[[Transaction, World], object]) -> None:
    assert not world.relying("person", GUARDIAN)
    world.write(way)
    assert world.relying("person", GUARDIAN)


@pytest.mark.parametrize("way", [use_licence, use_again, be_known_by_number])
def test_a_case_relies_on_the_record_of_the_holder_and_of_a_party_known_by_number(
    world: World, way: Callable[[Transaction, World], object]
) -> None:
    assert not world.relying("person", CHILD)
    world.write(way)
    assert world.relying("person", CHILD)


@pytest.mark.parametrize("other", [use_licence, use_again, be_known_by_number])
@pytest.mark.parametrize("own", [be_party, be_applicant, act, serve])
def test_a_case_relies_on_a_relation_of_one_who_is_concerned_with_the_other(
    world: World,
    own: Callable[[Transaction, World], object],
    other: Callable[[Transaction, World], object],
) -> None:
    world.write(own)
    assert not world.relying("relation", world.relation)
    world.write(other)
    assert world.relying("relation", world.relation)


def test_a_case_of_the_child_alone_does_not_rely_on_the_relation(world: World) -> None:
    world.write(use_licence)
    world.write(be_known_by_number)
    assert not world.relying("relation", world.relation)


def test_acting_by_codes_does_not_rely_on_the_relation(world: World) -> None:
    world.write(lambda tx, case: act(tx, case, "codes"))
    world.write(be_known_by_number)
    assert not world.relying("relation", world.relation)


def test_a_case_that_has_ended_gets_no_objection(world: World) -> None:
    world.write(use_licence)
    with world.office.store.write() as tx:
        tx.update("cases", {"number": world.case}, state="delivered")
    assert not world.relying("licence", world.licence)


def test_a_case_in_which_somebody_acted_by_a_relation_gets_one_objection(world: World) -> None:
    add_second(world.office)
    world.write(act)
    world.write(be_known_by_number)
    correct(world.office, "valid_to", "2026-12-31", kind="relation", subject=world.relation)
    run_due_commands(world.office.office)
    run_due_commands(world.office.office)
    objections = world.office.select("objections", reason=CORRECTED_RECORD)  # the case has one as a duplicate too
    assert [row["case_number"] for row in objections] == [world.case]
    assert [row["reported_cases"] for row in world.office.select("registry_corrections")] == [1]
