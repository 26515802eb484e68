"""Received cases for tests: an incomplete birth application is received, and completed later."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import structs

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.receipt import CaseReceived, ReceiveCase, ReceivedDetails
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.hall.ticket_moves import MoveTicket
from tests.office import SampleOffice, clerk_of_window


def receipt_of(command: AcceptCase, **changed: Any) -> ReceiveCase:
    """Return the command that receives what another would accept."""
    assert command.personal is not None
    content = DraftContent(values=command.personal.values, papers=("birth-certificate",))
    details = ReceivedDetails(**structs.asdict(command.personal), content=content)
    made = ReceiveCase(
        draft=command.draft,
        visit=command.visit,
        window=command.window,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        chosen=command.chosen,
        materials=command.materials,
        personal=details,
    )
    return structs.replace(made, **changed)


def receive_birth(
    office: SampleOffice,
    window: str = "w1",
    *,
    printed: bool = True,
    without: str = "household-register",
    **values: str,
) -> CaseReceived:
    """Receive the birth of a mother who lacks a material and a value; finish her visit."""
    command = office.prepare_birth(window, bank_account="", **values)
    given = tuple(material for material in command.materials if material.material != without)
    received = office.door.perform(receipt_of(command, materials=given), clerk_of_window(window))
    if printed:
        print_notice(office, received.notice, window)
    office.door.perform(MoveTicket(visit=command.visit, act="finish"), clerk_of_window(window))
    return received


def print_notice(office: SampleOffice, notice: str, window: str = "w1") -> None:
    """Record that a notice was printed."""
    office.door.perform(RecordNoticePrint(notice=notice, printed=True), clerk_of_window(window))


def continue_birth(office: SampleOffice, number: str, window: str = "w1", **values: str) -> AcceptCase:
    """Prepare the acceptance of a received birth in a new visit in which everything is there."""
    command = office.prepare_birth(window, **values)
    assert command.personal is not None
    draft = SaveDraft(
        draft=command.draft,
        visit=command.visit,
        window=window,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        personal=DraftContent(values=command.personal.values, received=number),
    )
    office.door.perform(draft, clerk_of_window(window))
    others = tuple(other for other in command.duplicates if other != number)
    return structs.replace(
        command, received=number, duplicates=others, duplicate_code="other_subject" if others else ""
    )


def record_of(office: SampleOffice, number: str) -> dict[str, Any]:
    """Return the record of a received case; empty if there is none."""
    rows = office.select("received_records", case_number=number)
    return dict(rows[0]) if rows else {}


def keys_of(office: SampleOffice, number: str) -> list[str]:
    """Return the kinds and ids of the last list of a received case."""
    items = msgspec.json.decode(record_of(office, number)["missing"])
    return [f"{item['kind']}:{item['id']}" for item in items]
