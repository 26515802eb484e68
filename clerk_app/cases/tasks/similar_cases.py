"""Similar applications (语义比对查重): earlier cases of the same matter, found for the officer who decides.

The result is a hint with passages, never a verdict. Which cases were named is recorded with its purpose; the texts are
read from the center afterwards (`read_similar`), are shown, and are not stored at the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.tasks.similar_findings import SimilarCase, digest_passage, store_findings
from clerk_app.cases.tasks.similar_searches import digest_compared_texts, read_compared_texts, store_search
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

MOST_SIMILAR = 10  # cases in one answer
_MOST_COMPARED = 300  # newest cases of the same one thing whose meaning is compared
_MOST_ALIGNED = 20  # cases with the most common fingerprints, whose passages are aligned
_ANSWERED_FOR = 600_000_000  # microseconds

RULES = RuleSet()


class SimilarFound(CommandDecision, frozen=True, kw_only=True):
    """The similar cases, the most similar first; `key` is that by which their texts are read.

    `digest` is of the texts that the task uses, as they were searched; empty if it uses none.
    """

    stored_name: ClassVar[str] = "SimilarFound"
    key: str
    case: str
    cases: tuple[SimilarCase, ...] = ()
    digest: str = ""


class FindSimilar(Command[SimilarFound], frozen=True, kw_only=True):
    """Finds earlier applications that are similar to the one of a task; the authority answers."""

    stored_name: ClassVar[str] = "FindSimilar"
    task: str


class SharedPassage(MessagePart, frozen=True, kw_only=True):
    """A passage of both texts: from and to (without) in each, and how alike it is in both, 0 to 100."""

    begin: int
    end: int
    other_begin: int
    other_end: int
    score: int


class ComparedText(MessagePart, frozen=True, kw_only=True):
    """A text of the case, and the text of an earlier one, with their common passages."""

    field: str
    other: str  # number of the earlier case
    text: str
    other_text: str
    passages: tuple[SharedPassage, ...] = ()


class SimilarAnswer(MessagePart, frozen=True, kw_only=True):
    """The texts of a case and of those that were found for it."""

    texts: tuple[ComparedText, ...] = ()


def _decide(tx: Transaction, command: FindSimilar, moment: Moment) -> SimilarFound:
    task = read_task(tx, command.task)
    if task["owner"] != moment.actor.id or task["organ"] != moment.actor.organ:
        raise Refused("not_held", "You do not hold this task: claim it first.")
    case = read_case(tx, task["case_number"])
    texts = read_compared_texts(tx, case)
    if not texts:
        raise Refused("no_texts", "This application has no text that is compared.")
    return SimilarFound(
        key=moment.key,
        case=case.number,
        cases=tuple(_find_similar(tx, case, texts)),
        digest=digest_compared_texts(read_compared_texts(tx, case, task["matter"])),
    )


def _find_similar(tx: Transaction, case: CaseRecord, texts: Mapping[str, str]) -> list[SimilarCase]:
    """Return the similar earlier cases, at most MOST_SIMILAR."""
    from clerk_app.similarity.texts.fingerprints import fold_passages, list_fingerprints  # with numpy
    from clerk_app.similarity.texts.meaning import encode_grams, find_alike, measure_meaning

    topic = case.row["one_thing"]
    folded = {field: fold_passages(text).text for field, text in texts.items()}
    own = frozenset().union(*map(list_fingerprints, folded.values()))
    shared = tx.query_all(
        "texts.shared_fingerprints",
        topic=topic,
        number=case.number,
        fingerprints=tx.encode_list([*map(str, own)]),
        many=_MOST_ALIGNED,
    )
    found: dict[str, SimilarCase] = {}
    for row in shared:
        number = row["case_number"]
        passages = _digest_passages(tx, texts, number)
        if passages:  # and not just usual phrases
            found[number] = SimilarCase(number=number, text=round(100 * row["shared"] / len(own)), passages=passages)
    others = tx.query_all("texts.newest_texts", topic=topic, number=case.number, many=_MOST_COMPARED)
    for field, text in folded.items():
        same_field = [row for row in others if row["field"] == field]
        likeness = measure_meaning(encode_grams(text), [row["grams"] for row in same_field])
        for index in find_alike(likeness):
            _add(found, same_field[index]["case_number"], meaning=likeness[index])
    for row in tx.query_all("texts.same_parties", topic=topic, number=case.number):
        _add(found, row["case_number"], **{"leader" if row["kind"] == "person" else "enterprise": True})
    for number in _same_leaders(tx, case, topic):
        _add(found, number, leader=True)
    return sorted(found.values(), key=_order)[:MOST_SIMILAR]


def _digest_passages(tx: Transaction, texts: Mapping[str, str], other: str) -> tuple[str, ...]:
    """Return the digests of the passages that the texts of the case have in common with those of another case."""
    return tuple(
        digest_passage(compared.text[passage.begin : passage.end])
        for compared in _compare_texts(tx, other, texts)
        for passage in compared.passages
    )


def _same_leaders(tx: Transaction, case: CaseRecord, topic: str) -> list[str]:
    """Return the cases whose form has the number of a person of this form, also for another enterprise."""
    kinds = {planned.field.id for planned in case.plan.fields if planned.field.kind == "id_number"}
    values = [row["value"] for row in tx.select("field_values", case_number=case.number) if row["field"] in kinds]
    numbers = tx.encode_list([value for value in values if value])
    return [
        row["case_number"] for row in tx.query_all("texts.same_values", topic=topic, number=case.number, found=numbers)
    ]


def _add(found: dict[str, SimilarCase], number: str, **facts: int) -> None:
    known = found.get(number, SimilarCase(number=number))
    if "meaning" in facts:
        facts["meaning"] = max(known.meaning, facts["meaning"])
    found[number] = msgspec.structs.replace(known, **facts)


def _order(case: SimilarCase) -> tuple[int, int, str]:
    return -case.text, -case.meaning - 100 * (case.leader + case.enterprise), case.number


@RULES.register(
    FindSimilar,
    SimilarFound,
    permission="task.find_similar",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Search for similar applications"),
    decide=_decide,
    stream=lambda command, decision: f"case/{decision.case}" if decision else f"task/{command.task}",
    documents=("case",),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[FindSimilar, SimilarFound]) -> None:
    """Record the search and which cases were named, for the decision and for the report of who saw their data."""
    moment, decision = entry.moment, entry.decision
    if decision.digest:
        store_search(tx, entry.command.task, decision.case, decision.digest, entry.decided_at)
    store_findings(tx, entry.command.task, entry.decision.cases, entry.decided_at)
    for case in entry.decision.cases:
        tx.insert(
            "case_searches",
            case_number=case.number,
            node=moment.node,
            incarnation=moment.incarnation,
            number=moment.number,
        )


def read_similar(tx: Transaction, key: str, node: str, now: int) -> SimilarAnswer:
    """Return the texts for the search with `key`, which `node` made; `now` is in microseconds UTC.

    Raises Refused if there is no such search, or it is too old.
    """
    chain, _dash, number = key.rpartition("-")
    name, _dash, incarnation = chain.rpartition("-")
    is_key = bool(name) and incarnation.isdecimal() and number.isdecimal() and len(incarnation) < 9 and len(number) < 18
    row = is_key and tx.query_one("ledger.entry_by_key", node=name, incarnation=int(incarnation), number=int(number))
    is_own = row and node_of_chain(row["node"]) == node and row["kind"] == FindSimilar.stored_name
    if not row or not is_own or row["outcome"] != "done":
        raise Refused("no_answer", "No similar applications were searched under this key.")
    if now - row["decided_at"] > _ANSWERED_FOR:
        raise Refused("old_answer", "This was searched too long ago. Search again.")
    found = msgspec.json.decode(row["decision"], type=SimilarFound)
    case = read_case(tx, found.case)
    texts = read_compared_texts(tx, case)
    return SimilarAnswer(
        texts=tuple(compared for other in found.cases for compared in _compare_texts(tx, other.number, texts))
    )


def _compare_texts(tx: Transaction, other: str, texts: Mapping[str, str]) -> list[ComparedText]:
    from clerk_app.similarity.texts.passages import find_passages

    compared: list[ComparedText] = []
    for field, text in texts.items():
        row = tx.get("field_values", case_number=other, field=field)
        if row is None or not row["value"]:
            continue
        passages = tuple(SharedPassage(**passage._asdict()) for passage in find_passages(text, row["value"]))
        compared.append(ComparedText(field=field, other=other, text=text, other_text=row["value"], passages=passages))
    return compared
