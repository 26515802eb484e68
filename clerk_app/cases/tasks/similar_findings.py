"""Similar applications that were named for a task, and how the officer settled each before the decision.

A finding with a common passage, or with a person of both applications, needs a code before the task is decided: the
decision then lists what was shown. Meaning and enterprise alone are weak hints and need none.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

COPIED = "copied"
FINDING_CODES = {
    "not_relevant": mark("Not relevant: usual wording or a rule that both quote"),
    "own_earlier": mark("Own earlier application of the same applicant"),
    "continued": mark("Continues the earlier project, and states what is new"),
    COPIED: mark("Copied: the application is refused"),
    "other": mark("Another reason"),
}
"""How a finding is settled, by code."""
IN_WORDS = frozenset({"continued", "other"})
"""Codes that need the officer's words."""
LONGEST_NOTE = 300  # characters
RULES = RuleSet()


class SimilarCase(MessagePart, frozen=True, kw_only=True):
    """An earlier case: share of common fingerprints and likeness of meaning in percent, and which parties are the same.

    `leader`: a person of both, such as the project leader; `enterprise`: an organisation of both. `passages` are the
    digests of the common passages as the later application has them.
    """

    number: str
    text: int = 0
    meaning: int = 0
    leader: bool = False
    enterprise: bool = False
    passages: tuple[str, ...] = ()


class SettledFinding(MessagePart, frozen=True, kw_only=True):
    """A finding that was shown: the number of the earlier case, digests of the passages, code and words."""

    other: str
    passages: tuple[str, ...] = ()
    code: str = ""
    note: str = ""


class SimilarSettled(CommandDecision, frozen=True, kw_only=True):
    """The finding as it was shown when it was settled."""

    stored_name: ClassVar[str] = "SimilarSettled"
    case: str
    passages: tuple[str, ...] = ()


class SettleSimilar(Command[SimilarSettled], frozen=True, kw_only=True):
    """Settles a similar application that was named for a task which the actor holds."""

    stored_name: ClassVar[str] = "SettleSimilar"
    task: str
    fence: int
    other: str
    code: str
    note: str = ""


def digest_passage(text: str) -> str:
    """Return the digest of a passage, by which a later check finds it in the text: 16 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()[:16]


def is_finding_code(code: str, note: str) -> bool:
    """Return whether a code is known and, where it needs words, has them."""
    return code in FINDING_CODES and (code not in IN_WORDS or bool(note.strip()))


def needs_settling(finding: Row) -> bool:
    """Return whether a finding needs a code before the task is decided."""
    return bool(decode_json_list(finding["passages"])) or bool(finding["leader"])


def store_findings(tx: Transaction, task: str, cases: Iterable[SimilarCase], at: int) -> None:
    """Store what a search has named for a task. A finding that shows the same as before stays settled."""
    before = {row["other"]: row for row in tx.select("similar_findings", task=task)}
    tx.delete("similar_findings", task=task)
    for case in cases:
        known = before.get(case.number)
        passages = encode_json_list(case.passages)
        is_same = known is not None and known["passages"] == passages and known["leader"] == case.leader
        tx.insert(
            "similar_findings",
            task=task,
            other=case.number,
            case_number=case_number_of(task),
            text=case.text,
            meaning=case.meaning,
            leader=case.leader,
            enterprise=case.enterprise,
            passages=passages,
            found_at=at,
            code=known["code"] if known is not None and is_same else "",
            note=known["note"] if known is not None and is_same else "",
            settled_by=known["settled_by"] if known is not None and is_same else "",
        )
    mark_case_changed(tx, case_number_of(task))


def require_settled(tx: Transaction, task: str, outcome: str) -> tuple[SettledFinding, ...]:
    """Return the findings of a task as the decision records them.

    Raises Refused if one needs a code and has none, or if an application that was settled as copied is approved.
    """
    rows = tx.select("similar_findings", task=task, order=("other",))
    waiting = [row["other"] for row in rows if needs_settling(row) and not row["code"]]
    if waiting:
        raise Refused(
            "similar_open",
            "Similar applications were found and are not settled yet: {cases}. Open them with F8 70.",
            cases=", ".join(waiting),
        )
    copied = next((row["other"] for row in rows if row["code"] == COPIED), "")
    if copied and outcome == "approved":
        raise Refused(
            "similar_copied",
            "The application was settled as copied from {case}: refuse it, or settle the finding in another way.",
            case=copied,
        )
    return tuple(
        SettledFinding(
            other=row["other"], passages=tuple(decode_json_list(row["passages"])), code=row["code"], note=row["note"]
        )
        for row in rows
    )


def _decide(tx: Transaction, command: SettleSimilar, moment: Moment) -> SimilarSettled:
    task = get_held_task(tx, command.task, command.fence, moment)
    row = tx.get("similar_findings", task=command.task, other=command.other)
    if row is None:
        raise Refused("no_finding", "Case {case} was not found to be similar. Search again.", case=command.other)
    if not is_finding_code(command.code, command.note):
        raise Refused("finding_code", "Choose how the finding is settled; another reason needs its words.")
    if len(command.note) > LONGEST_NOTE or command.note != clean_text(command.note):
        raise Refused("note", "A note has one line of at most {limit} characters.", limit=LONGEST_NOTE)
    return SimilarSettled(case=task["case_number"], passages=tuple(decode_json_list(row["passages"])))


@RULES.register(
    SettleSimilar,
    SimilarSettled,
    permission="task.settle_similar",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Settling of a similar application"),
    decide=_decide,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[SettleSimilar, SimilarSettled]) -> None:
    command = entry.command
    tx.update(
        "similar_findings",
        {"task": command.task, "other": command.other},
        code=command.code,
        note=command.note,
        settled_by=entry.moment.actor.id,
    )
    mark_case_changed(tx, entry.decision.case)
