"""The results of a case as a hand-over list divides them: handed over with it, before it, and still to come."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.delivery.result_set import tasks_in_force
from db.engines import Row, Transaction


@dataclass(frozen=True)
class DividedResults:
    """Rows of results, and of the tasks whose decisions a list states.

    `decided` are the tasks of the results on the list, and the lapsed ones; `expected` are those still to come.
    """

    handed_over: tuple[Row, ...]
    before: tuple[Row, ...]
    decided: tuple[Row, ...]
    expected: tuple[Row, ...]


def divide_results(tx: Transaction, case: CaseRecord, part: int) -> DividedResults:
    """Divide the results of a case for the hand-over list of a part; part 0 is the last one.

    Results of lapsed matters are left out: earlier versions made such results out.
    """
    tasks = tasks_in_force(case)
    by_id = {task["id"]: task for task in case.tasks}
    rows = [
        row
        for row in tx.select("issuances", case_number=case.number, order=("number",))
        if row["matter"] not in tasks or tasks[row["matter"]]["state"] != "lapsed"
    ]
    listed = [row for row in rows if (row["part"] == part if row["delivered_at"] is not None else not part)]
    before = [row for row in rows if row["delivered_at"] is not None and 0 < row["part"] < (part or len(rows) + 1)]
    decided = [task for row in listed if (task := by_id.get(row["task"]) or tasks.get(row["matter"])) is not None]
    lapsed = [task for task in tasks.values() if task["state"] == "lapsed"]
    named = {row["matter"] for row in (*listed, *before)} | {task["matter"] for task in lapsed}
    return DividedResults(
        handed_over=tuple(listed),
        before=tuple(before),
        decided=(*decided, *lapsed),
        expected=tuple(task for matter, task in tasks.items() if matter not in named) if part else (),
    )
