"""The counter shows another case of the applicant before it accepts a second one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.errors import Refused
from clerk_app.views.counter import CounterService
from tests.roles.workflows import accept_birth, prepare_birth


def test_the_second_case_of_a_mother_needs_a_reason(counter: CounterService, code: Callable[[str], str]) -> None:
    first = accept_birth(counter, code("mother"))
    prepare_birth(counter, code("mother"))
    (other,) = counter.find_duplicates().cases
    assert other.id == first
    assert other.name.startswith(f"{first}, 20")
    assert "service centre" in other.name.lower()
    with pytest.raises(Refused, match=first) as refused:
        counter.accept_case()
    assert refused.value.reason == "duplicate"
    reason = counter.list_duplicate_reasons()[0]
    view = counter.accept_case([other.id], reason.id)
    assert view.receipt is not None
    opened = counter.open_case(view.receipt.id[:12]).case
    assert opened is not None
    assert first in opened.history[0].action
    assert reason.name in opened.history[0].action


@pytest.mark.wide
def test_an_incomplete_draft_is_not_searched_for(counter: CounterService, code: Callable[[str], str]) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.begin_draft("birth")
    with pytest.raises(Refused) as refused:
        counter.find_duplicates()
    assert refused.value.reason == "incomplete"
