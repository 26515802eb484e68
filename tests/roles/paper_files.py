"""Papers of a draft with a file and a reading, without a camera and without recognition."""

from __future__ import annotations

from msgspec.structs import replace

from clerk_app.cases.intake.drafts import SaveDraft, decode_draft
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.cases.paper_readings import PaperReading, ReadValue
from clerk_app.composition.office import Office
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.paper_review import FinishedReading
from db.engines import Row, Transaction

TENANT, ADDRESS = "林晓雯", "示范市滨河路12号3栋301室"


def give_file(office: Office, material: str, content: bytes) -> str:
    """Put a file into the newest draft as the paper of a material; return its digest."""
    digest = office.taken_files.add(content)
    file = PaperFile(content=digest, media_type="image/jpeg", pages=1, size=len(content))
    with office.store.read() as tx:
        draft = decode_draft(_newest_draft(tx))
    papers = tuple(sorted({*draft.papers, material}))
    change_draft(office, papers=papers, paper_files={**draft.paper_files, material: file})
    return digest


def change_draft(office: Office, **fields: object) -> None:
    """Save the newest draft with other fields of its content."""
    with office.store.read() as tx:
        row = _newest_draft(tx)
    command = SaveDraft(
        draft=row["id"],
        visit=row["visit"],
        window=row["window_id"],
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        catalogue_version=row["catalogue_version"],
        personal=replace(decode_draft(row), **fields),
    )
    office.door.perform(command, row["staff"])


def _newest_draft(tx: Transaction) -> Row:
    return max(tx.select("drafts"), key=lambda draft: int(draft["saved_at"]))


def lease_reading(
    digest: str, *, tenant: str = TENANT, unsure: tuple[str, ...] = (), landlord_id_number: str = ""
) -> PaperReading:
    """Return the reading of a lease."""
    values = {"landlord": "陈志远", "tenant": tenant, "address": ADDRESS, "valid_until": "2031-12-31"}
    if landlord_id_number:
        values["landlord_id_number"] = landlord_id_number
    facts = {"tenant": "name"}
    return PaperReading(
        content=digest,
        kind="lease",
        values=tuple(
            ReadValue(
                id=name,
                value=value,
                certainty=870 if name in unsure else 998,
                is_sure=name not in unsure,
                fact=facts.get(name, ""),
                corners=(100, 100 + 50 * at, 400, 100 + 50 * at, 400, 130 + 50 * at, 100, 130 + 50 * at),
            )
            for at, (name, value) in enumerate(values.items())
        ),
        turned=(0,),
    )


def record(counter: CounterService, reading: PaperReading, material: str = "lease") -> CounterView:
    """Record a reading of a paper of the draft on the screen, as the background thread does."""
    intake = counter.read_view().intake
    assert intake is not None
    return counter.record_reading(FinishedReading(intake.draft, material, reading))
