"""Second factors of a case guessed over a long time: counted for a month, refused after too many, and reported.

A count that ends after an hour does not stop somebody who is patient: a factor has four characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.objections import GUESSED, RaiseObjection
from clerk_app.ledger.tries import SECOND_FACTOR_IN_ALL
from clerk_app.locales import mark
from db.engines import Transaction

MONTH = 30 * 86_400_000_000
"""Microseconds since the last wrong factor after which earlier ones are no longer counted."""
MAX_WRONG_FACTORS = 15
"""Wrong factors of a case within a month, after which nobody can ask for it by its number."""
_SENTENCE = mark(
    "The number of this case was entered with {count} wrong second factors, so nobody can ask for it by its number. "
    "Ask the applicant whether it was them; settling this allows it again."
)


def list_due_warnings(tx: Transaction, after: str) -> Iterator[RaiseObjection]:
    """Yield an objection for each case after a number whose factor was guessed, if none is open."""
    for row in tx.select("tries", order=("who",), what=SECOND_FACTOR_IN_ALL):
        number = str(row["who"])
        if number <= after or row["failures"] < MAX_WRONG_FACTORS or tx.get("cases", number=number) is None:
            continue
        known = tx.select("objections", case_number=number, reason=GUESSED)
        if all(objection["settled_at"] is not None for objection in known):
            yield RaiseObjection(case=number, reason=GUESSED, sentence=_SENTENCE, facts={"count": str(row["failures"])})
