"""What a window writes while the answer about the entry before is on its way: nothing of that entry is lost here."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_messages import CaseMessageText, SendCaseMessage
from clerk_app.cases.notices import RecordNoticePrint
from tests.cases.promise_city import GAP, prepare_residence, sign
from tests.cases.receiving import receipt_of
from tests.sync.city import City, SampleWindow


@pytest.mark.many_cases
@pytest.mark.parametrize(("table", "is_print"), [("promises", True), ("promises", False), ("received_records", True)])
def test_an_act_before_the_answer_leaves_the_new_case_with_its_promise_or_its_list(
    city: City, counter: SampleWindow, table: str, is_print: bool
) -> None:
    if table == "promises":
        number = counter.door.perform(sign(counter, prepare_residence(counter), GAP), "clerk-1").number
    else:
        number = counter.door.perform(receipt_of(counter.prepare_birth(bank_account="")), "clerk-1").number
    (notice,) = counter.unprinted_notices()

    def act() -> None:
        if is_print:
            counter.door.perform(RecordNoticePrint(notice=notice, printed=True), "clerk-1")
        else:
            text = CaseMessageText(text="请带租赁合同")
            counter.door.perform(SendCaseMessage(case=number, addressee="citizen", personal=text), "clerk-1")

    counter.transport.before_answer = act
    counter.client.step()
    assert counter.case(number)["number"] == number
    assert len(counter.select(table, case_number=number)) == 1
    city.exchange_all()
    assert city.differences() == []
    assert counter.client.skipped_entries.count == 0
