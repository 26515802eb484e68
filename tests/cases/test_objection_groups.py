"""Thousands of objections of one machine are one row in the lists of the supervisor, with one act."""

from __future__ import annotations

import pytest

from clerk_app.cases.identity_objection import UNPROVED_PARTY
from clerk_app.cases.objections import RaiseObjection
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.roles.objection_groups import MAX_OF_GROUP
from clerk_app.roles.rejected_work import read_rejected_work, settle_rejected_work
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.engines import postgresql_wide
from tests.office import SampleOffice

MORE = 5


@postgresql_wide
def test_objections_beyond_a_limit_are_one_row_that_one_note_settles(office: SampleOffice, english: None) -> None:
    number = office.accept_birth()
    other = office.accept_birth("w2", child_name="李二诺")
    for case in (*[number] * (MAX_OF_GROUP + MORE), other):
        command = RaiseObjection(case=case, reason=UNPROVED_PARTY, sentence="x", facts={"name": "mother"})
        office.door.perform(command, SYSTEM)
    supervisor = OfficeSupervisor(office.office, office.select("staff", id="supervisor")[0])
    *single, group = supervisor.read_connection().rejected
    assert [work.case_number for work in single] == [number] * MAX_OF_GROUP + [other]
    assert (group.case_number, f"{MORE} more" in group.sentence) == ("", True)
    alerts = [alert.text for alert in supervisor.read_view().alerts]
    assert sum(f"{MORE} more" in alert for alert in alerts) == 1
    assert sum(number in alert for alert in alerts) == MAX_OF_GROUP
    with office.store.read() as tx:
        assert len(read_rejected_work(tx, "Asia/Shanghai", number)) == MAX_OF_GROUP + MORE
    with pytest.raises(Refused):
        settle_rejected_work(office.office, group.id, " ", "supervisor")
    settle_rejected_work(office.office, group.id, "the machine was stolen; the cases were checked", "supervisor")
    assert [work.id for work in supervisor.read_connection().rejected] == [work.id for work in single]
    assert len(office.select("objections", settled_by="supervisor")) == MORE
