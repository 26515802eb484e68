"""Similar applications of the open task: searched at the center, shown, not stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.tasks.similar_cases import FindSimilar, SimilarAnswer, read_similar
from clerk_app.cases.tasks.similar_findings import FINDING_CODES, IN_WORDS, SettleSimilar, SimilarCase
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.formatting import localize
from clerk_app.text.cleaning import clean_text
from clerk_app.views.shared import Option
from clerk_app.views.similar import MarkedPart, SimilarRow, TextPair


def find_similar(office: Office, task: str, officer: str) -> tuple[SimilarRow, ...]:
    """Search the cases that are similar to the one of a task. Raises Refused, OutOfReach."""
    found = office.door.perform(FindSimilar(task=task), officer)
    answer = _read_answer(office, found.key) if found.cases else SimilarAnswer()
    with office.store.read() as tx:
        case = read_case(tx, read_task(tx, task)["case_number"])
        known = {similar.number: tx.get("cases", number=similar.number) for similar in found.cases}
        findings = {row["other"]: row for row in tx.select("similar_findings", task=task)}
    accepted = {
        number: office.local_time(row["accepted_at"]).date().isoformat() for number, row in known.items() if row
    }
    return tuple(
        SimilarRow(
            number=similar.number,
            why=describe_similarity(similar),
            accepted=accepted.get(similar.number, ""),
            pairs=tuple(_build_pairs(case, similar.number, answer)),
            must_settle=bool(similar.passages) or similar.leader,
            settled=describe_settled(findings.get(similar.number)),
        )
        for similar in found.cases
    )


def list_finding_codes() -> tuple[Option, ...]:
    """Return how a finding may be settled; one with a hint needs words."""
    return tuple(
        Option(code, translate(words), _("in words") if code in IN_WORDS else "")
        for code, words in FINDING_CODES.items()
    )


def settle_similar(office: Office, task: str, number: str, code: str, note: str, officer: str) -> str:
    """Settle a similar case of a task; return in words how. Raises Refused, OutOfReach."""
    with office.store.read() as tx:
        fence = read_task(tx, task)["fence"]
    note = clean_text(note)
    office.door.perform(SettleSimilar(task=task, fence=fence, other=number, code=code, note=note), officer)
    return describe_settled({"code": code, "note": note})


def describe_settled(finding: Mapping[str, Any] | None) -> str:
    """Return in words how a finding was settled; empty if it was not."""
    if finding is None or finding["code"] not in FINDING_CODES:
        return ""
    return format_list(filter(None, (translate(FINDING_CODES[finding["code"]]), finding["note"])), ":")


def describe_similarity(similar: SimilarCase) -> str:
    """Return in words why a case was named."""
    parts = [
        _("same text: {share} %").format(share=similar.text) if similar.text else "",
        _("alike in meaning: {share} %").format(share=similar.meaning) if similar.meaning else "",
        _("same project leader") if similar.leader else "",
        _("same enterprise") if similar.enterprise else "",
    ]
    return format_list(filter(None, parts), ";")


def _read_answer(office: Office, key: str) -> SimilarAnswer:
    if office.door.authority is None:
        with office.store.read() as tx:
            own = tx.query_one("ledger.own_node")
            return read_similar(tx, key, str(own["id"]) if own is not None else "", office.now)
    if office.connection is None:
        raise OutOfReach("The center is out of reach, and the other applications are there.")
    return office.connection.read_similar(key)


def _build_pairs(case: CaseRecord, other: str, answer: SimilarAnswer) -> Iterable[TextPair]:
    labels = {planned.field.id: localize(planned.field.name) for planned in case.plan.fields}
    for found in answer.texts:
        if found.other == other:
            yield TextPair(
                label=labels.get(found.field, found.field),
                text=found.text,
                other_text=found.other_text,
                parts=tuple(
                    MarkedPart(part.begin, part.end, part.other_begin, part.other_end, part.score)
                    for part in found.passages
                ),
            )
