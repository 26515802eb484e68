"""The office that the bench opens: a sample city, a draft on the first window, thousands of tasks at one organ."""

from __future__ import annotations

from pathlib import Path

from clerk_app.composition.office import Office
from clerk_app.demo.films import ensure_films
from clerk_app.demo.sample_city import open_or_build
from clerk_app.ledger.numbers import format_case_number
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation
from clerk_app.views import CounterService

CLERK, OFFICER, PIN = "1001", "2001", "1234"
TASKS = 5_000  # what waits at a busy organ of a large district
_FIRST_COPY_SERIAL = 500_000_000  # serials far behind those that the blocks lend
_MINUTE = 60_000_000  # microseconds
_ANSWERS = {"register_with": "mother", "mother_insured": "yes", "bank_account": "6222020200112233445"}


def build_feel_city(folder: Path, tasks: int = TASKS) -> None:
    """Makes the city in `folder`.

    One birth is accepted at the real counter, through the door. The rows of its case and of its first organ's task are
    then copied in bulk until that organ's queue holds `tasks`; the copies have no entries in the ledger. Last, a draft
    is left open whose only empty needed field is the bank account: whoever signs in at the window stands in it.
    """
    office = open_or_build(folder)
    try:
        counter = open_workstation(office, ScannerCamera("", folder / "camera.log")).sign_in(CLERK, PIN).counter
        assert counter is not None  # the city's data file says that 1001 is a clerk
        start_birth_case(office, counter, "register_with", "mother_insured", "bank_account")
        counter.accept_case()
        _copy_task(office, tasks - 1)
        start_birth_case(office, counter, "register_with", "mother_insured")
        ensure_films(folder, [Path(office.camera_source).stem])  # else a start makes it, beside the keys that are timed
    finally:
        office.store.close()


def start_birth_case(office: Office, counter: CounterService, *answered: str) -> None:
    """The mother shows her code, agrees to everything that the city holds, and answers these questions."""
    counter.call_next()
    counter.process_scan((office.folder / "codes" / "mother.txt").read_text("ascii"))
    counter.confirm_person()
    intake = counter.begin_draft("birth").intake
    assert intake is not None
    counter.record_consent([row.id for row in intake.materials if row.consent == "asked"])
    for field in answered:
        counter.fill_field(field, _ANSWERS[field])


def _copy_task(office: Office, copies: int) -> None:
    """Copies the only case and its pooled task, each due a minute after the one before."""
    with office.store.write() as tx:
        case = tx.select("cases")[0]
        task = tx.select("tasks", case_number=case["number"], state="pooled")[0]
        year = office.local_time().year
        for at in range(1, copies + 1):
            number = format_case_number(year, _FIRST_COPY_SERIAL + at)
            later = {name: task[name] + at * _MINUTE for name in ("rank", "due_at", "statutory_at")}
            tx.insert("cases", **case | {"number": number})
            tx.insert("tasks", **task | later | {"id": number + task["id"][-2:], "case_number": number})
        tx.execute("ledger.adjust_queue_count", organ=task["organ"], state=task["state"], by=copies)
