"""The sample city for the benchmarks: one birth at the counter, and thousands of tasks at one organ."""

from __future__ import annotations

from pathlib import Path

from clerk_app.composition.office import Office
from clerk_app.demo.films import ensure_films
from clerk_app.demo.kept_city import open_or_build
from clerk_app.errors import OutOfReach
from clerk_app.ledger.numbers import format_case_number
from clerk_app.roles.camera import ScannerCamera
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService

CLERK, OFFICER, PIN = "1001", "2001", "471902"
TASKS = 5_000  # open tasks of a busy organ of a large district
_FIRST_COPY_SERIAL = 500_000_000  # larger than every serial in the blocks lent to windows
_MINUTE = 60_000_000  # microseconds
_MOTHER_PHONE = "0001"  # last digits
_ANSWERS = {"register_with": "mother", "mother_insured": "yes", "bank_account": "6222020200112233445"}


def build_feel_city(folder: Path, tasks: int = TASKS) -> None:
    """Make the city of the `feel` benchmark in `folder`.

    One birth is accepted at the counter, through the door. The rows of its case and of its first organ's task are then
    copied in bulk until that organ's queue holds `tasks`; the copies have no entries in the log. Finally a draft is
    left open whose only empty required field is the bank account, so that a clerk who signs in sees its form.
    """
    office = open_or_build(folder)
    try:
        counter = sign_in_clerk(office)
        start_birth_case(office, counter, "register_with", "mother_insured", "bank_account")
        counter.accept_case()
        _copy_task(office, tasks - 1)
        start_birth_case(office, counter, "register_with", "mother_insured")
        ensure_films(
            folder, [Path(office.camera_source).stem]
        )  # otherwise the program would render it while keys are timed
    finally:
        office.store.close()


def sign_in_clerk(office: Office) -> CounterService:
    """Sign the sample clerk in at the first window."""
    camera = ScannerCamera("", office.folder / "camera.log")
    counter = open_workstation(office, camera).sign_in(CLERK, PIN).counter
    if counter is None:
        raise OutOfReach("The measure is wrong: {text}", text=f"{CLERK} is not a clerk")
    return counter


def start_birth_case(office: Office, counter: CounterService, *answered: str) -> None:
    """Start a birth for the mother: present her code, record consent to all licences, fill the fields `answered`."""
    counter.call_next()
    counter.process_scan((office.folder / "codes" / "mother.txt").read_text("ascii"))
    counter.confirm_person()
    intake = counter.begin_draft("birth").intake
    if intake is None:
        raise OutOfReach("The measure is wrong: {text}", text="the birth was not started")
    counter.record_consent([row.id for row in intake.materials if row.consent == "asked"])
    counter.release_materials(_MOTHER_PHONE)  # the sample codes are printed ones, which need a second factor
    for field in answered:
        counter.fill_field(field, _ANSWERS[field])


def _copy_task(office: Office, copies: int) -> None:
    """Copy the only case and its pooled task `copies` times, each due a minute after the previous one."""
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
