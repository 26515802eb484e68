"""The permission matrix: which role at which kind of machine may give each command, pinned in a readable file.

`permission_matrix.tsv` has one line for each command; a change of a rule changes this file, and a person reads it.
`python -m tests.people.test_permission_matrix` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.errors import Refused
from clerk_app.ledger.access import (
    ANY_MACHINE,
    STAFF_MACHINES,
    STAFF_ROLES,
    WINDOW_MACHINE,
    MachineKind,
    Role,
    machine_kinds,
)
from clerk_app.ledger.commands import Placement, Rule
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.people import SYSTEM, authorise
from tests.office import SampleOffice
from tests.sample_data import SITE

FILE = Path(__file__).with_name("permission_matrix.tsv")
PLACEMENTS = {Placement.LOCAL_FIRST: "local first", Placement.REMOTE: "remote", Placement.PRIVATE: "private"}
HEADER = "command\tpermission\tplacement\troles\tmachines\n"
NODE_KINDS = (*MachineKind, WINDOW_MACHINE, "unknown", "counter,kiosk")


def matrix() -> str:
    """Return the content of the file for the registered rules."""
    lines = [
        "\t".join(
            (
                rule.kind,
                rule.permission,
                PLACEMENTS[rule.placement],
                ", ".join(sorted(rule.roles)),
                "any"
                if rule.machines == ANY_MACHINE
                else "staffed"
                if rule.machines == STAFF_MACHINES
                else ", ".join(sorted(rule.machines)),
            )
        )
        for rule in sorted(all_rules(), key=lambda rule: rule.kind)
    ]
    return HEADER + "".join(f"{line}\n" for line in lines)


def test_the_matrix_is_the_pinned_one() -> None:
    assert matrix() == FILE.read_text("utf-8")


@pytest.fixture(scope="module")
def office(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleOffice]:
    """An office with a node of every kind, and a person of every role who belongs to the node's organ."""
    opened = SampleOffice.open_copy(office_template, tmp_path_factory.mktemp("matrix") / "office")
    for kind in NODE_KINDS:
        node = EnrolNode(node=f"node-{kind}", name=kind, node_kind=kind, organs=(SITE,))
        opened.door.perform(node, SYSTEM)
    with opened.store.write() as tx:  # two administrators cannot be registered by one person
        (row,) = tx.select("staff", id="admin")
        for role, organ in product(sorted(STAFF_ROLES), (SITE, "health")):
            changes = {"id": f"{role}-{organ}", "number": f"{role}-{organ}", "role": role, "organ": organ}
            tx.insert("staff", **{**row, **changes})
    yield opened
    opened.close()


def expected(rule: Rule[Any, Any], kind: str, role: str, organ: str) -> bool:
    """Return whether the matrix permits a command to an actor at a node of a kind."""
    kinds = machine_kinds(kind)
    if rule.placement is Placement.PRIVATE or not kinds & rule.machines:
        return False
    if role == SYSTEM:
        return Role.NODE in rule.roles
    acts_for_itself = role == Role.KIOSK or bool(kinds & STAFF_MACHINES)
    return role in rule.roles and acts_for_itself and organ == SITE


def test_every_command_is_permitted_to_exactly_the_roles_machines_and_places_of_the_matrix(
    office: SampleOffice,
) -> None:
    actors = [*product(sorted(STAFF_ROLES), (SITE, "health")), (SYSTEM, SITE)]
    wrong = []
    with office.store.read() as tx:
        for rule, kind, (role, organ) in product(all_rules(), NODE_KINDS, actors):
            try:
                authorise(tx, role if role == SYSTEM else f"{role}-{organ}", rule, 0, f"node-{kind}")
                permitted = True
            except Refused:
                permitted = False
            if permitted != expected(rule, kind, role, organ):
                wrong.append((rule.kind, kind, role, organ, permitted))
    assert wrong == []


def test_a_node_that_is_not_admitted_may_do_nothing(office: SampleOffice) -> None:
    with office.store.read() as tx:
        for rule in all_rules():
            with pytest.raises(Refused):
                authorise(tx, SYSTEM, rule, 0, "nobody")


if __name__ == "__main__":
    FILE.write_text(matrix(), "utf-8")
