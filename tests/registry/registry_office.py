"""The acts of two administrators on the registry of a sample office."""

from __future__ import annotations

from pathlib import Path

from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from clerk_app.registry.answers import RecordFacts, RegistryAnswer, read_answer
from clerk_app.registry.corrections import ApproveCorrection, CorrectedValue, RequestCorrection
from clerk_app.registry.reading import ReadRegistered, UnmaskRegistered
from clerk_app.registry.search import FindRegistered, RegistryQuery
from tests.fast_pins import hash_pin_fast
from tests.office import SampleOffice
from tests.registry.source_data import id_number, import_file, person, write_csv

FIRST, SECOND = "admin", "admin-2"


def add_second(office: SampleOffice) -> None:
    """Add a second administrator to the staff list."""
    second = RegisterStaff(
        id=SECOND, number="8002", name="吴敏", role="administrator", pin_hash=hash_pin_fast("739461")
    )
    office.door.perform(second, SYSTEM)


def import_person(office: SampleOffice, folder: Path, **changed: str) -> None:
    """Import the first invented person, with some other values."""
    import_file(office, write_csv(folder / "p.csv", [person(1, **changed)]))


def read(office: SampleOffice, key: str) -> RegistryAnswer:
    """Return the answer for a reading, as this machine gets it."""
    with office.store.read() as tx:
        own = tx.query_one("ledger.own_node")
        assert own is not None
        return read_answer(tx, key, own["id"], office.clock())


def find(office: SampleOffice, actor: str = FIRST, purpose: str = "complaint", **query: str) -> tuple[str, ...]:
    """Return the ids of what a search finds; without a query, of the first invented person."""
    personal = RegistryQuery(**(query or {"number": id_number(1)}))
    return office.door.perform(FindRegistered(purpose=purpose, personal=personal), actor).subjects


def open_record(office: SampleOffice, subject: str, actor: str = FIRST, *, in_full: bool = False) -> RecordFacts:
    """Return a record that was found before."""
    command = UnmaskRegistered if in_full else ReadRegistered
    opened = office.door.perform(command(subject=subject, purpose="complaint"), actor)
    record = read(office, opened.key).record
    assert record is not None
    return record


def ask(office: SampleOffice, field: str, value: str, actor: str = FIRST, **record: str) -> str:
    """Ask for a correction of the first invented person, or of another record; return its id."""
    (subject,) = find(office, actor)
    named = record or {"kind": "person", "subject": subject}
    command = RequestCorrection(**named, field=field, reason="passport shown", personal=CorrectedValue(value=value))
    return office.door.perform(command, actor).id


def correct(office: SampleOffice, field: str, value: str, **record: str) -> str:
    """Correct a value: asked for by the first administrator, approved by the second; return the id."""
    asked = ask(office, field, value, **record)
    office.door.perform(ApproveCorrection(correction=asked), SECOND)
    return asked
