"""Hint before the acceptance: whether earlier applications are similar to a draft, without showing which.

The window sends fingerprints of the compared texts and the numbers of the parties, not the texts. The answer has only
counts, so nobody's data is shown; the officer reads the passages later (`tasks.similar_cases`).
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

LEAST_SHARE = 5  # percent of the fingerprints that an earlier text must have to be counted
LEAST_SHARED = 2  # fingerprints
MOST_FINGERPRINTS = 2000
MOST_NUMBERS = 20
_MOST_CASES = 50
_CHECK_SECONDS = 5.0
RULES = RuleSet()


class DraftFacts(MessagePart, frozen=True, kw_only=True):
    """Fingerprints of the compared texts of a draft, and the numbers of its persons and enterprises."""

    fingerprints: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()


class SimilarHinted(CommandDecision, frozen=True, kw_only=True):
    """How many earlier applications have a part of the text, the largest part in percent, and how many a party."""

    stored_name: ClassVar[str] = "SimilarHinted"
    texts: int
    share: int
    parties: int


class HintSimilar(Command[SimilarHinted], frozen=True, kw_only=True):
    """Asks whether earlier applications for the same one thing are similar to a draft; the authority answers."""

    stored_name: ClassVar[str] = "HintSimilar"
    draft: str
    one_thing: str
    personal: DraftFacts | None = None


def _decide(tx: Transaction, command: HintSimilar, _: Moment) -> SimilarHinted:
    facts = command.personal
    if facts is None or not 0 < len(facts.fingerprints) <= MOST_FINGERPRINTS or len(facts.numbers) > MOST_NUMBERS:
        raise Refused("no_texts", "This application has no text that is compared.")
    rows = tx.query_all(
        "texts.shared_fingerprints",
        topic=command.one_thing,
        number="",
        fingerprints=tx.encode_list([*map(str, facts.fingerprints)]),
        many=_MOST_CASES,
    )
    shares = [100 * int(row["shared"]) // len(facts.fingerprints) for row in rows if row["shared"] >= LEAST_SHARED]
    found = [share for share in shares if share >= LEAST_SHARE]
    numbers = tx.encode_list([number for number in facts.numbers if number])
    parties = tx.query_all("texts.cases_of_numbers", topic=command.one_thing, found=numbers)
    return SimilarHinted(texts=len(found), share=max(found, default=0), parties=len(parties))


@RULES.register(
    HintSimilar,
    SimilarHinted,
    permission="draft.hint_similar",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Hint of similar applications"),
    decide=_decide,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.REMOTE,
    wait_seconds=_CHECK_SECONDS,
    max_bytes=60_000,
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[HintSimilar, SimilarHinted]) -> None:
    """Store nothing: the answer is shown once."""
