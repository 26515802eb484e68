"""The top line warns of a slow disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.queue_store import FlushDelay, SlowSqlite
from clerk_app.locales import _
from clerk_app.roles.connection_view import SLOW_FLUSH_SECONDS
from clerk_app.roles.status import read_status
from db.engines import Store
from tests.office import SampleOffice


def warning_names(office: SampleOffice) -> list[str]:
    with office.store.read() as tx:
        status = read_status(office.office, tx, place="w1", person="", waiting=0)
    return [entry.name for entry in status.lists if entry.level == "warn"]


def test_a_slow_disk_has_a_warning_and_a_fast_one_has_none(office_template: Path, tmp_path: Path) -> None:
    sample = SampleOffice.open_copy(office_template, tmp_path / "office")
    sample.take_ticket()
    assert _("disk") not in warning_names(sample)
    flush = FlushDelay()
    flush.seconds = SLOW_FLUSH_SECONDS
    slow = Store(SlowSqlite(sample.store.path, flush))
    with slow.write() as tx:
        tx.execute("ledger.advance_scope", scope="city", many=1)
    sample.store.close()
    again = SampleOffice(replace(sample.office, store=slow), sample.clock)
    assert _("disk") in warning_names(again)
    slow.close()
