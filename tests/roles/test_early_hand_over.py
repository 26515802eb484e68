"""Finished results handed over early at the counter: what screen and hand-over lists state is what the store has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.printing import CasePrinter
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, approve_all

OFFICERS = ("2001", "2003", "2004", "2005", "2006")


@pytest.fixture
def number(counter: CounterService, workstation: Workstation, code: Callable[[str], str], english: None) -> str:
    """Return the number of a birth case, shown at the counter, of which the health commission has decided its part."""
    number = accept_birth(counter, code("mother"))
    approve_all(workstation, ("2001",))
    counter.open_case(number)
    return number


def print_text(office: Office, notice: str, language: str) -> str:
    """Return the lines of a paper in a language."""
    set_language(language)
    with office.store.read() as tx:
        row = tx.get("notices", id=notice)
    assert row is not None
    lines = CasePrinter(office, "clerk-1", "9999").render_paper(row).lines
    set_language("en")
    return "\n".join(line.strip() for line in lines)


def test_finished_results_are_offered_and_listed_with_what_is_still_to_come(
    counter: CounterService, office: Office, workstation: Workstation, number: str
) -> None:
    before = counter.read_view().case
    assert before is not None
    assert "hand_over_part" in before.actions
    assert "hand_over" not in before.actions
    early = [option.id for option in before.early]
    after = counter.hand_over_part(early, "needed at the hospital", "mother", "document")
    assert after.case is not None
    assert (after.case.early, after.case.results, len(after.case.collected)) == ((), (), len(early))
    with office.store.read() as tx:
        given = [row["number"] for row in tx.select("issuances", case_number=number, part=1)]
        open_matters = {row["matter"] for row in tx.select("tasks", case_number=number)} - set(early)
    catalogue = office.catalogue()
    for language in ("en", "zh_CN"):
        text = print_text(office, f"{number}-hand_over-1", language)
        assert all(result in text for result in given)
        names = [catalogue.matter(matter).name for matter in open_matters]
        flat = text.replace("\n", " ")
        assert all((name.en if language == "en" else name.zh) in flat for name in names)
        assert "needed at the hospital" in text

    approve_all(workstation, OFFICERS)
    counter.open_case(number)
    last = counter.hand_over_results("mother", "document").case
    assert last is not None
    assert last.handed_over
    text = print_text(office, f"{number}-hand_over", "en")
    listed, _heading, earlier = text.partition("Handed over before")
    assert all(result in earlier and result not in listed for result in given)
    assert "all results of the case are handed over" in text.replace("\n", " ")


@pytest.mark.wide
def test_without_a_finished_matter_nothing_is_offered_early(
    counter: CounterService, code: Callable[[str], str]
) -> None:
    number = accept_birth(counter, code("mother"))
    case = counter.open_case(number).case
    assert case is not None
    assert (case.early, "hand_over_part" in case.actions) == ((), False)
    with pytest.raises(Refused):
        counter.hand_over_part(("birth-medical-certificate",), "now", "mother", "document")
