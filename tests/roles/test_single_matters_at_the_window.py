"""A matter that is chosen alone at the counter (F5), and a handling item with the answers that it fixes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.errors import ClerkError
from clerk_app.views.counter import CounterService, CounterView

Code = Callable[[str], str]


def serve_mother(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()


def values_of(view: CounterView) -> dict[str, str]:
    assert view.intake is not None
    return {row.id: row.value for row in view.intake.fields}


def test_a_matter_is_found_after_the_one_things_and_is_a_draft_of_this_matter_only(
    counter: CounterService, code: Code
) -> None:
    found = counter.find_offers("vaccination", {}).rows
    assert [(option.id, option.key) for option in found] == [("matter.vaccination-record", "")]
    serve_mother(counter, code)
    intake = counter.begin_draft(found[0].id).intake
    assert intake is not None
    assert [row.id for row in intake.matters] == ["vaccination-record"]
    assert [row.id for row in intake.materials] == ["birth-certificate", "mother-id"]


@pytest.mark.wide
def test_a_handling_item_fills_in_the_answers_of_its_condition(counter: CounterService, code: Code) -> None:
    (item,) = counter.find_offers("early retirement", {}).rows
    assert item.id == "matter.retirement:early-retirement"
    serve_mother(counter, code)
    view = counter.begin_draft(item.id)
    assert values_of(view)["retirement_kind"] == "early"
    assert view.intake is not None
    assert "work-record" in [row.id for row in view.intake.materials]


@pytest.mark.wide
def test_the_first_five_one_things_keep_their_numbers(counter: CounterService) -> None:
    first = [counter.find_offers(str(number), {}).rows[0].id for number in range(1, 6)]
    assert first == ["birth", "hiring", "passport", "residence-permit", "road-excavation"]


@pytest.mark.many_cases
@pytest.mark.parametrize("chosen", ["matter.passport-issue", "matter.retirement:unknown", "matter."])
def test_what_cannot_be_chosen_alone_is_refused(counter: CounterService, code: Code, chosen: str) -> None:
    serve_mother(counter, code)
    with pytest.raises(ClerkError):
        counter.begin_draft(chosen)


@pytest.mark.wide
def test_the_guide_of_a_single_matter_is_printed(counter: CounterService) -> None:
    assert counter.print_guide("matter.retirement:early-retirement").message
