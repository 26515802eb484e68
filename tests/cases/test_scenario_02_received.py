"""Scenario 2 before the acceptance: an old man with a printed code lacks his lease and more; one notice, one return."""

from __future__ import annotations

import pytest

from clerk_app.cases.dates import to_local_time
from clerk_app.composition.office import Office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.people import SYSTEM
from clerk_app.views.workstation import Workstation
from tests.cases.imported_city import OLD_MAN, agree, identify, make_code, materials, read_papers, sign_in_clerk
from tests.cases.test_scenario_02_missing_material import begin
from tests.store_faults import find_faults


def test_an_old_man_without_his_lease_gets_one_notice_and_comes_once_more(
    new_office: Office, new_workstation: Workstation
) -> None:
    counter = sign_in_clerk(new_workstation)
    begin(new_office, counter)  # a printed code of the own trust list, without a network
    counter.fill_field("residence_address", "")
    view = counter.toggle_paper("applicant-photo")  # he has brought it
    assert {name for name, row in materials(view).items() if row.state == "missing"} == {"lease"}
    view = counter.receive_case()
    assert view.receipt is not None
    number = view.receipt.id[:12]
    counter.finish_visit("finish")

    with new_office.store.read() as tx:
        record, case = tx.get("received_records", case_number=number), tx.get("cases", number=number)
        (visit,) = tx.select("visits")
    assert record is not None
    assert case is not None
    assert case["state"] == "received"
    assert visit["ended_at"] is not None
    assert record["notified_at"] is not None  # the clock of five days stands still
    (notice,) = read_papers(new_office)
    for name in ("房屋租赁合同", "居住地址", "居住事由", number):
        assert name in notice, name
    assert to_local_time(record["bring_until"], "Asia/Shanghai").date().isoformat() in notice
    run_due_commands(new_office)

    ticket = new_office.door.perform(PrepareTicket(hall="1", category="C", priority="return"), SYSTEM).ticket
    new_office.door.perform(RecordSlipPrint(ticket=ticket, printed=True), SYSTEM)
    called = counter.call_next()
    assert called.serving is not None
    assert (called.serving.category, called.serving.priority) == ("领证补件", "复办")
    counter.process_scan(number)
    identify(counter, make_code(new_office, OLD_MAN))
    agree(counter, counter.fetch_materials(), "0004")
    counter.fill_field("residence_reason", "family")
    counter.fill_field("residence_address", "梧桐巷82号")
    counter.toggle_paper("lease")
    counter.describe_paper("lease", {"lease/valid_to": "20301231"})
    counter.toggle_paper("applicant-photo")  # not good enough now, but the first notice did not name it
    assert len(counter.list_late_items()) == 1
    with pytest.raises(Refused) as late:
        counter.receive_case()
    assert late.value.reason == "late_notice"
    counter.toggle_paper("applicant-photo")
    accepted = counter.accept_case()
    assert accepted.receipt is not None
    assert accepted.receipt.id == f"{number}-receipt"
    assert len(read_papers(new_office)) == 2  # one notice, one receipt
    with new_office.store.read() as tx:
        causes = sorted(row["cause"] for row in tx.select("visit_cases", case_number=number))
    assert causes == ["acceptance", "supplement"]
    assert find_faults(new_office.store) == []
