"""The chain of those who have to act on an overdue task: its organ, the superior organ, the government."""

from __future__ import annotations

from clerk_app.locales import mark
from db.engines import Transaction

ORGAN_HEAD, SUPERIOR, GOVERNMENT = 1, 2, 3
"""Steps of the chain."""
DEEMED = 9
"""Step of a task that was approved by the lapse of time: its organ acknowledges that. No step of the chain."""
STEP_NAMES = {
    ORGAN_HEAD: mark("head of the department"),
    SUPERIOR: mark("superior organ"),
    GOVERNMENT: mark("government"),
    DEEMED: mark("approved by the lapse of time"),
}


def find_addressee(tx: Transaction, organ: str, step: int) -> str:
    """Return the organ that has to act: the organ itself, its parent, or the last one of the chain of parents.

    Where the chain is shorter, its last organ has to act again.
    """
    if step == ORGAN_HEAD:
        return organ
    chain = [organ]
    while (row := tx.get("organs", id=chain[-1])) is not None and row["parent"] and row["parent"] not in chain:
        chain.append(row["parent"])
    return chain[-1] if step == GOVERNMENT else chain[min(1, len(chain) - 1)]


def insert_escalation(
    tx: Transaction, task: str, step: int, *, case: str, organ: str, addressee: str, passed_at: int, raised_at: int
) -> None:
    """Insert an open escalation of a task of `organ`, which `addressee` answers. Times are microseconds UTC."""
    tx.insert(
        "escalations",
        id=f"{task}-{step}",
        task=task,
        case_number=case,
        step=step,
        organ=organ,
        addressee=addressee,
        passed_at=passed_at,
        raised_at=raised_at,
        closed_at=None,
        answered_by="",
        note="",
    )
    tx.mark_changed("city", f"escalation/{task}-{step}")
