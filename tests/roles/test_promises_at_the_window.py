"""Commitments and gaps at the counter: offered, printed, signed, and taken over by the acceptance."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterService
from clerk_app.views.promises import PromiseView
from tests.roles.test_certificates import ANSWERS
from tests.roles.test_identity_of_a_visit import intake

Code = Callable[[str], str]
SHEET = "promise:"


def promises(counter: CounterService) -> PromiseView:
    found = intake(counter.read_view()).promises
    assert found is not None
    return found


def read_states(materials: tuple[MaterialRow, ...]) -> dict[str, str]:
    return {row.id: row.state_name for row in materials}


def gaps(counter: CounterService) -> str:
    return "\n".join(intake(counter.read_view()).gaps)


@pytest.fixture
def residence(counter: CounterService, code: Code, english: None) -> CounterService:
    """A counter with a residence permit for a rented home, of which only the lease is missing."""
    return prepare(counter, code, "rented")


def prepare(counter: CounterService, code: Code, housing: str) -> CounterService:
    counter.call_next("finish")
    counter.process_scan(code("traveller"))
    counter.confirm_person()
    counter.begin_draft("residence-permit")
    for field, value in (ANSWERS | {"housing_kind": housing}).items():
        view = counter.fill_field(field, value)
    for row in intake(view).materials:
        if row.state != "produced" and row.id not in ("lease", "kinship-commitment"):
            counter.toggle_paper(row.id, "unavailable" if row.paper_needs_reason else "")
    return counter


def test_a_missing_secondary_paper_is_offered_to_be_brought_later(residence: CounterService) -> None:
    assert "F8 67" in gaps(residence)
    assert [row.id for row in promises(residence).rows if row.kind == "gap"] == ["gap:lease"]


def test_a_case_is_accepted_with_a_gap_after_the_signature(residence: CounterService, office: Office) -> None:
    residence.set_promise("gap:lease", is_made=True)
    assert "F8 67" in gaps(residence)
    with pytest.raises(Refused, match="Not accepted yet"):
        residence.accept_case()
    residence.print_promises()
    sheet = promises(residence).sheet
    assert sheet.startswith("CS-")
    view = residence.process_scan(sheet)
    assert view.scanned_sheet == SHEET
    assert residence.co_sign_on_paper(SHEET).message == f"Sheet {sheet}: its signature is recorded."
    assert gaps(residence) == ""
    receipt = residence.accept_case().receipt
    assert receipt is not None
    with office.store.read() as tx:
        (row,) = tx.select("promises", case_number=receipt.id[:12])
    assert (row["subject"], row["sheet"]) == ("lease", sheet)


@pytest.mark.wide
def test_a_promise_that_is_taken_back_leaves_the_paper_missing(residence: CounterService) -> None:
    residence.set_promise("gap:lease", is_made=True)
    residence.set_promise("gap:lease", is_made=False)
    assert "F8 67" in gaps(residence)


@pytest.mark.wide
def test_kinship_is_promised_on_the_sheet_with_the_matter(
    counter: CounterService, code: Code, office: Office, english: None
) -> None:
    prepare(counter, code, "relatives")
    assert {row.id for row in promises(counter).rows if row.kind != "gap"} == {
        "matter:residence-registration",
        "material:kinship-commitment",
    }
    counter.set_promise("material:kinship-commitment", is_made=True)
    assert read_states(intake(counter.read_view()).materials)["kinship-commitment"] == "commitment"
    counter.print_promises()
    counter.co_sign_on_paper(SHEET)
    assert gaps(counter) == ""
    receipt = counter.accept_case().receipt
    assert receipt is not None
    taken_in, _title, promised = " ".join(" ".join(receipt.lines).split()).partition("Promised in writing")
    assert "Commitment on kinship" not in taken_in.partition("Papers taken in")[2]
    assert "Commitment on kinship: by a signed commitment, checked by 20" in promised
    case = counter.open_case(receipt.id[:12]).case
    assert case is not None
    assert read_states(case.materials)["kinship-commitment"] == "commitment"
    with office.store.read() as tx:
        rows = tx.select("promises", case_number=receipt.id[:12])
    assert {(row["kind"], row["subject"]) for row in rows} == {
        ("matter", "residence-registration"),
        ("material", "kinship-commitment"),
    }


@pytest.mark.wide
def test_the_ordinary_procedure_replaces_the_commitment(counter: CounterService, code: Code) -> None:
    prepare(counter, code, "relatives")
    counter.decline_commitments(is_declined=True)
    assert promises(counter).is_declined
    assert "kinship" not in {row.id for row in intake(counter.read_view()).materials}
    counter.decline_commitments(is_declined=False)
    assert "matter:residence-registration" in {row.id for row in promises(counter).rows}
