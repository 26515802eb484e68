"""Record that similar applications were searched for the text that is decided, without which a task is not approved.

The center searches. While it is not reachable and the search was not made, the approval waits, as a finding that is
not settled does; a refusal needs no search.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.text_index import list_compared
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Moment
from db.engines import Transaction


def read_compared_texts(tx: Transaction, case: CaseRecord, matter: str = "") -> dict[str, str]:
    """Return the texts of a case that are compared, by field: all, or those that the task of a matter uses."""
    fields = [planned.field for planned in case.plan.fields if not matter or matter in planned.needed_by]
    if not any(field.check == "similar_text" for field in fields):
        return {}
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case.number)}
    return {field: values[field] for field in list_compared(fields, values)}


def digest_compared_texts(texts: dict[str, str]) -> str:
    """Return the digest of texts by field: 64 hexadecimal digits; empty for none."""
    return sha256(msgspec.json.encode(sorted(texts.items()))).hexdigest() if texts else ""


def store_search(tx: Transaction, task: str, case: str, digest: str, at: int) -> None:
    """Store that the texts with this digest were searched for a task; `at` is in microseconds UTC."""
    columns = ("task", "case_number", "digest", "searched_at")
    tx.upsert_many("similar_searches", ("task",), columns, [(task, case, digest, at)])


def require_searched(tx: Transaction, case: CaseRecord, task: str, matter: str, moment: Moment) -> None:
    """Raise Refused unless the texts that the task uses were searched as they are now.

    An approval that an authority has lost in a restore counts.
    """
    digest = "" if moment.already_decided else digest_compared_texts(read_compared_texts(tx, case, matter))
    if not digest:
        return
    search = tx.get("similar_searches", task=task)
    if search is None:
        raise Refused(
            "not_searched",
            "Similar applications were not searched yet. Search with F8 70; the approval waits until the center "
            "has answered.",
        )
    if search["digest"] != digest:
        raise Refused(
            "text_changed",
            "The text was corrected after similar applications were searched. Search again with F8 70; the approval "
            "waits until the center has answered.",
        )
