"""Rows on licences that the city itself has issued: the state alone, from a feed, with its history and objections."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.composition.due_commands import perform_due_commands
from clerk_app.registry.history import list_changes_of
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults
from tests.registry.source_data import Row, import_file, licence, write_csv
from tests.registry.test_feed_batches import FEED, states
from tests.sample_data import MOTHER_NUMBER, STRANGER_NUMBER

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]
CARD = "mother-card"


def card_row(office: SampleOffice, state: str, day: str, **changed: str) -> Row:
    (card,) = office.select("licences", id=CARD)
    row = {name: card[name] for name in ("identifier", "issuer", "issuer_code", "valid_from", "valid_to")}
    return row | {"licence_type": "0101", "holder": MOTHER_NUMBER, "state": state, "changed_on": day} | changed


def send(office: SampleOffice, row: Row) -> tuple[str, str, str]:
    feed = replace(FEED, node="n00000009", source="police", issuer_codes=frozenset({row["issuer_code"]}))
    (state,) = states(office, "licence", row, feed=feed)
    return state


def test_an_open_case_gets_its_objection_and_the_history_names_the_change(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.clock.advance(hours=1)
    assert send(office, card_row(office, "revoked", "2026-05-20")) == ("new", "", "")
    perform_due_commands(office.office)
    assert [row["reason"] for row in office.select("objections", case_number=number)] == ["licence_revoked_since"]
    with office.store.read() as tx:
        newest = list_changes_of(tx, "mother", {CARD: "licence"})[0]
    assert (newest.record, newest.source, newest.fields, newest.is_new) == (CARD, "police", ("state",), False)
    assert find_faults(office.store) == []


def test_rows_are_taken_in_the_order_of_their_changes(office: SampleOffice) -> None:
    assert send(office, card_row(office, "suspended", "2026-05-20")) == ("new", "", "")
    assert send(office, card_row(office, "valid", "2026-05-19")) == ("refused", "changed_on", "older")
    assert send(office, card_row(office, "suspended", "2026-05-21", holder=STRANGER_NUMBER))[0] == "refused"
    assert send(office, card_row(office, "suspended", "2026-05-20")) == ("unchanged", "", "")
    assert send(office, card_row(office, "valid", "2026-05-22", valid_to="2050-01-01")) == (
        "refused", "valid_to", "state_only",
    )  # fmt: skip
    assert [row["state"] for row in office.select("licences", id=CARD)] == ["suspended"]


def test_a_file_changes_no_licence_of_the_city(office: SampleOffice, tmp_path: Path) -> None:
    (card,) = office.select("licences", id=CARD)
    row = licence(1, certificateNumber=card["identifier"], certificateHolderCode=MOTHER_NUMBER, 证照状态="撤销")
    _report, mistakes = import_file(office, write_csv(tmp_path / "l.csv", [row]), "police")
    assert len(mistakes) == 1
    assert office.select("licences", id=CARD) == [card]
