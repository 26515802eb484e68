"""A store rebuilt on the other engine is equal table by table, in both directions."""

from __future__ import annotations

from pathlib import Path

from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from tests.empty_store import create_empty_store
from tests.engines import PostgresServer, postgresql_only
from tests.office import SampleOffice


@postgresql_only
def test_a_store_rebuilt_on_the_other_engine_and_back_is_equal(
    office: SampleOffice, postgres: PostgresServer, tmp_path: Path
) -> None:
    office.take_ticket()
    number = office.accept_birth()
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    office.return_task(office.accept_road(), "excavation-road", "safety-plan")
    file = audit.rebuild_store(office.store, all_rules(), create_empty_store(tmp_path / "file.db"))
    assert audit.list_different_tables(office.store, file) == []
    with postgres.borrow_copy(postgres.empty_database()) as url:
        back = audit.rebuild_store(file, all_rules(), url)
        assert audit.list_different_tables(file, back) == []
        assert audit.list_different_tables(office.store, back) == []
        assert audit.verify_log(back) == audit.verify_log(office.store)
        assert audit.verify_log(back)[1] == []
        back.close()
    file.close()
