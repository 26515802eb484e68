"""A lease on paper from the camera to the officer: photographed askew, read by the child, compared, explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers import reading
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from scanners import TextClient
from tests.roles.drawn_lease import ADDRESS, photograph_lease
from tests.roles.test_paper_reviews import REASON, claim_first, field, row, value
from tests.roles.test_paper_validity import accept, begin_permit

Code = Callable[[str], str]
pytestmark = [
    pytest.mark.wide,
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(not TextClient.is_installed(), reason="the extra text is not installed"),
]
NUMBER = "690102199403120267"


@pytest.fixture(autouse=True)
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TextClient]:
    """Run the child at the priority of the test: at its own it is too slow while other tests run."""
    client = TextClient(niceness=0, read_seconds=120, wait_seconds=240)
    monkeypatch.setattr(reading, "TEXT_CLIENT", client)
    yield client
    client.close()
    PAPER_CLIENT.close()


def take_lease(counter: CounterService, photograph: bytes) -> CounterView:
    """Take in the page of a photograph as the lease, and read it as the background thread does."""
    target = counter.find_paper_target("lease")
    page = PAPER_CLIENT.straighten(photograph)
    counter.paper_taking.add_content(target, page.jpeg, "file", lambda _pages: None)
    assert row(counter.finish_paper("lease")).reading == "waiting"
    return counter.record_reading(counter.read_paper("lease"))


def test_a_lease_photographed_askew_fills_in_the_form_and_a_wrong_name_needs_a_reason(
    counter: CounterService, workstation: Workstation, office: Office, code: Code
) -> None:
    begin_permit(counter, code("mother"))
    counter.fill_field("residence_address", "")
    view = take_lease(counter, photograph_lease("赵小燕", NUMBER))

    address = field(view, "residence_address")
    assert (address.value, address.source) == (ADDRESS, "read from: Lease, page 1")
    assert row(view).valid_to == "2031-12-31"
    assert row(view).state_name == "other name?"
    assert value(counter, "tenant").value == "赵小燕"
    cut_out = counter.draw_value("lease", "tenant", 600, 150)
    assert cut_out is not None
    assert 100 < cut_out.width <= 600
    assert min(cut_out.rgb) < 90  # there is ink in it

    with pytest.raises(Refused, match="Not accepted yet"):
        counter.accept_case()
    counter.explain_difference("applicant_name", REASON)
    intake = counter.read_view().intake
    assert intake is not None
    number = accept(counter, intake)

    with office.store.read() as tx:
        stored = {row["field"]: row for row in tx.select("field_differences", case_number=number)}
    assert stored["applicant_name"]["source"] == "paper:lease.tenant.1"
    shown = {answer.label: answer.value for answer in claim_first(workstation).fields}
    assert "read from: Lease, page 1" in shown["Address of residence"]
    assert REASON in shown["Name of applicant"]
