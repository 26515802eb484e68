"""The command of `docs/howto/add-a-command.md` is registered and performed through the door."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import pytest

from clerk_app import people
from clerk_app.composition.registry import all_rules
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.door import Door
from tests.docs.code_blocks import DOCS, load_module, read_blocks
from tests.empty_store import create_empty_store
from tests.office import SampleOffice

MODULE, CALL = read_blocks(DOCS / "howto" / "add-a-command.md", "python")


@pytest.fixture
def priority(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of the page."""
    return load_module(MODULE, monkeypatch)


@pytest.fixture
def door(office: SampleOffice, priority: ModuleType) -> Door:
    """The door of the sample office, with the rule of the page."""
    rules = Rules((*all_rules(), *priority.RULES))
    return Door(office.store, rules, people.authorise, clock=office.clock)


@pytest.fixture
def task(office: SampleOffice) -> str:
    """The last of two tasks in the queue of the health commission."""
    office.accept_birth()
    number = office.accept_birth("w2", child_name="李二诺")
    return str(office.task(number, "birth-medical-certificate")["id"])


def queue(office: SampleOffice) -> list[str]:
    """Return the pooled tasks of the health commission, most urgent first."""
    return [row["id"] for row in office.select("tasks", order=("rank", "id"), organ="health", state="pooled")]


def test_the_task_becomes_the_most_urgent(office: SampleOffice, priority: ModuleType, door: Door, task: str) -> None:
    assert queue(office)[0] != task
    names = {"office": SimpleNamespace(door=door), "task": task, "supervisor": "supervisor"}
    exec(CALL.text, {**vars(priority), **names})
    assert queue(office)[0] == task
    assert office.claim("health").task == task


def test_the_tables_are_rebuilt_with_the_command(
    office: SampleOffice, priority: ModuleType, door: Door, task: str
) -> None:
    door.perform(priority.PrioritiseTask(task=task, reason="travels tomorrow"), "supervisor")
    rules = Rules((*all_rules(), *priority.RULES))
    copy = audit.rebuild_store(office.store, rules, create_empty_store(office.office.folder / "copy.db"))
    assert audit.list_different_tables(office.store, copy) == []
    copy.close()


def test_a_clerk_is_refused(priority: ModuleType, door: Door, task: str) -> None:
    with pytest.raises(Refused, match="Task moved to the front"):
        door.perform(priority.PrioritiseTask(task=task, reason="travels tomorrow"), "clerk-1")


def test_a_claimed_task_is_refused(office: SampleOffice, priority: ModuleType, door: Door, task: str) -> None:
    office.claim("health", task)
    with pytest.raises(Refused, match="waits in its queue"):
        door.perform(priority.PrioritiseTask(task=task, reason="travels tomorrow"), "supervisor")
