"""Every letter of random cases is compared with the store: names, dates, signers, organs, matters, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.errors import Refused
from clerk_app.paper.documents.acceptance_letters import AcceptanceLetter, GapLetter
from clerk_app.paper.documents.decision_letters import ApprovalLetter, RefusalLetter
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.page import encode_page
from clerk_app.roles.case_letters import build_letter, list_letters
from tests.cases.bundles import acceptance_command, after, bundle, publish
from tests.clock import local_date
from tests.office import SampleOffice
from tests.printed_notices import print_notices
from tests.sample_data import sample_city

pytestmark = pytest.mark.usefixtures("english")

_PLAIN = bundle(
    a=[],
    b=[after("a", join="committed")],
    c=[after("a"), after("b", if_refused="go_on")],
    d=[],
    e=[after("d", if_refused="go_on"), after("b")],
)
BUNDLE = _PLAIN.model_copy(
    update={
        "organs": sample_city().organs,
        "materials": tuple(
            material.model_copy(update={"main": False, "gap_allowed": True, "decides_without": True})
            for material in _PLAIN.materials
        ),
    }
)
MATTERS = tuple(matter.id for matter in BUNDLE.matters)
ACTS = st.tuples(
    st.sampled_from(("approve", "approve", "refuse", "return", "bring", "withdraw")), st.sampled_from(MATTERS)
)


GAPS = st.lists(st.sampled_from([f"paper-{name}" for name in MATTERS]), max_size=2, unique=True).map(sorted)


def perform(office: SampleOffice, number: str, act: str, matter: str, day: int) -> None:
    """Perform an act, if the case allows it."""
    office.clock.set(f"2026-05-{day:02} 10:00")
    try:
        if act == "approve":
            office.approve(number, matter)
        elif act == "refuse":
            office.refuse(number, matter, f"why {matter}")
        elif act == "return":
            office.return_task(number, matter, f"paper-{matter}")
            print_notices(office, number)
        elif act == "bring":
            office.take_in(number, f"paper-{matter}")
        elif day > 12:  # seldom
            office.withdraw(number)
    except (Refused, StopIteration, LookupError, ValueError):
        return


def read_letters(office: SampleOffice, number: str) -> Iterator[tuple[CaseRecord, str, PaperFacts]]:
    """Yield each letter of a case with its task, and the names in full."""
    with office.store.read() as tx:
        case = read_case(tx, number)
        for row in list_letters(tx, case):
            yield case, row["task"], build_letter(office.office, tx, case, row, in_full=True)


def check(office: SampleOffice, number: str, gaps: list[str]) -> None:
    """Compare the letters of a case with its rows; `gaps` are the materials that were not given."""
    decided: set[str] = set()
    kinds: set[str] = set()
    for case, task_id, facts in read_letters(office, number):
        kinds.add(facts.kind)
        matters = {task["matter"]: task for task in case.tasks}  # names of the bundle are ids
        if isinstance(facts, ApprovalLetter | RefusalLetter):
            decided.add(task_id)
            decision = office.select("decisions", task=task_id)[0]
            task = next(task for task in case.tasks if task["id"] == task_id)
            assert decision["outcome"] == ("approved" if isinstance(facts, ApprovalLetter) else "refused")
            assert (facts.matter, facts.applicant) == (task["matter"], "王芳")
            assert facts.organ == case.catalogue.organ(decision["organ"]).name.en
            assert facts.signer == office.select("staff", id=decision["signer"])[0]["name"]
            assert str(facts.decided_on) == local_date(decision["at"])
            assert facts.reasons == tuple(filter(None, (decision["reason"],)))
            later = [other for other in case.tasks if other["matter"] == task["matter"] and other["id"] > task_id]
            is_replaced = any(other["state"] in ("approved", "refused") for other in later)
            assert bool(facts.replaced_by) == is_replaced
        if isinstance(facts, RefusalLetter):
            caused = {row["matter"] for row in case.tasks if row["state"] == "lapsed" and row["caused_by"] == task_id}
            assert {matter.name for matter in facts.lapsed} == caused
        if isinstance(facts, AcceptanceLetter):
            assert [matter.name for matter in facts.matters] == [name for name in MATTERS if name in matters]
            assert str(facts.accepted_on) == local_date(case.row["accepted_at"])
            for matter in facts.matters:
                task = case.latest_tasks()[matter.name]
                due = local_date(task["due_at"]) if task["due_at"] is not None else None
                assert (str(matter.dates.promised) if matter.dates.promised else None) == due
                assert bool(matter.ended) == (task["state"] in ("approved", "refused", "lapsed", "withdrawn"))
        if isinstance(facts, GapLetter):
            check_gaps(facts, case, gaps)
        check_texts(facts)
    rows = [row for row in office.select("decisions") if row["task"].startswith(number)]
    assert ("gap" in kinds) == bool(gaps)
    assert decided == {row["task"] for row in rows if row["outcome"] in ("approved", "refused")}


def check_gaps(facts: GapLetter, case: CaseRecord, gaps: list[str]) -> None:
    """Compare the missing materials with those that were not given, and what was brought since."""
    taken = {row["material"]: local_date(row["taken_at"]) for row in reversed(case.materials)}
    assert [(gap.material, str(gap.brought_on or "")) for gap in facts.missing] == [
        (name, taken.get(name, "")) for name in gaps
    ]
    due = {f"paper-{task['matter']}": task["due_at"] for task in case.open_tasks()}
    for gap in facts.missing:
        expected = local_date(due[gap.material]) if due.get(gap.material) is not None else ""
        assert str(gap.until or "") == expected
    assert facts.settled == (case.row["state"] != "accepted" or set(gaps) <= set(taken))


def check_texts(facts: PaperFacts) -> None:
    """Each text of the facts is on the page in both languages."""
    for language in ("zh_CN", "en"):
        text = encode_page(facts.to_page(language)).decode()
        for name in ("applicant", "one_thing", "matter", "number", "phone"):
            assert str(getattr(facts, name, "")) in text, (facts.kind, name)
        for reason in getattr(facts, "reasons", ()):
            assert reason in text


def run_case(template: Path, acts: list[tuple[str, str]], gaps: list[str]) -> None:
    """Accept a case without some of its papers, perform the acts, and check its letters after them."""
    with TemporaryDirectory() as folder:
        office = SampleOffice.open_copy(template, Path(folder) / "office")
        try:
            publish(office, BUNDLE)
            command = acceptance_command(office, BUNDLE)
            given_ones = tuple(paper for paper in command.materials if paper.material not in gaps)
            command = msgspec.structs.replace(command, materials=given_ones)
            number = office.door.perform(command, "clerk-1").number
            for day, (act, matter) in enumerate(acts, 6):
                perform(office, number, act, matter, day)
            check(office, number, gaps)
        finally:
            office.close()


@given(acts=st.lists(ACTS, min_size=3, max_size=9), gaps=GAPS)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_letters_of_random_cases_are_true(
    office_template: Path, acts: list[tuple[str, str]], gaps: list[str]
) -> None:
    run_case(office_template, acts, gaps)


@pytest.mark.wide
@given(acts=st.lists(ACTS, min_size=4, max_size=16), gaps=GAPS)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_letters_of_many_random_cases_are_true(
    office_template: Path, acts: list[tuple[str, str]], gaps: list[str]
) -> None:
    run_case(office_template, acts, gaps)
