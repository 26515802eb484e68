"""Query plans: frequent statements read no more rows than they return, on either engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from db.engines import Store
from db.statements import STATEMENTS
from tests.empty_store import create_empty_store
from tests.engines import raw_connection

pytestmark = pytest.mark.xdist_group("query plans")  # one process, which prepares them once

ROW_COUNT = 10_000
_SMALL_INDEXES = (
    "applications_due",
    "licences_marked",
    "entries_unanswered",
    "tasks_papers_overdue",
    "registry_corrections_open",
    "registry_corrections_unreported",
)
_ROW_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) "

SAMPLE_ROWS = {
    block.partition("\n")[0]: block.partition("\n")[2].strip()
    for block in Path(__file__).with_name("sample_rows.sql").read_text("utf-8").split("\n-- ")[1:]
}
StatementValues = Mapping[str, object]
QUEUE: StatementValues = {
    "organ": "organ-3",
    "most": 20,
    "many": 20,
    "skipped": 0,
    "me": "officer-6",
    "now": 900,
    "moment": 900,
}
CASE: StatementValues = {"number": "c77", "task": "t77"}
HALL: StatementValues = {"hall": "hall", "window": "w3", "day": "2026-05-29"}
NUMBERS: StatementValues = {**HALL, "low": "A001", "high": "A999", "characters": 4}
ROWS: StatementValues = {
    "source": "source-3",
    "kind": "person",
    "identifiers": ["x5", "x9"],
    "numbers": ["number-5", "number-9"],
    "ids": ["person-5", "person-9"],
    "subjects": ["person-5", "person-9"],
    "subject": "person-5",
    "since": 9_990,
    "many": 20,
}
RECORD: StatementValues = {
    "licence": "l5",
    "identifier": "x5",
    "subject": "person-5",
    "other": "person-9",
    "number": "number-5",
    "other_number": "number-9",
}

VISIT: StatementValues = {
    "visit": "v77",
    "person": "person-5",
    "number": "number-5",
    "at": 900,
    "code_key": "code-5",
    "since": 1,
}
ISSUER: StatementValues = {"issuer": "issuer-3", "indexes": ["5", "13"], "position": 9_990, "kinds": ["IssueLicence"]}
PORTAL: StatementValues = {
    "portal": "portal-3",
    "since": 9_990,
    "many": 20,
    "before": 900,
    "key": "a5",
    "now": 900,
    "digest": "digest-5",
    "node": "c1",
    "number": "a77",
}

# statement: its values
HOT_STATEMENTS: dict[str, StatementValues] = {
    "cases.most_urgent": QUEUE,
    "cases.most_urgent_without_promise": QUEUE,
    "cases.queue_page_open": QUEUE,
    "cases.queue_page_all": QUEUE,
    "cases.queue_page_returned": QUEUE,
    "cases.queue_page_mine": QUEUE,
    "cases.queue_page_overdue": QUEUE,
    "cases.count_claimed_by": QUEUE,
    "cases.count_due_before": QUEUE,
    "cases.count_expired_claims": QUEUE,
    "cases.oldest_free_task": QUEUE,
    "cases.decrease_pending": {**CASE, "many": 1},
    "cases.open_supplement_notice": CASE,
    "cases.unprinted_notices": HALL,
    "cases.open_prints": HALL,
    "cases.papers_overdue_by_organ": {},
    "cases.past_statutory_date": {"now": 900, "task": "", "most": 20},
    "cases.unprinted_deemed_approvals": {"now": 900},
    "cases.due_escalations": {"now": 900, "late": 100, "task": "", "most": 20},
    "cases.count_past_promise": {"now": 900, "most": 20},
    "cases.open_with_other_calendar": {"calendar": "2027", "number": "c77", "most": 20},
    "cases.acts_of_window": {**HALL, "site": "c1", "staff": "clerk-7", "since": 9_990, "most": 20},
    "cases.cases_by_applicant_number": {"number": "number-5"},
    "cases.cases_of_person": {"person": "person-5"},
    "cases.cases_of_ticket": {"ticket": "k9"},
    "cases.recent_of_site": {"site": "c1", "since": 9_990, "first": "w", "upper": "W", "lower": "w"},
    "cases.end_claim": {**CASE, "at": 1, "how": "x"},
    "hall.waiting_tickets": HALL,
    "hall.waiting_by_category": HALL,
    "hall.held_tickets": HALL,
    "hall.serving_tickets": HALL,
    "hall.open_service_day": HALL,
    "hall.service_day_closed_at": {"at": 300},
    "hall.last_issue": HALL,
    "hall.served_by_category": HALL,
    "hall.last_number": NUMBERS,
    "hall.count_issued": {**NUMBERS, "begin": 0, "end": 1},
    "hall.called_after": {**HALL, "serial": 5},
    "hall.visit_at_window": HALL,
    "hall.last_visit_with_code": {"code_key": "code-5", "visit": "v1", "since": 1},
    "hall.last_visit_of_ticket": {"ticket": "k9"},
    "hall.open_visit_of_ticket": {"ticket": "k9"},
    "hall.ticket_served_at": HALL,
    "hall.ended_tickets": {**HALL, "since": 1},
    "hall.day_of_window": HALL,
    "hall.last_of_window": {**HALL, "most": 12},
    "ledger.last_revision": {"stream": "case/c9"},
    "ledger.own_node": {},
    "ledger.last_of_own_node": {},
    "ledger.last_of_incarnation": {"node": "c1", "incarnation": 1},
    "ledger.last_of_chain": {"node": "c1"},
    "ledger.last_position": {},
    "ledger.entry_by_key": {"node": "c1", "incarnation": 1, "number": 9},
    "ledger.entries_of_stream": {"stream": "case/c9"},
    "ledger.entries_after": {"position": 5_000, "many": 100},
    "ledger.count_unanswered": {},
    "ledger.feed_after": {"scope": "organ/3", "version": 600, "many": 100},
    "registry.items_by_identifiers": ROWS,
    "registry.digests_by_identifiers": ROWS,
    "registry.subjects_by_numbers": ROWS,
    "registry.persons_and_organisations_by_ids": ROWS,
    "registry.licences_by_identifiers": ROWS,
    "registry.last_serial": ROWS,
    "registry_records.recent_searches": ROWS,
    "registry_records.open_corrections": ROWS,
    "registry_records.unreported_corrections": ROWS,
    "registry_records.corrections_of_subjects": ROWS,
    "registry_records.persons_by_ids": ROWS,
    "registry_records.organisations_by_ids": ROWS,
    "registry_records.relations_by_ids": ROWS,
    "registry_records.licences_by_ids": ROWS,
    "registry_records.newest_parts_of_subject": ROWS,
    "registry_records.feeds": ROWS,
    "registry_records.feed_days": ROWS,
    "registry_records.newest_batches": ROWS,
    "registry_records.newest_refusals": ROWS,
    "reliance.of_licence": RECORD,
    "reliance.of_person": RECORD,
    "reliance.of_relation": RECORD,
    "licences.licences_for_person": {"person": "person-5", "today": "2026-05-06"},
    "licences.offered_licences": VISIT,
    "licences.withdrawn_result": {"licence": "R26000000001001-0"},
    "licences.offered_materials": VISIT,
    "licences.materials_of_person": VISIT,
    "licences.confirm_consents": VISIT,
    "licences.proof_in_other_visit": VISIT,
    "licences.last_status_index": ISSUER,
    "licences.marked_of_issuer": ISSUER,
    "licences.valid_at_indexes": ISSUER,
    "licences.last_change": ISSUER,
    "hall.earlier_materials_of_visit": VISIT,
    "hall.licences_of_visit": VISIT,
    "hall.persons_of_visit": VISIT,
    "hall.organisations_of_visit": VISIT,
    "hall.attachments_of_visit": VISIT,
    "hall.materials_of_day": {**HALL, "begin": 9_000, "until": 9_100},
    "center.visits_with_attachment": {**HALL, "digest": "digest-5"},
    "applications.count_since": PORTAL,
    "applications.waiting": PORTAL,
    "applications.count_waiting": PORTAL,
    "applications.opened_before": PORTAL,
    "applications.due_before": PORTAL,
    "applications.attachment_bytes": PORTAL,
    "applications.ended_before": PORTAL,
    "applications.open_of_portal_with_attachment": PORTAL,
    "applications.with_attachment_at_node": PORTAL,
    "applications.missing_attachments": PORTAL,
}
KEY_LOOKUPS: dict[str, StatementValues] = {
    "SELECT * FROM cases WHERE number = :number": CASE,
    "SELECT * FROM cases WHERE applicant = :person": {"person": "person-5"},
    "SELECT * FROM tasks WHERE id = :task": CASE,
    "SELECT * FROM tasks WHERE case_number = :number ORDER BY id": CASE,
    "SELECT * FROM materials WHERE case_number = :number": CASE,
    "SELECT 1 FROM nodes WHERE here = :here": {"here": True},
    "SELECT * FROM consent_lists WHERE person = :person": {"person": "person-5"},
    "SELECT * FROM field_values WHERE case_number = :number": CASE,
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with many rows in every growing table, analysed by its engine."""
    server = None
    if request.param == "sqlite":
        where = create_empty_store(tmp_path_factory.mktemp("plans") / "store.db")
    else:
        server = request.getfixturevalue("postgres")
    with server.borrow_copy(server.empty_database()) if server else nullcontext(where) as place:
        store = Store(place)
        with raw_connection(store) as connection:
            for sql in SAMPLE_ROWS.values():
                values = {"bytes": b"x"} if ":bytes" in sql else {}
                connection.execute(_ROW_NUMBERS.format(many=ROW_COUNT) + sql, values)
        with store.session() as session:
            session.connection().exec_driver_sql("ANALYZE")
            session.commit()
        yield store
        store.close()


def statement(store: Store, name: str) -> str:
    """Return the named statement for the engine of the store."""
    return STATEMENTS.get(f"{name}.{store.backend.name}") or STATEMENTS[name]


def explain(store: Store, sql: str, values: StatementValues) -> list[str]:
    """Return the steps of the engine's query plan."""
    explain = "EXPLAIN QUERY PLAN " if store.backend.name == "sqlite" else "EXPLAIN "
    names = set(re.findall(r"(?<!:):([a-z_]+)", sql))
    with raw_connection(store) as connection:
        bound = {name: _encode(store, values[name]) for name in names}
        rows = connection.execute(explain + sql, bound).fetchall()
    return [str(row.get("detail") or row.get("QUERY PLAN")) for row in rows]


def _encode(store: Store, value: object) -> object:
    """Return a list as the engine takes it (`Transaction.encode_list`)."""
    return store.backend.encode_list(value) if isinstance(value, list) else value


def full_scans(steps: list[str]) -> list[str]:
    """Return the steps that read a growing table, or one of its indexes, completely."""
    full_scan = re.compile(rf"(SCAN|Seq Scan on) ({'|'.join(SAMPLE_ROWS)})\b")
    return [step for step in steps if full_scan.search(step) and not _reads_partial_index(step)]


def _reads_partial_index(step: str) -> bool:
    """Return whether the step reads a small partial index, which is meant to be read completely."""
    return any(index in step for index in _SMALL_INDEXES)


def test_no_frequent_statement_reads_a_whole_table(filled_store: Store) -> None:
    assert {
        name: scans
        for name, values in HOT_STATEMENTS.items()
        if (scans := full_scans(explain(filled_store, statement(filled_store, name), values)))
    } == {}


def test_a_key_is_looked_up_in_an_index(filled_store: Store) -> None:
    assert {
        sql: scans for sql, values in KEY_LOOKUPS.items() if (scans := full_scans(explain(filled_store, sql, values)))
    } == {}


def test_a_full_scan_is_detected(filled_store: Store) -> None:
    assert full_scans(explain(filled_store, "SELECT * FROM tasks WHERE matter = :number", CASE))


@pytest.mark.parametrize(
    "name",
    [
        "cases.most_urgent",
        "cases.most_urgent_without_promise",
        "cases.queue_page_overdue",
        "ledger.feed_after",
        "ledger.entries_after",
        "registry_records.newest_batches",
    ],
)
def test_ordered_results_need_no_sort(filled_store: Store, name: str) -> None:
    steps = explain(filled_store, statement(filled_store, name), HOT_STATEMENTS[name])
    assert not [step for step in steps if "TEMP B-TREE" in step or "Sort" in step]
