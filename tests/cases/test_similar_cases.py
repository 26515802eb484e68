"""Similar applications of a matter: found at the center for the officer who holds the task."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.intake.similar_hint import DraftFacts, HintSimilar
from clerk_app.cases.tasks.answer_corrections import CorrectAnswer, CorrectedValue
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.similar_cases import FindSimilar, SimilarFound, read_similar
from clerk_app.cases.tasks.similar_findings import SettleSimilar, digest_passage
from clerk_app.cases.tasks.similar_searches import digest_compared_texts, read_compared_texts
from clerk_app.errors import Refused
from clerk_app.similarity.texts.fingerprints import fold_passages, list_fingerprints
from tests.city_policy import publish_field_check
from tests.office import SampleOffice
from tests.similarity.test_texts import make_text

FIELD = "project_name"


def accept(office: SampleOffice, text: str) -> str:
    command = office.prepare_road(project_name=text)
    return office.accept(msgspec.structs.replace(command, catalogue_version=office.office.catalogue().version))


@pytest.fixture
def cases(office: SampleOffice) -> tuple[str, str, str]:
    """An earlier case, one that copies a paragraph of it, and one of its own."""
    publish_field_check(office.office, FIELD, "similar_text")
    first, own, third = make_text(1, 5), make_text(2, 5), make_text(3, 5)
    copied = [*own[:2], first[3], *own[3:]]
    texts = ("".join(text) for text in (first, third, copied))
    earlier, other, last = (accept(office, text) for text in texts)
    return earlier, other, last


def claim(office: SampleOffice, number: str) -> str:
    with office.store.read() as tx:
        task = next(row for row in tx.select("tasks", case_number=number) if row["state"] == "pooled")
    office.claim(task["organ"], task["id"])
    return str(task["id"])


def search(office: SampleOffice, task: str) -> SimilarFound:
    with office.store.read() as tx:
        row = tx.get("tasks", id=task)
    assert row is not None
    return office.door.perform(FindSimilar(task=task), row["owner"])


def test_an_earlier_case_with_the_same_paragraph_is_found_first(
    office: SampleOffice, cases: tuple[str, str, str]
) -> None:
    earlier, other, last = cases
    found = search(office, claim(office, last))
    assert found.cases[0].number == earlier
    assert found.cases[0].text > 0
    assert found.cases[0].enterprise
    assert {case.number: case.text for case in found.cases}[other] == 0


def test_the_texts_are_read_by_the_machine_that_searched_for_ten_minutes(
    office: SampleOffice, cases: tuple[str, str, str]
) -> None:
    earlier, _other, last = cases
    found = search(office, claim(office, last))
    with office.store.read() as tx:
        own = tx.query_one("ledger.own_node")
        assert own is not None
        answer = read_similar(tx, found.key, own["id"], office.clock())
        compared = next(text for text in answer.texts if text.other == earlier)
        passage = compared.passages[0]
        assert compared.text[passage.begin : passage.end] == make_text(1, 5)[3][:-1]
        for node, later in (("other", 0), (own["id"], 700_000_000)):
            with pytest.raises(Refused):
                read_similar(tx, found.key, node, office.clock() + later)
        with pytest.raises(Refused):
            read_similar(tx, "x-1-1", own["id"], office.clock())


def test_what_was_found_is_an_access_record_of_each_case(office: SampleOffice, cases: tuple[str, str, str]) -> None:
    found = search(office, claim(office, cases[2]))
    with office.store.read() as tx:
        named = {row["case_number"] for row in tx.select("case_searches")}
    assert named == {case.number for case in found.cases}


def test_only_the_holder_of_the_task_searches(office: SampleOffice, cases: tuple[str, str, str]) -> None:
    with office.store.read() as tx:
        task = next(row for row in tx.select("tasks", case_number=cases[2]) if row["state"] == "pooled")
    with pytest.raises(Refused):
        office.door.perform(FindSimilar(task=task["id"]), f"{task['organ']}-1")


def test_the_index_ends_with_the_case(office: SampleOffice, cases: tuple[str, str, str]) -> None:
    from clerk_app.cases.text_index import remove_texts

    with office.store.write() as tx:
        remove_texts(tx, cases[0])
    found = search(office, claim(office, cases[2]))
    assert all(case.text == 0 for case in found.cases)


def settle(office: SampleOffice, task: str, other: str, code: str, note: str = "") -> None:
    (row,) = office.select("tasks", id=task)
    command = SettleSimilar(task=task, fence=row["fence"], other=other, code=code, note=note)
    office.door.perform(command, row["owner"])


def test_a_task_is_decided_when_each_named_passage_is_settled_and_the_decision_lists_them(
    office: SampleOffice, cases: tuple[str, str, str]
) -> None:
    earlier, other, last = cases
    task = claim(office, last)
    found = search(office, task)
    (row,) = office.select("tasks", id=task)
    decide = DecideTask(task=task, fence=row["fence"], outcome="approved")
    with pytest.raises(Refused) as refused:
        office.door.perform(decide, row["owner"])
    assert refused.value.reason == "similar_open"
    assert earlier in str(refused.value)
    with pytest.raises(Refused):
        settle(office, task, earlier, "other")
    settle(office, task, earlier, "copied")
    for case in found.cases:
        if case.leader and case.number != earlier:
            settle(office, task, case.number, "own_earlier")
    with pytest.raises(Refused) as refused:
        office.door.perform(decide, row["owner"])
    assert refused.value.reason == "similar_copied"
    decided = office.door.perform(msgspec.structs.replace(decide, outcome="refused", reason="copied"), row["owner"])
    listed = {finding.other: finding for finding in decided.similar}
    assert listed[earlier].code == "copied"
    assert listed[earlier].passages == (digest_passage(make_text(1, 5)[3][:-1]),)
    assert set(listed) == {case.number for case in found.cases} >= {other}


def test_a_second_search_that_finds_the_same_leaves_a_finding_settled(
    office: SampleOffice, cases: tuple[str, str, str]
) -> None:
    task = claim(office, cases[2])
    search(office, task)
    settle(office, task, cases[0], "other", "a template of the bureau")
    search(office, task)
    assert {row["other"]: row["note"] for row in office.select("similar_findings")}[
        cases[0]
    ] == "a template of the bureau"


def test_the_hint_before_the_acceptance_counts_texts_and_persons_and_names_no_case(
    office: SampleOffice, cases: tuple[str, str, str]
) -> None:
    (first, *_rest) = office.select("cases", number=cases[0])
    (party, *_others) = office.select("parties", case_number=cases[0])
    own = [*make_text(9, 5)[:3], make_text(1, 5)[2]]
    facts = DraftFacts(
        fingerprints=tuple(sorted(list_fingerprints(fold_passages("".join(own)).text))), numbers=(party["number"],)
    )
    ask = HintSimilar(draft="d1", one_thing=first["one_thing"], personal=facts)
    found = office.door.perform(ask, "clerk-1")
    assert (found.texts, found.parties) == (1, 3)
    assert 10 < found.share < 40
    assert office.select("case_searches") == []
    other = DraftFacts(fingerprints=tuple(sorted(list_fingerprints(fold_passages("".join(make_text(8))).text))))
    none = office.door.perform(msgspec.structs.replace(ask, personal=other), "clerk-1")
    assert (none.texts, none.share, none.parties) == (0, 0, 0)


def test_a_task_is_approved_when_its_text_was_searched_as_it_is_now(
    office: SampleOffice, cases: tuple[str, str, str]
) -> None:
    number = cases[0]
    task = claim(office, number)
    (row,) = office.select("tasks", id=task)
    decide = DecideTask(task=task, fence=row["fence"], outcome="approved")
    with pytest.raises(Refused) as refused:
        office.door.perform(decide, row["owner"])
    assert refused.value.reason == "not_searched"
    assert "F8 70" in str(refused.value)
    search(office, task)
    (made,) = office.select("similar_searches", task=task)
    with office.store.read() as tx:
        assert made["digest"] == digest_compared_texts(read_compared_texts(tx, read_case(tx, number), row["matter"]))
    assert 0 < office.clock() - made["searched_at"] < 1000
    copied = CorrectedValue(value="".join(make_text(3, 5)), reason="the applicant sent another abstract")
    office.door.perform(CorrectAnswer(case=number, field=FIELD, personal=copied), "clerk-1")
    with pytest.raises(Refused) as refused:
        office.door.perform(decide, row["owner"])
    assert refused.value.reason == "text_changed"
    found = search(office, task)
    assert found.cases[0].number == cases[1]
    assert found.cases[0].text == 100
    for case in found.cases:
        settle(office, task, case.number, "not_relevant")
    assert office.door.perform(decide, row["owner"]).similar


def test_a_refusal_needs_no_search(office: SampleOffice, cases: tuple[str, str, str]) -> None:
    task = claim(office, cases[0])
    (row,) = office.select("tasks", id=task)
    refuse = DecideTask(task=task, fence=row["fence"], outcome="refused", reason="no public use")
    assert office.door.perform(refuse, row["owner"]).similar == ()
