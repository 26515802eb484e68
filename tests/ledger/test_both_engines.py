"""One history, two engines: a store made anew on the other one is equal, table by table, there and back."""

from __future__ import annotations

from pathlib import Path

from clerk_app.desks.office import all_rules
from clerk_app.ledger import proof
from tests.blank import new_store
from tests.engines import Postgres, on_postgresql
from tests.office import SampleOffice


@on_postgresql
def test_a_store_made_anew_on_the_other_engine_and_back_is_equal(
    office: SampleOffice, postgres: Postgres, tmp_path: Path
) -> None:
    office.take_ticket()
    number = office.accept_birth()
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    office.return_(office.accept_road(), "excavation-road", "safety-plan")
    file = proof.rebuild(office.store, all_rules(), new_store(tmp_path / "file.db"))
    assert proof.differences(office.store, file) == []
    with postgres.copied(postgres.blank()) as url:
        back = proof.rebuild(file, all_rules(), url)
        assert proof.differences(file, back) == []
        assert proof.differences(office.store, back) == []
        assert proof.verify(back) == proof.verify(office.store)
        assert proof.verify(back)[1] == []
        back.close()
    file.close()
