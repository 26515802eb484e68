"""Flat cost: what people wait for all day looks at no more rows than it shows, on either engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from db.engines import Store
from db.statements import STATEMENTS
from tests.blank import new_store

MANY = 10_000
_COUNT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) "

FILLING = {
    block.partition("\n")[0]: block.partition("\n")[2].strip()
    for block in Path(__file__).with_name("filling.sql").read_text("utf-8").split("\n-- ")[1:]
}
Asked = Mapping[str, object]
QUEUE: Asked = {"organ": "organ-3", "most": 20, "many": 20, "skipped": 0, "me": "officer-6", "now": 900, "moment": 900}
CASE: Asked = {"number": "c77", "task": "t77"}
HALL: Asked = {"hall": "hall", "window": "w3", "day": "2026-05-29", "like": "A%"}

# statement: what it is asked for
HOT: dict[str, Asked] = {
    "cases.most_urgent": QUEUE,
    "cases.page_open": QUEUE,
    "cases.page_all": QUEUE,
    "cases.page_returned": QUEUE,
    "cases.page_mine": QUEUE,
    "cases.page_overdue": QUEUE,
    "cases.held_by": QUEUE,
    "cases.due_before": QUEUE,
    "cases.oldest": QUEUE,
    "cases.count_down": {**CASE, "many": 1},
    "cases.open_notice": CASE,
    "cases.unprinted": HALL,
    "cases.end_claim": {**CASE, "at": 1, "how": "x"},
    "hall.waiting": HALL,
    "hall.by_category": HALL,
    "hall.held_by": HALL,
    "hall.serving": HALL,
    "hall.served_today": HALL,
    "hall.last_number": HALL,
    "hall.visit_at_window": HALL,
    "hall.same_code": {"code_key": "code-5", "visit": "v1", "since": 1},
    "hall.last_visit": {"ticket": "k9"},
    "ledger.last_revision": {"stream": "case/c9"},
    "ledger.here": {},
    "ledger.last_here": {},
    "ledger.last_of_node": {"node": "c1", "incarnation": 1},
    "ledger.last_of_chain": {"node": "c1"},
    "ledger.last_position": {},
    "ledger.by_key": {"node": "c1", "incarnation": 1, "number": 9},
    "ledger.of_stream": {"stream": "case/c9"},
    "ledger.entries_from": {"position": 5_000, "many": 100},
    "ledger.unanswered": {},
    "ledger.feed_after": {"scope": "organ/3", "version": 600, "many": 100},
    "licences.usable": {"person": "person-5"},
}
KEYS: dict[str, Asked] = {
    "SELECT * FROM cases WHERE number = :number": CASE,
    "SELECT * FROM cases WHERE applicant = :person": {"person": "person-5"},
    "SELECT * FROM tasks WHERE id = :task": CASE,
    "SELECT * FROM tasks WHERE case_number = :number ORDER BY id": CASE,
    "SELECT * FROM materials WHERE case_number = :number": CASE,
    "SELECT 1 FROM nodes WHERE here = :here": {"here": True},
    "SELECT * FROM field_values WHERE case_number = :number": CASE,
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with many rows in every table that grows, measured by its engine."""
    server = None
    if request.param == "sqlite":
        where = new_store(tmp_path_factory.mktemp("plans") / "store.db")
    else:
        server = request.getfixturevalue("postgres")
    with server.copied(server.blank()) if server else nullcontext(where) as place:
        store = Store(place)
        with store.write() as tx:
            for sql in FILLING.values():
                told = {"bytes": b"x"} if ":bytes" in sql else {}
                tx._connection.execute(_COUNT.format(many=MANY) + sql, told)
        with store.session() as session:
            session.connection().exec_driver_sql("ANALYZE")
            session.commit()
        yield store
        store.close()


def plan(store: Store, sql: str, values: Asked) -> list[str]:
    """What the engine would do."""
    explain = "EXPLAIN QUERY PLAN " if store.backend.name == "sqlite" else "EXPLAIN "
    names = set(re.findall(r":([a-z_]+)", sql))
    with store.write() as tx:
        rows = tx._connection.execute(explain + sql, {name: values[name] for name in names}).fetchall()
    return [str(row.get("detail") or row.get("QUERY PLAN")) for row in rows]


def scans(steps: list[str]) -> list[str]:
    """The steps that read a growing table, or one of its indexes, from end to end."""
    whole = re.compile(rf"(SCAN|Seq Scan on) ({'|'.join(FILLING)})\b")
    return [step for step in steps if whole.search(step) and not _partial(step)]


def _partial(step: str) -> bool:
    """An index of the unanswered alone is meant to be read whole."""
    return "entries_unanswered" in step


@pytest.mark.parametrize("name", HOT)
def test_no_hot_statement_reads_a_whole_table(filled: Store, name: str) -> None:
    sql = STATEMENTS.get(f"{name}.{filled.backend.name}") or STATEMENTS[name]
    steps = plan(filled, sql, HOT[name])
    assert scans(steps) == [], steps


@pytest.mark.parametrize("sql", KEYS)
def test_what_is_asked_by_its_key_is_found_by_it(filled: Store, sql: str) -> None:
    steps = plan(filled, sql, KEYS[sql])
    assert scans(steps) == [], steps


def test_a_statement_that_reads_a_whole_table_is_noticed(filled: Store) -> None:
    assert scans(plan(filled, "SELECT * FROM tasks WHERE matter = :number", CASE))


@pytest.mark.parametrize(
    "name", ["cases.most_urgent", "cases.page_overdue", "ledger.feed_after", "ledger.entries_from"]
)
def test_what_comes_in_order_is_not_sorted_first(filled: Store, name: str) -> None:
    sql = STATEMENTS.get(f"{name}.{filled.backend.name}") or STATEMENTS[name]
    assert not [step for step in plan(filled, sql, HOT[name]) if "TEMP B-TREE" in step or "Sort" in step]
