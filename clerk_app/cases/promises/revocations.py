"""Which false promise an approval was revoked for."""

from __future__ import annotations

from clerk_app.cases.promises.rows import BROKEN, read_promises
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


def find_false_promise(tx: Transaction, task: Row) -> Row | None:
    """Return the promise because of which a task records the revocation of an approval; None for any other task."""
    if task["recheck_of"] is None or task["state"] != "refused":
        return None
    for promise in read_promises(tx, task["case_number"]):
        is_of_task = promise["organ"] == task["organ"] and task["matter"] in decode_json_list(promise["matters"])
        if promise["state"] == BROKEN and is_of_task and promise["settled_at"] == task["ended_at"]:
            return promise
    return None
