"""The registry in the administrator's mode: searches and readings are commands, their answers come from the center."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.commands import Command
from clerk_app.locales import _, translate
from clerk_app.registry.answers import RegistryAnswer, read_answer
from clerk_app.registry.corrections import ApproveCorrection, CorrectedValue, EndCorrection, RequestCorrection
from clerk_app.registry.reading import ReadRegistered, ReadRegistryState, UnmaskRegistered
from clerk_app.registry.search import REGISTRY_PURPOSES, FindRegistered, RegistryQuery
from clerk_app.roles.admin.false_promises import FalsePromises, tabulate_false_promises
from clerk_app.roles.admin.registry_record import RecordBuilder
from clerk_app.roles.admin.registry_situation import describe_arrivals, tabulate_attention
from clerk_app.roles.admin.registry_tables import tabulate_corrections, tabulate_feeds, tabulate_found
from clerk_app.text.cleaning import clean_text
from clerk_app.text.search_terms import parse_search_terms
from clerk_app.views.registry import RecordView, RegistryTable, RegistryView
from clerk_app.views.shared import Option
from db.engines import Row

DECIDING = "correction"  # purpose for which a correction is read
_FEEDS = 2  # index of the table that is shown if nothing needs attention


def build_query(text: str) -> RegistryQuery:
    """Return the query that a typed line means. Raises BadData for text that cannot be stored."""
    cleaned = clean_text(text)
    terms = parse_search_terms(cleaned)
    if terms.kind == "birth_date":
        return RegistryQuery(name=terms.name, birth_date=terms.birth_date)
    if terms.kind == "incomplete" and not any(character.isdecimal() for character in cleaned):
        return RegistryQuery(name=cleaned)
    return RegistryQuery(number=cleaned)


def ask_registry(office: Office, command: Command[Any], actor: str) -> RegistryAnswer:
    """Perform a reading at the authority and return its answer, which is not stored here.

    Raises Refused, BadData, OutOfReach.
    """
    return read_answer_of(office, record_reading(office, command, actor))


def record_reading(office: Office, command: Command[Any], actor: str) -> str:
    """Perform a reading at the authority; return its key. Raises Refused, BadData, OutOfReach."""
    return str(office.door.perform(command, actor).key)


def read_answer_of(office: Office, key: str) -> RegistryAnswer:
    """Return the present answer to a recorded reading. Raises Refused if that is too old, OutOfReach."""
    if office.door.authority is None:
        with office.store.read() as tx:
            own = tx.query_one("ledger.own_node")
            return read_answer(tx, key, str(own["id"]) if own is not None else "", office.now)
    if office.connection is None:
        raise OutOfReach("The center is out of reach, and the registry is there.")
    return office.connection.read_registry(key)


class OfficeRegistryService(FalsePromises):
    """Implements views.RegistryService for an office."""

    _office: Office
    _staff: Row

    def list_registry_purposes(self) -> tuple[Option, ...]:
        return tuple(
            Option(code, translate(name), key=str(key)) for key, (code, name) in enumerate(REGISTRY_PURPOSES.items(), 1)
        )

    def read_registry(self, reading: str = "") -> RegistryView:
        key, answer = self._read_again(reading, ReadRegistryState())
        tables = (
            tabulate_attention(self._office, answer.feeds, answer.corrections),
            tabulate_corrections(self._office, answer.corrections),
            tabulate_feeds(self._office, answer.feeds),
            tabulate_false_promises(self._office, str(self._staff["id"])),
            tabulate_found(None),
        )
        return RegistryView(
            tables,
            self._office.local_time().strftime("%H:%M"),
            key,
            _FEEDS if not tables[0].rows else 0,
            describe_arrivals(self._office, answer),
        )

    def find_registered(self, text: str, purpose: str) -> RegistryTable:
        command = FindRegistered(purpose=purpose, personal=build_query(text))
        return tabulate_found(ask_registry(self._office, command, str(self._staff["id"])).found)

    def open_record(self, subject: str, purpose: str) -> RecordView:
        return self._open(ReadRegistered(subject=subject, purpose=purpose))

    def unmask_record(self, subject: str, purpose: str) -> RecordView:
        return self._open(UnmaskRegistered(subject=subject, purpose=purpose))

    def open_correction(self, subject: str, correction: str) -> RecordView:
        return self._open(UnmaskRegistered(subject=subject, purpose=DECIDING, correction=correction), correction)

    def read_record_again(self, record: RecordView, correction: str = "") -> RecordView:
        chosen = correction or record.correction
        command: ReadRegistered | UnmaskRegistered = (
            UnmaskRegistered(subject=record.subject, purpose=record.purpose, correction=record.correction)
            if record.in_full
            else ReadRegistered(subject=record.subject, purpose=record.purpose)
        )
        return self._open(command, chosen, record.reading)

    def request_correction(self, field: str, value: str, reason: str) -> str:
        kind, _bar, rest = field.partition("|")
        record, _bar, name = rest.partition("|")
        asked = CorrectedValue(value=clean_text(value))
        command = RequestCorrection(kind=kind, subject=record, field=name, reason=clean_text(reason), personal=asked)
        self._office.door.perform(command, str(self._staff["id"]))
        return _("The correction was asked for: another administrator decides it here, in the list of corrections.")

    def approve_correction(self, correction: str) -> str:
        self._office.door.perform(ApproveCorrection(correction=correction), str(self._staff["id"]))
        return _("The record was corrected. Open cases that rely on it get an objection.")

    def end_correction(self, correction: str, note: str) -> str:
        ended = self._office.door.perform(
            EndCorrection(correction=correction, note=clean_text(note)), str(self._staff["id"])
        )
        return _("The correction was declined.") if ended.state == "declined" else _("The contradiction was settled.")

    def _open(self, command: ReadRegistered | UnmaskRegistered, correction: str = "", reading: str = "") -> RecordView:
        key, answer = self._read_again(reading, command)
        if answer.record is None:
            raise Refused("no_subject", "The registry has no such person or organisation any more.")
        return replace(RecordBuilder(self._office, answer.record).build(command.purpose, correction), reading=key)

    def _read_again(self, reading: str, command: Command[Any]) -> tuple[str, RegistryAnswer]:
        """Return the answer to a recorded reading and its key; the command records another one if it is too old."""
        if reading:
            try:
                return reading, read_answer_of(self._office, reading)
            except Refused as error:
                if error.reason not in ("no_answer", "old_answer"):
                    raise
        key = record_reading(self._office, command, str(self._staff["id"]))
        return key, read_answer_of(self._office, key)
